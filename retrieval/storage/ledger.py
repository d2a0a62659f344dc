"""What was acknowledged, written beside the database: it shows when the database does not hold it any more."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest
from pathlib import Path
from zlib import crc32

from retrieval.errors import WorkspaceUnwritable
from retrieval.files.private import FILE

logger = logging.getLogger(__name__)

_SIZE = 512  # bytes; always as many, so that a full disk has room for the next entry where the last one stands


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the ledger says.

    Attributes:
        workspace: The random name of the database it speaks of.
        transactions: How many were acknowledged.
        closed: Digest of the file since it was closed with nothing left to write; None while it is written to.
    """

    workspace: str
    transactions: int
    closed: str | None


class Ledger:
    """The ledger of one database. It is not on the disk at once: the system loses it only when the machine stops.

    It never runs ahead of the database, so a ledger that knows of more shows that something was lost.
    """

    def __init__(self, database: Path) -> None:
        self.path = database.with_suffix(".ledger")
        self._database = database
        self._file = -1
        self.entry = self._read()

    def begin(self, entry: Acknowledged) -> None:
        """Note what the database holds, and that it is going to be written to.

        Raises:
            WorkspaceUnwritable: the ledger cannot be written.
        """
        try:
            if self._file < 0:
                self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE)
            self._write(entry)
        except OSError as error:
            raise WorkspaceUnwritable(
                f"{self.path} cannot be written ({error.strerror}).",
                "Free some space, or give yourself the right to write it.",
            ) from error

    def acknowledge(self, transactions: int) -> None:
        """Note that so many transactions are in the database."""
        if self.entry is None:
            return
        try:
            self._write(replace(self.entry, transactions=transactions))
        except OSError as error:
            # the transaction stands: the ledger knows of one less, which harms nobody
            logger.warning("%s cannot be written (%s).", self.path, error.strerror)

    def close(self) -> None:
        """Note, where something was written, that the database is closed and what it looks like."""
        if self._file < 0:
            return
        try:
            if self.entry is not None:
                self._write(replace(self.entry, closed=digest(self._database)))
        except OSError as error:
            logger.warning("%s is not marked as closed: %s.", self._database, error)
        self.abandon()

    def abandon(self) -> None:
        """Close the file as it is: the next to open the database looks through all of it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @property
    def is_open(self) -> bool:
        """Whether `begin` was called since the last `close`."""
        return self._file >= 0

    def _read(self) -> Acknowledged | None:
        try:
            raw = self.path.read_bytes()
            content = json.loads(raw)
            known = Acknowledged(**content["entry"])
            return known if len(raw) == _SIZE and content["checksum"] == _checksum(known) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _write(self, entry: Acknowledged) -> None:
        text = json.dumps({"entry": asdict(entry), "checksum": _checksum(entry)})
        os.pwrite(self._file, text.encode().ljust(_SIZE), 0)
        self.entry = entry


def digest(path: Path) -> str:
    """SHA-256 of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _checksum(entry: Acknowledged) -> int:
    return crc32(json.dumps(asdict(entry)).encode())
