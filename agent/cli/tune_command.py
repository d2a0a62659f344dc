"""The command that tunes a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from agent.evaluate.tune import TuneReport
    from retrieval.tuning.tuned import TuningFinding


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(tune)


def tune(
    workspace: options.Workspace = Path("workspace"),
    method: Annotated[Literal["tpe", "grid", "random"], typer.Option("--method", help="How to search.")] = "tpe",
    trials: Annotated[
        int, typer.Option("--trials", min=2, max=10_000, help="Settings to try for each kind of request.")
    ] = 60,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")] = 0,
    learn: Annotated[
        list[str] | None,
        typer.Option(
            "--learn",
            help=f"Train a learned fusion too: {options.LEARNED_FUSIONS}, several with commas, or all;"
            " may be repeated.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; leave the workspace as it is.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to the defaults.")] = False,
    llm: options.Llm = None,
    as_json: options.Json = False,
) -> None:
    """Choose fusion and weights for this catalog; only what proves better than the defaults is kept."""
    from agent.config import load_config
    from agent.evaluate.tune import tune as search
    from agent.models import Models
    from agent.recommender import RecommendationAgent
    from agent.retrieve.plans import AUTO
    from agent.retrieve.tuned import save_tuned
    from retrieval.storage.workspace import Workspace
    from retrieval.tuning.fusions import Effort

    if reset:
        with Workspace.open(workspace) as opened:
            save_tuned(opened.store, None)
        _say_reset(workspace, as_json)
        return
    # A fusion that the settings name might have to be trained first, and is not what tuning starts from.
    with (
        output.download_progress() as download,
        RecommendationAgent(Workspace.open(workspace), Models(load_config(llm=llm, fusion=AUTO), download)) as agent,
        output.ingest_progress() as progress,
    ):
        effort = Effort(method, trials, seed, _fusion_names(learn))
        report = search(agent, effort, dry_run=dry_run, progress=progress or (lambda _: None))
    if as_json:
        output.print_json(_document(workspace, report))
    else:
        _print(report)
    if report.stopped:  # a script must not take half a search for a whole one
        raise typer.Exit(1)


def _fusion_names(values: list[str] | None) -> tuple[str, ...]:
    from retrieval.fusion.catalogue import LEARNED

    names = [name.strip() for names in values or () for name in names.split(",") if name.strip()]
    return LEARNED if "all" in names else tuple(dict.fromkeys(names))


def _say_reset(workspace: Path, as_json: bool) -> None:
    if as_json:
        output.print_json({"workspace": str(workspace), "reset": True})
    else:
        typer.echo("The defaults are in use again.")


def _document(workspace: Path, report: TuneReport) -> dict[str, Any]:
    from retrieval.tuning.tuned import finding_json

    return {
        "workspace": str(workspace),
        "method": report.tuned.method,
        "trials": report.tuned.trials,
        "seed": report.tuned.seed,
        "findings": [finding_json(finding) for finding in report.tuned.findings],
        "notes": list(report.notes),
        "stopped": report.stopped,
        "written": report.written,
    }


def _print(report: TuneReport) -> None:
    for finding in report.tuned.findings:
        _print_finding(finding)
    for note in report.notes:
        typer.secho(f"  note: {note}", fg="yellow")
    n = sum(finding.verdict.kept for finding in report.tuned.findings)
    changed = f"{n} {'setting differs' if n == 1 else 'settings differ'} from the default" if n else "the defaults stay"
    typer.echo(f"{'Stopped before the end' if report.stopped else 'Done'}; {changed}.")
    if report.stopped:
        typer.echo("Run the command again to go on with the rest.")
    if not report.written:
        typer.echo("The workspace keeps the settings that it had.")


def _print_finding(finding: TuningFinding) -> None:
    verdict = finding.verdict
    typer.secho(f"{finding.about}: {finding.chosen if verdict.kept else finding.default}", bold=True)
    if verdict.kept:
        typer.echo(f"  instead of {finding.default}")
    elif finding.learned:
        typer.echo(f"  and not {finding.chosen}")
    typer.echo(f"  {verdict.why}")
    tried = "learned from" if finding.learned else f"{finding.n_trials} settings tried on"
    typer.secho(
        f"  nDCG@10 {verdict.default.mean:.3f} by default, {verdict.tuned.mean:.3f} as chosen;"
        f" {tried} {finding.n_search} requests",
        dim=True,
    )
