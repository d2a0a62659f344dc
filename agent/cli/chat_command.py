"""The chat: a conversation, line by line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options, output

if TYPE_CHECKING:
    from agent.answers import Answer
    from agent.dialogue.conversation import Conversation
    from agent.recommender import RecommendationAgent

COMMANDS = {
    "/undo": "take the last turn back",
    "/new": "start over",
    "/why N": "what the reason for number N rests on",
    "/like N": "more like number N; with --user it is remembered",
    "/dislike N": "less like number N",
    "/save N": "keep number N for later; needs --user",
    "/hide N": "never show number N again; needs --user",
    "/image PATH": "show a picture, with words beside it if you like",
    "/audio PATH": "say it in a recording",
    "/video PATH": "show a clip",
    "/help": "this list",
    "/quit": "leave",
}

Conversational = Annotated[str | None, typer.Option("--conversation", help="Id of the conversation to go on with.")]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(chat)


def chat(
    workspace: options.Workspace = Path("workspace"),
    user: options.User = None,
    conversation: Conversational = None,
    k: options.K = 3,
    diversity: options.Diversity = None,
    llm: options.Llm = None,
    vlm: options.Vlm = None,
    text_encoder: options.TextEncoder = None,
    picture_encoder: options.PictureEncoder = None,
    sound_encoder: options.SoundEncoder = None,
    fusion: options.Fusion = None,
    as_json: options.Json = False,
) -> None:
    """Talk: ask, criticise what is shown (`cheaper`, `like the second`), go on, /undo; /help lists the commands."""
    from agent.config import load_config
    from agent.errors import TastemakerError
    from agent.recommender import RecommendationAgent

    encoders = options.encoders(text_encoder, picture_encoder, sound_encoder)
    config = load_config(llm=llm, vlm=vlm, fusion=fusion, **encoders)
    with RecommendationAgent.open(workspace, config) as agent:
        terminal = TerminalChat(agent, agent.conversation(conversation, user), k, diversity, as_json)
        terminal.greet()
        for line in lines():
            try:
                terminal.take(line)
            except TastemakerError as error:  # one line that cannot be done does not end the talk
                terminal.fail(error)


def lines() -> Iterator[str]:
    """Lines a person types, or those of a file on stdin, until /quit or the end."""
    prompt = "you> " if sys.stdin.isatty() else ""
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            return
        if line in ("/quit", "/exit"):
            return
        if line:
            yield line


class TerminalChat:
    """One conversation at a terminal, or piped."""

    def __init__(
        self, agent: RecommendationAgent, conversation: Conversation, k: int, diversity: float | None, as_json: bool
    ) -> None:
        self._agent = agent
        self._conversation = conversation
        self._k = k
        self._diversity = diversity
        self._as_json = as_json
        self._answer: Answer | None = None

    def greet(self) -> None:
        """Tell how the conversation is resumed."""
        if output.at_terminal():
            typer.secho(f"  conversation {self._conversation.id}; /help lists the commands", dim=True, err=True)

    def take(self, line: str) -> None:
        """Do what one line says.

        Raises:
            TastemakerError: it cannot be done.
        """
        word, _, argument = line.partition(" ")
        commands: Mapping[str, Callable[[str], None]] = {
            "/undo": lambda _: self._ask("undo"),
            "/new": lambda words: self._ask(f"start over {words}".strip()),
            "/help": lambda _: self._help(),
            "/why": self._why,
            **{f"/{kind}": self._opinion(kind) for kind in ("like", "dislike", "save", "hide")},
        }
        command = commands.get(word)
        if command is None:
            self._ask(line)
        else:
            command(argument)

    def fail(self, error: Exception) -> None:
        """Tell what cannot be done, as a document where documents are asked for."""
        what, hint = getattr(error, "what", str(error)), getattr(error, "hint", "")
        if self._as_json:
            output.print_json({"error": {"what": what, "hint": hint}})
        else:
            typer.echo(f"{what}\n{hint}", err=True)

    def _ask(self, line: str) -> None:
        from agent.cli.chat_line import parse_line

        turn = replace(parse_line(line, self._conversation.user, self._k), diversity=self._diversity)
        if self._as_json:
            self._answer = self._conversation.respond(turn)
            output.print_json(self._answer.to_dict())
            return
        printer = output.AnswerPrinter()
        self._answer = self._conversation.respond(turn, printer)
        printer.end(self._answer)

    def _help(self) -> None:
        if self._as_json:
            output.print_json({"commands": COMMANDS})
            return
        for command, does in COMMANDS.items():
            typer.echo(f"  {command:<12} {does}")

    def _why(self, number: str) -> None:

        at = self._number(number)
        item_id = self._conversation.state.last[at - 1]
        listed = {entry.item.id: entry for entry in (self._answer.recommendations if self._answer else ())}
        # What was listed before the conversation was resumed has no claims here: they are made anew.
        recommendation = listed.get(item_id) or self._conversation.why(at)
        if self._as_json:
            output.print_json(recommendation.to_dict())
        else:
            output.print_recommendation(recommendation)
            output.print_why(recommendation, self._answer.request.language if self._answer else "en")

    def _opinion(self, kind: str) -> Callable[[str], None]:
        def give(number: str) -> None:
            item_id = self._conversation.state.last[self._number(number) - 1]
            self._conversation.judge(item_id, kind)
            if self._as_json:
                output.print_json({"kind": kind, "item_id": item_id})
            else:
                snapshot = self._agent.pipeline.snapshot
                typer.echo(f"  {kind}: {snapshot.items[snapshot.rows[item_id]].title}")

        return give

    def _number(self, number: str) -> int:
        """The number of an item in the list shown last, be it shown before the conversation was resumed."""
        from agent.errors import RequestError

        shown = self._conversation.state.last
        if not number.strip().isdecimal() or not 1 <= int(number) <= len(shown):
            hint = f"Numbers 1 to {len(shown)} are." if shown else "Ask for something first."
            raise RequestError(f"Number {number.strip() or '(none)'} is not on the list.", hint)
        return int(number)
