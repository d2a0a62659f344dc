"""Catalogs that people bring in: kept in the workspace, since items point at their pictures."""

from __future__ import annotations

import filecmp
import hashlib
import json
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from agent.errors import CatalogError, WorkspaceError
from retrieval.catalog.sheets import is_spreadsheet
from retrieval.files.private import create, make_folder, write_text
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE
from ui.service.archives import unpack
from ui.service.limits import MIB
from ui.service.uploads import harmless

FOLDER = "catalogs"  # in a workspace
STAGED = ".staged"  # in that: what was sent and is only looked at yet
MOST_STAGED = 8
STAGED_S = 24 * 3600.0
_LATEST, _KEPT = ".latest.json", ".kept"
_PACKED = (".jsonl", ".ndjson", ".csv", ".tsv", ".item")
_TABLES = (*_PACKED, *(f"{ending}.gz" for ending in _PACKED), ".json", ".parquet", ".xlsx", ".ods")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A catalog, and which of its columns are left out."""

    path: Path
    exclude: tuple[str, ...] = ()


class Catalogs:
    """The catalogs of one workspace. Any thread may call.

    What is sent lies apart until it is brought in: whoever only looks at it changes nothing for anybody.

    Args:
        folder: Made when the first catalog is sent.
        named: Tells the paths of all files that items name; those are never removed and never replaced.
    """

    def __init__(self, folder: Path, named: Callable[[], Collection[str]]) -> None:
        self.folder = folder
        self._named = named
        self._lock = threading.Lock()

    def stage(self, file: Path, name: str, owner: str = "") -> Path:
        """Take in a file to be looked at: a table, or an archive of a folder.

        A schema that was declared for a catalog of this name comes with it, unless it brings its own.

        Args:
            name: What the sender calls it; only told apart by, never part of a path as it is.
            owner: User id of the sender.

        Returns:
            What is to be looked at and may be kept: a table, or a folder of pictures.

        Raises:
            CatalogError: it is empty, or an archive that cannot be used.
            WorkspaceError: the disk is full or cannot be written.
        """
        plain = harmless(name)
        stem = plain.split(".")[0]
        place = stem if plain == name else f"{stem}-{_digest(name, 6)}"
        # under a digest of the owner: their files are found again without their name in a path
        holder = self.folder / STAGED / f"{_digest(owner, 16)}-{secrets.token_hex(8)}"
        try:
            self._age()
            make_folder(holder / place)
            catalog = _stage(file, holder / place / _table_name(name, plain))
            self._take_schema(catalog, holder / place)
        except OSError as error:
            shutil.rmtree(holder, ignore_errors=True)
            raise _unkept(error) from error
        except BaseException:
            shutil.rmtree(holder, ignore_errors=True)
            raise
        return catalog

    def keep(self, catalog: Path) -> Path:
        """Put what was staged where its items can name it; what was not staged stays where it is.

        It goes where most of the same files lie already, and these stay untouched, so that their items count as
        unchanged; files there that are no longer in it go, unless an item names them. Where it would replace a file
        that an item names, or shares nothing with what items name, it gets a place of its own.

        Returns:
            What is to be ingested.

        Raises:
            WorkspaceError: the disk is full or cannot be written; what items name is as it was.
        """
        staged = self._staged(catalog)
        if staged is None:
            return catalog
        with self._lock:
            try:
                kept = self._place(staged) / catalog.relative_to(staged)
                write_text(staged.with_name(_KEPT), str(kept))
                shutil.rmtree(staged, ignore_errors=True)  # what lay at its place already is still in there
            except OSError as error:
                raise _unkept(error) from error
        return kept

    def present(self, catalog: Path) -> Path:
        """Where a catalog that was staged lies by now: it may have been kept meanwhile."""
        staged = self._staged(catalog)
        note = catalog if staged is None else staged.with_name(_KEPT)
        return Path(note.read_text(encoding="utf-8")) if staged is not None and note.is_file() else catalog

    def tidy(self, catalog: Path) -> None:
        """Remove what was kept under the same name before, where no item names a file of it any more."""
        if not catalog.is_relative_to(self.folder):
            return
        place = self.folder / catalog.relative_to(self.folder).parts[0]
        with self._lock:
            if others := [other for other in self._places(place.name.split(".")[0]) if other != place]:
                named = self._named()
                for other in others:
                    if not _named_in(other, named):
                        shutil.rmtree(other, ignore_errors=True)

    def forget(self, user: str) -> int:
        """Remove what a person sent to look at and did not bring in. Returns: how many catalogs."""
        theirs = [path for path in _entries(self.folder / STAGED) if path.name.startswith(_digest(user, 16))]
        for holder in theirs:  # one that is just being unpacked fails by that
            shutil.rmtree(holder, ignore_errors=True)
        return len(theirs)

    def remember(self, chosen: Chosen, *, finished: bool = False) -> None:
        """Note what is brought in, so that it can be gone on with after a stop or a restart.

        Raises:
            WorkspaceError: it cannot be written.
        """
        noted = {"path": str(chosen.path), "exclude": list(chosen.exclude), "finished": finished}
        try:
            make_folder(self.folder)
            write_text(self.folder / _LATEST, json.dumps(noted))
        except OSError as error:
            raise WorkspaceError(
                f"{self.folder} cannot be written ({error.strerror}).", "Make room on the server's disk."
            ) from error

    def unfinished(self) -> Chosen | None:
        """What was begun last; None where it was finished, or is gone by now."""
        try:
            noted = json.loads((self.folder / _LATEST).read_text(encoding="utf-8"))
            chosen = Chosen(Path(noted["path"]), tuple(noted["exclude"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return None if noted.get("finished") or not chosen.path.exists() else chosen

    def _staged(self, catalog: Path) -> Path | None:
        """The folder that is staged with a catalog, bearing the name of its place; None where it is not staged."""
        within = self.folder / STAGED
        if not catalog.is_relative_to(within):
            return None
        return within.joinpath(*catalog.relative_to(within).parts[:2])

    def _place(self, staged: Path) -> Path:
        """Move what is staged to its place."""
        name, named = staged.name, frozenset[str]()
        places = self._places(name)
        if places:
            named = frozenset(self._named())
        fitting = [(n_same, place) for place in places if (n_same := _fits(place, staged, named)) is not None]
        _, place = max(fitting, key=itemgetter(0), default=(0, self.folder / name))
        if not fitting and places:
            place = place.with_name(f"{name}.{secrets.token_hex(4)}")
        _replace(place, staged, named)
        return place

    def _places(self, name: str) -> list[Path]:
        """Where catalogs of a name lie: under it, or under it with a dot and something behind that."""
        # not by `glob`, which remembers what it was asked for: names of files are people's words
        return sorted(path for path in _entries(self.folder) if path.name.partition(".")[0] == name and path.is_dir())

    def _take_schema(self, catalog: Path, staged: Path) -> None:
        beside = _folder_of(catalog)
        declared = [place / beside.relative_to(staged) / SCHEMA_FILE for place in self._places(staged.name)]
        there = [path for path in declared if path.is_file()]
        if there and not (beside / SCHEMA_FILE).exists():
            _copy(max(there, key=lambda path: path.stat().st_mtime_ns), beside / SCHEMA_FILE)

    def _age(self) -> None:
        """Remove what was looked at long ago, and the oldest where much was."""
        ages = sorted(((_age_s(holder), holder) for holder in _entries(self.folder / STAGED)), key=itemgetter(0))
        for number, (age_s, holder) in enumerate(ages, start=1):
            if number >= MOST_STAGED or age_s > STAGED_S:
                shutil.rmtree(holder, ignore_errors=True)


def media_paths(items: Iterable[Item]) -> set[str]:
    """The paths of all files that items name."""
    return {medium.path for item in items for medium in item.media if medium.path}


def pointed(text: str) -> Path:
    """A catalog on the server's own disk, by its path.

    Raises:
        CatalogError: there is none.
    """
    path = Path(text.strip()).expanduser()
    # a device or a pipe is neither, and would be read without an end
    if not text.strip() or "\0" in text or not path.is_absolute() or not (path.is_file() or path.is_dir()):
        raise CatalogError(
            f"There is no catalog at {text.strip()!r}.", "Give the whole path of a file or folder on this machine."
        )
    return path


def catalog_in(folder: Path) -> Path:
    """The one table at the top of an unpacked folder, else the folder itself, whose pictures are the items.

    Raises:
        CatalogError: there are several tables.
    """
    inside = sorted(folder.iterdir())
    if len(inside) == 1 and inside[0].is_dir():
        return catalog_in(inside[0])
    tables = [path for path in inside if path.is_file() and path.name.lower().endswith(_TABLES)]
    named = [path for path in tables if path.name.lower().startswith("catalog.")] or tables
    if len(named) > 1:
        raise CatalogError(
            f"The archive holds several tables: {', '.join(path.name for path in named[:5])}.",
            "Name the one that is the catalog catalog.csv, catalog.jsonl or catalog.parquet.",
        )
    return named[0] if named else folder


def _table_name(name: str, plain: str) -> str:
    ending = next((known for known in sorted(_TABLES, key=len, reverse=True) if name.lower().endswith(known)), "")
    return plain.split(".")[0] + (ending or Path(plain).suffix.lower())


def _stage(file: Path, table: Path) -> Path:
    """Put a table where it is to be, or what is in an archive around there; returns the catalog."""
    if not file.stat().st_size:
        raise CatalogError("The file is empty.", "Send a catalog with at least one item.")
    with file.open("rb") as opened:
        start = opened.read(4)
    if start in _ZIP and not is_spreadsheet(file):
        unpack(file, table.parent)
        return catalog_in(table.parent)
    _copy(file, table)
    return table


def _fits(place: Path, staged: Path, named: Collection[str]) -> int | None:
    """How many files of what is staged lie at a place already; None where it must not go there."""
    taken, new = _named_in(place, named), _files(staged)
    same = {path for path in new if _is_same(staged / path, place / path)}
    changed, above = taken - same, {folder for path in taken for folder in path.parents}
    in_the_way = any(path in changed or path in above or not taken.isdisjoint(path.parents) for path in new)
    return None if in_the_way or (taken and not same) else len(same)


def _replace(place: Path, staged: Path, named: Collection[str]) -> None:
    """Make `place` hold what is staged; files that are the same there already are not touched, nor those named."""
    make_folder(place)
    new, taken = _files(staged), _named_in(place, named)
    for path in sorted(set(_files(place)) - set(new) - taken):
        (place / path).unlink()
    for path in new:
        target = place / path
        if _is_same(staged / path, target):
            continue
        if target.is_dir():
            shutil.rmtree(target)
        make_folder(target.parent)
        (staged / path).replace(target)


def _is_same(file: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(file, other, shallow=False)


def _files(folder: Path) -> Sequence[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()]


def _named_in(place: Path, named: Collection[str]) -> set[Path]:
    """Those files of a place that items name, relative to it."""
    root = place.resolve()  # as the catalog's reader names files
    return {path for path in _files(place) if str(root / path) in named}


def _entries(folder: Path) -> Sequence[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _age_s(holder: Path) -> float:
    """Seconds since a folder was made; endless where it has gone meanwhile."""
    try:
        return time.time() - holder.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _folder_of(catalog: Path) -> Path:
    return catalog if catalog.is_dir() else catalog.parent


def _copy(file: Path, target: Path) -> None:
    with file.open("rb") as source, create(target) as written:
        shutil.copyfileobj(source, written, MIB)


def _digest(text: str, chars: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:chars]


def _unkept(error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"The catalog cannot be kept ({error.strerror}).", "Make room on the server's disk, and send it again."
    )
