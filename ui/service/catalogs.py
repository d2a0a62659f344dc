"""Catalogs that people bring in: kept in the workspace, since items point at their pictures."""

from __future__ import annotations

import filecmp
import hashlib
import json
import secrets
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import CatalogError, WorkspaceError
from retrieval.schema import SCHEMA_FILE
from ui.service.archives import unpack
from ui.service.uploads import harmless

FOLDER = "catalogs"  # in a workspace
_LATEST = ".latest.json"
_TABLES = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".json", ".jsonl.gz", ".ndjson.gz", ".csv.gz", ".tsv.gz")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A catalog, and which of its columns are left out."""

    path: Path
    exclude: tuple[str, ...] = ()


class Catalogs:
    """The catalogs of one workspace. Any thread may call.

    Args:
        folder: Made when the first catalog is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    def keep(self, file: Path, name: str) -> Path:
        """Keep a file that was sent: a table, or an archive of a folder.

        What is the same as when it was sent before stays untouched, so that its items count as unchanged; what is no
        longer in it goes, save for a schema that was declared here.

        Args:
            name: What the sender calls it; only told apart by, never part of a path as it is.

        Returns:
            What is to be ingested: a table, or a folder of pictures.

        Raises:
            CatalogError: it is empty, or an archive that cannot be used.
            WorkspaceError: the disk is full or cannot be written; the earlier state is as it was.
        """
        plain = harmless(name)
        stem = plain.split(".")[0]
        place = self.folder / (stem if plain == name else f"{stem}-{hashlib.sha256(name.encode()).hexdigest()[:6]}")
        staged = self.folder / f".{secrets.token_hex(8)}"
        with self._lock:
            try:
                staged.mkdir(parents=True)
                catalog = _stage(file, staged / _table_name(name, plain)).relative_to(staged)
                _replace(place, staged)
            except OSError as error:
                raise WorkspaceError(
                    f"The catalog cannot be kept ({error.strerror}).",
                    "Make room on the server's disk, and send it again.",
                ) from error
            finally:
                shutil.rmtree(staged, ignore_errors=True)
        return place / catalog

    def remember(self, chosen: Chosen, *, finished: bool = False) -> None:
        """Note what is brought in, so that it can be gone on with after a stop or a restart.

        Raises:
            WorkspaceError: it cannot be written.
        """
        noted = {"path": str(chosen.path), "exclude": list(chosen.exclude), "finished": finished}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / _LATEST).write_text(json.dumps(noted), encoding="utf-8")
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


def pointed(text: str) -> Path:
    """A catalog on the server's own disk, by its path.

    Raises:
        CatalogError: there is none.
    """
    path = Path(text.strip()).expanduser()
    if not text.strip() or "\0" in text or not path.is_absolute() or not path.exists():
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
    if start in _ZIP:
        unpack(file, table.parent)
        return catalog_in(table.parent)
    shutil.copyfile(file, table)
    return table


def _replace(place: Path, staged: Path) -> None:
    """Make `place` hold what is staged; files that are the same there already are not touched."""
    place.mkdir(exist_ok=True)
    new = _files(staged)
    for path in sorted(set(_files(place)) - set(new)):
        if path.name != SCHEMA_FILE:
            (place / path).unlink()
    for path in new:
        target = place / path
        if target.is_file() and filecmp.cmp(staged / path, target, shallow=False):
            continue
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        (staged / path).replace(target)


def _files(folder: Path) -> Sequence[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()]
