"""The raw rows of a catalog, whatever its format."""

from __future__ import annotations

import datetime
import decimal
import itertools
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from retrieval.catalog.csv_rows import RawRow, csv_rows
from retrieval.catalog.dialect import DELIMITERS
from retrieval.catalog.encodings import Encoding, detect
from retrieval.catalog.json_rows import parse_object
from retrieval.catalog.lines import giant_line, head, lines, magic
from retrieval.catalog.media_paths import ENDINGS
from retrieval.catalog.problems import RowProblem, RowRefused
from retrieval.catalog.sheets import ZIP, is_spreadsheet, sheet_rows
from retrieval.errors import CatalogError
from retrieval.schema import SCHEMA_FILE

RawRows = Iterator[tuple[int, RawRow | RowRefused | RowProblem]]

_BATCH = 256  # rows of a Parquet file held at once
_SIDECAR_LIMIT = 2**20  # bytes
_FORMATS = "Give a .jsonl, .jsonl.gz, .csv, .xlsx, .ods or .parquet file, or a folder of pictures."
_FOREIGN = {
    b"PK\x03\x04": "a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old .xls file, or one that is locked by a password",
    b"SQLi": "an SQLite database",
    b"\x28\xb5\x2f\xfd": "zstd",
}


def raw_rows(path: Path, encoding: Encoding | None = None) -> RawRows:
    """Each row with its line, or why it cannot be read, or what is to be known of the file.

    Nothing is read ahead of what is asked for.

    Args:
        encoding: What a text file is in; UTF-8 when None.

    Raises:
        CatalogError: the catalog does not exist or is of no format we read.
    """
    if path.is_dir():
        return _folder_rows(path)
    if not path.exists():
        raise CatalogError(f"There is no catalog at {path}.", _FORMATS)
    if not path.is_file():
        raise CatalogError(f"{path} is neither a file nor a folder.", _FORMATS)
    start = magic(path)
    if start == ZIP and is_spreadsheet(path):
        return sheet_rows(path)
    if start in _FOREIGN:
        raise CatalogError(f"{path} is {_FOREIGN[start]}, not a catalog.", f"Export it first. {_FORMATS}")
    # by what is in it, not by its name: exports are often misnamed
    if start == b"PAR1":
        return _parquet_rows(path)
    codec = encoding.codec if encoding else None
    rows = _text_format(path, codec)(path, codec)
    return rows if encoding is None or encoding.told else itertools.chain([(1, _recoded(encoding))], rows)


def encoding_of(path: Path) -> Encoding | None:
    """The encoding of a catalog by all its bytes; None where it is UTF-8, says itself what it is, or is no text.

    Raises:
        CatalogError: it cannot be read.
    """
    if not path.is_file() or magic(path) in (*_FOREIGN, b"PAR1"):
        return None
    return detect((line for _, line in lines(path)), strays=_is_json(path))


def is_typed(path: Path, encoding: Encoding | None) -> bool:
    """Whether the catalog's format tells text from numbers, as tables of text and people's spreadsheets do not."""
    if magic(path) == ZIP:
        return False
    return magic(path) == b"PAR1" or _text_format(path, encoding.codec if encoding else None) is not csv_rows


