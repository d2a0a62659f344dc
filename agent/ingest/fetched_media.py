"""Media that a catalog names by their addresses: fetched once, kept by content, found again by address."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from agent.config import AgentConfig
from agent.errors import MediaError
from agent.ingest.media import FOLDER_SETTING, WorkspaceMedia, why_not_fetched
from agent.media.limits import MIB
from agent.media.remote_files import Fetch, RemoteFiles, is_public, is_within_reach
from retrieval.catalog.media_paths import ADDRESS
from retrieval.items import Item, Media, MediaKind
from retrieval.storage.workspace import Workspace

MOST_FILES = 10_000  # of one run; another one goes on
MOST_BYTES = 8 * 1024 * MIB
AT_ONCE = 6  # connections; shops answer as fast as that, and are not pressed
_SETTING = "fetched "  # before an address: name of the setting that holds the digest of its file
_LATER = "was not fetched (this run has fetched as much as one may; the next goes on)"

Wanted = tuple[MediaKind, str]


@dataclass(slots=True)
class FetchReport:
    """What became of the addresses of a catalog.

    Attributes:
        fetched: Files fetched and kept.
        known: Addresses whose files were here already.
        failed: Addresses that gave no file that can be used; the problems of their items say why.
        size_bytes: Of the files fetched.
    """

    fetched: int = 0
    known: int = 0
    failed: int = 0
    size_bytes: int = 0


class FetchedMedia:
    """The media behind web addresses, as far as they are in a workspace."""

    def __init__(self, workspace: Workspace, *, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> None:
        self._store = workspace.store
        self._media = WorkspaceMedia(workspace.path)
        self._most_files, self._most_bytes = most_files, most_bytes
        self._problems: dict[str, str] = {}

    def __call__(self, kind: MediaKind, address: str) -> Media:
        """The medium behind an address; its `problem` says why it is not there, if so."""
        path = self._path(address)
        return Media(kind, path, address, None if path else self._problems.get(address, ADDRESS))

    def fetch(self, wanted: Iterable[Wanted], fetch: Fetch, tell: Callable[[int, int], None]) -> FetchReport:
        """Fetch what is not here yet. Each file is kept at once: a run that is stopped has lost none.

        Args:
            wanted: Addresses in the order in which they matter; those beyond the caps of a run wait for the next.
            tell: Told how many are done and how many there are; what it raises ends the run.

        Raises:
            WorkspaceError: a file cannot be written.
        """
        kinds = {address: kind for kind, address in wanted}
        missing = [(kind, address) for address, kind in kinds.items() if not self._path(address)]
        report = FetchReport(known=len(kinds) - len(missing), failed=len(missing[self._most_files :]))
        self._problems = {address: _LATER for _, address in missing[self._most_files :]}
        if missing:
            self._store.set_setting(FOLDER_SETTING, str(self._media.folder))
        now = missing[: self._most_files]
        with closing(_all(now, fetch)) as answers:
            for done, ((kind, address), data) in enumerate(answers, start=1):
                problem = self._keep(kind, address, data, report)
                if problem:
                    report.failed += 1
                    self._problems[address] = problem
                tell(done, len(now))
        return report

    def _keep(self, kind: MediaKind, address: str, data: bytes | MediaError, report: FetchReport) -> str | None:
        """Keep a file that came; why it cannot be used, if so."""
        if isinstance(data, MediaError):
            return why_not_fetched(data)
        if report.size_bytes + len(data) > self._most_bytes:
            return _LATER
        medium = self._media.keep(kind, address, data)
        if medium.problem is None:
            self._store.set_setting(_SETTING + address, Path(medium.path).name)
            report.fetched += 1
            report.size_bytes += len(data)
        return medium.problem

    def _path(self, address: str) -> str:
        """Where the file of an address lies; empty where it is not here."""
        digest = self._store.setting(_SETTING + address)
        path = self._media.folder / digest if digest else None
        return str(path) if path and path.is_file() else ""


def wanted_media(items: Iterable[Item]) -> Iterator[Wanted]:
    """The addresses that items name, the first of every item before any second one."""
    places: dict[int, list[Wanted]] = {}
    for item in items:
        addresses = [(medium.kind, medium.name) for medium in item.media if _is_address(medium.name)]
        for place, address in enumerate(addresses):
            places.setdefault(place, []).append(address)
    for place in sorted(places):
        yield from places[place]


def web_fetch(config: AgentConfig) -> Fetch:
    """How the addresses of a catalog are fetched: from the public internet, and nearer where the settings say so."""
    return RemoteFiles(allowed=is_within_reach if config.fetch_private else is_public)


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def _all(wanted: Iterable[Wanted], fetch: Fetch) -> Generator[tuple[Wanted, bytes | MediaError]]:
    """What each address gives, in order, a bounded number at a time."""
    entries, waiting = iter(wanted), deque[tuple[Wanted, Future[bytes | MediaError]]]()
    pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="fetch")
    try:
        while True:
            for entry in islice(entries, AT_ONCE - len(waiting)):
                waiting.append((entry, pool.submit(_fetched, fetch, entry[1])))
            if not waiting:
                return
            entry, future = waiting.popleft()
            yield entry, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _fetched(fetch: Fetch, address: str) -> bytes | MediaError:
    try:
        return fetch(address)
    except MediaError as error:
        return error


__all__ = ["FetchReport", "FetchedMedia", "wanted_media", "web_fetch"]
