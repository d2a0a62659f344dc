"""Nobody who is forgotten leaves a trace: in any byte of any file, in any object in memory, in the log.

People leave what they can by the API, by tools, by the page and by Python; they are forgotten by each of these and by
the command line. Of a hundred people: `pytest -m slow tests/whole/test_forgetting.py`.
"""

from __future__ import annotations

import io
import logging
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.cli.main import main
from agent.dialogue.conversation import Conversation
from agent.errors import RequestError
from agent.evaluate.evaluate import Wanted, evaluate
from tests.support import hundred
from tests.support.apishelf import BEARER, ROWS, TOKEN, OpenService, word_agent
from tests.support.catalogs import write_rows
from ui.app import create_app
from ui.guard.access import Access
from ui.guard.visitors import VISITOR_COOKIE
from ui.mcp.tools import Tools
from ui.page.chat.talks import Talks
from ui.page.person.page import ProfileAnswers
from ui.service.catalogs import FOLDER, Catalogs, media_paths
from ui.service.service import Service
from ui.service.thumbnails import Thumbnails
from ui.telemetry.requests import JsonFormatter

STAYING = "somebody who stays"
KNOWN = {
    "commands.sock",  # over which commands come in; it holds nothing
    "tastemaker.db", "tastemaker.db-wal", "tastemaker.db-shm", "tastemaker.db.format-2.bak", "tastemaker.ledger",
    "chroma", "catalogs", "catalog.schema.yaml", "workspace.lock", "evaluation", "media",
    "visitors.key",  # one secret that signs the cookies of all
}  # fmt: skip


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, at every level, as a server writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the caller's own, and not the server's
    yield written
    root.setLevel(before)
    root.removeHandler(handler)


class House:
    """A server with everything in which something of people can stand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        agent = word_agent(folder / "w")
        agent.put_items(ROWS)
        self.service: Service = OpenService(agent)
        app = create_app(self.service, Access(token=TOKEN), page=False)
        self.client = TestClient(app, headers=BEARER)
        self.talks = Talks(self.service)
        self.page = ProfileAnswers(self.service)
        self.open: list[Conversation] = []
        self.tools = Tools(self.service, Thumbnails())
        self.catalogs = Catalogs(folder / "w" / FOLDER, lambda: media_paths(agent.workspace.store.items()))
        self.service.traces.register("catalogs looked at", self.catalogs)

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_: object) -> None:
        self.service.close()

    def live(self, n: int) -> None:
        """Have so many people leave what they can."""
        table = write_rows(self.folder, *ROWS)
        for at in range(n):
            hundred.call(self.client, at)
            self.open.append(hundred.use(self.service, self.tools, self.catalogs, at, table))
            hundred.visit(self.service, self.talks, at)
        agent = self.service.agent
        agent.feedback(STAYING, "2", "like", "a reason that stays")
        agent.conversation(user=STAYING).say("a lamp")
        agent.recommend(user=hundred.name(0))  # by what everybody liked, which is learned and kept
        evaluate(agent, Wanted(splits=("leave-one-out",)))
        hundred.backed_up(agent)

    def forget(self, at: int) -> None:
        """Forget somebody, as an application and as a visitor, each by the next of the ways there are."""
        if at % 3 == 0:
            gone = self.client.delete(f"/v1/users/{hundred.name(at)}").json()
            kinds = {"uploads", "chat histories", "answers to repeated calls", "open conversations"}
            assert kinds <= gone["memory"].keys()
        elif at % 3 == 1:
            assert self.service.agent.forget_user(hundred.name(at)).rows["interactions"]
        pressed: Any = SimpleNamespace(act="forget")
        asking: Any = SimpleNamespace(headers={}, cookies={VISITOR_COOKIE: hundred.cookie(at)})
        assert "Everything that was stored about you is erased." in self.page.press(pressed, asking)


def forgotten_by_command(workspace: Path, at: int) -> None:
    with pytest.raises(SystemExit) as left:
        main(["forget", hundred.name(at), "--yes", "--workspace", str(workspace)])
    assert not left.value.code


def only_of(people: list[int], traces: Mapping[str, set[str]]) -> bool:
    """Whether traces are those of some people as an application names them, and of nobody else."""
    theirs = {text for at in people for text in (hundred.name(at), hundred.word(at))}
    return set[str]().union(*traces.values()) <= theirs


def erased(tmp_path: Path, n: int, log: io.StringIO) -> None:
    """Have people live and be forgotten, and look for them everywhere."""
    workspace, by_command = tmp_path / "w", [at for at in range(n) if at % 3 == 2]
    with House(tmp_path) as house:
        house.live(n)
        names = {path.name for path in workspace.iterdir()}
        assert names <= KNOWN, f"{names - KNOWN}: say here how somebody who is forgotten goes from it"
        modes = {oct(stat.S_IMODE(path.stat().st_mode)) for path in (workspace, *workspace.rglob("*"))}
        assert modes == {"0o600", "0o700"}
        assert len(set[str]().union(*hundred.traces_in_files(workspace).values())) >= 3 * n  # names, visitors, words
        assert len(hundred.traces_in_memory()) >= 10 * n
        for at in range(n):
            house.forget(at)
        assert only_of(by_command, hundred.traces_in_files(tmp_path, house.service.uploads.folder))
        for at in by_command:  # as far as they are in memory: the command is another process
            house.service.agent._let_go(hundred.name(at))
        assert hundred.traces_in_memory() == []
        with pytest.raises(RequestError, match="was forgotten"):
            house.open[0].say("a lamp")
        export = house.service.agent.export_user(STAYING)
        assert (export["n_events"], len(export["conversations"])) == (1, 1)
    for at in by_command:
        forgotten_by_command(workspace, at)
    assert hundred.traces_in_files(tmp_path) == {}
    assert log.getvalue().count("\n") > n
    assert hundred.PATTERN.findall(log.getvalue()) == []


def test_of_a_few_people_who_are_forgotten_nothing_is_left_anywhere(tmp_path: Path, log: io.StringIO) -> None:
    erased(tmp_path, 3, log)


@pytest.mark.slow
def test_of_a_hundred_people_who_are_forgotten_nothing_is_left_anywhere(tmp_path: Path, log: io.StringIO) -> None:
    erased(tmp_path, 100, log)


def test_who_opts_out_is_let_go_of_in_memory_and_nothing_new_is_kept(tmp_path: Path) -> None:
    name, visitor = hundred.name(0), hundred.visitor(0)
    with House(tmp_path) as house:
        house.live(1)
        agent, traces = house.service.agent, house.service.traces
        house.client.put(f"/v1/users/{name}/opt-out", json={"opted_out": True})
        agent.opt_out(visitor)
        assert traces.forget(name) == traces.forget(visitor) == {}
        assert not (tmp_path / "w" / "evaluation").exists()
        before = agent.workspace.store.rows_of(name)
        hundred.call(house.client, 0)
        assert traces.forget(name).keys() <= {"uploads", "files sent with chats"}  # which a chat needs for an hour
        assert agent.workspace.store.rows_of(name) == before
