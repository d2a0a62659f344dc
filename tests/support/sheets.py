"""Workbooks written for a test, good ones and hostile ones."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def excel_cells(rows: Sequence[Sequence[object]]) -> str:
    """Rows as the XML of a sheet of Excel."""
    return "".join(f"<row>{''.join(map(_excel_cell, row))}</row>" for row in rows)


def write_excel(path: Path, rows: str, shared: str = "", hidden_first: bool = False) -> Path:
    """A workbook of Excel with these rows, as XML."""
    sheets = '<sheet name="Goods" sheetId="1" r:id="r1"/>'
    hidden = '<sheet name="Notes" sheetId="2" state="hidden" r:id="r2"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_RELATED}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>'
        f"{hidden if hidden_first else ''}{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="r1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_RELATED}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="r3" Type="{_RELATED}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{shared}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{excel_cells([["a", "b"], ["c", "d"]])}'
        "</sheetData></worksheet>",
    }
    return _pack(path, parts)


def open_document_cells(rows: Sequence[Sequence[object]]) -> str:
    """Rows as the XML of a table of OpenDocument."""
    return "".join(f"<table:table-row>{''.join(map(_open_cell, row))}</table:table-row>" for row in rows)


def write_open_document(path: Path, rows: str, head: str = "") -> Path:
    """A spreadsheet of OpenDocument with these rows, as XML."""
    names = " ".join(f'xmlns:{name}="{_OPEN}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="Goods">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = f'<m:manifest xmlns:m="{_OPEN}:manifest:1.0"/>'
    parts = {"content.xml": head + content, "META-INF/manifest.xml": manifest}
    return _pack(path, parts, first={"mimetype": "application/vnd.oasis.opendocument.spreadsheet"})


def _pack(path: Path, parts: dict[str, str], first: dict[str, str] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in (first or {}).items():
            packed.writestr(name, text)
        for name, text in parts.items():
            packed.writestr(name, _XML + text)
    return path


def _excel_cell(value: object) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _open_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'
