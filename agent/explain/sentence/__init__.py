"""The sentence on a card: what it is to tell is planned, then put into words, from phrases that are data."""

from agent.explain.sentence.demand import NO_DEMAND, CatalogGround, Demand
from agent.explain.sentence.plan import SentencePlan
from agent.explain.sentence.planning import PlannedItem, plans_of
from agent.explain.sentence.realising import CardSentence, SentenceLength, realised

__all__ = [
    "NO_DEMAND",
    "CardSentence",
    "CatalogGround",
    "Demand",
    "PlannedItem",
    "SentenceLength",
    "SentencePlan",
    "plans_of",
    "realised",
]