def _is_json(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    return name.endswith((".jsonl", ".ndjson", ".json")) or head(path).lstrip().startswith(b"{")


def _recoded(encoding: Encoding) -> RowProblem:
    return RowProblem(
        1, None, "encoding", f"The file is not UTF-8; it was read as {encoding.name}.",
        "Save it as UTF-8, or give its encoding, if that is wrong.", "noted",
    )  # fmt: skip


def _text_format(path: Path, codec: str | None) -> Callable[[Path, str | None], RawRows]:
    name = path.name.lower().removesuffix(".gz")
    start = head(path, encoding=codec)
    _refuse_other_json(path, start, whole_file=name.endswith(".json"))
    if name.endswith((".jsonl", ".ndjson", ".json")):
        return _jsonl_rows
    if name.endswith((".csv", ".tsv")):
        return csv_rows
    if start.lstrip().startswith(b"{"):
        return _jsonl_rows
    if b"\0" not in start and any(mark.encode() in start.partition(b"\n")[0] for mark in DELIMITERS):
        return csv_rows
    raise CatalogError(f"{path} is of no known format.", _FORMATS)


def _refuse_other_json(path: Path, start: bytes, *, whole_file: bool) -> None:
    text = start.lstrip()
    first = text.partition(b"\n")[0].strip()
    if first == b"[" or text.startswith(b"[{") or (whole_file and text.startswith(b"[")):
        raise CatalogError(
            f"{path} is one JSON array.",
            f"Write one object on each line: jq -c '.[]' '{path.name}' > catalog.jsonl.",
        )
    if first == b"{":
        raise CatalogError(
            f"{path} spreads its objects over several lines.",
            f"Write one object on each line: jq -c . '{path.name}' > catalog.jsonl.",
        )


def _jsonl_rows(path: Path, codec: str | None) -> RawRows:
    for number, line in lines(path, codec):
        if line is None:
            yield number, giant_line()
        elif line.strip():
            yield number, _parsed(line)


def _parsed(line: bytes) -> RawRow | RowRefused:
    try:
        return parse_object(line)
    except RowRefused as refused:
        return refused


def _parquet_rows(path: Path) -> RawRows:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise CatalogError(
            f"Reading {path} needs pyarrow, which is not installed.", "Run: pip install 'tastemaker[parquet]'."
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            _refuse_twin_columns(path, file.schema_arrow.names)
            number = 0
            for batch in file.iter_batches(batch_size=_BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield number, {name: _from_arrow(value) for name, value in row.items()}
    except (arrow.ArrowException, OSError) as error:
        raise CatalogError(f"{path} is a damaged Parquet file: {error}.", "Write it again.") from error


def _refuse_twin_columns(path: Path, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise CatalogError(f"{path}: two columns are named '{name}'.", "Rename one of them.")


def _from_arrow(value: object) -> object:
    """The value as JSON would hold it; a missing float is no value."""
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _from_arrow(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_from_arrow(inner) for inner in value]
    return value


def _folder_rows(folder: Path) -> RawRows:
    pictures = _pictures(folder)
    if not pictures:
        inside = next((path.name for path in sorted(folder.glob("*.*")) if path.suffix in (".jsonl", ".csv")), None)
        hint = f"Give the file itself: {folder / inside}." if inside else _FORMATS
        raise CatalogError(f"The folder {folder} holds no pictures.", hint)
    for number, name in enumerate(pictures, start=1):
        yield number, _picture_row(folder, name)


def _pictures(folder: Path) -> list[str]:
    """Relative paths of the pictures in the folder and below, in order of name; hidden ones are passed over."""
    files_below: list[Path] = []
    for parent, folders, files in os.walk(folder):
        # in place, which keeps `os.walk` from going down there
        folders[:] = [name for name in folders if not name.startswith(".")]
        files_below += [Path(parent, name) for name in files if not name.startswith(".")]
    pictures = [path for path in files_below if path.suffix[1:].lower() in ENDINGS["image"]]
    return sorted(path.relative_to(folder).as_posix() for path in pictures)


def _picture_row(folder: Path, name: str) -> RawRow | RowRefused:
    stem = name.rpartition(".")[0]
    words = stem.rpartition("/")[2].replace("_", " ").replace("-", " ").strip()
    row: RawRow = {"id": stem, "title": words or stem, "image": name}
    # the first that is there counts: fields by name say more than a note
    for ending, read in ((".json", _parsed), (".txt", _noted)):
        sidecar = folder / (stem + ending)
        if sidecar.is_file() and sidecar.name != SCHEMA_FILE:
            given = _sidecar(folder, sidecar, read)
            if isinstance(given, RowRefused):
                given.id = stem
                return given
            images = given.pop("images", None) or given.pop("image", None)
            row |= {key: value for key, value in given.items() if value not in (None, "")}
            row["images"] = [name, *(images if isinstance(images, list) else [images] if images else [])]
            del row["image"]
            return row
    return row


def _sidecar(folder: Path, path: Path, read: Callable[[bytes], RawRow | RowRefused]) -> RawRow | RowRefused:
    # a picture folder may come from a stranger, and a link in it lead to any file of this machine
    if not path.resolve().is_relative_to(folder.resolve()):
        reason = f"{path.name} is a link out of the folder."
        return RowRefused("sidecar", reason, "Put the file itself beside its picture.")
    if path.stat().st_size > _SIDECAR_LIMIT:
        return RowRefused("sidecar", f"{path.name} is larger than {_SIDECAR_LIMIT:,} bytes.", "Shorten it.")
    try:
        given = read(b"\n".join(line or b"" for _, line in lines(path)))
    except CatalogError as error:
        return RowRefused("sidecar", error.what, error.hint)
    if isinstance(given, RowRefused):
        return RowRefused("sidecar", f"{path.name}: {given.reason}", given.hint)
    return given


def _noted(text: bytes) -> RawRow | RowRefused:
    """Title and description from a plain note: its first line, and the rest."""
    try:
        title, _, description = text.decode().strip().partition("\n")
    except UnicodeDecodeError as error:
        return RowRefused("sidecar", f"The text is not UTF-8: {error.reason}.", "Save it as UTF-8.")
    return {"title": title.strip(), "description": description.strip()}
