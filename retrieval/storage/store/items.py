"""Items, and what was perceived in their media."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from retrieval.items import Description, Item
from retrieval.storage import codec, tables
from retrieval.storage.checksums import sound
from retrieval.storage.store.file import StoreFile
from retrieval.storage.stored import StoredItem

_PAGE = 500  # items read under one hold of the lock
_SOUND = sound("items")


class ItemStore(StoreFile):
    """The part of the store that holds items, and descriptions from the moment they are made."""

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
            return dict(db.execute(f"SELECT id, digest FROM items WHERE {_SOUND} ORDER BY seq"))  # noqa: S608 (names of ours)

    def digest(self, item_id: str) -> str | None:
        """The digest of one item; None where there is no such item."""
        with self._reading() as db:
            row = db.execute(f"SELECT digest FROM items WHERE id = ? AND {_SOUND}", (item_id,)).fetchone()  # noqa: S608
        return None if row is None else row[0]

    def items(self) -> Iterator[Item]:
        """All items, in order of first ingestion."""
        last = -1
        while True:
            # page by page, so that nobody waits for the lock while a large catalog is read
            page = self.page(last, _PAGE)
            yield from (item for _, item in page)
            if len(page) < _PAGE:
                return
            last = page[-1][0]

    def item(self, item_id: str) -> Item | None:
        """One item, or None."""
        with self._reading() as db:
            rows = db.execute(f"SELECT seq, id, body FROM items WHERE id = ? AND {_SOUND}", (item_id,)).fetchall()  # noqa: S608
            return next(iter(tables.with_descriptions(db, rows)), None)

    def page(self, after: int, n: int) -> list[tuple[int, Item]]:
        """The `n` items that follow the place `after`, each with its own place; places grow, and begin above -1."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT seq, id, body FROM items WHERE seq > ? AND {_SOUND} ORDER BY seq LIMIT ?",  # noqa: S608
                (after, n),
            ).fetchall()
            items = tables.with_descriptions(db, rows)
        return [(seq, item) for (seq, _, _), item in zip(rows, items, strict=True)]

    def move_media(self, before: str, after: str) -> None:
        """Let the media of items lie in another folder than they did."""
        # as the paths stand in the text of the rows: escaped, and with the slash, or `/media` would match `/media-old`
        old, new = (json.dumps(f"{folder}/", ensure_ascii=False)[1:-1] for folder in (before, after))
        with self._transaction() as db:
            db.execute(
                "UPDATE items SET body = replace(body, :old, :new) WHERE instr(body, :old)", {"old": old, "new": new}
            )

    def mentions(self, text: str) -> bool:
        """Whether the row of any item holds this text, such as the name of a file."""
        with self._reading() as db:
            return bool(tables.number(db, "SELECT EXISTS (SELECT 1 FROM items WHERE instr(body, ?))", text))

    def count(self) -> int:
        """How many items there are."""
        with self._reading() as db:
            return tables.number(db, "SELECT count(*) FROM items")

    def description(self, media_sha256: str, origin: str, version: str) -> Description | None:
        """What this origin in this version perceived in a medium, or None."""
        with self._reading() as db:
            row = db.execute(
                f"""SELECT body FROM descriptions
                    WHERE media = ? AND origin = ? AND version = ? AND {sound("descriptions")}""",  # noqa: S608
                (media_sha256, origin, version),
            ).fetchone()
        return None if row is None else codec.description_from_json(media_sha256, origin, version, row[0])

    def put_description(self, *descriptions: Description) -> None:
        """Keep descriptions, whether or not their items are stored already."""
        with self._transaction() as db:
            for description in descriptions:
                tables.put_description(db, description)
