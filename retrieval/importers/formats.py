"""Which format a file of interactions has, told by what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from retrieval.catalog.lines import head, magic
from retrieval.errors import InteractionsError
from retrieval.importers.arrays import array_rows
from retrieval.importers.atomic import inter_rows
from retrieval.importers.columns import EventColumns
from retrieval.importers.movielens import dat_rows, udata_rows
from retrieval.importers.objects import object_rows
from retrieval.importers.parquet import parquet_rows
from retrieval.importers.rows import Rows
from retrieval.importers.separated import separated_rows

FORMATS: Mapping[str, Callable[[Path, EventColumns], Rows]] = MappingProxyType(
    {
        "csv": separated_rows,
        "jsonl": object_rows,
        "json": array_rows,
        "parquet": parquet_rows,
        "movielens-udata": udata_rows,
        "movielens-dat": dat_rows,
        "recbole": inter_rows,
        "mmrec": inter_rows,
    }
)
"""By name the reader of its rows. MovieLens' `ratings.csv` and Amazon's CSV are `csv`, Amazon's JSONL is `jsonl`."""

_UDATA = re.compile(rb"\d+\t\d+\t[\d.]+(\t\d+)?\s*")
_DAT = re.compile(rb"[^:]+::[^:]+::[\d.]+(::\d+)?\s*")
_RECBOLE = re.compile(rb"\w+:(?:token|float)(?:_seq)?(?:[\t, ]\w+:\w+)*\s*")


def format_of(path: Path) -> str:
    """The name of the file's format.

    Raises:
        InteractionsError: there is no such file, or it is of no format we read.
        CatalogError: it cannot be read.
    """
    if not path.is_file():
        what = f"{path} is a folder." if path.is_dir() else f"There is no file {path}."
        raise InteractionsError(what, "Name the file that holds the interactions.")
    if magic(path) == b"PAR1":
        return "parquet"
    first = head(path).lstrip(b"\r\n").partition(b"\n")[0]
    if not first.strip():
        raise InteractionsError(f"{path} is empty.", "Give a file with one interaction a line.")
    if first.lstrip().startswith((b"{", b"[")):
        return "jsonl" if first.lstrip().startswith(b"{") and first.strip() != b"{" else "json"
    for name, pattern in (("movielens-udata", _UDATA), ("movielens-dat", _DAT), ("recbole", _RECBOLE)):
        if pattern.fullmatch(first):
            return name
    if first.lower().startswith(b"userid\titemid"):
        return "mmrec"
    if b"\0" not in first and any(mark in first for mark in (b",", b";", b"\t", b"|")):
        return "csv"
    raise InteractionsError(f"{path} is of no known format.", f"Name it with --format: {', '.join(FORMATS)}.")
