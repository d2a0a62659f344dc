"""A workspace folder: one owner, the database, and the index that follows it."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from retrieval.errors import IndexDamaged, WorkspaceError
from retrieval.schema import SCHEMA_FILE
from retrieval.storage.index import Progress, VectorIndex
from retrieval.storage.index_probe import probe
from retrieval.storage.index_sync import rebuild, sync
from retrieval.storage.lock import WorkspaceLock
from retrieval.storage.manifest import difference, has_manifest
from retrieval.storage.schema_file import SchemaFile
from retrieval.storage.store import ChannelInfo, Store

logger = logging.getLogger(__name__)

_DATABASE, _INDEX, _LOCK = "tastemaker.db", "chroma", "workspace.lock"


@dataclass(frozen=True, slots=True)
class WorkspaceHealth:
    """What `tastemaker doctor` says about a workspace.

    Attributes:
        path: The folder.
        format: Of the database.
        n_items: Items stored.
        channels: Model, dimension and size of every channel.
        n_pending: Changes the index does not know yet.
        damage: What SQLite's own check finds wrong with the database, or None.
        index_available: Whether Chroma answers; if not, an exact search does.
        index_reason: Why it does not.
        index_rebuilt: Why the index was rebuilt when the workspace was opened; None when it was not.
    """

    path: Path
    format: int
    n_items: int
    channels: tuple[ChannelInfo, ...]
    n_pending: int
    damage: str | None
    index_available: bool
    index_reason: str | None
    index_rebuilt: str | None


class Workspace:
    """An open workspace, owned by this process until it is closed.

    Attributes:
        path: The folder.
        store: The truth.
        index: Nearest vectors; `index.available` says whether it can be asked.
        schema: What the items' fields are.
        changing: To be held while items, or what is known of their fields, change.
    """

    def __init__(self, path: Path, lock: WorkspaceLock, store: Store) -> None:
        self.path = path
        self.store = store
        self.index = VectorIndex(path / _INDEX)
        self._lock = lock
        self.schema = SchemaFile(path / SCHEMA_FILE)
        self.changing = threading.RLock()
        self._indexing = threading.Lock()
        self._rebuilt: str | None = None

    @classmethod
    def open(cls, path: str | Path, *, create: bool = False, progress: Progress | None = None) -> Workspace:
        """Take ownership of a workspace, check its index and repair it where needed.

        Args:
            path: The folder.
            create: Make it when it is not there.
            progress: Called with (done, total) while an index is mended.

        Raises:
            WorkspaceLocked: another process owns it.
            WorkspaceNewer: a newer version wrote it.
            WorkspaceError: it does not exist, or cannot be read and written.
        """
        folder = Path(path).absolute()
        _check_folder(folder, create=create)
        # before the database: it must not be migrated while another process has it open
        lock = WorkspaceLock(folder / _LOCK)
        try:
            store = Store.open(folder / _DATABASE)
        except BaseException:
            # also when a key is pressed: a lock that stays would shut out the very next command
            lock.release()
            raise
        workspace = cls(folder, lock, store)
        try:
            workspace._mend_index(progress)
        except BaseException:
            workspace.close()
            raise
        return workspace

    def answers_at(self, address: str) -> None:
        """Tell other processes, which cannot open this workspace, where this one can be asked.

        Raises:
            WorkspaceError: the lock cannot be written.
        """
        self._lock.answers_at(address)

    def sync_index(self, progress: Progress | None = None) -> None:
        """Teach the index what has changed in the store. When Chroma fails this is logged, and nothing is lost."""
        with self._indexing:
            if not self.index.available or not self.store.n_pending():
                return
            try:
                sync(self.store, self.index, progress)
            except IndexDamaged as error:
                logger.warning("%s", error)

    def wipe_index(self) -> None:
        """Overwrite what the index's files hold beside the index.

        Raises:
            WorkspaceError: a file cannot be written.
        """
        try:
            with self._indexing:
                self.index.wipe_unused()
        except OSError as error:
            raise WorkspaceError(
                f"{error.filename} cannot be written ({error.strerror}).", "Give yourself the right to, and ask again."
            ) from error

    def rebuild_index(self, progress: Progress | None = None) -> None:
        """Build the index anew from the store; nothing of the old one stays on disk.

        Raises:
            IndexDamaged: it could not be built.
        """
        with self._indexing:
            rebuild(self.store, self.index, progress)

    def health(self) -> WorkspaceHealth:
        """How the workspace is. Reads the whole database once."""
        return WorkspaceHealth(
            path=self.path,
            format=self.store.schema_version(),
            n_items=self.store.count(),
            channels=tuple(self.store.channels().values()),
            n_pending=self.store.n_pending(),
            damage=self.store.damage(),
            index_available=self.index.available,
            index_reason=self.index.reason,
            index_rebuilt=self._rebuilt,
        )

    def close(self) -> None:
        """Close the index and the database and give the lock back; a second call does nothing."""
        # whatever becomes of the index, the database is closed and the lock given back
        try:
            self.index.close(self.store.seal)
        finally:
            self.store.close()
            self._lock.release()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _mend_index(self, progress: Progress | None) -> None:
        try:
            fault = self._index_fault()
            if fault is not None:
                logger.warning("The vector index is rebuilt from the database: %s.", fault)
                rebuild(self.store, self.index, progress)
                self._rebuilt = fault
        except (IndexDamaged, OSError) as error:
            # a workspace without its index is slower, not wrong: exact search answers until it is mended
            if self.index.available:
                self.index.give_up(str(error))
        self.sync_index(progress)

    def _index_fault(self) -> str | None:
        self.index.remove_leftovers()
        folder = self.index.folder
        if not folder.exists():
            return "its folder is missing" if self.store.seal() else None
        # closed cleanly: comparing bytes takes a moment, where probing every vector takes many
        if has_manifest(folder):
            return difference(folder, self.store.seal())
        return probe(self.store.path, folder)


def _check_folder(folder: Path, *, create: bool) -> None:
    if not create and not (folder / _DATABASE).is_file():
        raise WorkspaceError(
            f"There is no workspace at {folder}.",
            f"Make one with `tastemaker ingest CATALOG --workspace {folder}`.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"The workspace {folder} cannot be made ({error.strerror}).",
            "Name a folder that you may write to.",
        ) from error
