"""What speaks for and against each candidate of a request, as numbers that mean the same in every catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agent.retrieve.fit.contrasts import contrasts, excluded_by, same_as
from agent.retrieve.fit.ground import FitGround, Sought
from agent.understand.kinds.names import kind_names
from retrieval.channels.lexical import LexicalIndex
from retrieval.channels.registry import MULTILINGUAL, TEXT
from retrieval.text.words import words

Rows = NDArray[np.intp]
Figures = NDArray[np.float64]

SURE, LIKELY = 0.85, 0.55  # grades of a kind from which an item is of it, or of the next wider one

FEATURES = (
    "met anywhere",  # share of the words of the wish that the item holds, weighted by how rare they are
    "met in names",  # the same in its title and short values
    "unknown",  # share that no item holds
    "unknown words",
    "traits met",  # share of the words that describe the kind, or of all where none is asked for
    "traits met in names",
    "traits",  # how many there are
    "context met",  # share of all other words: what it is for, and words that praise
    "context",
    "bm25",
    "text stands out",
    "multilingual stands out",
    "text lift",
    "multilingual lift",
    "text behind",
    "multilingual behind",
    "of the kind",
    "of a wider kind",
    "of another kind",  # while the catalog has the kind
    "kind not here",
    "kind in texts",
    "no kind asked",
    "works",  # a catalog whose titles tell no kinds
    "works, no kind",
    "thing of another world",
    "contrast",
    "code met",
    "code not met",
    "size",
    "foreign",
    "foreign, multilingual stands out",
    "foreign, multilingual lift",
    "words",
)


@dataclass(frozen=True, slots=True, eq=False)
class FitEvidence:
    """What speaks for and against candidates.

    Attributes:
        figures: Shape (n_candidates, len(FEATURES)).
    """

    figures: Figures

    def of(self, name: str) -> Figures:
        """One feature of all candidates."""
        return self.figures[:, FEATURES.index(name)]

    @classmethod
    def gather(
        cls, ground: FitGround, sought: Sought, rows: Rows, allowed: NDArray[np.bool_] | None = None
    ) -> FitEvidence:
        """The evidence for the candidates of a request.

        Args:
            rows: Of the candidates.
            allowed: Which items of the catalog may be shown; what others hold is not there.
        """
        columns = {
            **_wording(ground, sought, rows, allowed),
            **_likeness(ground, sought, rows),
            **_kinds(ground, sought, rows, allowed),
            **_codes(ground, sought, rows),
        }
        foreign = float(sought.language != ground.kinds.census.language)
        columns |= {
            "size": np.log10(max(1, len(ground.snapshot.items))) / 4,
            "foreign": foreign,
            "foreign, multilingual stands out": foreign * columns["multilingual stands out"],
            "foreign, multilingual lift": foreign * columns["multilingual lift"],
            "works, no kind": columns["works"] * columns["no kind asked"],
        }
        return cls(np.column_stack([np.broadcast_to(columns[name], len(rows)).astype(float) for name in FEATURES]))


_Role = Literal["kind", "trait", "context"]


@dataclass(frozen=True, slots=True)
class _WishWord:
    """A word of the wish: how rare it is, what it does there, whether any item holds it."""

    token: str
    weight: float
    role: _Role
    known: bool


def _wording(
    ground: FitGround, sought: Sought, rows: Rows, allowed: NDArray[np.bool_] | None
) -> Mapping[str, Figures | float]:
    """What the candidates hold of the words of the wish."""
    wish = _words(ground, sought, allowed)
    total = sum(word.weight for word in wish) or 1.0
    traits, context = ([word for word in wish if word.role == role] for role in ("trait", "context"))
    is_kind = _is_kind(sought, rows)
    unknown = [word for word in wish if not word.known and not (word.role == "kind" and is_kind.any())]
    return {
        "met anywhere": _met(ground.lexical, wish, rows, is_kind),
        "met in names": _met(ground.named, wish, rows, is_kind),
        "traits met": _met(ground.lexical, traits, rows, is_kind),
        "traits met in names": _met(ground.named, traits, rows, is_kind),
        "traits": min(4, len(traits)) / 4,
        "context met": _met(ground.lexical, context, rows, is_kind),
        "context": min(4, len(context)) / 4,
        "unknown": sum(word.weight for word in unknown) / total,
        "unknown words": min(3, len(unknown)) / 3,
        "contrast": _contrast(ground.lexical, [word.token for word in wish if word.role != "kind"], rows),
        "bm25": ground.lexical.scores([word.token for word in wish])[rows].astype(np.float64),
        "words": min(8, len(wish)) / 8,
    }


def _words(ground: FitGround, sought: Sought, allowed: NDArray[np.bool_] | None) -> list[_WishWord]:
    """The words of the wish; of one in another language only those that name the kind: no item can hold the rest."""
    coded = frozenset(words(" ".join(ground.codes.asked(sought.text).codes)))  # they are looked for as a whole
    tokens = [token for token in dict.fromkeys(words(sought.text)) if token not in kind_names().vague | coded]
    every = [
        _WishWord(token, ground.lexical.idf(token), _role(sought, token), _known(ground.lexical, token, allowed))
        for token in tokens
    ]
    foreign = sought.language != ground.kinds.census.language
    return [word for word in every if word.role == "kind" or word.known] if foreign else every


def _role(sought: Sought, token: str) -> _Role:
    """What a word of the wish does: name the kind, tell which of it, or tell what it is for."""
    kind = sought.kind
    if kind and token in words(kind.words):
        return "kind"
    soft = token in kind_names().never and token not in contrasts()
    return "context" if soft or (kind and token not in words(kind.phrase)) else "trait"


def _known(index: LexicalIndex, token: str, allowed: NDArray[np.bool_] | None) -> bool:
    if allowed is None:
        return index.frequency(token) > 0
    return bool(allowed[index.rows(token)].any())


def _is_kind(sought: Sought, rows: Rows) -> NDArray[np.bool_]:
    if sought.match is None:
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(sought.match.grades[rows] >= SURE)


def _met(index: LexicalIndex, wish: Sequence[_WishWord], rows: Rows, is_kind: NDArray[np.bool_]) -> Figures:
    """Share of the words that each candidate holds, weighted by how rare they are; 1 where there are none."""
    met = np.zeros(len(rows))
    for word in wish:
        held = _holding(index, same_as(word.token), rows)
        # a rucksack is a backpack, whatever it is called
        met += word.weight * (held | is_kind if word.role == "kind" else held)
    total = sum(word.weight for word in wish)
    return met / total if total else np.ones(len(rows))


def _holding(index: LexicalIndex, tokens: frozenset[str], rows: Rows) -> NDArray[np.bool_]:
    """Which of the candidates hold any of the words."""
    held = np.zeros(len(rows), dtype=bool)
    for token in tokens:
        held |= np.isin(rows, index.rows(token))
    return held


def _contrast(index: LexicalIndex, tokens: Sequence[str], rows: Rows) -> Figures:
    """How many words of the wish each candidate contradicts."""
    against = np.zeros(len(rows))
    for token in tokens:
        if others := excluded_by(token):
            against += _holding(index, others, rows) & ~_holding(index, same_as(token), rows)
    return np.minimum(against, 2) / 2


def _likeness(ground: FitGround, sought: Sought, rows: Rows) -> Mapping[str, Figures | float]:
    """How far each candidate stands out from what any words have with it, and the best of them from any best."""
    columns: dict[str, Figures | float] = {}
    for channel in (TEXT.name, MULTILINGUAL.name):
        cosines = ground.cosines(sought, channel, rows)
        known = cosines[~np.isnan(cosines)]
        top = float(known.max()) if known.size else float("nan")
        near = ground.usual.get(channel)
        stands_out = near.stand_out(cosines, rows) if near else np.zeros(len(rows))
        columns[f"{channel} stands out"] = np.clip(stands_out, -2, 8) / 4
        columns[f"{channel} lift"] = float(np.clip(near.lift(top), -3, 4)) / 2 if near else 0.0
        columns[f"{channel} behind"] = np.nan_to_num(top - cosines, nan=0.0) * 3
    return columns


def _kinds(
    ground: FitGround, sought: Sought, rows: Rows, allowed: NDArray[np.bool_] | None
) -> Mapping[str, Figures | float]:
    """How each candidate stands to the kind that is asked for."""
    works = float(not ground.kinds.census.told)
    none = np.zeros(len(rows))
    names = ("of the kind", "of a wider kind", "of another kind", "kind not here", "kind in texts")
    if sought.match is None:
        alien = float(sought.thing is not None)
        return {**dict.fromkeys(names, none), "no kind asked": 1.0, "works": works, "thing of another world": alien}
    grades = sought.match.grades
    there = grades if allowed is None else np.where(allowed, grades, 0)
    best, own = float(there.max(initial=0)), grades[rows]
    weak = float(0 < best < LIKELY)
    return {
        "of the kind": np.where(own >= SURE, 1.0, 0.0),
        "of a wider kind": np.where((own >= LIKELY) & (own < SURE), 1.0, 0.0),
        "of another kind": np.where((own < LIKELY) & (best >= LIKELY), 1.0, 0.0),
        "kind not here": float(best == 0),
        "kind in texts": np.where(own > 0, weak, 0.0),
        "no kind asked": 0.0,
        "works": works,
        "thing of another world": 0.0,
    }


def _codes(ground: FitGround, sought: Sought, rows: Rows) -> Mapping[str, Figures | float]:
    """Whether each candidate is called by the model numbers of the wish."""
    asked = ground.codes.asked(sought.text)
    if not asked.codes:
        return {"code met": 0.0, "code not met": 0.0}
    met = np.array([row in asked.rows for row in rows.tolist()], dtype=float)
    return {"code met": met, "code not met": 1 - met}


__all__ = ["FEATURES", "FitEvidence"]
