"""What people did, what was learned from it, and who wants nothing of it kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from retrieval.interactions import Interaction
from retrieval.storage import events, people, tables
from retrieval.storage.checksums import sound
from retrieval.storage.database_errors import database_errors
from retrieval.storage.events import Company, InteractionState
from retrieval.storage.store.named import NamedStore

_RATING_TOP = "rating top"


class PeopleStore(NamedStore):
    """The part of the store that holds what people did."""

    def put_interactions(self, interactions: Iterable[Interaction]) -> int:
        """Keep events; one of the same person, item, kind and time is the same event, its value is replaced.

        Events of items that are not stored are kept too, and count once the item is; those of people who opted out
        are not kept.

        Returns:
            How many were not there before.
        """
        with self._transaction() as db:
            return events.put(db, interactions)

    def withdraw(self, user: str, item_id: str, kind: str) -> int:
        """Erase all events of one kind that a person left on an item, and what was learned from events.

        Returns:
            How many there were.
        """
        with self._erasing() as db:
            erased = events.erase(db, user, item_id, kind)
        self._empty_log()
        return erased

    def interactions(self, user: str | None = None) -> Iterator[Interaction]:
        """All events, or those of one person: by person, then by time, those without a time first, then as they came.

        Events of items that are not stored are among them; those of people who opted out only where their person is
        named.
        """
        return events.pages(self._reading, user)

    def interaction_state(self) -> InteractionState:
        """How many events there are, of how many people and items."""
        with self._reading() as db:
            return events.state(db)

    def events_by_day(self, at_s: float) -> list[tuple[str, str, int]]:
        """How many events of each kind there were on each day, in UTC, from a time on: day, kind, number."""
        with self._reading() as db:
            return events.by_day(db, at_s)

    def highest_rating(self) -> float | None:
        """The highest rating that anybody gave or was asked to give; None while nobody has rated anything."""
        with self._reading() as db:
            given: float | None = db.execute("SELECT max(value) FROM interactions WHERE kind = 'rating'").fetchone()[0]
        asked_for = self.setting(_RATING_TOP)
        return given if asked_for is None else max(float(asked_for), given or 0.0)

    def rate_up_to(self, top: float) -> None:
        """Note that ratings are asked for on a scale up to `top`: one star of five is no more than that."""
        if (self.highest_rating() or 0.0) < top:
            self.set_setting(_RATING_TOP, f"{top:g}")

    def company(
        self, item_id: str, others: Sequence[str], user: str, *, rating: float, liked: bool
    ) -> dict[str, Company]:
        """How many people chose both an item and each of `others`; those of which there are none are left out.

        Args:
            user: Somebody not to be counted.
            rating: Ratings from here on count.
            liked: Count likes and saves beside them; otherwise whatever people did but dislike.
        """
        with self._reading() as db:
            return events.company(db, item_id, others, user, rating, liked=liked)

    def learned(self) -> bytes | None:
        """The models learned from events, as they were kept; gone once an event was erased."""
        return self.blob(events.LEARNED)

    @property
    def n_erasures(self) -> int:
        """How often something that models are learned from was erased since the file was opened."""
        return self._n_erasures

    def keep_learned(self, models: bytes, n_erasures: int) -> None:
        """Keep models learned from events; they can be made anew at any time.

        Args:
            n_erasures: As it was before the events were read. Where something was erased since, perhaps by somebody
                who wants to be forgotten, the models may hold traces of it and are not kept.
        """
        with self._transaction() as db:
            if n_erasures == self._n_erasures:
                tables.put_blob(db, events.LEARNED, models)

    def opt_out(self, user: str, out: bool) -> None:
        """Keep no event of a person from now on and learn from none, or do so again; what was kept before stays."""
        with self._erasing() as db:
            people.opt_out(db, user, out)

    def opted_out(self, user: str) -> bool:
        """Whether nothing of this person may be kept or used."""
        with self._reading() as db:
            return people.opted_out(db, user)

    def who_opted_out(self) -> frozenset[str]:
        """Everybody of whom nothing may be kept or used."""
        with self._reading() as db:
            rows = db.execute(f"SELECT user FROM opted_out WHERE {sound('opted_out')}")  # noqa: S608
            return frozenset(user for (user,) in rows)

    def rows_of(self, user: str) -> dict[str, list[dict[str, object]]]:
        """All that is kept under a person's name, by table, each row by column."""
        with self._reading() as db:
            return people.rows_of(db, user)

    def delete_user(self, user: str) -> dict[str, int]:
        """Erase one person from this file and its backups, with all that was learned from them.

        Returns:
            Rows erased from this file, by table; tables that held none are left out.
        """
        with self._erasing() as db:
            erased = people.forget(db, user)
        with self._reading() as db:
            db.execute("VACUUM")  # secure_delete zeroes rows, but not copies that moving them left in their pages
        self._empty_log()
        for backup in self.path.parent.glob(f"{self.path.name}.format-*.bak"):
            with database_errors(backup):
                people.forget_in_backup(backup, user)
        return erased
