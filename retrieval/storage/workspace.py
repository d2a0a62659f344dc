"""A workspace folder: one owner, the database, and the index that follows it."""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from retrieval.errors import IndexDamaged, WorkspaceError, WorkspaceLocked, WorkspaceUnwritable
from retrieval.files.private import make_folder, shut
from retrieval.schema import SCHEMA_FILE
from retrieval.storage.index import Progress, VectorIndex
from retrieval.storage.index_probe import probe
from retrieval.storage.index_sync import rebuild, sync
from retrieval.storage.lock import WorkspaceLock
from retrieval.storage.manifest import difference, has_manifest
from retrieval.storage.opening import has_content, is_in_order
from retrieval.storage.schema_file import SchemaFile
from retrieval.storage.store import ChannelInfo, Store

logger = logging.getLogger(__name__)

_DATABASE, _LEDGER, _INDEX, _LOCK = "tastemaker.db", "tastemaker.ledger", "chroma", "workspace.lock"
ONLY_READ = "it was opened to be read"
_PATIENCE_S, _LOOK_S = 5.0, 0.05  # for who puts it in order, which takes a moment
# What a workspace holds; other files in its folder are somebody else's, and keep the rights they have.
_OWN = (
    f"{_DATABASE}*", _LEDGER, f"{_INDEX}*", _LOCK, f"{SCHEMA_FILE}*", "about.*", "taxonomy.yaml", "proofs.yaml",
    "media", "catalogs", "reports", "evaluation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WorkspaceHealth:
    """What `tastemaker doctor` says about a workspace.

    Attributes:
        path: The folder.
        format: Of the database.
        n_items: Items stored.
        channels: Model, dimension and size of every channel.
        n_pending: Changes the index does not know yet.
        damage: What in the database is not as it was written, or None.
        index_available: Whether Chroma answers; if not, an exact search does.
        index_reason: Why it does not.
        index_rebuilt: Why the index was rebuilt when the workspace was opened; None when it was not.
        notes: What was found otherwise than it should be, and what is done instead.
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
    notes: tuple[str, ...]


class Workspace:
    """An open workspace, owned by this process until it is closed.

    Attributes:
        path: The folder.
        store: The truth.
        index: Nearest vectors; `index.available` says whether it can be asked.
        schema: What the items' fields are.
        changing: To be held while items, or what is known of their fields, change.
        unwritable: Why nothing can be written; None where it can.
    """

    def __init__(self, path: Path, lock: WorkspaceLock, store: Store, unwritable: str | None = None) -> None:
        self.path = path
        self.store = store
        self.index = VectorIndex(path / _INDEX)
        self._lock = lock
        self.unwritable = unwritable
        self.schema = SchemaFile(path / SCHEMA_FILE, store)
        self.changing = threading.RLock()
        self._indexing = threading.Lock()
        self._rebuilt: str | None = None

    @classmethod
    def open(cls, path: str | Path, *, create: bool = False, progress: Progress | None = None) -> Workspace:
        """Take ownership of a workspace, check database and index, and repair the index where needed.

        One that cannot be written, because its disk is full or it belongs to somebody else, is opened to be read.

        Args:
            path: The folder.
            create: Make it when it is not there.
            progress: Called with (done, total) while an index is mended.

        Raises:
            WorkspaceLocked: another process owns it.
            WorkspaceNewer: a newer version wrote it.
            WorkspaceDamaged: it does not hold what was written into it.
            WorkspaceError: it does not exist, or cannot be read.
        """
        folder = Path(path).absolute()
        _check_folder(folder, create=create)
        # before the database: it must not be migrated while another process has it open
        lock = WorkspaceLock(folder / _LOCK)
        try:
            store, unwritable = _open_store(folder, lock)
        except BaseException:
            # also when a key is pressed: a lock that stays would shut out the very next command
            lock.release()
            raise
        workspace = cls(folder, lock, store, unwritable)
        try:
            if unwritable is None:
                _shut(folder)
            workspace._mend_index(progress)
        except BaseException:
            workspace.close()
            raise
        return workspace

    @classmethod
    def read(cls, path: str | Path) -> Workspace:
        """Open a workspace to be read only, beside others that do the same; what writes raises `WorkspaceUnwritable`.

        One that was not closed, or was written by an earlier version, is put in order first.

        Raises:
            WorkspaceLocked: another process owns it, and goes on to.
            WorkspaceError: as `open`.
        """
        folder = Path(path).absolute()
        _check_folder(folder, create=False)
        lock = _reading_lock(folder)
        try:
            store = _noted(Store.read_unwritable(folder / _DATABASE))
        except BaseException:
            lock.release()
            raise
        workspace = cls(folder, lock, store, lock.unwritable or ONLY_READ)
        workspace.index.leave_alone()
        return workspace

    def answers_at(self, address: str) -> None:
        """Tell other processes, which cannot open this workspace, where this one can be asked."""
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
            finally:
                shut(self.index.folder)  # Chroma makes its files as the umask has it

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
        self.schema.read()  # for what there is to say of it
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
            notes=tuple(filter(None, (self._readable_only(), self.store.note, self.schema.note))),
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

    def _readable_only(self) -> str | None:
        return self.unwritable and f"the workspace can only be read ({self.unwritable})"

    def _mend_index(self, progress: Progress | None) -> None:
        if why := self._readable_only():
            self.index.give_up(why)  # Chroma writes to what it opens
            return
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


def _reading_lock(folder: Path) -> WorkspaceLock:
    """The lock for reading, once the database is in order; who has it just now may be putting it in order."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            lock = WorkspaceLock(folder / _LOCK, shared=True)
            if lock.unwritable is not None or is_in_order(folder / _DATABASE):
                return lock
            lock.release()
            Workspace.open(folder).close()
        except WorkspaceLocked as locked:
            if locked.address is not None or time.monotonic() > end:
                raise
            time.sleep(_LOOK_S)


def _open_store(folder: Path, lock: WorkspaceLock) -> tuple[Store, str | None]:
    """The database, and why it can only be read; None where it can be written."""
    path = folder / _DATABASE
    unwritable = lock.unwritable or _refusal(path)
    if unwritable is None:
        try:
            return _noted(Store.open(path, traces=(folder / _INDEX,))), None
        except WorkspaceUnwritable as error:
            if not has_content(path):
                raise
            unwritable = error.what.rstrip(".")
    return _noted(Store.read_unwritable(path)), unwritable


def _refusal(path: Path) -> str | None:
    """Why a file cannot be written; None where it can, or is not there. SQLite would tell only when it has to."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC))
    except FileNotFoundError:
        return None
    except OSError as error:
        return error.strerror
    return None


def _noted(store: Store) -> Store:
    if store.note:
        logger.warning("%s: %s.", store.path, store.note)
    return store


def _check_folder(folder: Path, *, create: bool) -> None:
    traces = (folder / name for name in (_DATABASE, _LEDGER, _INDEX))
    if not create and not any(trace.exists() for trace in traces):
        raise WorkspaceError(
            f"There is no workspace at {folder}.",
            f"Make one with `tastemaker ingest CATALOG --workspace {folder}`.",
        )
    try:
        make_folder(folder)
        shut(folder, deep=False)  # first of all: what is written next is nobody else's from its first byte
    except OSError as error:
        raise WorkspaceError(
            f"The workspace {folder} cannot be made ({error.strerror}).",
            "Name a folder that you may write to.",
        ) from error


def _shut(folder: Path) -> None:
    """Leave nobody but the owner any right to a workspace, also where it was made before this was seen to."""
    for own in (path for pattern in _OWN for path in folder.glob(pattern)):
        shut(own)
