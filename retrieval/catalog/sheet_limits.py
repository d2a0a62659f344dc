"""Spreadsheets from outside: unpacked within bounds, and measured before room is made for their cells.

A workbook of a few kilobytes can unpack to gigabytes, name one cell in the last corner of a sheet, for which a reader
makes room for all cells before it, or say one long text in a million cells. Such files are refused; what is read is
packed anew, so that two readers of ZIP archives cannot see two different things in one.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from retrieval.catalog.sheet_extents import Extent, OpenDocumentExtent, SharedTexts, SheetExtent
from retrieval.errors import CatalogError

MOST_BYTES = 256 * 2**20  # unpacked
MOST_CELLS = 10_000_000  # of a sheet, empty ones among them: as many rows as Excel has, of nine columns
MOST_CHARS = 512 * 2**20  # in the cells of a sheet, a text that many share as often as they do
MOST_ENTRIES = 10_000  # files in the archive
_BOMB_RATIO = 200
_BOMB_FREE = 32 * 2**20  # bytes below which a ratio does no harm
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_SHARED = "xl/sharedstrings.xml"
_CSV = "Save the sheet as CSV, and give that."
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OverflowError, expat.ExpatError)


def repacked(path: Path) -> io.BytesIO:
    """The workbook with the same content, unpacked, and measured.

    Raises:
        CatalogError: it is damaged, or larger than we read.
    """
    target = io.BytesIO()
    try:
        entries = _entries(path)
        _measure(path, entries)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as unpacked:
            for name, data in entries.items():
                unpacked.writestr(name, data)
    except _FAULTS as error:
        raise CatalogError(f"{path} is a damaged spreadsheet: {error}.", "Save it again.") from error
    target.seek(0)
    return target


def _entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        listed = packed.infolist()
        allowed = min(MOST_BYTES, max(_BOMB_FREE, _BOMB_RATIO * path.stat().st_size))
        if len(listed) > MOST_ENTRIES or sum(entry.file_size for entry in listed) > allowed:
            what = f"{path} unpacks to more than a spreadsheet may have ({MOST_BYTES // 2**20} MiB)."
            raise CatalogError(what, _CSV)
        # read by what the entry says of its size: what is packed behind that is never seen
        return {entry.filename: packed.read(entry) for entry in listed if not entry.is_dir()}


def _measure(path: Path, entries: dict[str, bytes]) -> None:
    """Refuse sheets that room cannot be made for."""
    shared = SharedTexts()
    for name, data in entries.items():
        if name.lower() == _SHARED:
            _parse(data, shared)
    for name, data in entries.items():
        if _SHEET.fullmatch(name):
            _check(path, data, lambda: SheetExtent(shared.lengths))
        elif name == "content.xml":
            _check(path, data, OpenDocumentExtent)


def _check(path: Path, data: bytes, make: Callable[[], Extent]) -> None:
    extent = make()
    _parse(data, extent)
    if extent.cells > MOST_CELLS:
        raise CatalogError(
            f"{path} has a sheet that reaches over {extent.cells:,} cells, more than {MOST_CELLS:,}.",
            f"Delete the empty rows and columns behind the last that are filled, or: {_CSV}",
        )
    if extent.chars > MOST_CHARS:
        raise CatalogError(f"{path} has a sheet with {extent.chars:,} characters, more than {MOST_CHARS:,}.", _CSV)


def _parse(data: bytes, seen: Extent | SharedTexts) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = seen.start, seen.end
    parser.CharacterDataHandler = seen.text
    parser.EntityDeclHandler = _refuse_entities
    parser.Parse(data, True)


def _refuse_entities(*_: object) -> None:
    raise ValueError("it declares entities, which no spreadsheet does")
