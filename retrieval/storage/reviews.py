"""Rows of reviews and of their digests, written and read inside a transaction that the store holds."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence

from retrieval.reviews.review import Review
from retrieval.storage import tables
from retrieval.storage.checksums import sound
from retrieval.storage.stored import Embedded

(CHANNEL,) = tables.BESIDE
_SALT = "reviewer salt"  # name of the setting without which nobody can try out names
_COLUMNS = "item, user, stars, top, title, text, at_s"
_SOUND = sound("reviews")


def put(db: sqlite3.Connection, reviews: Iterable[Review]) -> int:
    """Keep reviews of people who have not opted out; returns how many were not there before."""
    out, before = _out(db), count(db)
    for review in reviews:
        if review.user in out:
            continue
        row = db.execute(
            f"""INSERT INTO reviews (key, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET
                    stars = excluded.stars, top = excluded.top, title = excluded.title, text = excluded.text
                WHERE stars IS NOT excluded.stars OR title <> excluded.title OR text <> excluded.text
                RETURNING 1""",  # noqa: S608 (names of ours)
            (
                *(review.key, review.item_id, review.user, review.stars, review.top),
                *(review.title, review.text, review.at_s),
            ),
        ).fetchone()
        if row is not None:
            _mark(db, review.item_id)
    return count(db) - before


def of_item(db: sqlite3.Connection, item_id: str) -> list[Review]:
    """The reviews of an item by people who have not opted out, as they came."""
    out = _out(db)
    rows = db.execute(f"SELECT {_COLUMNS} FROM reviews WHERE item = ? AND {_SOUND} ORDER BY seq", (item_id,))  # noqa: S608
    return [Review(*row) for row in rows if row[1] not in out]


def page(db: sqlite3.Connection, after: int, n: int) -> list[tuple[int, Review]]:
    """The `n` reviews that came after number `after`, each with its number, and those who opted out left out."""
    out = _out(db)
    rows = db.execute(
        f"SELECT seq, {_COLUMNS} FROM reviews WHERE seq > ? AND {_SOUND} ORDER BY seq LIMIT ?",  # noqa: S608
        (after, n),
    ).fetchall()
    return [(row[0], Review(*row[1:])) for row in rows if row[2] not in out]


def count(db: sqlite3.Connection) -> int:
    """How many reviews there are."""
    return tables.number(db, "SELECT count(*) FROM reviews")


def stale(db: sqlite3.Connection) -> list[str]:
    """The items of the catalog whose reviews have changed since they were read."""
    rows = db.execute(
        f"""SELECT item FROM review_digests JOIN items ON items.id = item
            WHERE stale AND {sound("review_digests")} ORDER BY items.seq"""  # noqa: S608
    )
    return [item for (item,) in rows]


def make_stale(db: sqlite3.Connection, item_ids: Sequence[str] | None = None) -> None:
    """Have the reviews of these items read anew, or all of them."""
    if item_ids is None:
        db.execute("UPDATE review_digests SET stale = 1")
    else:
        db.executemany("UPDATE review_digests SET stale = 1 WHERE item = ?", [(item_id,) for item_id in item_ids])


def keep_digest(db: sqlite3.Connection, item_id: str, body: str, embedded: Embedded | None) -> None:
    """Keep what was made of an item's reviews; the vectors of earlier ones go."""
    db.execute(
        """INSERT INTO review_digests (item, body, stale) VALUES (?, ?, 0)
           ON CONFLICT (item) DO UPDATE SET body = excluded.body, stale = 0""",
        (item_id, body),
    )
    tables.put_channel_vectors(db, CHANNEL, item_id, embedded)


def digest(db: sqlite3.Connection, item_id: str) -> str:
    """What was made of an item's reviews; empty where nothing was."""
    row = db.execute(
        f"SELECT body FROM review_digests WHERE item = ? AND {sound('review_digests')}",  # noqa: S608
        (item_id,),
    ).fetchone()
    return "" if row is None else row[0]


def let_go(db: sqlite3.Connection, names: Sequence[str]) -> None:
    """Erase what was made of the reviews of items of which one of these wrote, and have what is left read anew."""
    marks = ", ".join("?" * len(names))
    items = db.execute(f"SELECT DISTINCT item FROM reviews WHERE user IN ({marks})", names).fetchall()  # noqa: S608
    for (item_id,) in items:
        db.execute("UPDATE review_digests SET body = '', stale = 1 WHERE item = ?", (item_id,))
        tables.put_channel_vectors(db, CHANNEL, item_id, None)


def pseudonym(db: sqlite3.Connection, name: str) -> str:
    """What stands for a name or an address of somebody: the same for the same one, and nothing that leads back."""
    salt = _salt(db)
    if salt is None:
        salt = secrets.token_hex(16)
        tables.put_setting(db, _SALT, salt)
    return _pseudonym(name, salt)


def names_of(db: sqlite3.Connection, user: str) -> tuple[str, ...]:
    """All that a person's rows may stand under: their name, and the pseudonym of it where there are any."""
    salt = _salt(db)
    return (user,) if salt is None else (user, _pseudonym(user, salt))


def _salt(db: sqlite3.Connection) -> str | None:
    row = db.execute("SELECT value FROM settings WHERE name = ?", (_SALT,)).fetchone()
    return None if row is None else row[0]


def _pseudonym(name: str, salt: str) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return f"reviewer {hashlib.blake2b(f'{salt} {plain}'.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"


def _out(db: sqlite3.Connection) -> frozenset[str]:
    rows = db.execute("SELECT user FROM opted_out").fetchall()
    return frozenset(name for (user,) in rows for name in names_of(db, user))


def _mark(db: sqlite3.Connection, item_id: str) -> None:
    db.execute(
        """INSERT INTO review_digests (item, body, stale) VALUES (?, '', 1)
           ON CONFLICT (item) DO UPDATE SET stale = 1 WHERE NOT stale""",
        (item_id,),
    )
