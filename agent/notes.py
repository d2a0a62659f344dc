"""What an answer must admit: fewer items than wanted, nothing alike, a fallback in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.answers import UserTurn
from agent.claims import ALIKE
from agent.perceive import Perceived
from agent.rerank import Scored
from agent.taste import Taste
from retrieval.storage.index import VectorIndex


def untold_tastes(turn: UserTurn, taste: Taste, chosen: Sequence[Scored]) -> Iterator[str]:
    """Notes on what behaviour could not tell."""
    yield from taste.notes
    if not taste.past.rows.size or not chosen:
        return
    wordless = not (turn.text or turn.images or turn.audio or turn.video)
    alone = "likeness alone" if wordless else "the request alone"
    told = [scored.candidate.channels.get("collaborative") for scored in chosen]
    if not any(told):
        yield f"What others chose says nothing yet of what {turn.user} likes: the answer goes by {alone}."
    elif new := sum(evidence is not None and evidence.score is None for evidence in told):
        items = "1 item is" if new == 1 else f"{new} items are"
        yield f"{items} here by {alone}: nobody has chosen {'it' if new == 1 else 'them'} yet."


def noised(epsilon: float | None, chosen: Sequence[Scored]) -> Iterator[str]:
    """A note when what others did had a say, and was made less exact for their privacy."""
    if epsilon is not None and any({"collaborative", "popularity"} & one.candidate.channels.keys() for one in chosen):
        yield (
            f"What others liked counts through noise, for their privacy (epsilon {epsilon:g} for each liking); how many"
            " they are is not told."
        )


def undescribed(perceived: Perceived) -> Iterator[str]:
    """A note when a picture of the request found no words."""
    silent = [sight for sight in perceived.sights if not sight.description.text]
    if silent:
        which = "A picture" if len(silent) == 1 else f"{len(silent)} pictures"
        yield f"{which} could not be described by {silent[0].description.origin}, and counted by looks alone."


def shortfalls(turn: UserTurn, chosen: Sequence[Scored], index: VectorIndex, held_back: int = 0) -> Iterator[str]:
    """Notes on how the answer falls short of the request.

    Args:
        held_back: Items that meet the must-haves, but were shown or known before or are ruled out.
    """
    must = " and ".join(turn.filters)
    if len(chosen) < turn.k and held_back:
        found = f"Only {len(chosen)} more" if chosen else "No other item"
        fitting = f" that meet {must}" if must else ""
        yield f"{found} could be found: {held_back:,}{fitting} were shown or known before, or are ruled out."
    elif not chosen:
        yield f"No item meets {must}." if must else "Nothing in the catalog matches the request."
    elif len(chosen) < turn.k:
        found = "1 item" if len(chosen) == 1 else f"{len(chosen)} items"
        verb = "meets" if len(chosen) == 1 else "meet"
        yield f"Only {found} {verb} {must}." if must else f"Only {found} of {turn.k} could be found."
    shown = chosen if turn.images or turn.video else ()
    visual = (scored.candidate.channels.get("visual") for scored in shown)
    likeness = [evidence.score for evidence in visual if evidence and evidence.score is not None]
    if likeness and max(likeness) < ALIKE:
        yield f"Nothing in the catalog looks much like the picture (best likeness {max(likeness):.2f})."
    if not index.available:
        yield f"Chroma could not be used, an exact search answered. {index.reason}"
