"""Data frames: an answer as one, and one as a catalog."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory, mkstemp
from typing import TYPE_CHECKING, Any

from agent.errors import CatalogError

if TYPE_CHECKING:
    from pandas import DataFrame

MEDIA = ("image", "images", "audio", "video")


def frame_of(answer: Mapping[str, Any]) -> DataFrame:
    """A row for each recommendation of an answer: rank, item, scores, reason, then the item's attributes.

    Args:
        answer: As `Answer.to_dict` gives it.
    """
    import pandas

    columns = ["rank", "id", "title", "category", "price", "score", "fit", "reason"]
    rows = [_row(entry) for entry in answer["recommendations"]]
    names = dict.fromkeys([*columns, *(name for row in rows for name in row)])
    return pandas.DataFrame(rows, columns=list(names))


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    item = entry["item"]
    row = {"rank": entry["rank"], **{name: item[name] for name in ("id", "title", "category", "price")}}
    row |= {"score": entry["score"], "fit": entry["fit"], "reason": entry["explanation"]["text"]}
    # an attribute that is called as one of these columns stands beside it
    return row | {f"item_{name}" if name in row else name: value for name, value in item["attributes"].items()}


@contextmanager
def catalog_of(frame: DataFrame, folder: str | Path | None = None) -> Iterator[Path]:
    """A data frame as the file of a catalog, one row a line, which is there while the block runs.

    The index is the id where it does more than count the rows, and no column is.

    Args:
        folder: Where the media lie that it names: a catalog lies beside its media.

    Raises:
        CatalogError: it is no data frame, names a column twice, or holds what no catalog can.
    """
    rows = list(_rows(_with_id(frame), Path(folder or ".").absolute()))
    with TemporaryDirectory() as own:  # apart from everything else, where it names no files
        handle, name = mkstemp(prefix=".tastemaker-", suffix=".jsonl", dir=folder or own)
        path = Path(name).absolute()
        try:
            with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - opened already
                file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
            yield path
        finally:
            path.unlink()


def _with_id(frame: DataFrame) -> DataFrame:
    import pandas

    if not isinstance(frame, pandas.DataFrame):
        raise CatalogError(f"This is no data frame, but of type {type(frame).__name__}.", "Give a pandas.DataFrame.")
    if not frame.columns.is_unique:
        twins = sorted({str(name) for name in frame.columns[frame.columns.duplicated()]})
        raise CatalogError(f"Several columns are called {', '.join(twins)}.", "Rename all but one of them.")
    if "id" in frame.columns or isinstance(frame.index, pandas.RangeIndex):  # which only counts the rows
        return frame
    return frame.rename_axis(index="id").reset_index()


def _rows(frame: DataFrame, folder: Path) -> Iterator[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    for values in frame.itertuples(index=False, name=None):
        cells = {name: _plain(name, value) for name, value in zip(names, values, strict=True)}
        row = {name: _within(value, folder) if name in MEDIA else value for name, value in cells.items()}
        yield {name: value for name, value in row.items() if value is not None}


def _plain(name: str, value: Any) -> Any:
    """A cell as JSON has it; None where nothing is in it.

    Raises:
        CatalogError: it is nothing that a catalog can hold.
    """
    import pandas

    if hasattr(value, "tolist"):  # numpy's own
        value = value.tolist()
    if isinstance(value, list | tuple | set):
        return [_plain(name, entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): _plain(name, entry) for key, entry in value.items()}
    if value is pandas.NaT or value is pandas.NA or value != value:
        return None
    if isinstance(value, float) and name == "id" and value.is_integer():
        return int(value)  # a column of numbers with a gap in it is one of floats
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, PurePath | Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise CatalogError(
        f"The column {name} holds a value of type {type(value).__name__}.",
        "Give text, numbers, dates or lists of them; pictures, sounds and videos by the names of their files.",
    )


def _within(value: Any, folder: Path) -> Any:
    """Paths of media as a catalog names them: relative to its folder, where they lie in it."""
    if isinstance(value, list):
        return [_within(entry, folder) for entry in value]
    if not isinstance(value, str) or not Path(value).is_relative_to(folder):
        return value
    return str(Path(value).relative_to(folder))


__all__ = ["catalog_of", "frame_of"]
