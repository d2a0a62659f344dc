"""The commands that teach models from people's own examples: adapt wording, adapt describing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from agent.adapt import Adaptation
    from agent.adapt.adapt import Watcher
    from agent.adapt.lessons import LessonFile
    from agent.adapt.training import StepProgress

TOLD_EVERY = 20  # steps, where no bar is seen
MOST_BAD = 20  # that are printed

app = typer.Typer(help="Teach a model from your own examples; only what proves better is kept.", no_args_is_help=True)

Examples = Annotated[Path, typer.Option("--examples", help="JSONL of examples, one a line.")]
Out = Annotated[Path, typer.Option("--out", help="Folder to be made for what was learnt.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")]
Epochs = Annotated[int, typer.Option("--epochs", min=1, max=50, help="How often each example is seen.")]


@app.command()
def wording(
    examples: Examples,
    base: Annotated[str, typer.Option("--base", help="The model to teach, as --llm names it.")] = "smollm2-135m",
    out: Out = Path("wording"),
    leave_out: Annotated[
        str, typer.Option("--leave-out", help="Domains to judge apart and not to teach, several with commas.")
    ] = "",
    seed: Seed = 0,
    epochs: Epochs = 2,
    as_json: options.Json = False,
) -> None:
    """Teach how you would say why an item fits, from lines of request, item and says."""
    from agent.adapt import wording_lessons

    with output.count_progress("examples planned") as progress:
        lessons = wording_lessons(examples, progress)
    domains = tuple(name.strip() for name in leave_out.split(",") if name.strip())
    _teach(lessons, base, out, domains, seed, epochs, as_json)


@app.command()
def describing(
    examples: Examples,
    base: Annotated[str, typer.Option("--base", help="The vision-language model to teach, as --vlm names it.")],
    out: Out = Path("describing"),
    seed: Seed = 0,
    epochs: Epochs = 2,
    as_json: options.Json = False,
) -> None:
    """Teach how you would write down what a picture shows, from lines of picture and says."""
    from agent.adapt import describing_lessons

    with output.count_progress("pictures looked at") as progress:
        lessons = describing_lessons(examples, progress)
    _teach(lessons, base, out, (), seed, epochs, as_json)


def _teach(
    lessons: LessonFile, base: str, out: Path, leave_out: tuple[str, ...], seed: int, epochs: int, as_json: bool
) -> None:
    from agent.adapt import TrainingPlan, adapt

    if not as_json:
        _print_bad(lessons)
    with output.download_progress(), _watching(as_json) as watcher:
        adaptation = adapt(lessons, base, out, TrainingPlan(seed, epochs), left_out=leave_out, watcher=watcher)
    if as_json:
        output.print_json(_document(adaptation))
    else:
        _print(adaptation)
    if adaptation.folder is None:  # a script must not go on with an adapter that is not there
        raise typer.Exit(1)


@contextmanager
def _watching(as_json: bool) -> Iterator[Watcher]:
    """A bar on a terminal; elsewhere a line now and then on stderr, since training is a long wait."""
    from agent.adapt.adapt import Watcher

    if not output.at_terminal():
        yield Watcher() if as_json else Watcher(lambda stage: typer.echo(f"{stage} …", err=True), _tell)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def stage(name: str) -> None:
            bar.update(task, description=name, completed=0, total=None)

        def step(progress: StepProgress) -> None:
            described = f"training, loss {progress.loss:.2f}, {progress.tokens_per_s:.0f} tokens/s"
            bar.update(task, description=described, completed=progress.step, total=progress.steps)

        yield Watcher(stage, step)


def _tell(progress: StepProgress) -> None:
    if progress.step % TOLD_EVERY == 0 or progress.step == progress.steps:
        typer.echo(
            f"step {progress.step} of {progress.steps}, loss {progress.loss:.3f}, {progress.tokens_per_s:.0f} tokens/s",
            err=True,
        )


def _print_bad(lessons: LessonFile) -> None:
    for example in lessons.bad[:MOST_BAD]:
        typer.secho(f"  {example}", fg="yellow")
    if len(lessons.bad) > MOST_BAD:
        typer.secho(f"  … and {len(lessons.bad) - MOST_BAD} more; --json lists all", fg="yellow")
    typer.echo(f"{len(lessons.good)} examples can be learnt from, {len(lessons.bad)} are left out.")


def _print(adaptation: Adaptation) -> None:
    manifest = adaptation.manifest
    counts = manifest.examples
    typer.echo(f"Learnt from {counts.learnt} examples in {manifest.seconds:.0f} s, judged by {counts.held}.")
    before, after = manifest.left_out_before, manifest.left_out_after
    if before and after:
        typer.echo(
            f"On {before.n} of {', '.join(manifest.left_out_domains)}: loss {before.loss:.3f}, then {after.loss:.3f};"
            f" {before.passing:.2f} of the answers pass, then {after.passing:.2f}."
        )
    if adaptation.folder is None:
        typer.secho(f"Not kept: {adaptation.why}.", fg="yellow")
    else:
        typer.echo(f"Kept in {adaptation.folder}: {adaptation.why}.")
        typer.echo(f"Use it with {adaptation.use}")


def _document(adaptation: Adaptation) -> dict[str, Any]:
    return {
        "folder": str(adaptation.folder) if adaptation.folder else None,
        "why": adaptation.why,
        "use": adaptation.use,
        "bad": [asdict(example) for example in adaptation.bad],
        **asdict(adaptation.manifest),
    }
