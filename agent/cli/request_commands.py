"""Commands that answer requests: recommend, search, demo."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import options, output
from agent.cli.request import RequestCommand, carry_out, print_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.answers import UserTurn
    from agent.recommender import RecommendationAgent

DEMO_WORKSPACE = Path("demo-workspace")
PIPE = "-"  # in place of words


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(demo)
    app.command()(recommend)
    app.command()(search)


def demo(
    workspace: Annotated[Path, typer.Option("--workspace", "-w", help="Where the demo is kept.")] = DEMO_WORKSPACE,
    k: options.K = 3,
    llm: options.Llm = None,
    vlm: options.Vlm = None,
    text_encoder: options.TextEncoder = None,
    picture_encoder: options.PictureEncoder = None,
    sound_encoder: options.SoundEncoder = None,
    as_json: options.Json = False,
) -> None:
    """Recommend from 174 artworks of the Met, by words, by a picture, by speech and in Chinese."""
    from agent.config import load_config
    from agent.demo.artworks import STAFF_TAGS, artworks
    from agent.demo.requests import requests
    from agent.models import Models
    from agent.recommender import RecommendationAgent
    from retrieval.storage.workspace import Workspace

    with output.download_progress() as download:
        folder = artworks(download)
        encoders = options.encoders(text_encoder, picture_encoder, sound_encoder)
        models = Models(load_config(llm=llm, vlm=vlm, **encoders), download)
        with RecommendationAgent(Workspace.open(workspace, create=True), models) as agent:
            with output.ingest_progress() as progress:
                report = agent.ingest(folder / "catalog.jsonl", exclude=[STAFF_TAGS], progress=progress)
            if not as_json:
                output.print_report(report)
            answers = [_answer_under(agent, heading, turn, as_json) for heading, turn in requests(folder, k)]
    if as_json:
        output.print_json({"workspace": str(workspace), "answers": answers})
    else:
        typer.echo(f"\nAsk it yourself: tastemaker recommend 'boats at sunset' --workspace {workspace}")


def recommend(
    text: Annotated[str, typer.Argument(help="What you are looking for, in any of 16 languages.")] = "",
    workspace: options.Workspace = Path("workspace"),
    image: options.Images = None,
    audio: options.Audio = None,
    video: options.Video = None,
    user: options.User = None,
    include_seen: options.IncludeSeen = False,
    filter_: options.Filters = None,
    k: options.K = 5,
    diversity: options.Diversity = None,
    llm: options.Llm = None,
    vlm: options.Vlm = None,
    text_encoder: options.TextEncoder = None,
    picture_encoder: options.PictureEncoder = None,
    sound_encoder: options.SoundEncoder = None,
    fusion: options.Fusion = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help="JSONL of requests: qid, text, image, audio, video, user.")
    ] = None,
    run: Annotated[Path | None, typer.Option("--run", help="With --batch: the TREC run to write.")] = None,
    why_not: Annotated[
        str | None, typer.Option("--why-not", help="Say instead what keeps the item of this id out of the answer.")
    ] = None,
    why: options.Why = False,
    signed: Annotated[
        bool, typer.Option("--signed", help="With --json: sign it with the workspace's key, made when first needed.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Recommend items for one request, or with --batch for many; `-` reads the request from a pipe."""
    if (batch is None) != (run is None):
        raise typer.BadParameter("--batch and --run go together.")
    if signed and (not as_json or batch is not None or why_not is not None):
        raise typer.BadParameter("--signed signs the JSON of an answer: give --json too.")
    encoders = options.encoders(text_encoder, picture_encoder, sound_encoder)
    settings = {"llm": llm, "vlm": vlm, "fusion": fusion, **encoders}
    if batch is not None and run is not None:
        with _agent(workspace, **settings) as agent:
            _run_batch(agent, batch, run, k, as_json)
        return
    turn = replace(
        _turn(_words(text), image, audio, video, user, filter_, k), include_seen=include_seen, diversity=diversity
    )
    _ask(
        RequestCommand(turn, why=why, as_json=as_json, signed=signed, why_not=why_not),
        *(workspace, settings),
    )


