"""Commands about model files: models list, vision, pull, verify, path, make-tiny."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import options, output

app = typer.Typer(help="Fetch, check and find model files.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A name that `tastemaker models list` shows.")]


@app.command("list")
def list_models(as_json: options.Json = False) -> None:
    """The pinned models, and which of them are on this machine."""
    from agent.weights.weights import archives, cached

    models = [(archive, cached(archive.name)) for archive in archives()]
    if as_json:
        output.print_json(
            [
                {
                    "name": archive.name,
                    "what": archive.what,
                    "licence": archive.licence,
                    "size_bytes": archive.size_bytes,
                    "path": str(path) if path else None,
                }
                for archive, path in models
            ]
        )
        return
    for archive, path in models:
        here, size = "here   " if path else "not yet", archive.size_bytes / output.MB
        typer.echo(f"{here}  {archive.name:<18} {size:>6.0f} MB  {archive.licence:<11} {archive.what}")


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


def _print_path(name: str, folder: Path, as_json: bool) -> None:
    if as_json:
        output.print_json({"name": name, "path": str(folder)})
    else:
        typer.echo(str(folder))
