"""Plain kinds of things, each the sum of several of the 1,000 ImageNet classes.

A classifier that hesitates between banjo, lute-like guitar and cello is sure of one thing: a stringed instrument.
Such sums are right far more often than single classes, above all on drawings and paintings.
"""

from __future__ import annotations


def _span(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


# Class numbers in the order of the ILSVRC-2012 list.
KINDS: dict[str, tuple[int, ...]] = {
    "a fish": (*_span(0, 6), *_span(389, 397)),
    "a bird": (*_span(7, 24), *_span(80, 100), *_span(127, 146)),
    "a reptile or amphibian": _span(25, 68),
    "a dog": (*_span(151, 268), 273, 274, 275),
    "a cat": _span(281, 285),
    "a wild cat": _span(286, 293),
    "a bear": _span(294, 297),
    "an insect": _span(300, 326),
    "a rabbit": _span(330, 332),
    "a horse": (339, 603),
    "a cow or ox": (345, 346, 347, 690),
    "a sheep, goat or antelope": _span(348, 353),
    "a monkey": _span(365, 384),
    "an elephant": (101, 385, 386),
    "a sea animal": (*_span(107, 111), *_span(118, 126), *_span(147, 150), *_span(327, 329)),
    "a stringed instrument": (402, 420, 486, 546, 594, 889),
    "a wind instrument": (432, 513, 558, 566, 683, 684, 699, 776, 875),
    "a piano": (579, 881),
    "a drum or gong": (541, 577, 822),
    "mountains or a valley": (970, 979, 980),
    "a shore or lakeside": (460, 718, 975, 976, 977, 978),
    "a ship or boat": (472, 484, 510, 536, 554, 576, 625, 628, 724, 780, 814, 871, 914),
    "a church or palace": (442, 483, 497, 663, 668, 698, 832, 873),
    "an altar or altarpiece": (406,),
    "a bridge": (821, 839, 888),
    "a long gown": (578, 601, 614, 689),
    "robes": (400, 501, 887),
    "body armour": (461, 490, 524, 787),
    "a coat or jacket": (474, 568, 617, 735, 834, 841, 869),
    "footwear": (502, 514, 630, 770, 774),
    "a bag": (414, 636, 728, 748),
    "a helmet or goggles": (518, 560, 570, 715),
    "a hat or cap": (433, 439, 452, 515, 793, 808),
    "glasses or goggles": (836, 837),
    "a tent": (672, 915),
    "a sleeping bag": (797,),
    "a watch or clock": (409, 530, 531, 826, 892),
    "a telephone or hand-held device": (487, 528, 590, 605, 707, 761),
    "a computer": (508, 527, 620, 664, 681),
    "a camera": (732, 759),
    "a car": (436, 468, 479, 511, 609, 627, 656, 661, 717, 751, 817),
    "a bus, truck or van": (407, 555, 569, 654, 675, 734, 757, 779, 864, 867, 874),
    "a bicycle": (444, 671, 880),
    "a motorcycle or scooter": (665, 670),
    "a train or tram": (466, 547, 565, 705, 820, 829),
    "an aircraft": (403, 404, 405, 417, 895, 908),
    "a chair or throne": (423, 559, 765, 857),
    "a cupboard or chest": (453, 492, 493, 495, 894),
    "a bed": (516, 520, 564),
    "a sofa": (831,),
    "a lamp": (607, 619, 846),
    "a vase or jug": (725, 738, 883, 899, 901),
    "a bottle": (440, 720, 737, 898, 907),
    "a cup or glass": (441, 504, 572, 647, 968),
    "a tea or coffee pot": (505, 849),
    "a pot or pan": (469, 521, 544, 567, 909),
    "a knife or axe": (499, 596, 623),
    "a gun": (413, 471, 763, 764),
    "skis or a snowboard": (795,),
    "a ball": (429, 430, 522, 574, 722, 768, 805, 852, 890),
    "bread, pastry or a pancake": (415, 930, 931, 932, 961, 964),
    "a soup, stew or sauce": (809, 924, 925, 926),
    "a plate of food": (923, 935),
    "a dessert": (927, 928, 929, 960),
    "pasta": (959,),
    "a pizza": (963,),
    "meat": (962,),
    "vegetables": _span(936, 946),
    "mushrooms": (947, *_span(991, 997)),
    "fruit": _span(948, 957),
    "a sandwich": (933, 934, 965),
    "a drink": (966, 967, 969),
    "flowers": (984, 985, 986),
}

# Wider kinds, for pictures of which no kind above can be said. Of thirteen tried, these are right on photographs,
# paintings and posters alike; animals, buildings, vehicles, furniture, devices and tools were seen where none were.
WIDER: dict[str, tuple[int, ...]] = {
    "a person or clothing": (
        *(399, 400, 411, 433, 439, 445, 451, 452, 457, 459, 465, 474, 501, 515, 552, 568, 578, 591, 594, 601, 608, 610),
        *(614, 617, 638, 639, 643, 652, 655, 658, 667, 678, 683, 689, 697, 715, 735, 747, 775, 793, 796, 808, 824, 834),
        *(841, 842, 869, 887, 903, 906, 911, 981, 982),
    ),
    "a landscape or waterside": (
        *(425, 460, 472, 500, 525, 554, 576, 649, 716, 718, 780, 821, 839, 853, 888, 912, 913, 958),
        *_span(970, 980),
    ),
    "food or drink": (415, 809, *_span(923, 957), *_span(959, 969), 987, 988, 989, *_span(991, 998)),
}

# What a classifier trained on photographs takes paintings, prints and posters for.
PRINTED: tuple[int, ...] = (611, 916, 917, 918, 921, 922)

# Trays, curtains, screens and whatever else it sees in flat works: too often wrong to be named.
FLAT: tuple[int, ...] = (*PRINTED, 446, 549, 692, 709, 741, 750, 782, 794, 851, 854, 868, 885)
