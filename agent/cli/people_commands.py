"""Commands about people: feedback, profile, export, forget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.people import Mark, Profile
    from agent.recommender import RecommendationAgent

MAX_NAMED = 5

Who = Annotated[str, typer.Option("--user", help="Whom it is about.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(feedback)
    app.command()(profile)
    app.command()(export)
    app.command()(forget)


def feedback(
    item: Annotated[str, typer.Argument(help="Id of the item.")],
    user: Who,
    kind: Annotated[
        str, typer.Option("--kind", help="like, dislike, save, hide, view, click, cart, purchase or rating.")
    ] = "like",
    reason: Annotated[str, typer.Option("--reason", help="Why, in your own words.")] = "",
    value: Annotated[float | None, typer.Option("--value", help="The rating, with --kind rating: 0 to 5.")] = None,
    workspace: options.Workspace = Path("workspace"),
    as_json: options.Json = False,
) -> None:
    """Say what somebody thinks of an item; it counts from their next request on."""
    from agent.serialise import plain

    with _agent(workspace, writes=True) as agent:
        receipt = agent.feedback(user, item, kind, reason, value)
    if as_json:
        output.print_json(plain(receipt))
        return
    rated = "" if value is None else f" {value:g}"
    typer.echo(f"{kind}{rated}: {item}" if receipt.stored else receipt.note)
    if receipt.objections:
        typer.echo(f"  counts against items from now on: {', '.join(receipt.objections)}")


def profile(
    user: Who,
    workspace: options.Workspace = Path("workspace"),
    opt_out: Annotated[
        bool | None,
        typer.Option("--opt-out/--opt-in", help="Use nothing they did and keep nothing more, or do so again."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show what is known of somebody's taste, and what each line rests on."""
    from agent.people.privacy import profile_json

    with _agent(workspace, writes=opt_out is not None) as agent:
        if opt_out is not None:
            agent.opt_out(user, opt_out)
        person = agent.profile(user)
    if as_json:
        output.print_json(profile_json(person))
    else:
        _print(person)


def export(user: Who, workspace: options.Workspace = Path("workspace"), as_json: options.Json = False) -> None:
    """Print everything that is known of somebody, as one JSON document with or without --json."""
    del as_json
    with _agent(workspace) as agent:
        output.print_json(agent.export_user(user))


def forget(
    user: Annotated[str, typer.Argument(help="Whom to forget.")],
    workspace: options.Workspace = Path("workspace"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: options.Json = False,
) -> None:
    """Erase every trace of somebody from the workspace; it cannot be undone."""
    from agent.people import forget as erase
    from agent.serialise import plain
    from retrieval.storage.workspace import Workspace

    if as_json and not yes:
        raise typer.BadParameter("With --json nobody can be asked: add --yes.")
    if not yes:
        typer.confirm(f"Erase everything that is known of {user!r}?", abort=True)
    with Workspace.open(workspace) as opened:
        erased = erase(user, opened)
    if as_json:
        output.print_json(plain(erased))
        return
    rows = ", ".join(f"{n:,} {table}" for table, n in erased.rows.items())
    typer.echo(f"Forgotten: {rows}." if rows else f"Nothing was known of {user}.")


def _agent(workspace: Path, *, writes: bool = False) -> RecommendationAgent:
    from agent.config import load_config
    from agent.recommender import RecommendationAgent

    opened = RecommendationAgent.open if writes else RecommendationAgent.read
    return opened(workspace, load_config(llm="none"))  # none of these commands words anything


def _print(person: Profile) -> None:
    n = len(person.liked)
    typer.secho(
        f"{person.user}: {person.n_events:,} events, {n:,} liked, {len(person.disliked):,} disliked,"
        f" {len(person.saved):,} saved, {len(person.hidden):,} hidden",
        bold=True,
    )
    if person.opted_out:
        typer.secho("  has opted out: none of this is used, and nothing more is kept", fg="yellow")
    titles = {mark.item_id: _title(mark) for mark in (*person.liked, *person.disliked)}
    for verb, traits in (("likes", person.likes), ("avoids", person.avoids)):
        for trait in traits:
            examples = _names([titles[item_id] for item_id in trait.items])
            typer.echo(f"  {verb} {trait.value} ({trait.field}, {len(trait.items)} of {trait.of}): {examples}")
    for objection in person.objections:
        title = titles.get(objection.item_id, objection.item_id)
        typer.echo(f"  avoids {objection.words}: said “{objection.reason}” of {title}")
    for verb, marks in (("saved", person.saved), ("hidden", person.hidden)):
        if marks:
            typer.echo(f"  {verb}: {_names([_title(mark) for mark in marks])}")


def _names(names: Sequence[str]) -> str:
    more = len(names) - MAX_NAMED
    return ", ".join(names[-MAX_NAMED:]) + (f" and {more:,} more" if more > 0 else "")


def _title(mark: Mark) -> str:
    return mark.title or mark.item_id
