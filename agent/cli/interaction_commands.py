"""Commands about what people did: interactions import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.importers.importing import ImportReport

MAX_LISTED = 10

app = typer.Typer(help="Take up what people did with the items.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Take up what people did with the items."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="MovieLens, Amazon Reviews, RecBole, MMRec, CSV, JSONL or Parquet.")],
    workspace: options.Workspace = Path("workspace"),
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="csv, jsonl, json, parquet, movielens-udata, movielens-dat, recbole, mmrec; else told by the file.",
        ),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="Which column holds what, as user=customer,item=sku,rating=stars,kind=action,time=day; numbers from 1 "
            "for a file without a header. What is left out is told by its name.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Take up ratings and events; run again to go on, or to take up new ones: no event counts twice."""
    from agent.config import load_config
    from agent.ingest.interactions import import_and_learn
    from agent.serialise import plain
    from retrieval.importers.columns import parse_columns
    from retrieval.storage.workspace import Workspace

    epsilon, columns = load_config().privacy_epsilon, parse_columns(map_ or ())
    with Workspace.open(workspace) as opened, output.count_progress("events read") as progress:
        report, model = import_and_learn(file, opened, format_, progress, epsilon, columns)
    if as_json:
        given, made = {"workspace": str(workspace), "file": str(file)}, {"repeated": report.repeated, "model": model}
        output.print_json({**given, **plain(report), **made})
    else:
        _print(report, model)


def _print(report: ImportReport, model: str | None) -> None:
    typer.echo(
        f"{_count(report.added, 'event', 'events')} added, {report.repeated:,} known already or repeated"
        f" ({report.format}; {_count(report.users, 'person', 'people')}, {_count(report.items, 'item', 'items')})"
        f" in {report.seconds:.1f} s"
    )
    for line in _taken(report):
        typer.secho(f"  {line}", dim=True)
    for line in _remarks(report):
        typer.secho(f"  {line}", fg="yellow")
    typer.secho(f"  learned from all events: {model or 'nothing, as none is of an item in the catalog'}", dim=True)


def _taken(report: ImportReport) -> Iterator[str]:
    """What columns were taken for, and what the events say."""
    if report.columns:
        names = {"value": "rating"}
        yield f"taken from the columns: {', '.join(f'{names.get(k, k)} “{v}”' for k, v in report.columns.items())}"
    opinions, deeds = (
        ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items(), key=lambda entry: -entry[1])) or "none"
        for kinds in (report.explicit, report.implicit)
    )
    yield f"explicit (what people think): {opinions}; implicit (what they did): {deeds}"


def _count(number: int, singular: str, plural: str) -> str:
    return f"{number:,} {singular if number == 1 else plural}"


def _remarks(report: ImportReport) -> list[str]:
    remarks = list(report.notes)
    if report.unknown_items:
        remarks.append(
            f"items that are not in the catalog: {report.unknown_items:,}"
            f", such as {', '.join(report.unknown_examples)}"
            f"; events that wait until these are ingested: {report.waiting:,}"
        )
    if 0 < report.untimed < report.read:
        remarks.append(f"events without a time, which count as the oldest: {report.untimed:,}")
    remarks += [f"times that were left out ({reason}): {count:,}" for reason, count in report.left_out.items()]
    remarks += [
        f"{features.name}: {features.n_items:,} rows of {features.dim} numbers, {features.n_missing:,} of them empty;"
        " checked only, nothing is searched by it"
        for features in report.features
    ]
    remarks += [
        f"line {problem.line}, skipped: {problem.reason} {problem.hint}" for problem in report.problems[:MAX_LISTED]
    ]
    if report.skipped > MAX_LISTED:
        remarks.append(f"rows skipped in all: {report.skipped:,}")
    return remarks
