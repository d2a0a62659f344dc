"""A request as a command states it, and how it is answered on a screen, by this process or by one that serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import typer

from agent.cli import output
from agent.cli.screen import SCREEN

if TYPE_CHECKING:
    from agent.answers import Answer, UserTurn
    from agent.explain import WhyNot
    from agent.pipeline.journal import Tell


class Answerer(Protocol):
    """Answers turns, as an agent does."""

    def respond(self, turn: UserTurn, tell: Tell | None = None) -> Answer:
        """The answer to a turn; `tell` takes the events before it."""
        ...

    def why_not(self, item_id: str, turn: UserTurn) -> WhyNot:
        """What keeps an item out of that answer."""
        ...


@dataclass(frozen=True, slots=True)
class RequestCommand:
    """What a person asks for at a command line.

    Attributes:
        turn: The request; its files by absolute paths.
        asks_model: Whether the language model may be asked.
        why: Print also the claims that each reason rests on.
        as_json: Print a document instead of text.
        signed: Sign that document with the workspace's key.
        why_not: Say instead what keeps the item of this id out.
        settings: By its name each option that says how the agent works, as it was given.
    """

    turn: UserTurn
    asks_model: bool = True
    why: bool = False
    as_json: bool = False
    signed: bool = False
    why_not: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """It as plain JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The command that `to_dict` wrote.

        Raises:
            TypeError: it is none.
            RequestError: an argument of the turn is of another type.
        """
        from agent.answers import UserTurn

        turn: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in document["turn"].items()
        }
        return cls(**{**document, "turn": UserTurn(**turn)})


def carry_out(command: RequestCommand, answerer: Answerer, workspace: Path) -> None:
    """Answer a command on the screen, as the answer gets ready unless a document is asked for.

    Raises:
        TastemakerError: it cannot be answered.
    """
    if command.why_not is not None:
        from agent.serialise import plain

        reasons = answerer.why_not(command.why_not, command.turn)
        if command.as_json:
            output.print_json(plain(reasons))
        else:
            typer.echo(reasons.text, file=SCREEN.get().out)
    elif command.as_json:
        document = answerer.respond(command.turn).to_dict()
        output.print_json(_signed(document, workspace) if command.signed else document)
    else:
        print_response(command.turn, answerer, why=command.why)


def _signed(document: dict[str, Any], workspace: Path) -> dict[str, Any]:
    from agent.verify import sign
    from agent.verify.signature import key_of

    secret = key_of(workspace, create=True)
    return document if secret is None else sign(document, secret)


def print_response(turn: UserTurn, answerer: Answerer, *, why: bool = False) -> Answer:
    """The answer to a turn, printed as it gets ready."""
    printer = output.AnswerPrinter(why=why)
    answer = answerer.respond(turn, printer)
    printer.end(answer)
    return answer


__all__ = ["RequestCommand", "carry_out", "print_response"]
