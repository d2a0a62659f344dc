"""Commands that a server answers: what it says is printed, and where none listens nobody is asked."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.answers import UserTurn
from agent.cli.request import RequestCommand
from agent.cli.served import SOCKET, answered_by_server, socket_path
from agent.errors import RequestError, WorkspaceError

COMMAND = RequestCommand(UserTurn("lamp"))


@contextmanager
def server(folder: Path, *messages: object) -> Iterator[list[dict[str, object]]]:
    """Says this to the one command that comes, and goes."""
    heard: list[dict[str, object]] = []
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / SOCKET))
    listener.listen()

    def answer() -> None:
        caller, _ = listener.accept()
        with caller, caller.makefile("rw", encoding="utf-8") as lines:
            heard.append(json.loads(lines.readline()))
            lines.writelines(f"{json.dumps(message)}\n" for message in messages)

    thread = threading.Thread(target=answer)
    thread.start()
    yield heard
    thread.join()
    listener.close()


def test_where_no_server_listens_nobody_is_asked(tmp_path: Path) -> None:
    assert not answered_by_server(COMMAND, tmp_path)
    (tmp_path / SOCKET).write_text("a file")
    assert not answered_by_server(COMMAND, tmp_path)
    (tmp_path / SOCKET).unlink()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / SOCKET))
    assert not answered_by_server(COMMAND, tmp_path)


def test_what_a_server_says_is_printed_piece_by_piece(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server(tmp_path, {"out": "1. Bras"}, {"err": "…"}, {"out": "s lamp 灯\n"}, {"ended": True}) as heard:
        assert answered_by_server(COMMAND, tmp_path)
    assert capsys.readouterr() == ("1. Brass lamp 灯\n", "…")
    assert RequestCommand.of(heard[0]["command"]) == COMMAND  # type: ignore[arg-type]  # a document


@pytest.mark.parametrize(("wrong_call", "kind"), [(True, RequestError), (False, WorkspaceError)])
def test_what_a_server_cannot_do_is_an_error_here(tmp_path: Path, kind: type[Exception], *, wrong_call: bool) -> None:
    failed = {"what": "It is dark.", "hint": "Wait.", "wrong_call": wrong_call}
    with server(tmp_path, {"failed": failed}), pytest.raises(kind, match="It is dark"):
        answered_by_server(COMMAND, tmp_path)


def test_a_server_that_ends_in_the_middle_is_told(tmp_path: Path) -> None:
    with server(tmp_path, {"out": "1. "}), pytest.raises(WorkspaceError, match="ended before"):
        answered_by_server(COMMAND, tmp_path)


def test_a_path_may_be_longer_than_sockets_can_have(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    with socket_path(folder) as path, socket.socket(socket.AF_UNIX) as listener:
        assert len(path) <= 100
        listener.bind(path)
    assert (folder / SOCKET).is_socket()
