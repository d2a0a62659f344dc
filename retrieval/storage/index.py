"""The vector index: Chroma collections, one per channel, that can always be built anew from the store."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import Vectors
from retrieval.errors import IndexDamaged
from retrieval.files.private import make_folder, shut
from retrieval.storage.index_wipe import unused, wipe_unused
from retrieval.storage.manifest import remove_manifest, write_manifest
from retrieval.storage.tables import number_parts

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

_HNSW: CreateHNSWConfiguration = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 400}
_DATABASE = "chroma.sqlite3"
_HINT = "Run `tastemaker rebuild-index`; answers come from an exact search until then."


class VectorIndex:
    """Nearest vectors by cosine, of the channels the store calls searchable.

    Nothing is opened or imported before the first use. An item with several vectors in a channel is several
    points there, named `item#part`. When Chroma fails the index says so once, stays `available = False`, and
    every method raises `IndexDamaged`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._collections: dict[str, Collection | None] = {}
        self._problem: str | None = None
        self._resting = False

    @property
    def available(self) -> bool:
        """Whether the index can be asked; if not, `reason` says why, unless it is left alone on purpose."""
        return self._problem is None and not self._resting

    @property
    def reason(self) -> str | None:
        """Why the index cannot be asked, or None."""
        return self._problem

    def query(self, channel: str, vector: NDArray[np.float32], n: int) -> list[tuple[str, float]]:
        """The items nearest to a vector, best first.

        Args:
            channel: Name of the channel.
            vector: float32, shape (dim,).
            n: How many items at most.

        Returns:
            (item id, score); the score is the cosine similarity in [-1, 1] of the item's best part.

        Raises:
            IndexDamaged: Chroma failed.
        """
        with self._use():
            collection = self._collection(channel)
            if collection is None or n < 1:
                return []
            return _best_items(collection, vector, n)

    def upsert(self, channel: str, model: str, ids: Sequence[str], matrix: Vectors) -> None:
        """Add or replace points.

        Args:
            channel: Name of the channel.
            model: Identity of the encoder; recorded when the collection is made.
            ids: Item of each row; rows of one item are its parts, in order and complete.
            matrix: float32, shape (len(ids), dim).

        Raises:
            IndexDamaged: Chroma failed.
        """
        points = [_point(item_id, part) for item_id, part in zip(ids, number_parts(ids), strict=True)]
        with self._use():
            client = self._connect()
            known = self._collection(channel)
            collection = known or self._create(client, channel, model)
            # Chroma refuses more at once
            step = client.get_max_batch_size()
            for start in range(0, len(points), step):
                collection.upsert(ids=points[start : start + step], embeddings=matrix[start : start + step])
            # a new collection alone has files that were never filled
            if known is None:
                wipe_unused(self.folder)

    def delete(self, channel: str, parts: Iterable[tuple[str, int]]) -> None:
        """Remove the points of these (item id, part); unknown ones are passed over.

        Raises:
            IndexDamaged: Chroma failed.
        """
        points = [_point(item_id, part) for item_id, part in parts]
        with self._use():
            collection = self._collection(channel)
            if collection is None:
                return
            step = self._connect().get_max_batch_size()
            for start in range(0, len(points), step):
                collection.delete(ids=points[start : start + step])

    def drop(self, channel: str) -> None:
        """Remove a channel with all its points.

        Raises:
            IndexDamaged: Chroma failed.
        """
        with self._use():
            if self._collection(channel) is not None:
                self._connect().delete_collection(_name(channel))
                self._collections[channel] = None

    def wipe_unused(self) -> None:
        """Overwrite what Chroma wrote of memory that it had not used, where an earlier version of this left it.

        Raises:
            OSError: a file cannot be written.
        """
        with self._lock:
            if any(unused(self.folder)):
                remove_manifest(self.folder)  # it speaks of the files as they were: the next open compares vectors
                wipe_unused(self.folder)

    def model(self, channel: str) -> str | None:
        """The encoder that a channel was indexed with; None when it is not indexed.

        Raises:
            IndexDamaged: Chroma failed.
        """
        with self._use():
            collection = self._collection(channel)
            return None if collection is None else str((collection.metadata or {})["model"])

    def count(self, channel: str) -> int:
        """How many points a channel has.

        Raises:
            IndexDamaged: Chroma failed.
        """
        with self._use():
            collection = self._collection(channel)
            return 0 if collection is None else collection.count()

    def fetch(self, channel: str, ids: Sequence[str]) -> dict[tuple[str, int], NDArray[np.float32]]:
        """The indexed vectors of items named as in `upsert`, by (item id, part); missing ones are left out.

        Raises:
            IndexDamaged: Chroma failed.
        """
        points = {_point(i, part): (i, part) for i, part in zip(ids, number_parts(ids), strict=True)}
        with self._use():
            collection = self._collection(channel)
            if collection is None:
                return {}
            answer = collection.get(ids=list(points), include=["embeddings"])
        vectors = np.asarray(answer["embeddings"], dtype=np.float32)
        return {points[point]: vector for point, vector in zip(answer["ids"], vectors, strict=True)}

    @contextmanager
    def replaced(self, seal: Callable[[], str]) -> Iterator[VectorIndex]:
        """An empty index to fill, which takes this one's place afterwards; the old files are removed.

        Args:
            seal: Called when the new index is in place, for the word to close it with.

        Raises:
            IndexDamaged: the new index could not be filled or put in place; this one is off then.
        """
        fresh = VectorIndex(self._beside("new"))
        with self._lock, self._chroma_errors():
            self._disconnect()
            self._problem = "its rebuilding has not finished"
            self.remove_leftovers()
            make_folder(fresh.folder)
            try:
                yield fresh
            finally:
                fresh._disconnect()
            # renamed, not removed: a folder moves in one step, and a crash in between leaves one of the two to be found
            if self.folder.exists():
                self.folder.rename(self._beside("old"))
            fresh.folder.rename(self.folder)
            write_manifest(self.folder, seal())
            self._problem = None
            self.remove_leftovers()

    def remove_leftovers(self) -> None:
        """Remove what an interrupted rebuilding left beside the index."""
        for folder in (self._beside("new"), self._beside("old")):
            if folder.exists():
                shutil.rmtree(folder)

    def _beside(self, suffix: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{suffix}")

    def close(self, seal: Callable[[], str]) -> None:
        """Close Chroma and note that the folder agrees with the database as sealed; a second call does nothing."""
        with self._lock:
            # never opened: what lies there is as it was, with its manifest
            if self._client is None:
                return
            self._disconnect()
            if self._problem is not None:  # what a failed Chroma left behind is to be looked at on the next open
                return
            try:
                _remove_orphans(self.folder)
                wipe_unused(self.folder)
                write_manifest(self.folder, seal())
            except OSError as error:
                logger.warning("The index %s is not marked as closed cleanly: %s.", self.folder, error)

    def leave_alone(self) -> None:
        """Use no Chroma, which would write to what it opens: exact search answers as well."""
        self._resting = True

    def give_up(self, problem: str) -> None:
        """Stop using Chroma; `problem` says why."""
        with self._lock:
            logger.warning("The vector index is off, exact search answers instead: %s.", problem)
            self._problem = problem

    def _connect(self) -> Client:
        with self._lock:
            if self._client is None:
                import chromadb
                from chromadb.config import Settings

                make_folder(self.folder)
                # from here on the folder may differ from what was sealed, and a killed process leaves no manifest
                remove_manifest(self.folder)
                # No `.env` file of whatever folder we are started in may change how the index works.
                settings = Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]
                client = chromadb.PersistentClient(path=str(self.folder), settings=settings)
                self._client = cast("Client", client)
                shut(self.folder)  # Chroma makes its files as the umask has it
            return self._client

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.close()
            shut(self.folder)
        self._client = None
        self._collections = {}

    def _collection(self, channel: str) -> Collection | None:
        with self._lock:
            # that there is none is remembered too: every request asks
            if channel not in self._collections:
                self._collections[channel] = _find(self._connect(), channel)
            return self._collections[channel]

    def _create(self, client: Client, channel: str, model: str) -> Collection:
        collection = client.create_collection(
            _name(channel), embedding_function=None, metadata={"model": model}, configuration={"hnsw": _HNSW}
        )
        self._collections[channel] = collection
        return collection

    @contextmanager
    def _use(self) -> Iterator[None]:
        if not self.available:
            raise IndexDamaged(f"The vector index is off: {self._problem or 'the workspace is only read'}.", _HINT)
        with self._chroma_errors():
            yield

    @contextmanager
    def _chroma_errors(self) -> Iterator[None]:
        try:
            from chromadb.errors import ChromaError
        except ImportError as error:
            self.give_up(f"Chroma cannot be imported ({error})")
            raise IndexDamaged(f"Chroma cannot be imported ({error}).", "Install Tastemaker again.") from error
        try:
            yield
        except (ChromaError, OSError) as error:
            self.give_up(f"Chroma failed ({error})")
            raise IndexDamaged(f"The vector index {self.folder} failed ({error}).", _HINT) from error


