"""The command that holds an answer against the catalog: verify."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from agent.verify import Verified

_WIDTH = 70


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(verify)


def verify(
    answer: Annotated[Path, typer.Argument(help="JSON that recommend, search or demo printed.")],
    workspace: options.Workspace = Path("workspace"),
    key: Annotated[Path | None, typer.Option("--key", help="Key of a signed answer; else the workspace's own.")] = None,
    as_json: options.Json = False,
) -> None:
    """Hold every claim and sentence of an answer against the catalog; leaves with 1 where anything is not so."""
    from agent.serialise import item_json, plain
    from agent.verify import signature_of
    from agent.verify import verify as verify_answer
    from agent.verify.signature import key_of
    from retrieval.storage.workspace import Workspace

    document = _read(answer)
    with Workspace.read(workspace) as opened:

        def stored(item_id: str) -> Mapping[str, Any] | None:
            item = opened.store.item(item_id)
            return None if item is None else item_json(item)

        answers = document.get("answers", [document])
        rows = [row for each in answers for row in _verified(verify_answer, each, stored)]
        signature = signature_of(document, key.read_bytes() if key else key_of(workspace))
    if as_json:
        output.print_json({"file": str(answer), "signature": signature, "statements": plain(rows)})
    else:
        _print(rows, signature)
    if signature in ("broken", "unknown key") or any(row.fault for row in rows):
        raise typer.Exit(1)


def _verified(
    verify_answer: Callable[..., Any], answer: Mapping[str, Any], stored: Callable[[str], Mapping[str, Any] | None]
) -> list[Verified]:
    from agent.errors import RequestError

    try:
        return list(verify_answer(answer, stored))
    except (KeyError, TypeError, AttributeError) as error:
        raise RequestError(
            f"This is no answer: {error!r} is missing in it.", "Give what `recommend --json` printed."
        ) from error


def _read(path: Path) -> dict[str, Any]:
    from agent.errors import RequestError

    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RequestError(f"{path} cannot be read: {error}.", "Give what `recommend --json` printed.") from error
    if not isinstance(document, dict):
        raise RequestError(f"{path} holds no answer.", "Give what `recommend --json` printed.")
    return document


def _print(rows: list[Verified], signature: str) -> None:
    """The statements as a table, then how many are not so."""
    for row in rows:
        text = row.text if len(row.text) <= _WIDTH else f"{row.text[: _WIDTH - 1]}…"
        typer.echo(f"{'false' if row.fault else 'so':<6} {row.item_id:<12} {row.part:<9} {text}")
        if row.fault:
            typer.secho(f"       {row.fault}", fg="yellow")
    n_false = sum(bool(row.fault) for row in rows)
    typer.echo(f"{len(rows)} statements, {n_false} false; signature: {signature}")
