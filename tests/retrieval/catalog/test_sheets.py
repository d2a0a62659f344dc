"""Spreadsheets: read as tables, and refused before they take room that nobody has."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.catalog import sheet_limits
from retrieval.catalog.sheet_extents import OpenDocumentExtent, SharedTexts, SheetExtent
from retrieval.catalog.sheets import is_spreadsheet, sheet_rows
from retrieval.errors import CatalogError
from tests.support.catalogs import only_item, read
from tests.support.sheets import excel_cells, open_document_cells, write_excel, write_open_document

ROWS: list[list[object]] = [
    ["Our goods, spring", None, None, None, None],
    [None, None, None, None, None],
    ["Artikelnummer", "Name", "Preis", "Menge", "Neu"],
    ["007", "Glühlampe", 12.5, 3.0, True],
    [8, "Stuhl & Tisch", 100, None, False],
]


def excel(path: Path) -> Path:
    return write_excel(path / "goods.xlsx", excel_cells(ROWS))


def open_document(path: Path) -> Path:
    return write_open_document(path / "goods.ods", open_document_cells(ROWS))


@pytest.mark.parametrize("write", [excel, open_document])
def test_a_sheet_is_a_table_with_its_header_below_a_title(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    items, problems = read(write(tmp_path))
    assert not problems
    assert [(item.id, item.title, item.price) for item in items] == [
        ("007", "Glühlampe", 12.5),
        ("8", "Stuhl & Tisch", 100.0),
    ]
    assert [dict(item.attributes) for item in items] == [{"Menge": 3, "Neu": True}, {"Neu": False}]


@pytest.mark.parametrize("write", [excel, open_document])
def test_rows_have_the_numbers_that_people_see(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    assert [number for number, _ in sheet_rows(write(tmp_path))] == [4, 5]


def test_days_are_dates_and_hidden_sheets_are_passed_over(tmp_path: Path) -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="1999-12-31"/>'
    rows = open_document_cells([["id", "title", "made"], ["1", "Lamp"]]).replace(
        "<text:p>Lamp</text:p></table:table-cell>", f"<text:p>Lamp</text:p></table:table-cell>{day}"
    )
    assert only_item(write_open_document(tmp_path / "a.ods", rows)).attributes == {"made": "1999-12-31"}
    path = write_excel(tmp_path / "b.xlsx", excel_cells([["id", "title"], [1, "Lamp"]]), hidden_first=True)
    assert only_item(path).title == "Lamp"


def test_a_workbook_is_told_from_an_archive(tmp_path: Path) -> None:
    assert is_spreadsheet(excel(tmp_path))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("catalog.csv", "id,title\n")
    assert not is_spreadsheet(tmp_path / "a.zip")
    (tmp_path / "torn.xlsx").write_bytes(b"PK\x03\x04....")
    assert not is_spreadsheet(tmp_path / "torn.xlsx")


HEAD = excel_cells([["id", "title"]])
FAR = '<table:table-row table:number-rows-repeated="{rows}">' + (
    '<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}"><text:p>{text}</text:p>'
    "</table:table-cell></table:table-row>"
)


@pytest.mark.parametrize(
    ("rows", "shared", "words"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "", "reaches over 17,179,869,184 cells"),
        ('<row r="1048576"><c><v>1</v></c></row><row r="2"><c r = "XFD2"/></row>', "", "reaches over"),
        ('<row><c r="ZZZZZZZZZZ5"><v>1</v></c></row>', "", "reaches over"),
        ("<row>" + '<c t="s"><v> 0 </v></c>' * 600 + "</row>", f"<si><t>{'x' * 2**20}</t></si>", "characters"),
        ('<row r="x"><c><v>1</v></c></row>', "", "damaged"),
        ("<row><c>", "", "damaged"),
    ],
)
def test_what_names_far_cells_or_says_one_text_often_is_refused(
    tmp_path: Path, rows: str, shared: str, words: str
) -> None:
    path = write_excel(tmp_path / "bomb.xlsx", HEAD + rows, shared)
    with pytest.raises(CatalogError, match=words):
        list(sheet_rows(path))


@pytest.mark.parametrize(
    ("rows", "columns", "text", "words"),
    [
        (1_000_000, 1_000, "x", "reaches over"),
        (9_000, 1_000, "x" * 100, "characters"),
        (1, 99_999_999_999, "x", "reaches"),
    ],
)
def test_what_repeats_cells_beyond_measure_is_refused(
    tmp_path: Path, rows: int, columns: int, text: str, words: str
) -> None:
    table = open_document_cells([["id", "title"]]) + FAR.format(rows=rows, columns=columns, text=text)
    with pytest.raises(CatalogError, match=words):
        list(sheet_rows(write_open_document(tmp_path / "bomb.ods", table)))


def test_empty_cells_to_the_end_of_the_sheet_cost_nothing(tmp_path: Path) -> None:
    empty = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = write_open_document(tmp_path / "a.ods", open_document_cells([["id", "title"], ["1", "Lamp"]]) + empty)
    assert only_item(path).title == "Lamp"


def test_what_unpacks_to_too_much_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_excel(tmp_path / "big.xlsx", HEAD + f"<row><c><v>{'1' * 40_000_000}</v></c></row>")
    with pytest.raises(CatalogError, match="unpacks to more"):
        list(sheet_rows(path))
    monkeypatch.setattr(sheet_limits, "MOST_ENTRIES", 3)
    with pytest.raises(CatalogError, match="unpacks to more"):
        list(sheet_rows(excel(tmp_path)))


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    path = write_open_document(tmp_path / "a.ods", open_document_cells([["id", "title"], ["1", "x"]]), head=bomb)
    with pytest.raises(CatalogError, match="declares entities"):
        list(sheet_rows(path))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "no sheet with a header"),
        ([["id"], ["1"]], "no sheet with a header"),
        ([["a", "A"], [1, 2]], "two columns"),
    ],
)
def test_a_sheet_without_a_usable_header_is_told(tmp_path: Path, rows: list[list[object]], words: str) -> None:
    with pytest.raises(CatalogError, match=words):
        list(sheet_rows(write_excel(tmp_path / "a.xlsx", excel_cells(rows))))


def test_extents_are_told_cell_by_cell() -> None:
    shared = SharedTexts()
    shared.start("x:si", {})
    shared.text("four")
    sheet = SheetExtent(shared.lengths)
    for name, attributes in (("row", {}), ("c", {"t": "s"}), ("v", {})):
        sheet.start(name, attributes)
    sheet.text("0")
    sheet.end("v")
    assert (sheet.cells, sheet.chars) == (1, 5)
    table = OpenDocumentExtent()
    table.start("table:table-row", {"table:number-rows-repeated": "3"})
    table.start("table:table-cell", {"table:number-columns-repeated": "2", "office:value-type": "float"})
    table.end("table:table-cell")
    table.end("table:table-row")
    assert table.cells == 6
