"""Commands answered by the server that has the workspace, over a socket in its folder.

A command is one line of JSON, and what it prints comes back as lines of JSON, piece by piece:

    {"version": "0.1.0", "columns": 100, "out": true, "err": false, "command": {...}}
    {"out": "  1. Brass lamp\\n"}
    {"ended": true}

or at last `{"failed": {"what": ..., "hint": ..., "wrong_call": false}}`. The socket is its owner's alone, as the
workspace is: whoever may open it may read the workspace.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.cli.request import RequestCommand

SOCKET = "commands.sock"
LONGEST_PATH = 100  # bytes that every system takes as the path of a socket
DESCRIPTORS = Path("/proc/self/fd")


@contextmanager
def socket_path(workspace: Path) -> Iterator[str]:
    """The path of the socket, by way of an open folder where its own is longer than systems take."""
    path = os.fspath(workspace.absolute() / SOCKET)
    if len(os.fsencode(path)) <= LONGEST_PATH or not DESCRIPTORS.is_dir():
        yield path
        return
    folder = os.open(workspace, os.O_RDONLY)
    try:
        yield f"{DESCRIPTORS}/{folder}/{SOCKET}"
    finally:
        os.close(folder)


def answered_by_server(command: RequestCommand, workspace: Path) -> bool:
    """Have a command answered and printed by the server that has the workspace; False where none has it.

    Raises:
        RequestError: the server says that the call was wrong.
        WorkspaceError: the server could not answer, or ended before it had.
    """
    from agent.errors import WorkspaceError

    server = _connected(workspace)
    if server is None:
        return False
    ended = False
    with server, server.makefile("rw", encoding="utf-8", newline="\n") as lines:
        lines.write(f"{json.dumps(_request(command))}\n")
        lines.flush()
        for line in lines:
            ended = _take(json.loads(line))
    if not ended:
        raise WorkspaceError("The server ended before it had answered.", "Ask again.")
    return True


def _connected(workspace: Path) -> socket.socket | None:
    """The server, which listens only while it has the workspace; None where nobody does, or not to this user."""
    if not (workspace / SOCKET).is_socket():
        return None
    server = socket.socket(socket.AF_UNIX)
    try:
        with socket_path(workspace) as path:
            server.connect(path)
    except OSError:
        server.close()
        return None
    return server


def _request(command: RequestCommand) -> dict[str, Any]:
    columns = shutil.get_terminal_size((100, 24)).columns
    return {
        "version": version("tastemaker"),
        "columns": columns,
        "out": sys.stdout.isatty(),
        "err": sys.stderr.isatty(),
        "command": command.to_dict(),
    }


def _take(message: dict[str, Any]) -> bool:
    """Print what the server says. Returns: whether that was all.

    Raises:
        RequestError: it says that the call was wrong.
        WorkspaceError: it says that it could not answer.
    """
    from agent.errors import RequestError, WorkspaceError

    if failed := message.get("failed"):
        kind = RequestError if failed["wrong_call"] else WorkspaceError
        raise kind(failed["what"], failed["hint"])
    sys.stdout.write(message.get("out", ""))
    sys.stderr.write(message.get("err", ""))
    sys.stdout.flush()
    return "ended" in message


__all__ = ["SOCKET", "answered_by_server", "socket_path"]
