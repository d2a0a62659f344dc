"""Reading a catalog: items, one at a time, and a plain report on every row that is not one."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.catalog.choosing import Layout
from retrieval.catalog.columns import Columns, decide
from retrieval.catalog.encodings import Encoding, encoding_named
from retrieval.catalog.media_paths import Fetched, MediaFolder
from retrieval.catalog.problems import RowProblem, Severity
from retrieval.catalog.row_reader import RowReader
from retrieval.catalog.rows import one_for_all_addresses, read_rows
from retrieval.catalog.sources import RawRows, encoding_of, is_typed, raw_rows
from retrieval.catalog.tables import laid_out, look_at
from retrieval.errors import CatalogError
from retrieval.items import Item
from retrieval.once import once
from retrieval.schema import VARIANTS, Schema, Variants, declared_schema

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(slots=True)
class CatalogSummary:
    """What a catalog held, counted while it is read.

    Attributes:
        items: Items given, degraded ones among them.
        skipped: Rows that gave no item.
        degraded: Items that lack something their row named.
        joined: Rows that became one item with others, as variants of a product.
        kinds: How many problems of each severity and kind.
        exclude_unused: Excluded names that no row had, which may be misspelled.
    """

    items: int = 0
    skipped: int = 0
    degraded: int = 0
    joined: int = 0
    kinds: Counter[tuple[Severity, str]] = field(default_factory=Counter)
    exclude_unused: tuple[str, ...] = ()
    _last_degraded: str | None = field(default=None, repr=False)

    def count(self, row: Item | RowProblem) -> None:
        """Count an item, or a problem, which comes directly after the item it degrades."""
        if isinstance(row, Item):
            self.items += 1
            return
        # what is told of a whole column is counted of no item
        of_column = row.severity == "degraded" and row.id is None
        self.kinds["noted" if of_column else row.severity, row.kind] += 1
        if row.severity == "skipped":
            self.skipped += 1
        elif row.severity == "degraded" and not of_column and row.id != self._last_degraded:
            # problems of one item follow one another, so the last one tells whether it is counted already
            self.degraded += 1
            self._last_degraded = row.id

    def note_joined(self, n_rows: int) -> None:
        """Count rows that became one."""
        self.joined += n_rows

    def __str__(self) -> str:
        return "; ".join(
            [
                _counted(self.items, "item"),
                *([f"{_counted(self.joined, 'row')} joined as variants"] if self.joined else []),
                *self._word_problems("skipped", f"{_counted(self.skipped, 'row')} skipped"),
                *self._word_problems("degraded", f"{_counted(self.degraded, 'item')} with something left out"),
            ]
        )

    def _word_problems(self, severity: Severity, start: str) -> Iterable[str]:
        kinds = [f"{kind} {count:,}" for (of, kind), count in self.kinds.most_common() if of == severity]
        return [f"{start} ({', '.join(kinds)})"] if kinds else []


def _counted(n: int, thing: str) -> str:
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """What is known of a catalog's columns before it is read.

    Attributes:
        columns: Our columns and fields by name, each with the catalog's column that it is.
        remembered: The same as they were taken before; they count where the catalog has all of them.
        variants: What becomes of variants; joined where nobody says.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)
    variants: Variants | None = None

    def __post_init__(self) -> None:
        if self.variants is not None and self.variants not in VARIANTS:
            raise CatalogError(f"Variants cannot be {self.variants!r}.", f"Write {' or '.join(VARIANTS)}.")


