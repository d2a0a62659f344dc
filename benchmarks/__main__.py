"""`python -m benchmarks`: measure everything, and print one table and the machine it was measured on."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.child import in_child
from benchmarks.figures import not_run
from benchmarks.machine import Machine, this_machine
from benchmarks.runner import BENCHMARKS, measure
from benchmarks.settings import CACHE, LLM, SECONDS, Settings
from benchmarks.table import Row, table
from benchmarks.workspaces import say


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the chosen benchmarks, each in a process of its own.

    One that fails says so in its row, and the others go on; the exit code is then 1.
    """
    options = _parser().parse_args(arguments)
    machine, rows = this_machine(), list[Row]()
    settings = Settings(
        options.data and options.data.absolute(), options.cache.absolute(), llm=options.llm, seconds=options.seconds
    )
    failed = []
    for name in options.only or BENCHMARKS:
        say(f"{name} …")
        started = time.perf_counter()
        try:
            rows += in_child(measure, name, settings)
        except Exception as error:  # noqa: BLE001 - an hour of measuring must not be lost with the last of it
            traceback.print_exception(error)
            rows.append(not_run(name, f"{type(error).__name__}: {error}".partition("\n")[0]))
            failed.append(name)
        say(f"{name}: {time.perf_counter() - started:.0f} s")
    print(f"{table(rows)}\n\n{machine}")
    if options.json:
        options.json.write_text(as_json(machine, rows), encoding="utf-8")
    sys.exit(1 if failed else 0)


def as_json(machine: Machine, rows: Sequence[Row]) -> str:
    """Machine and rows as one JSON document; what is not a finite number is null."""
    plain = [{name: _plain(value) for name, value in asdict(row).items()} for row in rows]
    facts = {**asdict(machine), "warning": machine.warning}
    return json.dumps({"machine": facts, "rows": plain}, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, metavar="NAME", help=f"any of {', '.join(BENCHMARKS)}")
    parser.add_argument("--data", type=Path, help="folder of evaluation kits (icecat, movies, recipes)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder where workspaces are kept for the next run")
    parser.add_argument("--llm", default=LLM, help=f"the language model, as in the settings ({LLM})")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="how long many people ask one server at the same time"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the machine and all rows there too")
    return parser


if __name__ == "__main__":
    main()
