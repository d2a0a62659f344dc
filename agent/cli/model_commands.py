"""Commands about models: models list, vision, pull, verify, path, make-tiny, judge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.backends.model_card import Job, ModelCard

app = typer.Typer(help="Fetch, check and find model files.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A name that `tastemaker models list` shows.")]


@app.command("list")
def list_models(as_json: options.Json = False) -> None:
    """The pinned models, which of them are on this machine, and what those proved that were judged."""
    from agent.serialise import plain
    from agent.weights.weights import archives, cached

    models = [(archive, cached(archive.name)) for archive in archives()]
    cards = {archive.name: _card(archive.name) for archive in archives()}
    if as_json:
        output.print_json(
            [
                {
                    "name": archive.name,
                    "what": archive.what,
                    "licence": archive.licence,
                    "size_bytes": archive.size_bytes,
                    "path": str(path) if path else None,
                    "card": plain(cards[archive.name]),
                }
                for archive, path in models
            ]
        )
        return
    for archive, path in models:
        here, size = "here   " if path else "not yet", archive.size_bytes / output.MB
        typer.echo(f"{here}  {archive.name:<18} {size:>6.0f} MB  {archive.licence:<11} {archive.what}")
        card = cards[archive.name]
        for job, figures in card.jobs.items() if card else ():
            typer.echo(f"{'':<9}{job:<18} {figures.told()}")


@app.command("vision")
def list_vision_models(as_json: options.Json = False) -> None:
    """Vision-language models that --vlm is made for, pinned, and the memory that their weights take (computed)."""
    from agent.backends.loading.known_models import known_models
    from agent.backends.loading.memory import gib
    from agent.backends.loading.model_spec import HELD

    rows: list[dict[str, Any]] = []
    for model in known_models():
        shape = model.outline()
        rows.append(
            {
                "name": model.id,
                "revision": model.revision,
                "licence": model.licence,
                "parameters": shape.parameters,
                "weights_bytes": {held_in: shape.weight_bytes(held_in) for held_in in HELD},
                "context_tokens": model.context,
                "image_tokens": model.image_tokens,
                "chat_template": model.chat_template,
            }
        )
    if as_json:
        output.print_json(rows)
        return
    for row in rows:
        sizes = ", ".join(f"{gib(row['weights_bytes'][held_in])} {held_in}" for held_in in ("bf16", "int8", "nf4"))
        typer.echo(f"{row['name']:<42} {row['parameters'] / 1e9:>5.1f} B  {sizes}; {row['licence']}")
        typer.echo(
            f"{'':<42} {row['image_tokens']:,} tokens a picture of {row['context_tokens']:,}; "
            f"{row['revision'] or 'unpinned'}"
        )


@app.command()
def pull(name: Name, as_json: options.Json = False) -> None:
    """Fetch a model, or mend one whose files are damaged."""
    from agent.weights.weights import pull as fetch

    with output.download_progress() as progress:
        folder = fetch(name, progress=progress)
    _print_path(name, folder, as_json)


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="Only this one; all that are here by default.")] = None,
    as_json: options.Json = False,
) -> None:
    """Hash model files again and compare them with the pinned hashes."""
    from agent.weights.weights import archives, cached
    from agent.weights.weights import verify as check

    names = [name] if name else [archive.name for archive in archives() if cached(archive.name)]
    problems = {model: [f"{finding.file}: {finding.problem}" for finding in check(model)] for model in names}
    if as_json:
        output.print_json(problems)
    for model, lines in problems.items():
        if not as_json:
            typer.echo(f"{model}: {'; '.join(lines) or 'as pinned'}")
    if any(problems.values()):
        raise typer.Exit(1)


@app.command()
def path(name: Name, as_json: options.Json = False) -> None:
    """Where a model's files are, fetching them if need be."""
    from agent.weights.weights import ensure

    with output.download_progress() as progress:
        folder = ensure(name, progress=progress)
    _print_path(name, folder, as_json)


@app.command("make-tiny")
def make_tiny(
    folder: Annotated[Path, typer.Argument(help="Where to write it.")], as_json: options.Json = False
) -> None:
    """Write a tiny LLaVA with random weights, to try the vision-language path on any machine."""
    from agent.backends.chat.tiny_llava import make_tiny_llava

    make_tiny_llava(folder)
    _print_path("tiny-llava", folder, as_json)


@app.command()
def judge(
    name: Annotated[
        str, typer.Argument(help="A pinned model, a model folder, owner/name or openai:URL#MODEL, as --llm has it.")
    ],
    jobs: Annotated[
        list[str] | None,
        typer.Option("--jobs", help="describe, rerank, word or read, several with commas; all when not given."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Try a model at describing, reranking, wording and reading turns, and keep what it proves: `auto` goes by it."""
    from agent.backends.factory import open_model, pinned_model
    from agent.backends.model_card import keep_card
    from agent.evaluate.judge.judging import judge_model, named_choice, shown
    from agent.serialise import plain

    wanted = _jobs(jobs)
    choice = named_choice(name)
    model = open_model(choice.model) if choice.model else pinned_model(str(choice.pinned), choice.adapter)
    with output.count_progress("rows judged") as progress:
        judgement = judge_model(choice, model, wanted, progress)
    path = keep_card(choice, judgement.card)
    if as_json:
        output.print_json({**judgement.card.plain(), "left_out": plain(judgement.left_out), "kept": str(path)})
        return
    for line in shown(judgement):
        typer.echo(line)
    typer.echo(f"Kept in {path}.")


def _jobs(names: list[str] | None) -> Sequence[Job]:
    from agent.backends.model_card import JOBS
    from agent.errors import RequestError

    wanted = [name.strip() for entry in names or () for name in entry.split(",") if name.strip()]
    if strange := set(wanted) - set(JOBS):
        raise RequestError(f"There is no job {min(strange)!r}.", f"Say one of {', '.join(JOBS)}.")
    return [job for job in JOBS if job in wanted] or JOBS


def _card(name: str) -> ModelCard | None:
    from agent.backends.factory import NAMES, choose
    from agent.backends.model_card import card_of

    return card_of(choose(name)) if name in NAMES else None


def _print_path(name: str, folder: Path, as_json: bool) -> None:
    if as_json:
        output.print_json({"name": name, "path": str(folder)})
    else:
        typer.echo(str(folder))
