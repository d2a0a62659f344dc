"""What the index has still to learn."""

from __future__ import annotations

import secrets

from retrieval.storage import tables
from retrieval.storage.checksums import sound
from retrieval.storage.store.named import NamedStore
from retrieval.storage.stored import Pending

_SEAL = "index_seal"


class Outbox(NamedStore):
    """The part of the store that holds changes until the index knows them."""

    def pending(self, limit: int | None = None) -> list[Pending]:
        """Changes the index does not know yet, oldest first."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT seq, channel, item, parts FROM outbox WHERE {sound('outbox')} ORDER BY seq LIMIT ?",  # noqa: S608
                (-1 if limit is None else limit,),
            )
            return [Pending(*row) for row in rows]

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