def search(
    text: Annotated[str, typer.Argument(help="What you are looking for.")] = "",
    workspace: options.Workspace = Path("workspace"),
    image: options.Images = None,
    audio: options.Audio = None,
    video: options.Video = None,
    filter_: options.Filters = None,
    k: options.K = 10,
    diversity: options.Diversity = None,
    vlm: options.Vlm = None,
    text_encoder: options.TextEncoder = None,
    picture_encoder: options.PictureEncoder = None,
    sound_encoder: options.SoundEncoder = None,
    fusion: options.Fusion = None,
    as_json: options.Json = False,
) -> None:
    """The same as recommend, without a language model."""
    turn = replace(_turn(_words(text), image, audio, video, None, filter_, k), diversity=diversity)
    settings = {"vlm": vlm, "fusion": fusion, **options.encoders(text_encoder, picture_encoder, sound_encoder)}
    _ask(RequestCommand(turn, asks_model=False, as_json=as_json), workspace, settings)


def _ask(command: RequestCommand, workspace: Path, settings: Mapping[str, str | None]) -> None:
    """Answer a command: by the server that has the workspace where there is one, whose models are loaded; else here."""
    from agent.cli.served import answered_by_server

    command = replace(command, settings={name: given for name, given in settings.items() if given is not None})
    if answered_by_server(command, workspace):
        return
    llm = {} if command.asks_model else {"llm": "none"}
    with _agent(workspace, **command.settings, **llm) as agent:
        carry_out(command, agent, workspace)


def _agent(workspace: Path, **settings: str | None) -> RecommendationAgent:
    from agent.config import load_config
    from agent.recommender import RecommendationAgent

    return RecommendationAgent.read(workspace, load_config(**settings))


def _words(text: str) -> str:
    """The words of a request; those that come through a pipe where `-` stands for them.

    Raises:
        RequestError: nothing comes.
    """
    if text != PIPE:
        return text
    from agent.answers import MAX_TEXT_BYTES
    from agent.errors import RequestError

    # One byte more than may come, so that what is too long is refused and never cut in silence.
    words = sys.stdin.buffer.read(MAX_TEXT_BYTES + 1).decode(errors="replace").strip()
    if not words:
        raise RequestError(
            "`-` reads the request from standard input, and nothing came.",
            "Pipe words into it: echo 'a warm light' | tastemaker recommend -",
        )
    return words


def _turn(
    text: str,
    image: list[Path] | None,
    audio: Path | None,
    video: Path | None,
    user: str | None,
    filters: list[str] | None,
    k: int,
) -> UserTurn:
    from agent.answers import UserTurn

    return UserTurn(
        text=text,
        images=tuple(str(path.absolute()) for path in image or ()),
        audio=None if audio is None else str(audio.absolute()),
        video=None if video is None else str(video.absolute()),
        user=user,
        filters=tuple(filters or ()),
        k=k,
    )


def _answer_under(agent: RecommendationAgent, heading: str, turn: UserTurn, as_json: bool) -> dict[str, Any]:

    if not as_json:
        typer.secho(f"\n{heading}{': ' + turn.text if turn.text else ''}", fg="cyan", bold=True)
    answer = agent.respond(turn) if as_json else print_response(turn, agent)
    return {"heading": heading, **answer.to_dict()}


def _run_batch(agent: RecommendationAgent, queries: Path, run: Path, k: int, as_json: bool) -> None:
    from agent.evaluate.batch import run_batch
    from agent.serialise import plain

    with output.count_progress("requests answered") as progress:
        report = run_batch(agent, queries, run, k, progress)
    if as_json:
        output.print_json({"run": str(run), **plain(report)})
    else:
        typer.echo(f"{report.answered} requests answered; the run is in {run}.")
        for problem in report.problems:
            typer.secho(f"  line {problem.line} ({problem.query_id}): {problem.what}", fg="yellow")
