"""The command that says how good fusions and modalities are on a workspace: evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.evaluate.shop_rules import RuleFigures
    from agent.evaluate.understanding import UnderstandingFigure
    from agent.recommender import RecommendationAgent
    from retrieval.evaluation.results import Evaluation


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(evaluate)


def evaluate(
    workspace: options.Workspace = Path("workspace"),
    fusion: Annotated[
        list[str] | None, typer.Option("--fusion", help="A fusion, several with commas, or all; may be repeated.")
    ] = None,
    ablate: Annotated[
        Literal["modality"] | None, typer.Option("--ablate", help="Try each modality alone, and compare with the best.")
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(
            "--split",
            help="Of the interactions: random, leave-one-out, user-time, global-time, k-fold, cold-item, cold-user; or"
            " known-items, requests made from the catalog; may be repeated. Default: leave-one-out and cold-item.",
        ),
    ] = None,
    queries: Annotated[
        Path | None, typer.Option("--queries", help="JSONL of requests, as --batch of recommend reads them.")
    ] = None,
    qrels: Annotated[Path | None, typer.Option("--qrels", help="TREC judgments of these requests.")] = None,
    k: Annotated[int, typer.Option("-k", "--k", min=1, help="Length of the judged lists.")] = 10,
    negatives: Annotated[
        int | None,
        typer.Option("--negatives", min=1, help="Rank among so many irrelevant items drawn by lot, not among all."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same figures.")] = 0,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write all figures there as CSV.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a report with plots there.")] = None,
    run: Annotated[Path | None, typer.Option("--run", help="Write every list there, as TREC runs.")] = None,
    rows_folder: Annotated[
        Path | None, typer.Option("--kept", help="Where finished rows are kept; default: in the workspace.")
    ] = None,
    understanding: Annotated[
        bool, typer.Option("--understanding", help="Judge how requests are read instead; needs no workspace.")
    ] = False,
    explanations: Annotated[
        bool, typer.Option("--explanations", help="Judge what is said of items instead, and the check of it.")
    ] = False,
    rules: Annotated[
        bool, typer.Option("--rules", help="Judge what the shop's rules do to the answers instead.")
    ] = False,
    llm: Annotated[
        str,
        typer.Option(
            "--llm",
            help="With --understanding: a language model that reads beside the rules; with --explanations:"
            " one that is to word, tried on a gold set; what it proves is kept in the workspace.",
        ),
    ] = "none",
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            min=1,
            help="With --understanding: so many requests of each language, drawn by lot; default all.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Judge fusions and modalities by interactions, by judged requests, or by requests made from the catalog itself.

    Finished rows are kept: run the command again to go on after a stop.
    """
    from agent.config import load_config
    from agent.evaluate.evaluate import Wanted
    from agent.evaluate.evaluate import evaluate as judge
    from agent.recommender import RecommendationAgent
    from retrieval.evaluation.judging import Rules

    if understanding:
        _show_understanding(llm, sample, seed, as_json)
        return
    if explanations:
        from agent.cli.explanation_report import show_explanations

        show_explanations(workspace, llm, queries, k, seed, as_json)
        return
    if rules:
        _show_rules(workspace, queries, qrels, k, seed, as_json)
        return
    wanted = Wanted(
        fusions=_names(fusion) or ["weighted"],
        ablate=ablate is not None,
        splits=_names(split),
        queries=queries,
        qrels=qrels,
        rules=Rules(k, seed, negatives),
        folder=rows_folder,
    )
    _check_folders(csv, html)
    # What is judged is named above; a fusion that the settings name might have to be trained first.
    with RecommendationAgent.open(workspace, load_config(llm="none", fusion="auto")) as agent:
        with output.ingest_progress() as progress:
            evaluation = judge(agent, wanted, progress or (lambda _: None))
        _write(evaluation, agent, csv, html, run)
    _show(evaluation, as_json)