def _best_items(collection: Collection, vector: NDArray[np.float32], n: int) -> list[tuple[str, float]]:
    # items may have many parts, so the nearest points may be of fewer items than are asked for
    n_points = n
    while True:
        answer = collection.query(query_embeddings=vector.reshape(1, -1), n_results=n_points, include=["distances"])
        points, distances = answer["ids"][0], (answer["distances"] or [[]])[0]
        best: dict[str, float] = {}
        for point, distance in zip(points, distances, strict=True):
            # points come nearest first, so the first of an item is its best; its id may hold the mark too
            best.setdefault(point.rpartition("#")[0], max(-1.0, min(1.0, 1.0 - distance)))
        if len(best) >= n or len(points) < n_points:
            return list(best.items())[:n]
        n_points *= 2  # several parts of the same items came first


def _find(client: Client, channel: str) -> Collection | None:
    from chromadb.errors import NotFoundError

    try:
        return client.get_collection(_name(channel), embedding_function=None)
    except NotFoundError:
        return None


def _name(channel: str) -> str:
    return f"channel-{channel}"  # Chroma asks for at least three characters


def _point(item_id: str, part: int) -> str:
    return f"{item_id}#{part}"


def _remove_orphans(folder: Path) -> None:
    # Chroma leaves the files of a dropped collection behind for ever.
    try:
        with closing(sqlite3.connect(folder / _DATABASE)) as db:
            live = {segment for (segment,) in db.execute("SELECT id FROM segments")}
    except sqlite3.DatabaseError as error:
        logger.warning("Files of dropped collections stay in %s: %s.", folder, error)
        return
    for path in folder.iterdir():
        if path.is_dir() and path.name not in live:
            shutil.rmtree(path)
