"""The command that goes through conversations and says where they do not come out as they must: check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from agent.evaluate.check import CheckFailure, CheckReport

_HEADINGS = ("journey", "turn", "expected", "came")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(check)


def check(
    journeys: Annotated[Path, typer.Argument(help="YAML of conversations with what must hold after each turn.")],
    workspace: options.Workspace = Path("workspace"),
    make: Annotated[
        int | None,
        typer.Option("--make", min=1, max=1_000, help="Draw so many from the catalog and write them there instead."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="With --make: the same seed draws the same.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="With --make: overwrite the file.")] = False,
    as_json: options.Json = False,
) -> None:
    """Go through conversations and say what does not come out as it must; leaves with 1 where anything does not."""
    from agent.config import load_config
    from agent.evaluate.check import check as go_through
    from agent.evaluate.check import make_journeys, read_journeys, write_journeys
    from agent.recommender import RecommendationAgent
    from agent.serialise import plain

    # Without a language model: it has no say in what is understood, and a check must be quick.
    with RecommendationAgent.open(workspace, load_config(llm="none")) as agent:
        if make is not None:
            made = make_journeys(agent, make, seed)
            write_journeys(made, journeys, force=force)
            _tell_made(journeys, len(made), as_json)
            return
        read = read_journeys(journeys, agent.pipeline.schema)
        with output.count_progress("journeys gone through") as progress:
            report = go_through(agent, read, progress)
    if as_json:
        output.print_json({"file": str(journeys), **plain(report)})
    else:
        _print(report)
    if report.failures:
        raise typer.Exit(1)


def _tell_made(path: Path, n: int, as_json: bool) -> None:
    if as_json:
        output.print_json({"file": str(path), "made": n})
    else:
        typer.echo(f"{n} journeys are in {path}: read them, since not all that is in a catalog makes sense when said.")


def _print(report: CheckReport) -> None:
    for line in table(report.failures):
        typer.echo(line)
    failed = len({failure.journey for failure in report.failures})
    counted = f"{report.journeys} journeys, {report.turns} turns, {report.expectations} expectations"
    what = f"{len(report.failures)} do not hold, in {failed} journeys" if failed else "all hold"
    typer.echo(f"{counted}: {what}.")


def table(failures: tuple[CheckFailure, ...]) -> list[str]:
    """The failures as lines of a table; none where there are none."""
    if not failures:
        return []
    rows = [_HEADINGS, *(_row(failure) for failure in failures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADINGS) - 1)]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in rows]


def _row(failure: CheckFailure) -> tuple[str, ...]:
    say = failure.say if len(failure.say) <= 40 else f"{failure.say[:39]}…"
    return failure.journey, f"{failure.turn} “{say}”", failure.expected, failure.came
