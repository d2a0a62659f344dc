"""Answers commands that are typed on the same machine, as they would answer themselves, with models that are loaded."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from agent.cli.request import RequestCommand, carry_out
from agent.cli.screen import SCREEN, Screen
from agent.cli.served import SOCKET, socket_path
from agent.errors import ConfigError, FilterError, RequestError, TastemakerError, WorkspaceError
from retrieval.files.private import FILE
from ui.errors.problems import unexpected
from ui.service.ready import ReadyCards

if TYPE_CHECKING:
    from agent.answers import Answer, Event, UserTurn
    from agent.config import AgentConfig
    from agent.explain import WhyNot
    from agent.pipeline.journal import Tell
    from agent.recommender import RecommendationAgent

logger = logging.getLogger(__name__)

T = TypeVar("T")
MOST_BYTES = 1 << 20  # of a command; a request holds at most a tenth of it
PATIENCE_S = 5.0  # for a command to be sent


class Serving(Protocol):
    """What answers turns of many callers, as a server's `Service` does.

    Attributes:
        workspace: The folder.
        config: How the agent works.
    """

    workspace: Path
    config: AgentConfig

    def stream(self, ask: Callable[[RecommendationAgent], Iterator[Event]]) -> Iterator[Event]:
        """The events of one turn."""
        ...

    def run(self, do: Callable[[RecommendationAgent], T]) -> T:
        """What `do` returns, run as a turn is."""
        ...


class CommandSocket:
    """Listens in the folder of a workspace that this process owns; a thread for each command.

    Args:
        service: Answers them, within the limits of all that it is asked.
    """

    def __init__(self, service: Serving) -> None:
        self._service = service
        self._listener: socket.socket | None = None

    def open(self) -> None:
        """Begin to listen; where the file system has no sockets the log says so, and commands are refused as before."""
        listener = socket.socket(socket.AF_UNIX)
        try:
            with socket_path(self._service.workspace) as path:
                Path(path).unlink(missing_ok=True)  # of a process that was killed: this one owns the workspace now
                listener.bind(path)
                Path(path).chmod(FILE)  # nobody can come in before it listens
            listener.listen()
        except OSError as error:
            listener.close()
            logger.warning("Commands on this machine are not answered for: no socket can be made (%s).", error.strerror)
            return
        self._listener = listener
        threading.Thread(target=self._take, args=(listener,), name="commands", daemon=True).start()

    def close(self) -> None:
        """Listen no more; a second call does nothing."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        with contextlib.suppress(OSError):
            (self._service.workspace / SOCKET).unlink()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for commands
        listener.close()

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                if self._listener is None:
                    return
                continue
            threading.Thread(target=self._answer, args=(caller,), name="command", daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        caller.settimeout(PATIENCE_S)
        # a caller who goes away ends the answer at its next word
        with caller, contextlib.suppress(OSError), caller.makefile("rw", encoding="utf-8", newline="\n") as lines:

            def say(message: dict[str, Any]) -> None:
                lines.write(f"{json.dumps(message, ensure_ascii=False)}\n")
                lines.flush()

            try:
                request = json.loads(lines.readline(MOST_BYTES))
                self._carry_out(request, say)
            except TastemakerError as error:
                say({"failed": _failure(error)})
            except OSError:
                raise
            except Exception as error:  # the last border of this thread: whoever asked is told
                logger.exception("A command cannot be answered.")
                say({"failed": _failure(unexpected(error))})
            else:
                say({"ended": True})

    def _carry_out(self, request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> None:
        ours = version("tastemaker")
        if request["version"] != ours:
            raise WorkspaceError(
                f"The workspace is served by version {ours}, and this is {request['version']}.",
                "Start the server again, so that it runs the same version.",
            )
        command = RequestCommand.of(request["command"])
        self._check_settings(command)
        out, err = (Relay(say, name, is_terminal=request[name]) for name in ("out", "err"))
        SCREEN.set(Screen(out, err, request["columns"]))  # for this thread alone, which ends with the command
        carry_out(command, ServedAnswerer(self._service, asks_model=command.asks_model), self._service.workspace)

    def _check_settings(self, command: RequestCommand) -> None:
        for name, given in command.settings.items():
            ours = getattr(self._service.config, name)
            option = f"--{name.replace('_', '-')}"
            if given != ours:
                raise ConfigError(
                    f"The server that has the workspace works with {option} {ours}, and cannot with {given}.",
                    f"Leave {option} out, or stop the server first.",
                )


class ServedAnswerer:
    """Answers a command's turn as one of those that the server answers.

    Args:
        asks_model: Whether the language model may be asked.
    """

    def __init__(self, service: Serving, *, asks_model: bool) -> None:
        self._service = service
        self._asks_model = asks_model

    def respond(self, turn: UserTurn, tell: Tell | None = None) -> Answer:
        """The answer to a turn; `tell` takes the events before it.

        Raises:
            TastemakerError: it cannot be answered.
        """
        from agent.pipeline.events import final_answer

        events = self._service.stream(lambda agent: agent.answer(turn, asks_model=self._asks_model))
        with closing(iter(ReadyCards(events))) as ready:
            return final_answer(_told(ready, tell))

    def why_not(self, item_id: str, turn: UserTurn) -> WhyNot:
        """What keeps an item out of the answer to a turn.

        Raises:
            TastemakerError: that cannot be told.
        """
        return self._service.run(lambda agent: agent.why_not(item_id, turn))


class Relay(io.StringIO):
    """Passes on what is printed, and keeps nothing of it.

    Args:
        say: Takes messages to who asked.
        name: Of the stream there.
        is_terminal: Whether it is a terminal, where colours are seen.
    """

    def __init__(self, say: Callable[[dict[str, Any]], None], name: str, *, is_terminal: bool) -> None:
        self._say = say
        self._name = name
        self._is_terminal = is_terminal

    def write(self, text: str) -> int:
        """Pass a piece on."""
        self._say({self._name: text})
        return len(text)

    def isatty(self) -> bool:
        """Whether it is seen at a terminal."""
        return self._is_terminal


def _told(events: Iterator[Event], tell: Tell | None) -> Iterator[Event]:
    """The events, each told on the way but for the last, which is the answer."""
    for event in events:
        if tell is not None and event.answer is None:
            tell(event)
        yield event


def _failure(error: TastemakerError) -> dict[str, Any]:
    wrong_call = isinstance(error, ConfigError | FilterError | RequestError)
    return {"what": error.what, "hint": error.hint, "wrong_call": wrong_call}


__all__ = ["CommandSocket", "ServedAnswerer"]