class Catalog:
    """A catalog that is read afresh each time it is iterated.

    Attributes:
        path: File or folder.
        schema: What is declared about its fields, if anything.
        summary: Counts of the latest reading; complete when that has ended.
        lines: The line of each item of the latest reading, by its id.
    """

    def __init__(
        self,
        path: Path,
        schema: Schema | None,
        exclude: Sequence[str],
        source: ColumnSource,
        *,
        strict: bool,
        encoding: str | None,
        fetched: Fetched | None,
    ) -> None:
        self.path = path
        self.schema = schema
        self.summary = CatalogSummary()
        self._source = source
        self.lines: dict[str, int] = {}
        self._exclude = tuple(exclude)
        self._strict = strict
        self._fetched = fetched
        self._encoding = encoding_named(encoding) if encoding else None
        self._before: Catalog | None = None

    def under(self, schema: Schema) -> Catalog:
        """The same catalog by another schema; what its columns are is not found out again."""
        catalog = Catalog(
            self.path,
            schema,
            self._exclude,
            self._source,
            strict=self._strict,
            encoding=None,
            fetched=self._fetched,
        )
        catalog._before = self
        return catalog

    @once
    def layout(self) -> Layout:
        """Which of its columns are which of ours; told by its first rows.

        Raises:
            CatalogError: the catalog cannot be read, or it cannot be told what its columns are.
        """
        if self._before is not None:
            return self._before.layout
        declared = self.schema or Schema([])
        return look_at(
            self._rows(),
            {**declared.columns, **self._source.columns},
            self._source.remembered,
            self._source.variants or declared.variants,
        )

    @once
    def columns(self) -> Columns:
        """What the columns hold that no schema declares, by all their cells.

        Raises:
            CatalogError: the catalog cannot be read to its end.
        """
        if self._before is not None:
            return self._before.columns
        if self.path.is_dir():
            return Columns()
        reader = self._reader(self.schema)
        rows = laid_out(self._rows, self.layout)
        cells = ((line, reader.cells(row)) for line, row in rows if isinstance(row, Mapping))
        return decide(cells, self.schema, typed=is_typed(self.path, self.encoding))

    @once
    def encoding(self) -> Encoding | None:
        """What the file is in; None for UTF-8."""
        if self._before is not None:
            return self._before.encoding
        return self._encoding or encoding_of(self.path)

    def _rows(self) -> RawRows:
        return raw_rows(self.path, self.encoding)

    def _reader(self, schema: Schema | None) -> RowReader:
        folder = self.path if self.path.is_dir() else self.path.parent
        return RowReader(MediaFolder(folder, self._fetched), schema, self._exclude)

    def located(self, schema: Schema) -> Schema:
        """The schema with what the catalog's columns are, so that the next reading need not be told."""
        variants = self._source.variants or (self.schema.variants if self.schema else None)
        return Schema(schema.fields.values(), self.layout.columns, variants)

    def __iter__(self) -> Iterator[Item | RowProblem]:
        """Items in the catalog's order; problems directly after the item they degrade, or in place of one.

        Raises:
            CatalogError: the catalog cannot be read any further, or is empty, or (when strict) has a problem.
        """
        self.summary, self.lines = CatalogSummary(), {}
        for row in self._read():
            if isinstance(row, RowProblem) and self._strict and row.severity != "noted":
                raise CatalogError(f"{self.path}, line {row.line}: {row.reason}", row.hint)
            yield row

    def _read(self) -> Iterator[Item | RowProblem]:
        reader = self._reader(self.columns.beside(self.schema))
        reader.told = self.columns.fields.keys()
        rows = read_rows(laid_out(self._rows, self.layout, self.summary.note_joined), reader, self.lines)
        for row in itertools.chain(self.columns.notes, one_for_all_addresses(rows)):
            self.summary.count(row)
            yield row
        if not self.summary.items and not self.summary.skipped:
            raise CatalogError(f"{self.path} holds no rows.", "Give a catalog with at least one item.")
        # only now, when all rows have been seen
        self.summary.exclude_unused = tuple(n for n in self._exclude if n.casefold() not in reader.excluded_seen)


def read_catalog(
    path: Path,
    *,
    schema: Schema | None = None,
    exclude: Sequence[str] = (),
    strict: bool = False,
    source: ColumnSource | None = None,
    fetched: Fetched | None = None,
    encoding: str | None = None,
) -> Catalog:
    """A catalog to iterate over.

    Args:
        path: JSONL, CSV (either also as .gz), Parquet, or a folder of pictures.
        schema: Declared types; by default those in `catalog.schema.yaml` beside the catalog, if that is there.
        exclude: Columns and attributes to drop from every item.
        strict: Raise at the first problem instead of reporting it.
        source: What is known of its columns beforehand.
        fetched: Gives the medium behind a web address; without it addresses cannot be used.
        encoding: Name of the encoding of a text file; found out when None.

    Raises:
        CatalogError: the declared schema is not valid, there is no such encoding, or the id is to be excluded. The
            catalog itself is opened when it is iterated.
    """
    if any(name.casefold() == "id" for name in exclude):
        raise CatalogError("The column 'id' cannot be excluded.", "It is never shown to a model; leave it in.")
    declared = schema or declared_schema(path)
    known = source or ColumnSource()
    return Catalog(path, declared, exclude, known, strict=strict, encoding=encoding, fetched=fetched)


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
    content: tuple[object, ...] = (
        item.id,
        item.title,
        item.description,
        item.category,
        item.price,
        dict(item.attributes),
        media,
    )
    # what came later is appended where there is any, so that items without stay as they were
    if item.url or item.currency:
        content = (*content, item.url, item.currency)
    if item.title == item.id:  # one that was given is searched
        content = (*content, item.untitled)
    raw = _ENCODE(dict(item.raw)) if item.raw else ""
    return hashlib.blake2b((_ENCODE(content) + raw).encode(), digest_size=16).hexdigest()


def _file_state(path: str) -> tuple[int, ...]:
    if not path:
        return ()
    try:
        state = os.stat(path)  # noqa: PTH116 - the hot path
    except OSError:
        return ()
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns
