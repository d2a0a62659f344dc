"""Every function of the page, pressed with files and addresses that are none of the caller's: none is touched."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.support.apishelf import ROWS, TOKEN, OpenService, word_agent
from tests.support.guarded import guard
from tests.support.made_media import encoded, photo
from tests.support.patience import PATIENCE_S
from ui.app import create_app
from ui.guard.access import LOGIN_COOKIE, Access
from ui.guard.doors import OPERATOR
from ui.guard.visitors import VISITOR_COOKIE, VisitorCookies

HERE = "http://127.0.0.1:7860"
ROUTES = ("/gradio_api/queue/join", "/gradio_api/run/predict")
OTHER_ROUTES = ("gradio_api/file=", "gradio_api/file/", "static/", "assets/", "gradio_api/stream/", "gradio_api/proxy=")
REFUSED = frozenset({401, 403, 404})
SECRET = "nobody reads this"
ROW = f'{{"id": "1", "title": "{SECRET}"}}\n'
TABLES = ("table.csv", "table.tsv", "table.json", "table.jsonl", "table.parquet", "table.zip")
BIG_BYTES = 60 * 2**20
HELD_S = (
    2.0  # for which one call may hold the loop at work; of the processor, so that a busy machine counts for nothing
)
ADDRESSES = (
    "http://127.0.0.1:1/table.jsonl",
    "http://localhost/table.jsonl",
    "http://[::1]/table.jsonl",
    "http://169.254.169.254/latest/meta-data",
    "https://elsewhere.example/table.jsonl",
    "https://huggingface.co/table.jsonl",
    "HTTPS://elsewhere.example/table.jsonl",
    "ftp://elsewhere.example/table.jsonl",
    "file:///etc/passwd",
    "data:text/csv;base64,aWQsdGl0bGUKMSxMYW1wCg==",
    "//elsewhere.example/table.jsonl",
)
FILES = (
    "/etc/passwd",
    "/etc/hostname",
    "/proc/self/environ",
    "/proc/self/mem",
    "/dev/zero",
    "/dev/random",
    "/dev/stdin",
)
Choose = Callable[[int, int], Iterable[int]]  # by the number of a function, and of how many: which of those


@dataclass(frozen=True)
class World:
    """One service behind two servers, one of which asks for a token, and what nobody there may touch.

    Attributes:
        callers: By what they are, whoever may press.
        functions: What the page can be asked to do.
        own: A file that the visitors sent.
        foreign: Paths and addresses of all else.
    """

    service: OpenService
    callers: Mapping[str, TestClient]
    functions: Sequence[Mapping[str, Any]]
    kinds: Mapping[int, str]
    own: str
    foreign: Sequence[str]

    @property
    def guarded(self) -> list[str]:
        return [path for path in self.foreign if path.startswith("/") and not path.endswith((".db", "/"))]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("wall")
    agent = word_agent(folder / "workspace")
    agent.put_items(ROWS)
    service = OpenService(agent)
    open_app, closed_app = asyncio.run(apps(service))
    cookies = VisitorCookies(service.workspace)
    ada, login = {VISITOR_COOKIE: cookies.new()}, {LOGIN_COOKIE: closed_app.state.sessions.begin(OPERATOR)}
    with client(open_app, ada) as visitor, client(closed_app, {**ada, **login}) as member:
        callers = {
            "visitor": visitor,
            "visitor with the token": member,
            "stranger": TestClient(open_app, HERE, raise_server_exceptions=False),
            "stranger without the token": TestClient(closed_app, HERE, raise_server_exceptions=False),
        }
        config = visitor.get("/config").json()
        kinds = {part["id"]: part["type"] for part in config["components"]}
        own = sent(visitor, "ada.png", encoded(photo(), "PNG"))
        theirs = sent(client(open_app, {VISITOR_COOKIE: cookies.new()}), "bob.jsonl", ROW.encode())
        yield World(service, callers, config["dependencies"], kinds, own, foreign(folder, own, theirs))
    service.close()


async def apps(service: OpenService) -> tuple[FastAPI, FastAPI]:
    """The two servers, laid out in a running event loop: where there is none Gradio begins one, and never closes it."""
    return create_app(service, Access()), create_app(service, Access(token=TOKEN))


def client(app: FastAPI, cookies: Mapping[str, str]) -> TestClient:
    return TestClient(app, HERE, cookies=dict(cookies), raise_server_exceptions=False)


def sent(caller: TestClient, name: str, content: bytes) -> str:
    (path,) = caller.post("/gradio_api/upload", files={"files": (name, content)}).json()
    return str(path)


def foreign(folder: Path, own: str, theirs: str) -> list[str]:
    """Forty paths and addresses: of the machine, of another visitor, of others."""
    for name in TABLES:
        (folder / name).write_text(ROW)
    (folder / "link.jsonl").symlink_to(folder / "table.jsonl")
    os.mkfifo(folder / "pipe.jsonl")
    with (folder / "big.jsonl").open("wb") as big:
        big.write(ROW.encode())
        big.truncate(BIG_BYTES)
    holder, uploads = Path(own).parent, Path(own).parent.parent
    ways = (
        theirs,
        f"{holder}/../{Path(theirs).relative_to(uploads)}",
        f"{own}/../../../../../etc/passwd",
        f"{holder}/../../../etc/passwd",
        os.path.relpath(theirs),
        f"/{theirs}",
        f"{theirs}\0.png",
        str(uploads),
        f"{uploads}/",
        str(folder / "workspace" / "tastemaker.db"),
        "~/.ssh/id_rsa",
        ".",
        "",
    )
    files = (*TABLES, "link.jsonl", "pipe.jsonl", "big.jsonl")
    return [*(str(folder / name) for name in files), *FILES, *ways, *ADDRESSES]


def shapes(path: str, own: str) -> list[Any]:
    """The ways in which a call can name a file."""
    meta = {"_type": "gradio.FileData"}
    file = {"path": path, "meta": meta}
    return [
        file,
        [file, file],
        {"text": "like this", "files": [file]},
        {"talk": {"deep": [[file]]}, "edition": 0},
        {**file, "is_stream": True, "size": 1, "orig_name": "a.jsonl"},
        {"path": path},
        {"path": own, "url": path, "meta": meta},
        {"url": path},
        {"path": None, "url": path, "meta": meta},
        {"__type__": "update", "value": file},
    ]


def files_of(service: OpenService) -> set[Path]:
    return set(service.uploads.folder.rglob("*"))


async def beat(held: list[float], waited: list[float]) -> None:
    """Note again and again for how long the loop was at work, and how long it took to come back."""
    worked, at = time.thread_time(), time.monotonic()
    while True:
        await anyio.sleep(0.01)
        held.append(time.thread_time() - worked)
        waited.append(time.monotonic() - at)
        worked, at = time.thread_time(), time.monotonic()


def press_all(world: World, who: str, choose: Choose) -> int:
    """Press every function with files that are none of the caller's. Returns: how many presses there were."""
    caller, before, n = world.callers[who], files_of(world.service), 0
    portal = world.callers["visitor with the token" if "token" in who else "visitor"].portal
    assert portal is not None
    held, waited = [0.0], [0.0]
    beating = portal.start_task_soon(beat, held, waited)
    with guard().over(*world.guarded):
        for number, function in enumerate(world.functions):
            for at in choose(number, len(world.foreign)):
                ways = shapes(world.foreign[at], world.own)
                file, apart = ways[(number + at) % len(ways)], at % 3 == 0
                call = {
                    "fn_index": function["id"],
                    "session_hash": f"{number}",
                    "data": [None if apart else file for _ in function["inputs"] or [0]],
                    "event_data": file if apart else None,
                }
                answer = caller.post(ROUTES[at % 2], json=call)
                assert answer.status_code in REFUSED, (function["api_name"], call, answer.text)
                assert SECRET not in answer.text
                n += 1
    beating.cancel()
    assert (guard().opened, guard().called) == ([], [])
    assert max(held) < HELD_S
    assert max(waited) < PATIENCE_S
    assert files_of(world.service) == before
    return n


