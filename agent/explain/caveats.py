"""What an answer must admit: fewer items than wanted, nothing alike, a fallback in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.answers import UserTurn
from agent.explain.likeness import ALIKE, SOUNDS_ALIKE
from agent.language.messages import Note
from agent.language.untrusted import as_data
from agent.people import Taste
from agent.perceive import Perceived
from agent.rerank import Scored
from retrieval.channels.registry import COLLABORATIVE, LikenessPhrase, channels_of, phrased_as
from retrieval.storage.index import VectorIndex
from retrieval.text.addressing import machine_orders
from retrieval.text.codes import CodesAsked
from retrieval.text.searched import texts_of

TITLE_CHARS = 60


def taste_notes(turn: UserTurn, taste: Taste, chosen: Sequence[Scored]) -> Iterator[Note]:
    """Notes on what behaviour could not tell."""
    yield from taste.notes
    if not taste.past.rows.size or not chosen:
        return
    wordless = not (turn.text or turn.images or turn.audio or turn.video)
    basis = Note("by likeness" if wordless else "by request")
    company = [scored.candidate.channels.get(COLLABORATIVE.name) for scored in chosen]
    if not any(company):
        yield Note("nobody shares", user=turn.user, basis=basis)
    elif n_new := sum(evidence is not None and evidence.score is None for evidence in company):
        yield Note("nobody chose", n=n_new, basis=basis)


def privacy_notes(epsilon: float | None, chosen: Sequence[Scored]) -> Iterator[Note]:
    """A note when what others did had a say, and was made less exact for their privacy."""
    channels = channels_of("behaviour")
    if epsilon is not None and any(channels & scored.candidate.channels.keys() for scored in chosen):
        yield Note("noised", epsilon=epsilon)


def withheld_notes(chosen: Sequence[Scored]) -> Iterator[Note]:
    """A note when shown items hold what gives orders to a machine, which no model read and no reason quotes."""
    items = [scored.candidate.item for scored in chosen]
    holding = [item for item in items if any(machine_orders(text) for text in texts_of(item))]
    if holding:
        yield Note(
            "withheld", n=len(holding), titles=tuple(as_data(item.title, TITLE_CHARS) or item.id for item in holding)
        )


def number_notes(asked: CodesAsked) -> Iterator[Note]:
    """A note when a number that is asked for stands nowhere in the catalog."""
    if asked.unknown:
        yield Note("number unknown", codes=tuple(as_data(code, TITLE_CHARS) for code in asked.unknown))


def picture_notes(perceived: Perceived) -> Iterator[Note]:
    """Notes when a picture of the request found no words, or breaks off before its end."""
    silent = [sight for sight in perceived.sights if not sight.description.text]
    if silent:
        yield Note("undescribed", n=len(silent), origin=silent[0].description.origin)
    if cut := sum(bool(sight.picture.flaw) for sight in perceived.sights):
        yield Note("cut pictures", n=cut)


def shortfalls(
    turn: UserTurn,
    chosen: Sequence[Scored],
    index: VectorIndex,
    held_back: int = 0,
    alike: float | None = ALIKE,
) -> Iterator[Note]:
    """Notes on how the answer falls short of the request.

    Args:
        held_back: Items that meet the must-haves, but were shown or known before or are ruled out.
        alike: Cosine below which no picture looks like those that were sent; None where that is not known.
    """
    if len(chosen) < turn.k:
        name = _shortfall(bool(chosen), bool(turn.filters), bool(held_back))
        yield Note(name, n=len(chosen), k=turn.k, must=turn.filters, held_back=held_back)
    if turn.images or turn.video:
        yield from _unlike(chosen, "looks_alike", alike, "nothing looks alike")
    if turn.audio:  # of a sound in which somebody speaks nothing is compared
        yield from _unlike(chosen, "sounds_alike", SOUNDS_ALIKE, "nothing sounds alike")
    if index.reason is not None:
        yield Note("exact search", why=index.reason)


def _unlike(chosen: Sequence[Scored], phrase: LikenessPhrase, least: float | None, name: str) -> Iterator[Note]:
    """A note where even the likest of the items is not much like what was sent."""
    compared = [scored.candidate.channels.get(channel) for scored in chosen for channel in phrased_as(phrase)]
    likeness = [evidence.score for evidence in compared if evidence and evidence.score is not None]
    known_again = any(evidence and evidence.points is not None for evidence in compared)
    if likeness and least is not None and max(likeness) < least and not known_again:
        yield Note(name, likeness=max(likeness))


def _shortfall(some: bool, filtered: bool, held_back: bool) -> str:
    """The name of the sentence for fewer items than wanted."""
    if held_back:  # there would be more: to say that nothing is there would be untrue
        return ("only more" + " that meet" * filtered) if some else ("no other" + " that meets" * filtered)
    if some:
        return "only so many meet" if filtered else "only so many"
    return "none meets" if filtered else "nothing matches"
