"""Whether a database is the one that was left: whole, and to the last of what was reported as done."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from retrieval.errors import WorkspaceDamaged
from retrieval.storage.checksums import sound
from retrieval.storage.database import has_log, is_current, log_of
from retrieval.storage.database_errors import PUT_BACK
from retrieval.storage.ledger import Acknowledged, Ledger, digest


def check_presence(path: Path, ledger: Ledger, traces: tuple[Path, ...] = ()) -> None:
    """Make sure that a file which is missing or empty never held anything.

    Args:
        path: The database.
        ledger: What is written of it.
        traces: What lies beside a database that holds something.

    Raises:
        WorkspaceDamaged: there was a database here.
    """
    if has_content(path):
        return
    traces = tuple(trace for trace in (ledger.path, log_of(path), *traces) if trace.exists())
    if traces:
        state = "is empty" if path.exists() else "is missing"
        raise WorkspaceDamaged(f"{path} {state}, though there was a database ({traces[0].name} is there).", PUT_BACK)


def has_content(path: Path) -> bool:
    """Whether anything was ever written to the file."""
    return path.exists() and path.stat().st_size > 0


def is_as_left(path: Path, ledger: Ledger) -> bool:
    """Whether the file is, byte for byte, the one that was closed last; where it was not closed, it is not."""
    entry = ledger.entry
    if entry is None or entry.closed is None or has_log(path):
        return False
    try:
        return entry.closed == digest(path)
    except OSError:  # SQLite will say why it cannot be read
        return False


def is_in_order(path: Path) -> bool:
    """Whether a database was closed with nothing left to write, and has the present format: it can be read as it is."""
    entry = Ledger(path).entry
    if entry is None or entry.closed is None or has_log(path) or not has_content(path):
        return False
    return is_current(path)


def state_of(db: sqlite3.Connection) -> Acknowledged:
    """What the database itself says of its ledger."""
    query = f"SELECT workspace, transactions FROM ledger WHERE {sound('ledger')}"  # noqa: S608 (names of ours)
    workspace, transactions = db.execute(query).fetchone()
    return Acknowledged(workspace, transactions, closed=None)


def check_completeness(path: Path, ledger: Ledger, present: Acknowledged) -> str | None:
    """Compare a database that is not as it was left, but sound, with what was acknowledged.

    Returns:
        What is different, in words; None where it was only not closed, as when its process was killed.

    Raises:
        WorkspaceDamaged: what was acknowledged last is missing.
    """
    left = ledger.entry
    if left is None:
        # one of an earlier version has no ledger, nor one whose making was interrupted
        return f"{ledger.path.name} is missing or damaged, and was written anew" if present.transactions else None
    is_same = present.workspace == left.workspace
    missing = left.transactions - present.transactions
    if left.closed is None and (not is_same or missing > 0):
        what = f"the last {missing:,} changes" if is_same else "what this workspace held"
        raise WorkspaceDamaged(
            f"{path} is without {what}, reported as done: {log_of(path).name} is missing or damaged, or another copy "
            "was put in its place.",
            f"Put a whole copy of the workspace back. To go on with what is there, delete {ledger.path} and run "
            "`tastemaker ingest` again.",
        )
    if left.closed is None:
        return None
    if not is_same:
        return "the database is that of another workspace than was closed here"
    if missing > 0:
        return f"the database is an older copy, without the last {missing:,} changes"
    return "the database is not byte for byte as it was closed, though all of it is sound"
