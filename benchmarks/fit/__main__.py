"""`python -m benchmarks.fit --data FOLDER`: how well fit holds; `python -m benchmarks.fit train`: learn it anew."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import agent.retrieve.fit.model as product
from benchmarks.fit.asked import asked_of
from benchmarks.fit.catalogs import judgments, open_catalogs
from benchmarks.fit.learning import learn, unseen
from benchmarks.fit.pairs import pairs_of
from benchmarks.fit.report import rows
from benchmarks.machine import this_machine
from benchmarks.settings import CACHE, Settings
from benchmarks.table import table

FEWEST = 3  # catalogs: to learn from, to calibrate on, and to judge


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of what was judged by a model that had not seen its catalog; or write the product's weights."""
    options = _parser().parse_args(arguments)
    settings = Settings(options.data and options.data.absolute(), options.cache.absolute())
    catalogs = open_catalogs(settings, tuple(options.only or ()))
    if len(catalogs) < FEWEST:
        raise SystemExit(f"Fit is learned on some catalogs and judged on others: at least {FEWEST} are needed.")
    asked = asked_of(catalogs, {catalog.name: judgments(settings, catalog.name) for catalog in catalogs})
    pairs = pairs_of(asked, catalogs)
    for catalog in catalogs:  # learning takes minutes, and needs none of them
        catalog.agent.close()
    if options.what == "train":
        path = Path(product.__file__).with_name(product.WEIGHTS)
        path.write_text(learn(pairs, asked).to_json(), encoding="utf-8")
        print(f"{path}: {len(pairs.labels):,} pairs of {len(asked):,} requests in {len(catalogs)} catalogs")
        return
    fits, refused = unseen(pairs, asked)
    print(f"{table(rows(asked, pairs, fits, refused))}\n\n{this_machine()}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("judge", "train"), default="judge")
    parser.add_argument("--data", type=Path, help="folder of evaluation kits (eshop, icecat, movies, recipes)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder where workspaces are kept for the next run")
    parser.add_argument("--only", nargs="+", metavar="CATALOG", help="some of the catalogs")
    return parser


if __name__ == "__main__":
    main()
