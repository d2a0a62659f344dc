"""Every row keeps a checksum, whoever writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import WorkspaceDamaged
from retrieval.storage.checksums import COLUMNS, checksum
from retrieval.storage.database import open_file
from retrieval.storage.store import Store
from tests.support.histories import answers, seed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    seed(tmp_path / "t.db")
    return tmp_path / "t.db"


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_file(path.as_uri())) as opened:
        yield opened


def test_every_table_has_a_checksum_of_all_its_columns_but_its_number(db: sqlite3.Connection) -> None:
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert tables - {"sqlite_sequence"} == set(COLUMNS)
    for table, columns in COLUMNS.items():
        rows = db.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,)).fetchall()
        keys = [name for name, kind, pk in rows if pk and kind == "INTEGER"]
        number = keys if len(keys) == 1 and sum(bool(pk) for _, _, pk in rows) == 1 else []
        assert columns == tuple(name for name, _, _ in rows if name not in number)
        wrong = f"SELECT count(*) FROM {table} WHERE checksum IS NOT checksum({', '.join(columns)})"
        assert db.execute(wrong).fetchone() == (0,)


@pytest.mark.parametrize("table", ["items", "descriptions", "vectors", "settings", "blobs", "turns", "exchanges"])
def test_a_row_that_changes_behind_the_store_is_not_read_as_if_it_had_been_written(path: Path, table: str) -> None:
    content = COLUMNS[table][-1]
    with closing(open_file(path.as_uri())) as db:
        stored = bytes(db.execute(f"SELECT CAST({content} AS BLOB) FROM {table}").fetchone()[0])
    # as a disk does it: the bytes change, and nobody computes a checksum anew
    raw = path.read_bytes()
    assert stored in raw
    changed = stored[:-3] + bytes([stored[-3] ^ 1]) + stored[-2:]
    with Store.open(path) as store:
        path.write_bytes(raw.replace(stored, changed))
        with pytest.raises(WorkspaceDamaged, match="a row is not as it was written") as caught:
            answers(store)
        assert "Put a copy back" in caught.value.hint
        assert store.damage() is not None


cells = st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | st.binary(), max_size=4)


@given(cells, st.data())
def test_one_changed_bit_changes_the_checksum(row: list[str | bytes | int | float | None], data: st.DataObject) -> None:
    places = [at for at, cell in enumerate(row) if isinstance(cell, bytes) and cell]
    if not places:
        return
    at = data.draw(st.sampled_from(places))
    cell = bytearray(row[at])  # type: ignore[arg-type]
    cell[data.draw(st.integers(0, len(cell) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert checksum(*row[:at], bytes(cell), *row[at + 1 :]) != checksum(*row)


def test_what_moves_from_a_cell_to_the_next_changes_the_checksum() -> None:
    assert checksum("ab", "c") != checksum("a", "bc")
    assert checksum("", "a") != checksum("a", "")
