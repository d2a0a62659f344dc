"""Commands about what people wrote of the items: reviews import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.importers.reviews import ReviewReport

MAX_LISTED = 10

app = typer.Typer(help="Take up what people wrote of the items.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Take up what people wrote of the items."""


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="JSONL, JSON, CSV or Parquet: Amazon, Yelp, Goodreads, Judge.me, WooCommerce, your own."),
    ],
    workspace: options.Workspace = Path("workspace"),
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="Which column holds what, as item=sku,user=customer,stars=note,title=head,text=body,time=day."
            " What is left out is told by its name.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Take up reviews; run again to go on, or to take up new ones: no review counts twice."""
    from agent.config import load_config
    from agent.ingest.reviews import import_and_read
    from agent.models import Models
    from agent.serialise import plain
    from retrieval.importers.reviews import parse_review_columns
    from retrieval.storage.workspace import Workspace

    models, columns = Models(load_config(llm="none")), parse_review_columns(map_ or ())
    with Workspace.open(workspace) as opened, output.count_progress("reviews read") as progress:
        report = import_and_read(file, opened, models, columns, progress)
    if as_json:
        output.print_json({"workspace": str(workspace), "file": str(file), **plain(report)})
    else:
        _print(report)


def _print(report: ReviewReport) -> None:
    typer.echo(
        f"{report.added:,} reviews added, {report.read - report.added:,} known already or repeated"
        f" ({report.people:,} people, {report.items:,} items) in {report.seconds:.1f} s"
    )
    typer.secho(f"  taken from the columns: {', '.join(f'{k} “{v}”' for k, v in report.columns.items())}", dim=True)
    if report.top is not None:
        typer.secho(f"  stars are taken to be on a scale up to {report.top:g}", dim=True)
    for line in _remarks(report):
        typer.secho(f"  {line}", fg="yellow")


def _remarks(report: ReviewReport) -> Iterator[str]:
    if report.unknown_items:
        yield (
            f"items that are not in the catalog: {report.unknown_items:,}, such as"
            f" {', '.join(report.unknown_examples)}; their reviews wait until these are ingested"
        )
    if report.nameless:
        yield f"reviews of nobody in particular, each counted as somebody's own: {report.nameless:,}"
    if report.with_media:
        yield f"reviews with pictures or recordings, of which the words and stars alone are used: {report.with_media:,}"
    if report.unwanted:
        yield f"reviews of people who have opted out, which are not kept: {report.unwanted:,}"
    yield from (
        f"line {problem.line}, skipped: {problem.reason} {problem.hint}" for problem in report.problems[:MAX_LISTED]
    )
    if report.skipped > MAX_LISTED:
        yield f"rows skipped in all: {report.skipped:,}"
