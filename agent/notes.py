"""What an answer must admit: fewer items than wanted, nothing alike, a fallback in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.answers import UserTurn
from agent.rerank import Scored
from retrieval.index import VectorIndex

# Cosine of pooled features: of a picture to its nearest among pictures of other things it stays below this.
UNLIKE = 0.45


def shortfalls(turn: UserTurn, chosen: Sequence[Scored], index: VectorIndex) -> Iterator[str]:
    """Notes on how the answer falls short of the request."""
    must = " and ".join(turn.filters)
    if not chosen:
        yield f"No item meets {must}." if must else "Nothing in the catalog matches the request."
    elif len(chosen) < turn.k:
        yield (
            f"Only {len(chosen)} items meet {must}."
            if must
            else f"Only {len(chosen)} items of {turn.k} could be found."
        )
    likeness = [
        evidence.score for scored in chosen if (evidence := scored.candidate.channels.get("visual")) and evidence.score
    ]
    if likeness and max(likeness) < UNLIKE:
        yield f"Nothing in the catalog looks much like the picture (best likeness {max(likeness):.2f})."
    if not index.available:
        yield f"Chroma could not be used, an exact search answered. {index.reason}"
