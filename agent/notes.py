"""What an answer must admit: fewer items than wanted, nothing alike, a fallback in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.answers import UserTurn
from agent.claims import ALIKE
from agent.rerank import Scored
from retrieval.storage.index import VectorIndex


def shortfalls(turn: UserTurn, chosen: Sequence[Scored], index: VectorIndex) -> Iterator[str]:
    """Notes on how the answer falls short of the request."""
    must = " and ".join(turn.filters)
    if not chosen:
        yield f"No item meets {must}." if must else "Nothing in the catalog matches the request."
    elif len(chosen) < turn.k:
        found = "1 item" if len(chosen) == 1 else f"{len(chosen)} items"
        verb = "meets" if len(chosen) == 1 else "meet"
        yield f"Only {found} {verb} {must}." if must else f"Only {found} of {turn.k} could be found."
    visual = (scored.candidate.channels.get("visual") for scored in chosen)
    likeness = [evidence.score for evidence in visual if evidence and evidence.score is not None]
    if likeness and max(likeness) < ALIKE:
        yield f"Nothing in the catalog looks much like the picture (best likeness {max(likeness):.2f})."
    if turn.user:
        yield f"No profile of {turn.user} is kept in this version: the answer is the one that everybody gets."
    if not index.available:
        yield f"Chroma could not be used, an exact search answered. {index.reason}"
