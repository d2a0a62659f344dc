"""The rows of a catalog with our columns, whatever the catalog calls them, and variants as they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from retrieval.catalog.choosing import Layout, choose_layout
from retrieval.catalog.joining import ProductRows, join_neighbours
from retrieval.catalog.links import currency_of_heading
from retrieval.catalog.mapping import ColumnMapping, FormatMapping
from retrieval.catalog.variants import RowGroup, grouped, plan_groups
from retrieval.schema import Variants

SAMPLE_ROWS = 1_000
_SAMPLE_CHARS = 8 * 2**20

Numbered = Iterable[tuple[int, object]]


def look_at(
    rows: Numbered,
    given: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    variants: Variants | None = None,
) -> Layout:
    """The layout of a catalog by its first rows; arguments as those of `choose_layout`.

    Raises:
        CatalogError: it cannot be told what the columns are.
    """
    return choose_layout(list(_sample(rows)), given, remembered, variants)


def laid_out(
    open_rows: Callable[[], Numbered], layout: Layout, joined: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[int, object]]:
    """All rows with our columns, each with its line; what could not be read stays as it is.

    Args:
        open_rows: Begins to read the rows; done twice where variants of a product may stand apart.
        joined: Told of rows that became one how many they were.
    """
    keep = layout.variants == "keep"
    if layout.form is None:
        return join_neighbours(_renamed(open_rows(), layout), layout.id_name, joined, keep=keep)
    mapping = FormatMapping(layout.form)
    rule = layout.form.variants
    if rule is None:
        return ((line, mapping(row) if isinstance(row, Mapping) else row) for line, row in open_rows())
    products = ProductRows(layout.form, rule, mapping, keep=keep)
    return _products(grouped(open_rows(), plan_groups(open_rows(), rule, mapping.cells)), products, joined)


def _renamed(rows: Numbered, layout: Layout) -> Numbered:
    if not layout.columns:
        return rows
    mapping = ColumnMapping(layout.columns, currency_of_heading(layout.columns.get("price", "")))
    return ((line, mapping(row) if isinstance(row, Mapping) else row) for line, row in rows)


def _products(
    rows: Iterable[tuple[int, object]], products: ProductRows, joined: Callable[[int], None]
) -> Iterator[tuple[int, object]]:
    for line, row in rows:
        if isinstance(row, RowGroup):
            made = products.rows(row)
            if len(made) == 1:
                joined(len(row.rows))
            yield from made
        else:
            yield line, products.single(row) if isinstance(row, Mapping) else row


def _sample(rows: Numbered) -> Iterator[Mapping[str, object]]:
    size = 0
    for _, row in islice(rows, SAMPLE_ROWS):
        if isinstance(row, Mapping):
            yield row
            size += sum(len(value) for value in row.values() if isinstance(value, str | list | dict))
        if size > _SAMPLE_CHARS:
            return
