"""Plain English names of the 1,000 ImageNet classes."""

from __future__ import annotations

from pathlib import Path

# WordNet's first word for these classes is shared with another class, means something else to most people,
# or is one that few know. The others keep their first word.
PLAIN = {
    "n01514668": "rooster",
    "n01608432": "kite bird",
    "n01774384": "black widow spider",
    "n01847000": "drake duck",
    "n01871265": "tusked animal",
    "n02012849": "crane bird",
    "n02086910": "papillon dog",
    "n02088238": "basset hound",
    "n02090379": "redbone hound",
    "n02108089": "boxer dog",
    "n02112137": "chow chow dog",
    "n02113186": "Cardigan Welsh corgi",
    "n02276258": "admiral butterfly",
    "n02277742": "ringlet butterfly",
    "n02279972": "monarch butterfly",
    "n02281787": "lycaenid butterfly",
    "n02389026": "sorrel horse",
    "n02395406": "pig",
    "n02412080": "ram sheep",
    "n02493509": "titi monkey",
    "n02497673": "ring-tailed lemur",
    "n02606052": "rock beauty fish",
    "n02655020": "pufferfish",
    "n02704792": "amphibious vehicle",
    "n02747177": "trash can",
    "n02797295": "wheelbarrow",
    "n02814533": "station wagon",
    "n02814860": "lighthouse",
    "n02817516": "bearskin hat",
    "n02825657": "bell tower",
    "n02840245": "ring binder",
    "n02879718": "bow weapon",
    "n02892201": "memorial plaque",
    "n02930766": "taxi",
    "n03014705": "chest of wood",
    "n03017168": "bell chime",
    "n03032252": "movie theater",
    "n03041632": "meat cleaver",
    "n03100240": "convertible car",
    "n03110669": "trumpet",
    "n03126707": "construction crane",
    "n03146219": "breastplate armor",
    "n03250847": "drumstick of a drum",
    "n03595614": "T-shirt",
    "n03697007": "sawmill",
    "n03710637": "maillot swimsuit",
    "n03710721": "tank suit",
    "n03743016": "standing stones",
    "n03782006": "computer monitor",
    "n03786901": "mortar bowl",
    "n03793489": "computer mouse",
    "n03804744": "nail of metal",
    "n03832673": "notebook computer",
    "n03854065": "pipe organ",
    "n03895866": "railway carriage",
    "n03929660": "guitar pick",
    "n03954731": "woodworking plane",
    "n03991062": "flowerpot",
    "n04033901": "quill pen",
    "n04037443": "race car",
    "n04141076": "saxophone",
    "n04141975": "weighing scale",
    "n04152593": "screen of a computer",
    "n04243546": "slot machine",
    "n04286575": "spotlight lamp",
    "n04296562": "theater stage",
    "n04325704": "stole shawl",
    "n04372370": "electric switch",
    "n04389033": "army tank",
    "n04493381": "tub for water",
    "n04523525": "bank vault",
    "n04592741": "aircraft wing",
    "n04604644": "wooden rail fence",
    "n04606251": "shipwreck",
    "n07579787": "plate of food",
    "n12620546": "rose hip",
    "n12768682": "horse chestnut",
    "n13054560": "bolete mushroom",
    "n13133613": "ear of corn",
    "n15075141": "toilet paper",
}


def class_names(folder: Path) -> tuple[str, ...]:
    """The name of each class, in the order of the classes; no two are the same.

    Args:
        folder: Folder of the archive `imagenet-names`.
    """
    lines = (folder / "imagenet_synset_to_lemma.txt").read_text(encoding="utf-8").splitlines()
    words = dict(line.split("\t", 1) for line in lines)
    synsets = (folder / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
    return tuple(PLAIN.get(synset, words[synset].split(", ")[0]) for synset in synsets)


__all__ = ["class_names"]
