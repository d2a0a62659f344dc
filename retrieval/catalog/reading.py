"""Reading a catalog: items, one at a time, and a plain report on every row that is not one."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.catalog.media_paths import MediaFolder
from retrieval.catalog.problems import RowProblem, Severity
from retrieval.catalog.row_reader import RowReader
from retrieval.catalog.rows import read_rows
from retrieval.catalog.sources import raw_rows
from retrieval.errors import CatalogError
from retrieval.items import Item
from retrieval.schema import Schema, declared_schema

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(slots=True)
class CatalogSummary:
    """What a catalog held, counted while it is read.

    Attributes:
        items: Items given, degraded ones among them.
        skipped: Rows that gave no item.
        degraded: Items that lack something their row named.
        kinds: How many problems of each severity and kind.
        exclude_unused: Excluded names that no row had, which may be misspelled.
    """

    items: int = 0
    skipped: int = 0
    degraded: int = 0
    kinds: Counter[tuple[Severity, str]] = field(default_factory=Counter)
    exclude_unused: tuple[str, ...] = ()
    _last_degraded: str | None = field(default=None, repr=False)

    def count(self, row: Item | RowProblem) -> None:
        """Count an item, or a problem, which comes directly after the item it degrades."""
        if isinstance(row, Item):
            self.items += 1
            return
        self.kinds[row.severity, row.kind] += 1
        if row.severity == "skipped":
            self.skipped += 1
        elif row.id != self._last_degraded:
            # problems of one item follow one another, so the last one tells whether it is counted already
            self.degraded += 1
            self._last_degraded = row.id

    def __str__(self) -> str:
        return "; ".join(
            [
                f"{self.items:,} items",
                *self._word_problems("skipped", f"{self.skipped:,} rows skipped"),
                *self._word_problems("degraded", f"{self.degraded:,} items degraded"),
            ]
        )

    def _word_problems(self, severity: Severity, start: str) -> Iterable[str]:
        kinds = [f"{kind} {count:,}" for (of, kind), count in self.kinds.most_common() if of == severity]
        return [f"{start} ({', '.join(kinds)})"] if kinds else []


class Catalog:
    """A catalog that is read afresh each time it is iterated.

    Attributes:
        path: File or folder.
        schema: What is declared about its fields, if anything.
        summary: Counts of the latest reading; complete when that has ended.
    """

    def __init__(self, path: Path, schema: Schema | None, exclude: Sequence[str], *, strict: bool) -> None:
        self.path = path
        self.schema = schema
        self.summary = CatalogSummary()
        self._exclude = tuple(exclude)
        self._strict = strict

    def __iter__(self) -> Iterator[Item | RowProblem]:
        """Items in the catalog's order; problems directly after the item they degrade, or in place of one.

        Raises:
            CatalogError: the catalog cannot be read any further, or is empty, or (when strict) has a problem.
        """
        self.summary = CatalogSummary()
        for row in self._read():
            if isinstance(row, RowProblem) and self._strict:
                raise CatalogError(f"{self.path}, line {row.line}: {row.reason}", row.hint)
            yield row

    def _read(self) -> Iterator[Item | RowProblem]:
        folder = self.path if self.path.is_dir() else self.path.parent
        reader = RowReader(MediaFolder(folder), self.schema, self._exclude)
        for row in read_rows(raw_rows(self.path, self.schema), reader):
            self.summary.count(row)
            yield row
        if not self.summary.items and not self.summary.skipped:
            raise CatalogError(f"{self.path} holds no rows.", "Give a catalog with at least one item.")
        # only now, when all rows have been seen
        self.summary.exclude_unused = tuple(n for n in self._exclude if n.casefold() not in reader.excluded_seen)


def read_catalog(
    path: Path, *, schema: Schema | None = None, exclude: Sequence[str] = (), strict: bool = False
) -> Catalog:
    """A catalog to iterate over.

    Args:
        path: JSONL, CSV (either also as .gz), Parquet, or a folder of pictures.
        schema: Declared types; by default those in `catalog.schema.yaml` beside the catalog, if that is there.
        exclude: Columns and attributes to drop from every item.
        strict: Raise at the first problem instead of reporting it.

    Raises:
        CatalogError: the declared schema is not valid, or the id is to be excluded. The catalog itself is opened
            when it is iterated.
    """
    if any(name.casefold() == "id" for name in exclude):
        raise CatalogError("The column 'id' cannot be excluded.", "It is never shown to a model; leave it in.")
    return Catalog(path, schema or declared_schema(path), exclude, strict=strict)


def item_digest(item: Item) -> str:
    """A stable fingerprint of what the catalog says of an item and of the state of its media files.

    Files count by size, time of modification and time of change: the last moves whenever bytes are written, even by
    a program that sets the modification time back. Reading every file instead would cap re-reading at the speed of
    the disk. A file that was only copied or touched looks changed here; its content hash then finds all its
    descriptions again. What was perceived (`descriptions`) does not count.

    Returns:
        BLAKE2b, 32 hexadecimal digits.
    """
    media = [(medium.kind, medium.name, medium.problem, *_file_state(medium.path)) for medium in item.media]
    content = (item.id, item.title, item.description, item.category, item.price, dict(item.attributes), media)
    return hashlib.blake2b(_ENCODE(content).encode(), digest_size=16).hexdigest()


def _file_state(path: str) -> tuple[int, ...]:
    if not path:
        return ()
    try:
        state = os.stat(path)  # noqa: PTH116 - the hot path
    except OSError:
        return ()
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns
