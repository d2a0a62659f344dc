"""Signs: what the other readers find in a turn, whatever catalog it is said to; it tells acts that look alike apart.

`No mushrooms`, `none of these` and `no thanks` begin alike, and only the first refuses a thing. Encoders see little of
that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from agent.understand.axes import axes
from agent.understand.kinds.names import kind_names
from agent.understand.references import pointed_at
from agent.understand.rules import read
from agent.understand.tokens import flat, tokens
from agent.understand.vocabulary import Vocabulary
from retrieval.schema import Schema

MOST_WORDS = 3  # of the name of a kind
N_SIGNS = 13


def signs(text: str) -> NDArray[np.float32]:
    """What is found in a text, each 0 or 1, float32 of shape (N_SIGNS,)."""
    low = flat(text)
    parsed = read(text, _no_catalog())
    likings = [sentiment.liking for sentiment in parsed.sentiments]
    kinds = {reference.kind for reference in parsed.references}
    named = [note.name for note in parsed.notes]
    pointed = any(True for _ in pointed_at(low))
    found: Sequence[bool] = (
        bool(parsed.denied),
        any(denial.lasting for denial in parsed.denied),
        "no field to order by" in named,
        "not a must-have" in named,
        "like" in kinds,
        "unlike" in kinds,
        "compare" in kinds,
        1 in likings,
        -1 in likings,
        pointed,
        _names_a_kind(low),
        _compares(low),
        bool(parsed.denied) and pointed,
    )
    return np.array(found, dtype=np.float32)


@cache
def _no_catalog() -> Vocabulary:
    return Vocabulary(Schema({}), {})


def _names_a_kind(low: str) -> bool:
    """Whether a text holds the name of a kind of thing that catalogs have."""
    forms = [token.form for token in tokens(low)]
    known = kind_names()
    stretches = (tuple(forms[at : at + n]) for n in range(1, MOST_WORDS + 1) for at in range(len(forms) - n + 1))
    return any(known.known(stretch, language) is not None for stretch in stretches for language in ("en", "zh"))


def _compares(low: str) -> bool:
    """Whether a text asks for more or less of something: `cheaper`, `too dark`, `便宜一点`."""
    return any(side.search(low) for axis in axes().values() for side in axis.sides.values())


__all__ = ["N_SIGNS", "signs"]
