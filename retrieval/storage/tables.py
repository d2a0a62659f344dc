"""Rows of the database, written and read inside a transaction that the store holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import numpy as np

from retrieval.items import Description, Item
from retrieval.matching.points import MOST_PICTURES, LocalPoints
from retrieval.storage import codec, events
from retrieval.storage.checksums import sound
from retrieval.storage.stored import Embedded, StoredItem
from retrieval.text.aloud import is_description

BESIDE = frozenset({"reviews"})  # channels whose vectors are of what others say of items, and stay when these change


def put_item(db: sqlite3.Connection, entry: StoredItem) -> None:
    """Store an item, replacing its earlier version, its references and its vectors."""
    item = entry.item
    seq = number(
        db,
        """INSERT INTO items (id, digest, body) VALUES (?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, body = excluded.body RETURNING seq""",
        item.id,
        entry.digest,
        codec.item_to_json(item),
    )
    _refer_to_descriptions(db, seq, item.descriptions)
    for channel, embedded in entry.vectors.items():
        _declare_channel(db, channel, embedded)
    # what was there is compared with what comes, so that words that change alone are not indexed anew
    before = _vectors_by_channel(db, seq)
    for channel in before.keys() - (BESIDE - entry.vectors.keys()):
        db.execute("DELETE FROM item_vectors WHERE item = ? AND channel = ?", (seq, channel))
    for channel, embedded in entry.vectors.items():
        _insert_vectors(db, channel, seq, embedded)
    after = _vectors_by_channel(db, seq)
    for channel in before.keys() | after.keys():
        if before.get(channel) != after.get(channel):
            _mark_item(db, channel, item.id, parts=len(before.get(channel, ())))
    # vectors are shared by content: only those that no item refers to any more go
    _prune_vectors(db, (vector for vectors in before.values() for vector in vectors))
    _put_points(db, seq, entry.points)


def delete_item(db: sqlite3.Connection, item_id: str) -> None:
    """Erase an item, its vectors, what people did with it, and the descriptions of media that no other item has."""
    # before the item is looked for: events may wait for one that was never stored
    if db.execute("DELETE FROM interactions WHERE item = ?", (item_id,)).rowcount:
        events.forget_learned(db)
    for table in ("reviews", "review_digests"):
        db.execute(f"DELETE FROM {table} WHERE item = ?", (item_id,))  # noqa: S608 (names of ours)
    row = db.execute("SELECT seq FROM items WHERE id = ?", (item_id,)).fetchone()
    if row is None:
        return
    seq = row[0]
    vectors = _vectors_by_channel(db, seq)
    media = db.execute("SELECT DISTINCT media FROM item_descriptions WHERE item = ?", (seq,)).fetchall()
    db.execute("DELETE FROM items WHERE seq = ?", (seq,))
    for channel, old in vectors.items():
        _mark_item(db, channel, item_id, parts=len(old))
    _prune_vectors(db, (vector for old in vectors.values() for vector in old))
    db.executemany(
        """DELETE FROM descriptions
           WHERE media = :media AND NOT EXISTS (SELECT 1 FROM item_descriptions WHERE media = :media)""",
        [{"media": sha256} for (sha256,) in media],
    )


def put_description(db: sqlite3.Connection, description: Description) -> None:
    """Keep a description, replacing an earlier one of the same medium, origin and version."""
    db.execute(
        """INSERT INTO descriptions (media, origin, version, body) VALUES (?, ?, ?, ?)
           ON CONFLICT (media, origin, version) DO UPDATE SET body = excluded.body""",
        (description.media, description.origin, description.version, codec.description_to_json(description)),
    )


def with_descriptions(db: sqlite3.Connection, rows: Sequence[tuple[int, str, str]]) -> list[Item]:
    """The items of these (seq, id, body) rows, which are in order of seq and leave none between them out.

    What older versions kept as descriptions, and says nothing of its medium, is none.
    """
    if not rows:
        return []
    descriptions: dict[int, list[Description]] = {}
    cursor = db.execute(
        f"""SELECT item, media, origin, version, body
           FROM item_descriptions LEFT JOIN descriptions USING (media, origin, version)
           WHERE item BETWEEN ? AND ? AND {sound("item_descriptions")} AND {sound("descriptions")}
           ORDER BY item, position""",  # noqa: S608 (names of ours)
        (rows[0][0], rows[-1][0]),
    )
    for seq, *row in cursor:
        description = codec.description_from_json(*row)
        if is_description(description):
            descriptions.setdefault(seq, []).append(description)
    return [codec.item_from_json(item_id, body, tuple(descriptions.get(seq, ()))) for seq, item_id, body in rows]


def embedded(db: sqlite3.Connection, item_id: str) -> dict[str, Embedded]:
    """The vectors of an item by channel."""
    parts_of: dict[tuple[str, str, int], list[tuple[str, bytes]]] = {}
    cursor = db.execute(
        f"""SELECT channel, channels.model, searchable, content, data FROM item_vectors
           LEFT JOIN vectors ON vectors.id = vector LEFT JOIN channels ON channels.name = channel
           WHERE item = (SELECT seq FROM items WHERE id = ?)
           AND {sound("item_vectors")} AND {sound("vectors")} AND {sound("channels")}
           ORDER BY channel, part""",  # noqa: S608 (names of ours)
        (item_id,),
    )
    for channel, model, searchable, content, data in cursor:
        parts_of.setdefault((channel, model, searchable), []).append((content, data))
    return {
        channel: Embedded(
            model,
            tuple(content for content, _ in parts),
            np.stack([np.frombuffer(data, "<f4") for _, data in parts]),
            bool(searchable),
        )
        for (channel, model, searchable), parts in parts_of.items()
    }


def replace_channel(db: sqlite3.Connection, channel: str, ids: Sequence[str], embedded: Embedded) -> bool:
    """Give a channel these vectors and no others; False when it held exactly them already."""
    _declare_channel(db, channel, embedded)
    parts = number_parts(ids)
    wanted = {(item_id, part, content) for item_id, part, content in zip(ids, parts, embedded.contents, strict=True)}
    held = set(
        db.execute(
            """SELECT items.id, part, content FROM item_vectors
               JOIN items ON items.seq = item JOIN vectors ON vectors.id = vector WHERE channel = ?""",
            (channel,),
        )
    )
    if wanted == held:
        return False
    seqs: dict[str, int] = dict(db.execute("SELECT id, seq FROM items"))
    # all or none: half a channel would answer searches as if it were whole
    if missing := next((item_id for item_id in ids if item_id not in seqs), None):
        raise ValueError(f"item {missing!r} is not stored")
    empty_channel(db, channel)
    for row, (item_id, part) in enumerate(zip(ids, parts, strict=True)):
        _refer_to_vector(db, channel, seqs[item_id], part, _insert_vector(db, embedded, row))
    return True


def put_channel_vectors(db: sqlite3.Connection, channel: str, item_id: str, embedded: Embedded | None) -> None:
    """Give an item these vectors in a channel and no others, or none; its other channels keep theirs."""
    row = db.execute("SELECT seq FROM items WHERE id = ?", (item_id,)).fetchone()
    if row is None:
        return
    before = _vectors_by_channel(db, row[0]).get(channel, [])
    if embedded is not None:
        _declare_channel(db, channel, embedded)
    db.execute("DELETE FROM item_vectors WHERE item = ? AND channel = ?", (row[0], channel))
    if embedded is not None:
        _insert_vectors(db, channel, row[0], embedded)
    if _vectors_by_channel(db, row[0]).get(channel, []) != before:
        _mark_item(db, channel, item_id, parts=len(before))
    _prune_vectors(db, before)


def put_setting(db: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a text under a name."""
    db.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def put_blob(db: sqlite3.Connection, name: str, value: bytes) -> None:
    """Keep bytes under a name."""
    db.execute(
        "INSERT INTO blobs (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def number(db: sqlite3.Connection, query: str, *values: str | int) -> int:
    """The single number a query answers."""
    answer: int = db.execute(query, values).fetchone()[0]
    return answer


def points(db: sqlite3.Connection, item_id: str) -> dict[str, LocalPoints]:
    """The points of an item's pictures, by digest of the picture."""
    cursor = db.execute(
        f"""SELECT media, data FROM item_points
           WHERE item = (SELECT seq FROM items WHERE id = ?) AND {sound("item_points")} ORDER BY part""",  # noqa: S608
        (item_id,),
    )
    return {media: LocalPoints.from_bytes(data) for media, data in cursor}


def _put_points(db: sqlite3.Connection, seq: int, pictures: Mapping[str, LocalPoints]) -> None:
    db.execute("DELETE FROM item_points WHERE item = ?", (seq,))
    db.executemany(
        "INSERT INTO item_points (item, part, media, data) VALUES (?, ?, ?, ?)",
        [
            (seq, part, media, of_picture.to_bytes())
            for part, (media, of_picture) in enumerate(islice(pictures.items(), MOST_PICTURES))
        ],
    )


def _refer_to_descriptions(db: sqlite3.Connection, seq: int, descriptions: Sequence[Description]) -> None:
    for description in descriptions:
        put_description(db, description)
    db.execute("DELETE FROM item_descriptions WHERE item = ?", (seq,))
    db.executemany(
        "INSERT INTO item_descriptions (item, position, media, origin, version) VALUES (?, ?, ?, ?, ?)",
        [(seq, position, d.media, d.origin, d.version) for position, d in enumerate(descriptions)],
    )


def _declare_channel(db: sqlite3.Connection, channel: str, embedded: Embedded) -> None:
    if not embedded.contents:
        return
    wanted = (embedded.model, embedded.vectors.shape[1], int(embedded.searchable))
    row = db.execute("SELECT model, dim, searchable FROM channels WHERE name = ?", (channel,)).fetchone()
    if row == wanted:
        return
    if row is not None:  # vectors of different models are never compared
        empty_channel(db, channel)
    db.execute(
        """INSERT INTO channels (name, model, dim, searchable) VALUES (?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE
           SET model = excluded.model, dim = excluded.dim, searchable = excluded.searchable""",
        (channel, *wanted),
    )


def empty_channel(db: sqlite3.Connection, channel: str) -> None:
    """Erase the vectors of a channel."""
    old = db.execute("SELECT DISTINCT vector FROM item_vectors WHERE channel = ?", (channel,)).fetchall()
    db.execute("DELETE FROM item_vectors WHERE channel = ?", (channel,))
    _prune_vectors(db, (vector for (vector,) in old))
    _mark_channel(db, channel)


def _vectors_by_channel(db: sqlite3.Connection, seq: int) -> dict[str, list[int]]:
    by_channel: dict[str, list[int]] = {}
    for channel, vector in db.execute(
        "SELECT channel, vector FROM item_vectors WHERE item = ? ORDER BY channel, part", (seq,)
    ):
        by_channel.setdefault(channel, []).append(vector)
    return by_channel


def _insert_vectors(db: sqlite3.Connection, channel: str, seq: int, embedded: Embedded) -> None:
    for part in range(len(embedded.contents)):
        _refer_to_vector(db, channel, seq, part, _insert_vector(db, embedded, part))


def _refer_to_vector(db: sqlite3.Connection, channel: str, seq: int, part: int, vector: int) -> None:
    db.execute(
        "INSERT INTO item_vectors (channel, item, part, vector) VALUES (?, ?, ?, ?)", (channel, seq, part, vector)
    )


def _insert_vector(db: sqlite3.Connection, embedded: Embedded, at: int) -> int:
    # The first vector of a content stays: encoders differ in the last bits from batch to batch.
    key = (embedded.model, embedded.contents[at])
    row = db.execute("SELECT id FROM vectors WHERE model = ? AND content = ?", key).fetchone()
    if row is None:
        data = embedded.vectors[at].astype("<f4").tobytes()
        row = db.execute(
            "INSERT INTO vectors (model, content, data) VALUES (?, ?, ?) RETURNING id", (*key, data)
        ).fetchone()
    vector: int = row[0]
    return vector


def _prune_vectors(db: sqlite3.Connection, vectors: Iterable[int]) -> None:
    db.executemany(
        "DELETE FROM vectors WHERE id = :id AND NOT EXISTS (SELECT 1 FROM item_vectors WHERE vector = :id)",
        [{"id": vector} for vector in vectors],
    )


def number_parts(ids: Sequence[str]) -> list[int]:
    """The number of each row among those of the same item, from 0."""
    seen: dict[str, int] = {}
    parts = []
    for item_id in ids:
        parts.append(seen.get(item_id, 0))
        seen[item_id] = parts[-1] + 1
    return parts


def _mark_item(db: sqlite3.Connection, channel: str, item_id: str, *, parts: int) -> None:
    if not number(db, "SELECT searchable FROM channels WHERE name = ?", channel):
        return
    if number(db, "SELECT count(*) FROM outbox WHERE channel = ? AND item IS NULL", channel):
        _mark_channel(db, channel)  # covers this change; a new number, as the rewriting may have begun
        return
    # the index may still hold the parts of several versions ago; all of them must go
    held = number(db, "SELECT coalesce(max(parts), 0) FROM outbox WHERE channel = ? AND item = ?", channel, item_id)
    db.execute("DELETE FROM outbox WHERE channel = ? AND item = ?", (channel, item_id))
    db.execute("INSERT INTO outbox (channel, item, parts) VALUES (?, ?, ?)", (channel, item_id, max(held, parts)))


def _mark_channel(db: sqlite3.Connection, channel: str) -> None:
    db.execute("DELETE FROM outbox WHERE channel = ?", (channel,))
    db.execute("INSERT INTO outbox (channel, item, parts) VALUES (?, NULL, 0)", (channel,))
