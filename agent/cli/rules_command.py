"""The command about the shop's rules: show them, set them from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.cli import options, output


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(rules)


def rules(
    workspace: options.Workspace = Path("workspace"),
    set_from: Annotated[
        Path | None,
        typer.Option("--set", help="Keep the rules of this YAML file, and no others; - reads them from the pipe."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show what the shop pins, boosts, buries, hides or calls otherwise; with --set, put other rules in their place."""
    from agent.recommender import RecommendationAgent
    from agent.rules import as_yaml, rules_from_yaml

    with RecommendationAgent.open(workspace) as agent:
        if set_from is not None:
            text = sys.stdin.read() if str(set_from) == "-" else _text_of(set_from)
            agent.set_rules(rules_from_yaml(text, agent.pipeline.schema))
        kept, idle = agent.rules, agent.pipeline.rulebook.idle
    if as_json:
        output.print_json([rule.model_dump(mode="json") for rule in kept])
        return
    typer.echo(as_yaml(kept) if kept else "There are no rules.")
    for rule in idle:
        typer.echo(f"does nothing: the catalog no longer has what {' and '.join(rule.where)} asks for", err=True)


def _text_of(file: Path) -> str:
    from agent.errors import RuleError

    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise RuleError(f"{file} cannot be read: {error}.", "Give a YAML file of rules.") from error
