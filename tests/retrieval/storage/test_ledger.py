"""What was acknowledged, written beside the database."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from retrieval.errors import WorkspaceUnwritable
from retrieval.storage.ledger import Acknowledged, Ledger, digest

ENTRY = Acknowledged("name", 3, None)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "t.db"
    path.write_bytes(b"rows")
    return path


def test_it_says_nothing_before_the_first_entry(database: Path) -> None:
    ledger = Ledger(database)
    assert ledger.entry is None
    assert not ledger.is_open
    ledger.acknowledge(1)
    ledger.close()
    assert not ledger.path.exists()


def test_the_last_entry_is_what_another_process_reads(database: Path) -> None:
    ledger = Ledger(database)
    ledger.begin(ENTRY)
    ledger.acknowledge(4)
    assert Ledger(database).entry == Acknowledged("name", 4, None)
    ledger.close()
    assert Ledger(database).entry == Acknowledged("name", 4, digest(database))


def test_an_abandoned_one_does_not_say_that_the_database_is_closed(database: Path) -> None:
    ledger = Ledger(database)
    ledger.begin(ENTRY)
    ledger.abandon()
    ledger.close()
    assert Ledger(database).entry == ENTRY


@pytest.mark.parametrize("at", [5, 30, 60, 200, 511])
def test_a_damaged_entry_is_none(database: Path, at: int) -> None:
    ledger = Ledger(database)
    ledger.begin(ENTRY)
    ledger.close()
    raw = bytearray(ledger.path.read_bytes())
    raw[at] ^= 1
    ledger.path.write_bytes(raw)
    assert Ledger(database).entry is None


def test_every_entry_takes_the_same_room_so_that_a_full_disk_holds_the_next(database: Path) -> None:
    ledger = Ledger(database)
    ledger.begin(ENTRY)
    size = ledger.path.stat().st_size
    ledger.acknowledge(10**15)
    ledger.close()
    assert ledger.path.stat().st_size == size


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnwritable, match="cannot be written"):
        Ledger(tmp_path / "nowhere" / "t.db").begin(ENTRY)


def test_a_database_that_is_gone_at_the_end_is_not_called_closed(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Ledger(database)
    ledger.begin(ENTRY)
    database.unlink()
    with caplog.at_level(logging.WARNING):
        ledger.close()
    assert "is not marked as closed" in caplog.text
    assert Ledger(database).entry == ENTRY
