"""`python -m benchmarks.reviews`: how well sentences of reviews are read, and what reviews add to what is found."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.machine import this_machine
from benchmarks.reviews import fusion, sentences
from benchmarks.table import table


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        print(f"{table([*sentences.rows(), *fusion.rows(Path(folder))])}\n\n{this_machine()}")


if __name__ == "__main__":
    main()
