"""The sentence on a card: what it is to tell is planned, then put into words, from phrases that are data."""

from agent.explain.sentence.demand import NO_DEMAND, CatalogGround, Demand
from agent.explain.sentence.plan import Plan
from agent.explain.sentence.planning import PlannedItem, plans_of
from agent.explain.sentence.realising import Sentence, SentenceLength, realised

__all__ = [
    "NO_DEMAND",
    "CatalogGround",
    "Demand",
    "Plan",
    "PlannedItem",
    "Sentence",
    "SentenceLength",
    "plans_of",
    "realised",
]
