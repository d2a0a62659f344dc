"""Commands typed on the same machine, answered by the process that has the workspace."""

from __future__ import annotations

import json
import re
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from agent.answers import UserTurn
from agent.cli import request_commands
from agent.cli.served import SOCKET
from agent.errors import RequestError, WorkspaceError
from tests.support.apishelf import OpenService
from tests.support.worded import shop, without_weights, worded_agent
from ui.service.commands import CommandSocket, Relay, ServedAnswerer

app = typer.Typer()
request_commands.register(app)
# Of answers: how long each step took, and the index, which is left alone by commands that read beside each other.
OTHERWISE = re.compile(r'[\d.]+ s;|"(?:perceive|understand|retrieve|rerank|diversify|explain)": [\d.e-]+')
INDEX = re.compile(r'(vectors"?:? "?)(?:exact search|chroma)')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace that nobody has."""
    with worded_agent(tmp_path / "w", shop()):
        return tmp_path / "w"


@pytest.fixture(autouse=True)
def worded(monkeypatch: pytest.MonkeyPatch) -> None:
    without_weights(monkeypatch)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    """A server that has its workspace."""
    agent = worded_agent(tmp_path_factory.mktemp("served") / "w", shop())
    agent.workspace.answers_at("http://127.0.0.1:1")
    service = OpenService(agent)
    yield service
    assert service.close()


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def sent(folder: Path, line: str) -> list[dict[str, Any]]:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(folder / SOCKET))
        caller.sendall(f"{line}\n".encode())
        with caller.makefile(encoding="utf-8") as lines:
            return [json.loads(message) for message in lines]


ASKED = [
    ("recommend", "red lamp", "-k", "2"),
    ("recommend", "red lamp", "-k", "2", "--why"),
    ("recommend", "a lamp", "--filter", "price<=11", "--user", "ada", "--json"),
    ("recommend", "red lamp", "--json", "--signed"),
    ("recommend", "red lamp", "-k", "1", "--why-not", "rug-blue"),
    ("recommend", "red lamp", "-k", "1", "--why-not", "rug-blue", "--json"),
    ("search", "blue rug", "-k", "3"),
    ("search", "blue rug", "--json"),
]


def test_what_a_server_prints_is_what_a_command_prints_by_itself(folder: Path) -> None:
    from agent.recommender import RecommendationAgent

    alone = [ran(*command, "-w", folder) for command in ASKED]
    service = OpenService(RecommendationAgent.open(folder))
    try:
        served = [ran(*command, "-w", folder) for command in ASKED]
    finally:
        service.close()
    assert all(result.exit_code == 0 for result in (*alone, *served))
    for mine, theirs in zip(alone, served, strict=True):
        assert told(theirs.stdout) == told(mine.stdout)
    assert not (folder / SOCKET).exists()


def told(text: str) -> str:
    """What is printed, without what differs from one time to the next; what is signed holds that."""
    return INDEX.sub("", OTHERWISE.sub("", re.sub(r'"signature": ("[^"]*"|\{[^}]*\})', "", text)))


@pytest.mark.parametrize(
    ("arguments", "what", "hint"),
    [
        (("recommend", ""), "The request is empty", ""),
        (
            ("recommend", "lamp", "--fusion", "rrf"),
            "works with --fusion auto, and cannot with rrf",
            "Leave --fusion out",
        ),
        (("recommend", "lamp", "--filter", "colour==red"), "colour", ""),
    ],
)
def test_what_is_wrong_is_told_as_ever(service: OpenService, arguments: tuple[str, ...], what: str, hint: str) -> None:
    error = ran(*arguments, "-w", service.workspace).exception
    assert isinstance(error, RequestError)
    assert what in error.what
    assert hint in error.hint


def test_many_requests_at_once_are_not_a_servers(service: OpenService, tmp_path: Path) -> None:
    queries = tmp_path / "q.jsonl"
    queries.write_text('{"qid": "a", "text": "lamp"}\n')
    error = ran("recommend", "--batch", queries, "--run", tmp_path / "run", "-w", service.workspace).exception
    assert isinstance(error, WorkspaceError)
    assert "in use" in error.what


def test_a_search_has_no_model_take_part(service: OpenService, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = service.agent
    monkeypatch.setitem(agent.models.__dict__, "chat", "a model")
    asked = []
    original = type(agent).answer

    def answer(self: Any, turn: UserTurn, **terms: Any) -> Any:
        asked.append(terms)
        return original(self, turn, **terms)

    monkeypatch.setattr(type(agent), "answer", answer)
    steps: list[str] = []
    answerer = ServedAnswerer(service, asks_model=False)
    searched = answerer.respond(UserTurn("red lamp"), lambda event: steps.append(event.kind))
    assert asked == [{"asks_model": False}]
    assert searched.recommendations[0].item.id == "lamp-red"
    assert {"candidates", "item"} <= set(steps)


def test_only_the_owner_may_come_in(service: OpenService) -> None:
    assert stat.S_IMODE((service.workspace / SOCKET).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("no json", "Something unexpected happened"),
        ("{}", "Something unexpected happened"),
        ('{"version": "0.0.0", "command": {}}', "and this is 0.0.0"),
    ],
)
def test_what_is_no_command_is_refused(service: OpenService, line: str, what: str) -> None:
    (message,) = sent(service.workspace, line)
    assert what in message["failed"]["what"]


def test_who_sends_nothing_is_let_go(service: OpenService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.service.commands.PATIENCE_S", 0.05)
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(service.workspace / SOCKET))
        assert caller.recv(1) == b""


def test_what_a_killed_server_left_is_in_nobodys_way(folder: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(folder / SOCKET))
    left.close()
    assert ran("search", "red lamp", "-w", folder).exit_code == 0  # by itself
    from agent.recommender import RecommendationAgent

    service = OpenService(RecommendationAgent.open(folder))
    try:
        (message,) = sent(folder, "")
        assert "failed" in message
    finally:
        service.close()


def test_where_no_socket_can_be_the_log_says_so(
    service: OpenService, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "workspace", Path("/nowhere/at/all"))
    commands = CommandSocket(service)
    commands.open()
    commands.close()
    assert "no socket can be made" in caplog.text


@pytest.mark.parametrize("is_terminal", [True, False])
def test_colours_are_for_terminals(is_terminal: bool) -> None:
    said: list[dict[str, str]] = []
    typer.secho("red", file=Relay(said.append, "out", is_terminal=is_terminal), fg="red")
    assert ("\x1b" in "".join(message["out"] for message in said)) == is_terminal
