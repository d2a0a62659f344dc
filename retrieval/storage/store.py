"""The truth on disk: items, what was perceived in them, their vectors, and what the index has still to learn."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.interactions import Interaction
from retrieval.items import Description, Item
from retrieval.storage import codec, conversations, events, exchanges, people, tables
from retrieval.storage.conversations import StoredTurn
from retrieval.storage.database import connect, database_errors, schema_version
from retrieval.storage.events import Company, InteractionState
from retrieval.storage.exchanges import Listed, StoredExchange
from retrieval.storage.stored import ChannelInfo, Embedded, Pending, StoredItem

_PAGE = 500  # items read under one hold of the lock
_SEAL = "index_seal"
_RATING_TOP = "rating top"


class Store:
    """One SQLite file. Every method that writes is one transaction: when it returns, the change is on disk.

    Usable from several threads of one process. Every method raises `WorkspaceError` when the disk is full or the
    file cannot be read or written; nothing is then half written.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._db = db
        self._lock = threading.RLock()
        self._n_erasures = 0

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Store:
        """Open or create the database file.

        Raises:
            WorkspaceNewer: it was written by a newer version.
            WorkspaceError: it cannot be opened.
        """
        return cls(connect(path, read_only=read_only), path)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock, database_errors(self.path):
            self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Items

    def put(self, entries: Sequence[StoredItem]) -> None:
        """Store items, each replacing its earlier version wholly: all of them, or on an error none."""
        with self._transaction() as db:
            for entry in entries:
                tables.put_item(db, entry)

    def delete(self, item_ids: Iterable[str]) -> None:
        """Erase items with their vectors, interactions and all descriptions of media that no other item has."""
        with self._erasing() as db:
            for item_id in item_ids:
                tables.delete_item(db, item_id)
        self._empty_log()

    def digests(self) -> dict[str, str]:
        """The digest of every item, by id, in order of first ingestion."""
        with self._reading() as db:
            return dict(db.execute("SELECT id, digest FROM items ORDER BY seq"))

    def digest(self, item_id: str) -> str | None:
        """The digest of one item; None where there is no such item."""
        with self._reading() as db:
            row = db.execute("SELECT digest FROM items WHERE id = ?", (item_id,)).fetchone()
        return None if row is None else row[0]

    def items(self) -> Iterator[Item]:
        """All items, in order of first ingestion."""
        last = -1
        while True:
            page = self.page(last, _PAGE)
            yield from (item for _, item in page)
            if len(page) < _PAGE:
                return
            last = page[-1][0]

    def item(self, item_id: str) -> Item | None:
        """One item, or None."""
        with self._reading() as db:
            found = db.execute("SELECT seq, id, body FROM items WHERE id = ?", (item_id,)).fetchall()
            return next(iter(tables.with_descriptions(db, found)), None)

    def page(self, after: int, n: int) -> list[tuple[int, Item]]:
        """The `n` items that follow the place `after`, each with its own place; places grow, and begin above -1."""
        with self._reading() as db:
            found = db.execute(
                "SELECT seq, id, body FROM items WHERE seq > ? ORDER BY seq LIMIT ?", (after, n)
            ).fetchall()
            items = tables.with_descriptions(db, found)
        return [(seq, item) for (seq, _, _), item in zip(found, items, strict=True)]

    def move_media(self, before: str, after: str) -> None:
        """Let the media of items lie in another folder than they did."""
        old, new = (json.dumps(f"{folder}/", ensure_ascii=False)[1:-1] for folder in (before, after))
        with self._transaction() as db:
            db.execute("UPDATE items SET body = replace(body, ?1, ?2) WHERE instr(body, ?1)", (old, new))

    def mentions(self, text: str) -> bool:
        """Whether the row of any item holds this text, such as the name of a file."""
        with self._reading() as db:
            return bool(tables.number(db, "SELECT EXISTS (SELECT 1 FROM items WHERE instr(body, ?))", text))

    def count(self) -> int:
        """How many items there are."""
        with self._reading() as db:
            return tables.number(db, "SELECT count(*) FROM items")

    # What people did

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

    def highest_rating(self) -> float | None:
        """The highest rating that anybody gave or was asked to give; None while nobody has rated anything."""
        with self._reading() as db:
            found: float | None = db.execute("SELECT max(value) FROM interactions WHERE kind = 'rating'").fetchone()[0]
        asked = self.setting(_RATING_TOP)
        return found if asked is None else max(float(asked), found or 0.0)

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
            return frozenset(user for (user,) in db.execute("SELECT user FROM opted_out"))

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

    # Conversations

    def put_turn(self, conversation: str, number: int, turn: StoredTurn) -> None:
        """Keep a turn of a conversation under its number, from 1."""
        with self._transaction() as db:
            conversations.put(db, conversation, number, turn)

    def turns(self, conversation: str) -> list[StoredTurn]:
        """All turns of a conversation, in order; none where there is no such conversation."""
        with self._reading() as db:
            return conversations.turns(db, conversation)

    def drop_turns(self, conversation: str, after: int) -> None:
        """Erase the turns with a higher number."""
        with self._transaction() as db:
            conversations.drop(db, conversation, after)

    def put_exchange(self, conversation: str, number: int, exchange: StoredExchange) -> None:
        """Keep what was asked and answered in a conversation under its number, from 1."""
        with self._transaction() as db:
            exchanges.put(db, conversation, number, exchange)

    def exchanges(self, conversation: str, user: str) -> list[StoredExchange]:
        """All exchanges of a person's conversation, in order; none where they have no such conversation."""
        with self._reading() as db:
            return exchanges.of_conversation(db, conversation, user)

    def conversations(self, user: str, most: int = 100) -> list[Listed]:
        """A person's conversations, the one spoken in last first."""
        with self._reading() as db:
            return exchanges.of_user(db, user, most)

    def drop_exchanges(self, conversation: str, user: str, after: int) -> None:
        """Erase a person's exchanges with a higher number; after 0, the conversation with its turns."""
        with self._transaction() as db:
            exchanges.drop(db, conversation, user, after)

    # Descriptions, kept from the moment they are made

    def description(self, media_sha256: str, origin: str, version: str) -> Description | None:
        """What this origin in this version perceived in a medium, or None."""
        with self._reading() as db:
            row = db.execute(
                "SELECT body FROM descriptions WHERE media = ? AND origin = ? AND version = ?",
                (media_sha256, origin, version),
            ).fetchone()
        return None if row is None else codec.description_from_json(media_sha256, origin, version, row[0])

    def put_description(self, *descriptions: Description) -> None:
        """Keep descriptions, whether or not their items are stored already."""
        with self._transaction() as db:
            for description in descriptions:
                tables.put_description(db, description)

    # Vectors

    def channels(self) -> dict[str, ChannelInfo]:
        """All channels, by name."""
        with self._reading() as db:
            found = db.execute(
                """SELECT name, model, dim, searchable, count(item), count(DISTINCT item)
                   FROM channels LEFT JOIN item_vectors ON channel = name GROUP BY name ORDER BY name"""
            ).fetchall()
        return {row[0]: ChannelInfo(row[0], row[1], row[2], bool(row[3]), row[4], row[5]) for row in found}

    def encoders(self) -> dict[str, str]:
        """Identity of what made the vectors of each channel."""
        with self._reading() as db:
            return dict(db.execute("SELECT name, model FROM channels"))

    def vectors(self, channel: str) -> tuple[list[str], Vectors]:
        """All vectors of a channel.

        Returns:
            Item ids, one per row, in the order of `items()`; an item with several parts is there several times.
            The rows: float32, shape (n, dim); (0, 0) for a channel that does not exist.
        """
        with self._reading() as db:
            n = tables.number(db, "SELECT count(*) FROM item_vectors WHERE channel = ?", channel)
            dim = tables.number(db, "SELECT coalesce(max(dim), 0) FROM channels WHERE name = ?", channel)
            matrix = np.empty((n, dim), dtype=np.float32)
            ids: list[str] = []
            cursor = db.execute(
                """SELECT items.id, data FROM item_vectors
                   JOIN items ON items.seq = item JOIN vectors ON vectors.id = vector
                   WHERE channel = ? ORDER BY item, part""",
                (channel,),
            )
            for row, (item_id, data) in enumerate(cursor):
                matrix[row] = np.frombuffer(data, dtype="<f4")
                ids.append(item_id)
        return ids, matrix

    def item_vectors(self, channel: str, item_id: str) -> Vectors:
        """The vectors of one item in a channel, float32, shape (parts, dim); (0, 0) when it has none."""
        with self._reading() as db:
            found = db.execute(
                """SELECT data FROM item_vectors JOIN vectors ON vectors.id = vector
                   WHERE channel = ? AND item = (SELECT seq FROM items WHERE id = ?) ORDER BY part""",
                (channel, item_id),
            ).fetchall()
        return np.stack([np.frombuffer(data, "<f4") for (data,) in found]) if found else np.empty((0, 0), np.float32)

    def embedded(self, item_id: str) -> dict[str, Embedded]:
        """The vectors of one item by channel, as they were put."""
        with self._reading() as db:
            return tables.embedded(db, item_id)

    def cached_vectors(self, model: str, contents: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors already known, by content digest, each of shape (dim,); unknown digests are left out."""
        found: dict[str, NDArray[np.float32]] = {}
        with self._reading() as db:
            for content in contents:
                row = db.execute(
                    "SELECT data FROM vectors WHERE model = ? AND content = ?", (model, content)
                ).fetchone()
                if row is not None:
                    found[content] = np.frombuffer(row[0], "<f4")
        return found

    def replace_channel(
        self,
        channel: str,
        model: str,
        ids: Sequence[str],
        matrix: Vectors,
        *,
        blobs: Mapping[str, bytes] | None = None,
    ) -> bool:
        """Give a searchable channel these vectors and no others, and have its index built anew.

        Args:
            channel: Name of the channel.
            model: Identity of what made the vectors.
            ids: Item of each row; all of them stored. Rows of one item are its parts, in order.
            matrix: float32, shape (len(ids), dim).
            blobs: Saved in the same transaction, for example the mapping that made the vectors.

        Returns:
            False when the channel held exactly this already, so that there is nothing to index.
        """
        contents = tuple(sha256(row.tobytes()).hexdigest() for row in matrix)
        Embedded(model, contents, matrix)  # the same checks
        if len(ids) != len(matrix):
            raise ValueError(f"{len(ids)} ids do not fit {len(matrix)} vectors")
        with self._transaction() as db:
            for name, value in (blobs or {}).items():
                tables.put_blob(db, name, value)
            return tables.replace_channel(db, channel, ids, Embedded(model, contents, matrix))

    # Small things by name

    def setting(self, name: str) -> str | None:
        """A small text kept under this name, or None."""
        with self._reading() as db:
            row = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def set_setting(self, name: str, value: str) -> None:
        """Keep a small text under a name."""
        with self._transaction() as db:
            tables.put_setting(db, name, value)

    def blob(self, name: str) -> bytes | None:
        """Bytes kept under this name, or None."""
        with self._reading() as db:
            row = db.execute("SELECT value FROM blobs WHERE name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def set_blob(self, name: str, value: bytes) -> None:
        """Keep bytes under a name."""
        with self._transaction() as db:
            tables.put_blob(db, name, value)

    def replace_blobs(self, prefix: str, blobs: Mapping[str, bytes], settings: Mapping[str, str]) -> None:
        """Keep these texts and bytes, and of the bytes whose names begin with `prefix` no others."""
        with self._transaction() as db:
            db.execute("DELETE FROM blobs WHERE substr(name, 1, ?) = ?", (len(prefix), prefix))
            for name, value in blobs.items():
                tables.put_blob(db, name, value)
            for name, text in settings.items():
                tables.put_setting(db, name, text)

    # What the index has still to learn

    def pending(self, limit: int | None = None) -> list[Pending]:
        """Changes the index does not know yet, oldest first."""
        with self._reading() as db:
            found = db.execute(
                "SELECT seq, channel, item, parts FROM outbox ORDER BY seq LIMIT ?",
                (-1 if limit is None else limit,),
            )
            return [Pending(*row) for row in found]

    def n_pending(self) -> int:
        """How many changes the index does not know yet."""
        with self._reading() as db:
            return tables.number(db, "SELECT count(*) FROM outbox")

    def settle(self, up_to: int) -> None:
        """Forget the pending changes up to and including number `up_to`: the index knows them now."""
        with self._transaction() as db:
            db.execute("DELETE FROM outbox WHERE seq <= ?", (up_to,))
            tables.put_setting(db, _SEAL, secrets.token_hex(8))

    def seal(self) -> str:
        """A random word that changes with every `settle`; the index that was settled with keeps a copy of it."""
        return self.setting(_SEAL) or ""

    # About the file

    def schema_version(self) -> int:
        """Format of the file."""
        with self._reading() as db:
            return schema_version(db)

    def damage(self) -> str | None:
        """What SQLite's own check finds wrong with the file, or None. Reads the whole file."""
        with self._reading() as db:
            found: str = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        return None if found == "ok" else found

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Nobody writes meanwhile, so that all that is read in here is of one state."""
        with self._lock:
            yield

    def _empty_log(self) -> None:
        with self._reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # or erased text would live on in it

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, database_errors(self.path):
            yield self._db

    @contextmanager
    def _erasing(self) -> Iterator[sqlite3.Connection]:
        with self._transaction() as db:
            self._n_erasures += 1
            yield db

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:  # not committed, and SQLite has not rolled back by itself
                    db.execute("ROLLBACK")


__all__ = ["ChannelInfo", "Embedded", "Pending", "Store", "StoredItem", "StoredTurn"]
