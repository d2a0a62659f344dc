"""A task: requests with known answers, and a retriever that knows only what may be known when they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.cases import Case
from retrieval.channels.registry import nearest_to_likeness
from retrieval.fusion import Pool
from retrieval.fusion.fitting import item_categories
from retrieval.query import RequestKind
from retrieval.retriever import Plan, Retriever
from retrieval.snapshot import DenseTable, Rows, Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What learned fusions may learn from: nothing of the test requests.

    Attributes:
        train: Requests to fit on.
        valid: Requests to stop by.
        knowing: Retriever for each of these requests, which knows only what may be known when it is made.
    """

    train: tuple[Case, ...]
    valid: tuple[Case, ...]
    knowing: Mapping[Case, Retriever]

    @classmethod
    def of(cls, train: Sequence[tuple[Retriever, Sequence[Case]]], valid: tuple[Retriever, Sequence[Case]]) -> Lessons:
        """Requests with the retriever that answers them."""
        knowing = {case: retriever for retriever, cases in (*train, valid) for case in cases}
        return cls(tuple(case for _, cases in train for case in cases), tuple(valid[1]), knowing)

    @property
    def plans(self) -> Mapping[RequestKind, Plan]:
        """How each kind of request is answered."""
        return self.knowing[self.train[0]].plans

    def pool(self, case: Case) -> Pool:
        """All candidates of a request, as a fusion sees them."""
        retriever = self.knowing[case]
        return retriever.pool(case.query, candidates(case, retriever.snapshot))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One division of a task; most tasks have one, k-fold has k.

    Attributes:
        retriever: Channels that know only what may be learned from; each plan has all channels.
        cases: The test requests.
        lessons: Makes the lessons when they are needed; raises `EvaluationError` where there is too little for any.
        counts: How many people did something with each item, as far as that may be known, shape (n_items,); None where
            nobody has.
    """

    retriever: Retriever
    cases: tuple[Case, ...]
    lessons: Callable[[], Lessons]
    counts: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CatalogFacts:
    """What figures beyond accuracy need to know of a catalog.

    Attributes:
        table: Vectors that likeness is measured by; None where there are none.
        kinds: Number of each item's category, -1 without one, shape (n_items,).
        counts: How many people did something with each item, shape (n_items,); None where nobody has.
        n_users: How many people there are.
    """

    table: DenseTable | None
    kinds: NDArray[np.intp]
    counts: NDArray[np.int64] | None = None
    n_users: int = 0

    @classmethod
    def of(cls, snapshot: Snapshot, counts: NDArray[np.int64] | None = None, n_users: int = 0) -> CatalogFacts:
        """What can be told of a catalog and its people."""
        table = next((snapshot.tables[name] for name in nearest_to_likeness() if name in snapshot.tables), None)
        return cls(table, item_categories(snapshot.items), counts, n_users)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is judged by.

    Attributes:
        name: In tables.
        protocol: How it is judged, in words, printed beside every figure.
        n_cases: Test requests in all parts together.
        parts: Makes the parts one after the other, so that only one is held at a time.
        facts: Of the catalog.
        identity: Changes when any request, answer, vector or interaction does.
        warnings: What a reader must know, such as labels that leak.
    """

    name: str
    protocol: str
    n_cases: int
    parts: Callable[[], Iterator[Part]]
    facts: CatalogFacts
    identity: str
    warnings: tuple[str, ...] = field(default=())


def with_all_channels(retriever: Retriever) -> Retriever:
    """A retriever like this one that asks every channel for every kind of request; the fusions decide what counts."""
    names = frozenset(channel.name for channel in retriever.channels)
    return replace(retriever, plans={kind: Plan(names, plan.fusion) for kind, plan in retriever.plans.items()})


def candidates(case: Case, snapshot: Snapshot) -> Rows:
    """The rows that may be shown: all that meet the filters and are hidden neither by case nor by query, ascending."""
    allowed = snapshot.allowed(case.query.filters)
    may = np.ones(len(snapshot.items), dtype=bool) if allowed is None else allowed.copy()
    may[case.hidden] = False
    may[case.query.hidden] = False
    return np.flatnonzero(may)


def sampled(case: Case, rows: Rows, negatives: int, dice: np.random.Generator) -> Rows:
    """The relevant candidates, and `negatives` of the others drawn by lot; all where there are no more."""
    relevant = np.isin(rows, np.fromiter(case.gains, dtype=np.intp, count=len(case.gains)))
    others = rows[~relevant]
    drawn = dice.choice(others, min(negatives, len(others)), replace=False)
    return np.sort(np.concatenate([rows[relevant], drawn]))


def two_sides(cases: Sequence[Case], share: float, seed: int) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """The cases in two parts, the first holding about this share of the groups that share their first answer.

    A request about an item is thus never on the other side than another request about the same item.
    """
    # sorted, or the order of a set would decide what the seed draws
    groups = sorted({min(case.gains) for case in cases})
    drawn = dict(zip(groups, np.random.default_rng(seed).permutation(len(groups)), strict=True))
    first = tuple(case for case in cases if drawn[min(case.gains)] < share * len(groups))
    return first, tuple(case for case in cases if drawn[min(case.gains)] >= share * len(groups))
