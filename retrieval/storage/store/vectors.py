"""The vectors of items, by channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.errors import WorkspaceDamaged
from retrieval.matching.points import LocalPoints
from retrieval.storage import tables
from retrieval.storage.checksums import sound
from retrieval.storage.database_errors import PUT_BACK
from retrieval.storage.store.file import StoreFile
from retrieval.storage.stored import ChannelInfo, Embedded

# joined from the left: a row that refers to one which is not there any more is none as it was written
_SOUND = f"{sound('item_vectors')} AND {sound('vectors')}"


class VectorStore(StoreFile):
    """The part of the store that holds vectors; each channel has those of one model."""

    def channels(self) -> dict[str, ChannelInfo]:
        """All channels, by name."""
        with self._reading() as db:
            rows = db.execute(
                f"""SELECT name, model, dim, searchable, count(item), count(DISTINCT item)
                    FROM channels LEFT JOIN item_vectors ON channel = name
                    WHERE {sound("channels")} GROUP BY name ORDER BY name"""  # noqa: S608 (names of ours)
            ).fetchall()
        return {row[0]: ChannelInfo(row[0], row[1], row[2], bool(row[3]), row[4], row[5]) for row in rows}

    def encoders(self) -> dict[str, str]:
        """Identity of what made the vectors of each channel that has any."""
        with self._reading() as db:
            return dict(
                db.execute(
                    "SELECT name, model FROM channels WHERE EXISTS (SELECT 1 FROM item_vectors WHERE channel = name)"
                )
            )

    def vectors(self, channel: str) -> tuple[list[str], Vectors]:
        """All vectors of a channel.

        Returns:
            Item ids, one per row, in the order of `items()`; an item with several parts is there several times.
            The rows: float32, shape (n, dim); (0, 0) for a channel that does not exist.
        """
        with self._reading() as db:
            n = tables.number(db, "SELECT count(*) FROM item_vectors WHERE channel = ?", channel)
            dim = tables.number(db, "SELECT coalesce(max(dim), 0) FROM channels WHERE name = ?", channel)
            # filled in place: a list of rows that is stacked afterwards would hold everything twice
            matrix = np.empty((n, dim), dtype=np.float32)
            ids: list[str] = []
            cursor = db.execute(
                f"""SELECT items.id, data FROM item_vectors
                   LEFT JOIN items ON items.seq = item LEFT JOIN vectors ON vectors.id = vector
                   WHERE channel = ? AND {_SOUND} ORDER BY item, part""",  # noqa: S608 (names of ours)
                (channel,),
            )
            for row, (item_id, data) in enumerate(cursor):
                matrix[row] = np.frombuffer(data, dtype="<f4")
                ids.append(item_id)
        if len(ids) != n or None in ids:
            raise WorkspaceDamaged(f"{self.path} is damaged (vectors of {channel} have no item).", PUT_BACK)
        return ids, matrix

    def item_vectors(self, channel: str, item_id: str) -> Vectors:
        """The vectors of one item in a channel, float32, shape (parts, dim); (0, 0) when it has none."""
        with self._reading() as db:
            rows = db.execute(
                f"""SELECT data FROM item_vectors LEFT JOIN vectors ON vectors.id = vector
                   WHERE channel = ? AND item = (SELECT seq FROM items WHERE id = ?) AND {_SOUND}
                   ORDER BY part""",  # noqa: S608 (names of ours)
                (channel, item_id),
            ).fetchall()
        return np.stack([np.frombuffer(data, "<f4") for (data,) in rows]) if rows else np.empty((0, 0), np.float32)

    def embedded(self, item_id: str) -> dict[str, Embedded]:
        """The vectors of one item by channel, as they were put."""
        with self._reading() as db:
            return tables.embedded(db, item_id)

    def points(self, item_ids: Iterable[str]) -> dict[str, dict[str, LocalPoints]]:
        """By item the points of its pictures, by digest of the picture; empty for one without any."""
        with self._reading() as db:
            return {item_id: tables.points(db, item_id) for item_id in item_ids}

    def cached_vectors(self, model: str, contents: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors already known, by content digest, each of shape (dim,); unknown digests are left out."""
        known: dict[str, NDArray[np.float32]] = {}
        with self._reading() as db:
            for content in contents:
                row = db.execute(
                    f"SELECT data FROM vectors WHERE model = ? AND content = ? AND {sound('vectors')}",  # noqa: S608
                    (model, content),
                ).fetchone()
                if row is not None:
                    known[content] = np.frombuffer(row[0], "<f4")
        return known

    def empty_channels(self, channels: Iterable[str]) -> None:
        """Erase the vectors of channels, and have every item described and embedded anew by the next ingest."""
        with self._transaction() as db:
            there = {name for (name,) in db.execute("SELECT name FROM channels")}
            for channel in there.intersection(channels):
                tables.empty_channel(db, channel)
            # no item has an empty digest, so every one of them looks changed
            db.execute("UPDATE items SET digest = ''")

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
