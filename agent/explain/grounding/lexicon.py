"""Word lists for the check of explanations: what must be proven, and what says nothing about an item."""

from __future__ import annotations

import re
from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COLOURS = _words(
    """
    amber aqua azure beige black blond blonde blue bronze brown burgundy charcoal cobalt copper coral cream
    crimson cyan gold golden gray green grey indigo ivory khaki lavender lilac magenta maroon mauve navy ochre
    olive orange peach pink plum purple red rose ruby rust salmon scarlet sepia silver tan teal turquoise
    vermilion violet white yellow
    """
)
MATERIALS = _words(
    """
    acrylic alabaster aluminium aluminum bamboo bone brass brick bronze canvas cashmere cedar ceramic chalk clay
    concrete copper cotton crystal denim ebony enamel feather felt fleece fur glass gold granite ink iron ivory
    jade lacquer leather linen mahogany marble metal nylon oak oil paper parchment pastel pewter pine plaster
    plastic platinum polyester porcelain rubber sandstone satin silk silver steel stone stoneware suede tempera
    terracotta tin titanium vellum velvet vinyl walnut watercolor watercolour wax wood wooden wool woollen
    """
)
NEGATIONS = _words(
    """
    cannot free lack neither never no nobody none nor not nothing without
    """
)
# Of these only the very same word may be said; the others deny alike.
PARTICULAR_NEGATIONS = _words("free lack nobody nothing")

# Words of one group mean the same.
_GROUPS = """
    film movie; colour color; gray grey; wood wooden; wool woollen; aluminium aluminum; watercolor watercolour
    min minute; h hour hr; cm centimetre centimeter; mm millimetre millimeter; m metre meter; kg kilogram kilo; g gram
    ml millilitre milliliter; l litre liter; eur euro; usd dollar; gbp pound; couch sofa; photo photograph
    bicycle bike; tv television; made make; write written wrote; denmark danish; spain spanish; germany german
    france french; norway norwegian; sweden swedish; finland finnish; italy italian; netherlands dutch; china chinese
    japan japanese; india indian; mexico mexican; greece greek; egypt egyptian; russia russian; poland polish
    portugal portuguese; ireland irish; scotland scottish; switzerland swiss; austria austrian; belgium belgian
    turkey turkish; iran iranian persian; korea korean; thailand thai; vietnam vietnamese; brazil brazilian
    britain british; animation animated
    man men; woman women; child children; begin began begun; break broke broken; build built; buy bought
    draw drew drawn; drive drove driven; fall fell fallen; fight fought; find found; freeze froze frozen
    grow grew grown; hide hid hidden; hold held; keep kept; know knew known; lose lost; meet met; ride rode ridden
    run ran; sell sold; send sent; shoot shot; sing sang sung; sleep slept; speak spoke spoken; steal stole stolen
    teach taught; tell told; throw threw thrown; wake woke woken; wear wore worn; weave wove woven; win won
"""
SAME: Mapping[str, str] = {word: group.split()[0] for group in re.split("[;\n]", _GROUPS) for word in group.split()}
_NUMBERS = "two three four five six seven eight nine ten eleven twelve"
DIGITS: Mapping[str, str] = {word: str(number) for number, word in enumerate(_NUMBERS.split(), start=2)}

# By what a field is called, the words that a sentence needs to tell its value.
FIELD_WORDS: Mapping[str, frozenset[str]] = {
    name: _words(text)
    for name, text in {
        "price": "cost priced sell sold",
        "director": "directed direct film",
        "cast": "star starring play cast film act",
        "runtime": "run last long minute min film",
        "genre": "film",
        "artist": "painted painter work artwork created draw",
        "author": "written author recipe",
        "ingredient": "recipe need call ingredient dish",
        "cook time": "cook cooking bake minute min ready",
        "prep time": "prepare preparation prep ready minute min",
        "serving": "serve people person portion",
        "height": "high tall",
        "width": "wide",
        "length": "long",
        "depth": "deep",
        "weight": "weigh",
        "volume": "hold",
        "size": "measure size",
        "date": "dated released out",
        "year": "dated released out year",
        "brand": "sold sell produced",
        "designer": "designed design",
    }.items()
}

# By unit, what it measures and how many of the smallest unit it is.
MEASURES: Mapping[str, tuple[str, float]] = {
    "mm": ("length", 1), "cm": ("length", 10), "m": ("length", 1_000), "km": ("length", 1_000_000),
    "g": ("mass", 1), "kg": ("mass", 1_000), "ml": ("volume", 1), "cl": ("volume", 10), "l": ("volume", 1_000),
    "min": ("time", 1), "h": ("time", 60), "day": ("time", 1_440), "eur": ("eur", 1), "usd": ("usd", 1),
    "gbp": ("gbp", 1), "w": ("power", 1), "kw": ("power", 1_000), "mb": ("memory", 1), "gb": ("memory", 1_000),
    "inch": ("inch", 1), "lb": ("lb", 1), "oz": ("oz", 1), "week": ("week", 1), "degree": ("degree", 1),
}  # fmt: skip

# Words that keep a guess a guess.
HEDGES = _words(
    """
    appears looks may might perhaps possibly probably seem seemingly seems
    """
)

# Plain words after which a clause tells what was asked for, and those that go on with it.
ASKING = _words("ask asked asks request requested want wanted wish")
CONNECTIVES = _words("a about an by for from in into like near of on or other some something the to with within your")

# Words that carry a sentence without saying anything about an item that could be false. No words of count, order or
# comparison, such as one, only, under or after: beside a number from the evidence they could make it a false one.
PLAIN_WORDS = _words(
    """
    a about according again alike all along also although an and another any appear are around as ask asked asks
    at be because been being between both but by can catalog catalogue choice close closest come compared could
    depict describe described description did do does done down during each either else especially even ever
    every exactly fact feature find fit fits for from further gave get give given go good great had has have
    having he her here hers him his how i idea ideal if in indeed indicate into is it item its itself just kind
    like likely likeness look looking made make match matches matching may me mean meaning mention mentioned
    mentions might more most much must my name named near of off on onto or other our out part perfect picture
    piece please point possible pretty quite rather reason recommend recommendation recommended reflect relate
    related request requested right same say says see seem seen select selected she should show showing shown
    shows similar so some something such suggest suit suitable suits text that the their theirs them then there
    these they thing think this those through thus title titled to together too toward towards up upon us use
    used user using very want wanted was way we well were what when where whether which while who whose why will
    wish with within word work would yes you your yours belong came
    come contain feature go goes include
    take took use place sit stand lie wear
    """
)
