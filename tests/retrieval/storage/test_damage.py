"""Bits that flip, files that are cut: what a store answers is what was written, or an error says that it cannot."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import WorkspaceDamaged
from retrieval.storage.store import Store
from tests.support.histories import STEPS, answers, seed

DATABASE, LOG, LEDGER = "tastemaker.db", "tastemaker.db-wal", "tastemaker.ledger"
STATES = [("closed", DATABASE), ("closed", LEDGER), ("killed", DATABASE), ("killed", LOG), ("killed", LEDGER)]
N_SMALL, N_FULL = 12, 300


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A store that was closed, and one whose process was killed with changes in the log."""
    root = tmp_path_factory.mktemp("stores")
    (root / "closed").mkdir()
    seed(root / "closed" / DATABASE, 40)
    shutil.copytree(root / "closed", root / "killed")
    child = os.fork()
    if not child:
        store = Store.open(root / "killed" / DATABASE)
        for name in ("put", "delete", "feedback", "turn", "learn"):
            STEPS[name](store)
        os._exit(0)
    os.waitpid(child, 0)
    return {path.name: path for path in root.iterdir()}


def copies(source: Path, target: Path, n: int) -> Iterator[Path]:
    for _ in range(n):
        shutil.rmtree(target, ignore_errors=True)
        yield Path(shutil.copytree(source, target))


def flip(path: Path, chance: random.Random) -> None:
    at = chance.randrange(path.stat().st_size)
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << chance.randrange(8)]))


def outcome(folder: Path, expected: dict[str, object]) -> str:
    """Whether the damage was refused, healed with a note, or touched nothing; what is answered is as expected."""
    try:
        with Store.open(folder / DATABASE) as store:
            assert answers(store) == expected
            return "noted" if store.note else "harmless"
    except WorkspaceDamaged:
        return "refused"


def flipped(folders: dict[str, Path], target: Path, state: str, file: str, n: int) -> Counter[str]:
    chance = random.Random(f"{state} {file}")
    (intact,) = copies(folders[state], target, 1)
    with Store.open(intact / DATABASE) as store:
        expected = answers(store)
    outcomes: Counter[str] = Counter()
    for folder in copies(folders[state], target, n):
        flip(folder / file, chance)
        outcomes[outcome(folder, expected)] += 1
    if (state, file) != ("killed", DATABASE):
        # after a kill, the log takes the place of some of what is in the database, and parts of that hold nothing
        assert outcomes["harmless"] == 0
    return outcomes


@pytest.mark.parametrize(("state", "file"), STATES)
def test_flipped_bits_are_noticed_and_nothing_else_than_was_written_is_answered(
    folders: dict[str, Path], tmp_path: Path, state: str, file: str
) -> None:
    assert flipped(folders, tmp_path / "w", state, file, N_SMALL).total() == N_SMALL


@pytest.mark.slow
@pytest.mark.parametrize(("state", "file"), STATES)
def test_three_hundred_flipped_bits_of_each_file_are_noticed(
    folders: dict[str, Path], tmp_path: Path, state: str, file: str
) -> None:
    outcomes = flipped(folders, tmp_path / "w", state, file, N_FULL)
    assert outcomes.total() == N_FULL


@pytest.mark.parametrize(("state", "file"), STATES)
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_is_refused_or_replaced_with_a_note(
    folders: dict[str, Path], tmp_path: Path, state: str, file: str, share: float
) -> None:
    (intact,) = copies(folders[state], tmp_path / "w", 1)
    with Store.open(intact / DATABASE) as store:
        expected = answers(store)
    (folder,) = copies(folders[state], tmp_path / "w", 1)
    os.truncate(folder / file, int((folder / file).stat().st_size * share))
    assert outcome(folder, expected) == ("noted" if file == LEDGER else "refused")


def test_a_page_full_of_another_pages_rows_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    for number, folder in enumerate(copies(folders["closed"], tmp_path / "w", 10), start=2):
        raw = bytearray((folder / DATABASE).read_bytes())
        raw[number * 4096 : (number + 1) * 4096] = raw[(number + 3) * 4096 : (number + 4) * 4096]
        (folder / DATABASE).write_bytes(raw)
        with pytest.raises(WorkspaceDamaged), Store.open(folder / DATABASE) as store:
            answers(store)
