"""Rows of a spreadsheet: Excel's .xlsx and .xlsm, and OpenDocument's .ods."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.catalog.sheet_limits import repacked
from retrieval.errors import CatalogError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

ZIP = b"PK\x03\x04"
_PARTS = ("xl/workbook.xml", "content.xml")  # of which a workbook has one
Cells = Sequence[object]


def is_spreadsheet(path: Path) -> bool:
    """Whether an archive is a workbook."""
    try:
        with zipfile.ZipFile(path) as packed:
            return any(part in packed.NameToInfo for part in _PARTS)
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def sheet_rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Each row of the first visible sheet that has rows, with its number; the header is the first with two cells.

    Raises:
        CatalogError: it is damaged, too large, or has no such sheet.
    """
    from python_calamine import CalamineError, load_workbook

    try:
        workbook = load_workbook(repacked(path))
        rows = _first_rows(workbook)
    except CalamineError as error:
        raise CatalogError(f"{path} is a damaged spreadsheet: {error}.", "Save it again.") from error
    numbered = ((number, cells) for number, cells in rows if any(cell != "" for cell in cells))
    header = next((names for _, names in numbered if sum(cell != "" for cell in names) > 1), None)
    if header is None:
        raise CatalogError(f"{path} has no sheet with a header and rows.", "Begin it with: id, title, description, ...")
    names = _names(path, header)
    for number, cells in numbered:
        values = zip(names, map(_value, cells), strict=False)
        yield number, {name: value for name, value in values if name and value not in ("", None)}


def _first_rows(workbook: CalamineWorkbook) -> Iterator[tuple[int, Cells]]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for at, about in enumerate(workbook.sheets_metadata):
        if about.visible != SheetVisibleEnum.Visible or about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(at)
        if sheet.height > 1:
            return _numbered(sheet)
    return iter(())


def _numbered(sheet: CalamineSheet) -> Iterator[tuple[int, Cells]]:
    first = sheet.start[0] if sheet.start else 0
    return enumerate(sheet.iter_rows(), start=first + 1)


def _names(path: Path, header: Cells) -> list[str]:
    names = [" ".join(str(_value(cell)).split()) for cell in header]
    folded = [name.casefold() for name in names if name]
    twice = next((name for name in folded if folded.count(name) > 1), None)
    if twice is not None:
        raise CatalogError(f"{path}: two columns are named '{twice}'.", "Rename one of them.")
    return names


def _value(cell: object) -> object:
    """A cell as JSON would hold it: days as ISO dates, whole numbers as such."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        return str(cell)
    return cell.strip() if isinstance(cell, str) else cell
