"""Catalogs: rows of a file or folder become items, and every row that does not is reported."""

from retrieval.catalog.inference import SchemaBuilder, infer_schema
from retrieval.catalog.problems import RowProblem
from retrieval.catalog.reading import Catalog, CatalogSummary, item_digest, read_catalog

__all__ = ["Catalog", "CatalogSummary", "RowProblem", "SchemaBuilder", "infer_schema", "item_digest", "read_catalog"]