CALLERS = ("visitor", "visitor with the token", "stranger", "stranger without the token")


@pytest.mark.parametrize("who", CALLERS)
def test_no_function_of_the_page_touches_a_file_that_is_not_the_callers(world: World, who: str) -> None:
    def some(number: int, n: int) -> list[int]:
        return [(4 * number + at) % n for at in range(4)]

    assert press_all(world, who, some) == 4 * len(world.functions)


@pytest.mark.slow
@pytest.mark.parametrize("who", CALLERS)
def test_no_function_touches_any_of_forty(world: World, who: str) -> None:
    assert len(world.foreign) == 40
    assert press_all(world, who, lambda _, n: range(n)) == 40 * len(world.functions)


WORDED: Mapping[str, Any] = {
    "textbox": lambda word: word,
    "json": lambda word: {"talk": word, "edition": 0},
    "dropdown": lambda word: word,
    "file": lambda word: word,
    "multimodaltextbox": lambda word: {"text": "a chair", "files": [word]},
    "slider": lambda _: 1,
    "number": lambda _: 1,
    "checkbox": lambda _: True,
    "state": lambda _: None,
}
WORDLESS = frozenset({"slider", "number", "checkbox", "state"})


def word_all(world: World, choose: Choose) -> None:
    caller, before = world.callers["visitor with the token"], files_of(world.service)
    with guard().over(*world.guarded):
        for number, function in enumerate(world.functions):
            kinds = [world.kinds[part] for part in function["inputs"]]
            for at in choose(number, len(world.foreign)) if set(kinds) - WORDLESS else ():
                word = world.foreign[at]
                call = {
                    "fn_index": function["id"],
                    "session_hash": "words",
                    "data": [WORDED[kind](word) for kind in kinds],
                    "event_data": {"act": "open", "id": word},
                }
                assert SECRET not in caller.post("/gradio_api/run/predict", json=call).text
    assert (guard().opened, guard().called) == ([], [])
    assert files_of(world.service) == before


