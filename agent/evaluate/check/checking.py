"""Checking: journeys are gone through turn by turn, each in a conversation that leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent.answers import UserTurn
from agent.dialogue.conversation import USUAL_K, Conversation
from agent.dialogue.host import Host
from agent.errors import TastemakerError
from agent.evaluate.check.expectations import wrong
from agent.evaluate.check.journey import Journey, JourneyTurn
from agent.evaluate.check.turn_outcome import TurnOutcome


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """An expectation that does not hold.

    Attributes:
        journey: Its name.
        turn: Number of the turn, from 1.
        say: What was said in it.
        expected: What the journey expects.
        came: What came instead.
    """

    journey: str
    turn: int
    say: str
    expected: str
    came: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    Attributes:
        journeys: How many were gone through.
        turns: How many they have.
        expectations: How many stand in these.
        failures: Those that do not hold.
    """

    journeys: int
    turns: int
    expectations: int
    failures: tuple[CheckFailure, ...]


def check(agent: Host, journeys: Sequence[Journey], progress: Callable[[int], None] = lambda _: None) -> CheckReport:
    """Go through journeys and say what does not hold.

    Args:
        progress: Told after each journey how many are done.
    """
    failed = list[CheckFailure]()
    for done, journey in enumerate(journeys, start=1):
        failed += failures(agent, journey)
        progress(done)
    turns = [turn for journey in journeys for turn in journey.turns]
    return CheckReport(len(journeys), len(turns), sum(len(turn.asserted) for turn in turns), tuple(failed))


def failures(agent: Host, journey: Journey) -> Iterator[CheckFailure]:
    """What of a journey does not hold, as it is gone through; only a crash ends it."""
    talk = Conversation.passing(agent, journey.user)
    for number, turn in enumerate(journey.turns, start=1):
        try:
            outcome = _outcome(agent, talk, turn)
        except Exception as error:  # noqa: BLE001 - to find crashes is what a check is for; all other journeys go on
            yield CheckFailure(journey.name, number, turn.say, "an answer", f"{type(error).__name__}: {error}")
            return
        for expected, came in wrong(turn, outcome):
            yield CheckFailure(journey.name, number, turn.say, expected, came)


def _outcome(agent: Host, talk: Conversation, turn: JourneyTurn) -> TurnOutcome:
    view, before = agent.pipeline, talk.state
    try:
        answer = talk.respond(UserTurn(text=turn.say, images=turn.images, k=USUAL_K), worded=False)
    except TastemakerError as error:  # a sentence is an answer too, and may be what is expected
        return TurnOutcome(view, before, talk.state, refused=error.what)
    return TurnOutcome(view, before, talk.state, answer)


__all__ = ["CheckFailure", "CheckReport", "check", "failures"]
