"""Many people at once and for long: nobody is failed, and files, threads and memory do not grow."""

from __future__ import annotations

import base64
import gc
import io
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tests.support.apishelf import BEARER, ROWS, TOKEN, OpenService, word_agent
from ui.api.files import turn_of
from ui.api.schema import WishBody
from ui.app import create_app
from ui.guard.access import Access
from ui.service.allowance import Allowance

AT_ONCE = 64
GROWTH = 0.05
WISHES = ("a red lamp", "something calm with water", "not red", "cheaper", "the second one", "一盏灯", "undo")


@dataclass(frozen=True, slots=True)
class Load:
    """What a process holds.

    Attributes:
        files: Open descriptors.
        threads: Threads that run.
        resident_bytes: Memory.
        kept_files: Files that callers sent, still kept.
    """

    files: int
    threads: int
    resident_bytes: int
    kept_files: int

    @classmethod
    def now(cls, service: OpenService) -> Load:
        """What this process holds now, garbage left out."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        kept = sum(1 for _ in service.uploads.folder.iterdir())
        descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - iterdir would hold one itself
        return cls(descriptors, threading.active_count(), pages * os.sysconf("SC_PAGE_SIZE"), kept)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    agent = word_agent(tmp_path_factory.mktemp("crowd") / "workspace")
    agent.put_items(ROWS)
    service = OpenService(agent)
    service.allowance = Allowance(1_000_000, 1_000_000)
    yield service
    service.close()


@pytest.fixture(scope="module")
def client(opened: OpenService) -> Iterator[TestClient]:
    # entered, so that all calls share one event loop, as those of a server do
    with TestClient(create_app(opened, Access(token=TOKEN), page=False), headers=BEARER) as entered:
        yield entered


def ask(client: TestClient, number: int) -> int:
    """Status of one person's call; 429 bids them come again, which they do."""
    wish = {"text": WISHES[number % len(WISHES)], "user": f"person {number % 97}", "k": 2}
    while True:
        status = client.post("/v1/recommend", json=wish).status_code
        if status != 429:
            return status
        time.sleep(0.05)


def chat(client: TestClient, number: int) -> int:
    """Status of a turn of a chat that goes on from what was said before."""
    said = [WISHES[at % len(WISHES)] for at in range(number % 3 + 1)]
    messages = [{"role": "user", "content": text} for text in said]
    body = {"model": "tastemaker", "messages": messages, "user": f"person {number % 97}"}
    return client.post("/v1/chat/completions", json=body).status_code


def send(service: OpenService, number: int) -> None:
    """A picture comes with a call, is decoded, and goes with its end; what models see in it is left out."""
    file = io.BytesIO()
    Image.new("RGB", (32, 32), (number % 256, 90, 30)).save(file, "PNG")
    picture = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    with turn_of(WishBody(text="a lamp", images=[picture]), service) as turn:
        assert Path(turn.images[0]).is_file()


def grew(before: Load, after: Load) -> dict[str, tuple[int, int]]:
    """What grew by more than it may."""
    names = ("files", "threads", "resident_bytes", "kept_files")
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: (was, now) for name, (was, now) in pairs.items() if now > was * (1 + GROWTH) + (name == "kept_files")}


@pytest.mark.parametrize("calls", [2 * AT_ONCE, pytest.param(30 * AT_ONCE, marks=pytest.mark.slow)])
def test_sixty_four_people_at_once_are_all_answered(client: TestClient, opened: OpenService, calls: int) -> None:
    with ThreadPoolExecutor(AT_ONCE) as people:
        statuses = Counter(people.map(lambda number: ask(client, number), range(calls)))
    assert set(statuses) <= {200, 422}, statuses  # 422: nothing to undo, say
    assert statuses[200] >= calls / 3, statuses
    assert opened.turns.pending == 0


@pytest.mark.parametrize("n", [150, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(3_600)])])
def test_turns_leave_no_file_no_thread_and_no_memory_behind(client: TestClient, opened: OpenService, n: int) -> None:
    for number in range(n // 3):
        chat(client, number)
    before = Load.now(opened)
    statuses = Counter(chat(client, number) for number in range(n))
    assert max(statuses) < 500, statuses
    assert grew(before, Load.now(opened)) == {}, statuses


@pytest.mark.parametrize("n", [40, pytest.param(1_000, marks=[pytest.mark.slow, pytest.mark.timeout(3_600)])])
def test_uploads_leave_no_file_no_thread_and_no_memory_behind(opened: OpenService, n: int) -> None:
    for number in range(n // 4):
        send(opened, number)
    before = Load.now(opened)
    for number in range(n):
        send(opened, number)
    assert grew(before, Load.now(opened)) == {}
