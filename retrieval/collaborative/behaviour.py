"""What all people did with the items of a catalog, as arrays to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.interactions import OPINIONS, Interaction, liking, top_of_scale
from retrieval.snapshot import Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Events = tuple[Rows, NDArray[np.float32], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Behaviour:
    """One entry per person and item, the entries of a person together and oldest first.

    Attributes:
        users: By name the number of a person.
        starts: First entry of each person, shape (n_users + 1,).
        rows: The item, shape (n,).
        likes: How much it was liked, float32 in [-1, 1], shape (n,); below 0 disliked.
        at_s: When, seconds since 1970, shape (n,); NaN where that is not known, which counts as before all others.
        n_items: Items of the catalog.
    """

    users: Mapping[str, int]
    starts: NDArray[np.intp]
    rows: Rows
    likes: NDArray[np.float32]
    at_s: NDArray[np.float64]
    n_items: int

    @classmethod
    def build(
        cls, interactions: Iterable[Interaction], rows: Mapping[str, int], highest: float | None = None
    ) -> Behaviour:
        """Behaviour towards the items of `rows`; events of other items are passed over.

        Args:
            interactions: In any order; those of one person at one time stay in the order in which they come.
            rows: Row of each item id in the catalog.
            highest: The highest rating that anybody gave, where these are not everybody's events.

        Where a person did several things with one item, the last opinion counts (a rating, a like, a dislike), or
        without one the strongest deed; its time is that of the last event.
        """
        known = sorted((event for event in interactions if event.item_id in rows), key=_by_user_and_time)
        if highest is None:
            highest = max((event.value for event in known if event.value is not None), default=1.0)
        top = top_of_scale(highest)
        users: dict[str, int] = {}
        starts, entries = [0], list[tuple[int, float, float]]()
        for user, events in groupby(known, key=attrgetter("user")):
            users[user] = len(users)
            entries += _entries(list(events), rows, top)
            starts.append(len(entries))
        return cls(
            users=users,
            starts=np.array(starts, dtype=np.intp),
            rows=np.array([row for row, _, _ in entries], dtype=np.intp),
            likes=np.array([like for _, like, _ in entries], dtype=np.float32),
            at_s=np.array([at_s for _, _, at_s in entries], dtype=np.float64),
            n_items=len(rows),
        )

    def of(self, user: str) -> Events:
        """Rows, likes and times of one person's entries, oldest first; empty for somebody unknown."""
        number = self.users.get(user)
        there = slice(0, 0) if number is None else slice(self.starts[number], self.starts[number + 1])
        return self.rows[there], self.likes[there], self.at_s[there]

    def liked(self) -> Behaviour:
        """The same people with what they liked at all: a dislike joins an item to none that others liked."""
        liked = self.likes > 0
        starts = np.concatenate(([0], np.cumsum(liked)))[self.starts]
        return replace(self, starts=starts, rows=self.rows[liked], likes=self.likes[liked], at_s=self.at_s[liked])

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many people did something with each item, shape (n_items,)."""
        return np.bincount(self.rows, minlength=self.n_items)

    def matrix(self, values: NDArray[np.float32] | None = None) -> csr_matrix:
        """People by items, float32, shape (n_users, n_items): 1 where there is an entry, or its value."""
        from scipy.sparse import csr_matrix

        data = np.ones(len(self.rows), dtype=np.float32) if values is None else values
        shape = (len(self.users), self.n_items)
        return csr_matrix((data, self.rows, self.starts), shape=shape)


def _by_user_and_time(event: Interaction) -> tuple[str, float]:
    return event.user, -np.inf if event.at_s is None else event.at_s


def _entries(events: list[Interaction], rows: Mapping[str, int], top: float) -> list[tuple[int, float, float]]:
    """Row, liking and time of each item that one person touched, by the time of the last touch."""
    touched: dict[int, tuple[float, float, bool]] = {}
    for event in events:
        row, like, opinion = rows[event.item_id], liking(event.kind, event.value, top), event.kind in OPINIONS
        # taken out and put back: a dictionary keeps its order, so the item moves to its latest touch
        earlier, _, held = touched.pop(row, (like, 0.0, opinion))
        if held and not opinion:
            like = earlier
        elif not held and not opinion:
            like = max(like, earlier)
        touched[row] = like, np.nan if event.at_s is None else event.at_s, held or opinion
    return [(row, like, at_s) for row, (like, at_s, _) in touched.items()]