def _show_understanding(llm: str, n: int | None, seed: int, as_json: bool) -> None:
    """How well the requests that come with the product are read."""
    from agent.backends.factory import chat_model
    from agent.evaluate.understanding import sample, understanding_figures
    from agent.serialise import plain

    requests = sample(n, seed) if n else None
    with output.count_progress("requests read") as progress:
        figures = understanding_figures(chat_model(llm), requests, progress)
    if as_json:
        output.print_json(plain(figures))
        return
    readings = (
        ("read by rules", figures.rules),
        ("limits and refusals, read by rules", figures.limits),
        (f"read by {llm}", figures.model),
    )
    for what, rows in readings:
        if rows:
            _print_reading(what, rows)
    for row in figures.agreement:
        agreed = "" if row.agreed_right is None else f", of which {row.agreed_right:.3f} right"
        typer.echo(
            f"{row.language}: both right {row.both}, rules alone {row.rules_only}, model alone {row.model_only},"
            f" neither {row.neither}; read alike {row.agreed}{agreed}"
        )


def _show_rules(workspace: Path, queries: Path | None, qrels: Path | None, k: int, seed: int, as_json: bool) -> None:
    """What the shop's rules do to the answers."""
    from agent.config import load_config
    from agent.evaluate.shop_rules import judged_turns, made_turns, rule_figures
    from agent.recommender import RecommendationAgent
    from agent.serialise import plain

    with RecommendationAgent.open(workspace, load_config(llm="none")) as agent:
        turns = judged_turns(agent, queries, qrels) if queries and qrels else made_turns(agent, seed)
        with output.count_progress("requests answered twice") as progress:
            figures = rule_figures(agent, turns, k, seed, progress)
    if as_json:
        output.print_json(plain(figures))
        return
    _print_rules(figures)


def _print_rules(figures: RuleFigures) -> None:
    gap, p = figures.difference.interval, figures.difference.p
    typer.echo(
        f"{figures.n:,} requests: {figures.changed:.0%} are answered otherwise; rules hold {figures.promoted:.1%}"
        f" of all places.\nnDCG@{figures.k} without rules {figures.ndcg_without:.3f}, with them {figures.ndcg_with:.3f}"
        f": {gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f}), p {p:.3f}"
    )


def _print_reading(what: str, rows: Sequence[UnderstandingFigure]) -> None:
    typer.echo(f"{what}\nlanguage  half  requests  exactly right  missed  invented  references  notes")
    for row in rows:
        references = "" if row.references is None else f"{row.references:.3f}"
        notes = "" if row.notes is None else f"{row.notes:.3f}"
        typer.echo(
            f"{row.language:<9} {row.half:<5} {row.n:>8}  {row.right:>13.3f}  {row.missed:>6.3f}"
            f"  {row.invented:>8.3f}  {references:>10}  {notes:>5}"
        )


def _names(values: list[str] | None) -> list[str]:
    return [name.strip() for names in values or () for name in names.split(",") if name.strip()]


def _check_folders(*reports: Path | None) -> None:
    """Before minutes of work, not after."""
    from agent.errors import RequestError

    for path in reports:
        if path is not None and not path.absolute().parent.is_dir():
            raise RequestError(
                f"There is no folder {path.parent} to write {path.name} to.", "Make it, or name another."
            )


def _write(
    evaluation: Evaluation, agent: RecommendationAgent, csv: Path | None, html: Path | None, run: Path | None
) -> None:
    from agent.errors import RequestError
    from retrieval.evaluation.report.data import write_csv, write_runs
    from retrieval.evaluation.report.page import page

    try:
        if csv:
            with csv.open("w", encoding="utf-8", newline="") as file:
                write_csv(evaluation, file)
        if html:
            html.write_text(page(evaluation), encoding="utf-8")
    except OSError as error:
        raise RequestError(f"The report cannot be written: {error}.", "Name a file that can be written.") from error
    if run:
        write_runs(evaluation, agent.retriever.snapshot.items, run)


def _show(evaluation: Evaluation, as_json: bool) -> None:
    from retrieval.evaluation.report.data import as_json as document
    from retrieval.evaluation.report.text import text_table

    if as_json:
        output.print_json(document(evaluation))
        return
    typer.echo(f"{evaluation.catalog}.")
    for note in evaluation.notes:
        typer.secho(f"note: {note}", fg="yellow")
    typer.echo(f"\n{text_table(evaluation)}")
