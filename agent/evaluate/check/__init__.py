"""Check: conversations with what must hold after each turn, made by hand or drawn from a catalog."""

from agent.evaluate.check.checking import CheckFailure, CheckReport, check, failures
from agent.evaluate.check.journey import Journey, JourneyTurn
from agent.evaluate.check.journey_file import read_journeys, write_journeys
from agent.evaluate.check.making import make_journeys

__all__ = [
    "CheckFailure",
    "CheckReport",
    "Journey",
    "JourneyTurn",
    "check",
    "failures",
    "make_journeys",
    "read_journeys",
    "write_journeys",
]
