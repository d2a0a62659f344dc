"""Does the index hold what the store holds? Asked in a child process, since a damaged index can kill its reader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import numpy as np

from retrieval.encoding import Vectors
from retrieval.errors import TastemakerError
from retrieval.storage.index import VectorIndex
from retrieval.storage.store import ChannelInfo, Store

_CHUNK = 2_000  # vectors compared at a time
_N_QUERIES = 128
_SURE = 0.999  # cosine at which a vector has been found again


def disagreement(store: Store, index: VectorIndex) -> str | None:
    """What the index holds otherwise than the store, in words; None when it agrees but for pending changes.

    Raises:
        IndexDamaged: Chroma failed.
    """
    pending: dict[str, set[str | None]] = {}
    for change in store.pending():
        pending.setdefault(change.channel, set()).add(change.item)
    for info in store.channels().values():
        unsure = pending.get(info.name, set())
        if info.searchable and None not in unsure and (difference := _wrong_in(store, index, info, unsure)):
            return f"channel {info.name}: {difference}"
    return None


def probe(database: Path, folder: Path, *, timeout_s: float | None = None) -> str | None:
    """Run `disagreement` in a child process.

    Args:
        database: The store's file.
        folder: Chroma's folder.
        timeout_s: Wall-clock seconds; by default 30 and one more for every 10 MB of the index.

    Returns:
        Why the index cannot be used, in words; None when it can.
    """
    if timeout_s is None:
        timeout_s = 30 + sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 10e6
    # -P: no module of the folder we are started in may stand in for one of ours
    command = [sys.executable, "-P", "-m", "retrieval.storage.index_probe", str(database), str(folder)]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, env=_environment(), capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it gave no answer within {timeout_s:.0f} s"
    if child.returncode == 0:
        return None
    # a signal: the index killed its reader, which is what the child process is for
    if child.returncode < 0:
        return f"it ended the process that opened it ({signal.Signals(-child.returncode).name})"
    return child.stdout.strip() or (child.stderr.strip().splitlines() or ["it could not be opened"])[-1]


def main() -> int:
    """Compare the database and the folder named on the command line; say what is wrong, if anything."""
    database, folder = (Path(argument) for argument in sys.argv[1:3])
    try:
        with Store.read(database) as store:
            index = VectorIndex(folder)
            difference = disagreement(store, index)
    except TastemakerError as error:
        difference = error.what
    if difference is not None:
        sys.stdout.write(difference)
    return 0 if difference is None else 1


def _wrong_in(store: Store, index: VectorIndex, info: ChannelInfo, unsure: set[str | None]) -> str | None:
    if info.n_vectors and not unsure:
        if (model := index.model(info.name)) != info.model:
            return f"it was made with {model or 'nothing'} and not with {info.model}"
        if (count := index.count(info.name)) != info.n_vectors:
            return f"it holds {count} vectors and not {info.n_vectors}"
    ids, matrix = store.vectors(info.name)
    # what is pending may rightly differ
    settled = np.array([item_id not in unsure for item_id in ids], dtype=bool)
    ids, matrix = [item_id for item_id in ids if item_id not in unsure], matrix[settled]
    return _lost_vector(index, info.name, ids, matrix) or _unfound_item(index, info.name, ids, matrix)


def _lost_vector(index: VectorIndex, channel: str, ids: list[str], matrix: Vectors) -> str | None:
    start = 0
    for stop in _chunk_ends(ids):
        held = index.fetch(channel, ids[start:stop])
        part = 0
        for row in range(start, stop):
            part = part + 1 if row > start and ids[row] == ids[row - 1] else 0
            vector = held.get((ids[row], part))
            # not to the last bit: Chroma normalises what it is given
            if vector is None or not np.allclose(vector, matrix[row], rtol=1e-4, atol=1e-5):
                return f"the vector of item {ids[row]!r} is lost or changed"
        start = stop
    return None


def _chunk_ends(ids: list[str]) -> list[int]:
    """Ends of chunks, such that the parts of one item stay together."""
    ends, end, start = [], 0, 0
    for _, rows in groupby(ids):
        end += sum(1 for _ in rows)
        if end - start >= _CHUNK:
            ends.append(end)
            start = end
    return [*ends, end] if end > start else ends


def _unfound_item(index: VectorIndex, channel: str, ids: list[str], matrix: Vectors) -> str | None:
    # a sample spread over all items: where links of the graph are lost, searches miss anywhere
    for row in np.unique(np.linspace(0, len(ids) - 1, _N_QUERIES).astype(int)) if ids else ():
        # a vector of zeros has no direction, so no cosine finds it again
        if not matrix[row].any():
            continue
        best = index.query(channel, matrix[row], 1)
        if not best or best[0][1] < _SURE:
            return f"item {ids[row]!r} is not found by its own vector"
    return None


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


if __name__ == "__main__":
    sys.exit(main())
