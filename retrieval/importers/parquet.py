"""Rows of a Parquet file whose columns have obvious names."""

from __future__ import annotations

from pathlib import Path

from retrieval.errors import InteractionsError
from retrieval.importers.columns import EventColumns
from retrieval.importers.rows import Rows

_BATCH = 8_192  # rows held at once


def parquet_rows(path: Path, found: EventColumns) -> Rows:
    """Each row by the columns the file names.

    Raises:
        InteractionsError: pyarrow is not installed, the file is damaged, or no column names a user or an item.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise InteractionsError(
            f"Reading {path} needs pyarrow, which is not installed.", "Run: pip install 'tastemaker[parquet]'."
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            columns = {what: names[place] for what, place in found.places(str(path), names).items()}
            number = 0
            for batch in file.iter_batches(batch_size=_BATCH, columns=sorted(set(columns.values()))):
                for row in batch.to_pylist():
                    number += 1
                    yield number, {what: _plain(row[name]) for what, name in columns.items()}
    except (arrow.ArrowException, OSError) as error:
        raise InteractionsError(
            f"{path} is a damaged Parquet file: {str(error).rstrip('.')}.", "Write it again."
        ) from error


def _plain(value: object) -> object:
    import datetime

    return value.isoformat() if isinstance(value, datetime.date) else value
