"""Word lists for the check of explanations: what must be proven, and what says nothing about an item."""

from __future__ import annotations


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
    cannot free lack neither never no none nor not nothing without
    """
)

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
    wish with within word work would yes you your yours
    """
)