def test_a_path_or_an_address_in_words_is_words(world: World) -> None:
    word_all(world, lambda number, n: [7 * number % n])


@pytest.mark.slow
def test_each_of_forty_in_words_is_words(world: World) -> None:
    word_all(world, lambda _, n: range(n))


def test_addresses_of_gradio_read_no_file_either(world: World) -> None:
    with guard().over(*world.guarded):
        for number, path in enumerate(world.foreign):
            for who in ("visitor with the token", "stranger"):
                address = f"{OTHER_ROUTES[number % len(OTHER_ROUTES)]}{path.replace(chr(0), '%00')}"
                answer = world.callers[who].get(f"/{address}").text
                assert SECRET not in answer
                assert "root:" not in answer
    assert (guard().opened, guard().called) == ([], [])


def test_a_visitors_own_file_is_looked_at_and_nothing_is_left_of_that(world: World) -> None:
    visitor = world.callers["visitor"]
    path = sent(visitor, "lamps.jsonl", b'{"id": "1", "title": "Harbour lamp"}\n')
    before = files_of(world.service)
    look = next(f["id"] for f in world.functions if [world.kinds[part] for part in f["inputs"]] == ["file", "textbox"])
    file = {"path": path, "url": f"{HERE}/gradio_api/file={path}", "meta": {"_type": "gradio.FileData"}}
    call = {"fn_index": look, "session_hash": "own", "data": [file, ""], "event_data": file}
    assert "Harbour lamp" in visitor.post("/gradio_api/run/predict", json=call).text
    assert files_of(world.service) == before
