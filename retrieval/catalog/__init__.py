"""Catalogs: rows of a file or folder become items, and every row that does not is reported."""

from retrieval.catalog.problems import RowProblem
from retrieval.catalog.reading import Catalog, CatalogSummary, ColumnSource, item_digest, read_catalog
from retrieval.catalog.taken import Taken
from retrieval.text.inference import SchemaBuilder, infer_schema

__all__ = [
    "Catalog",
    "CatalogSummary",
    "ColumnSource",
    "RowProblem",
    "SchemaBuilder",
    "Taken",
    "infer_schema",
    "item_digest",
    "read_catalog",
]
