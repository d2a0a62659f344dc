"""What is broken around the server: whoever asks gets an answer, or an error with a type, within the time there is."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from agent.backends.budget import Budget
from agent.backends.chat.breaker import Breaker
from agent.backends.chat.endpoint import EndpointChat
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.pictures.describer import PictureDescriber
from agent.backends.protocols import Chat
from agent.config import load_config
from agent.errors import ModelError, WeightsError
from agent.pipeline import journal
from agent.recommender import RecommendationAgent
from retrieval.storage.workspace import Workspace
from tests.support import openai_server as faults
from tests.support.apishelf import ROWS, OpenService, WordModels
from tests.support.made_media import encoded, photo, tone, write_sound
from tests.support.openai_server import MODEL, Fault, Handler, OpenAiServer, serving
from tests.support.patience import PATIENCE_S
from tests.support.served import served
from tests.support.shelf import WordEncoder
from ui.app import create_app
from ui.guard.access import Access
from ui.service.limits import Limits

SILENCE_S, WHOLE_S = 0.4, 1.2
PROMPT_S = 100.0  # far more than any of these, and far less than what a server is waited for where nobody waits
WISH = {"text": "a wooden chair", "k": 2}
ALWAYS = 10_000


@contextlib.contextmanager
def shop(folder: Path, llm: str, limits: Limits | None = None) -> Iterator[Shop]:
    """A service over a few items, and its API; it has answered once, to warm up."""
    config = load_config(llm=llm, llm_silence_s=SILENCE_S, llm_turn_s=WHOLE_S)
    kind = type("Models", (WordModels,), {})  # of its own, so that what a test puts into it is nobody else's
    agent = RecommendationAgent(Workspace.open(folder, create=True), kind(config))
    agent.put_items(ROWS)
    service = OpenService(agent, limits)
    try:
        app = create_app(service, Access(), page=False)
        yield Shop(service, TestClient(app, "http://127.0.0.1:7860", raise_server_exceptions=False))
    finally:
        service.close()


@dataclass(frozen=True)
class Shop:
    """A service and its API."""

    service: OpenService
    client: TestClient

    @property
    def models(self) -> Any:
        return self.service.agent.models

    def ask(self, **more: Any) -> httpx.Response:
        """The answer to the wish, which comes promptly."""
        began = time.monotonic()
        answer = self.client.post("/v1/recommend", json=WISH | more)
        assert time.monotonic() - began < PROMPT_S
        return answer


def typed(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("urn:tastemaker:")


def ids(answer: httpx.Response) -> list[str]:
    return [entry["item"]["id"] for entry in answer.json()["recommendations"]]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop without a language model."""
    with shop(tmp_path_factory.mktemp("local") / "w", "none") as opened:
        yield opened


@pytest.fixture(scope="module")
def plain(local: Shop) -> list[str]:
    """What is answered where there is no language model at all."""
    return ids(local.ask())


@pytest.fixture(scope="module")
def model_server() -> Iterator[OpenAiServer]:
    with serving(ScriptedChat(lambda _: "It is a chair.")) as running:
        yield running


@pytest.fixture(scope="module")
def remote_shop(tmp_path_factory: pytest.TempPathFactory, model_server: OpenAiServer) -> Iterator[Shop]:
    with shop(tmp_path_factory.mktemp("remote") / "w", f"openai:{model_server.url}#{MODEL}") as opened:
        yield opened


@pytest.fixture
def server(model_server: OpenAiServer) -> Iterator[OpenAiServer]:
    """The model server, which is well again after the test."""
    yield model_server
    model_server.faults.clear()


@pytest.fixture
def remote(remote_shop: Shop, server: OpenAiServer) -> Shop:
    """A shop with a language model behind that server, which never failed it."""
    remote_shop.models.chat._server.breaker = Breaker(server.url)
    return remote_shop


# A model server


SERVER_FAULTS: dict[str, Fault] = {
    "silent": faults.mute,
    "headers that drip": faults.dribbling_headers,
    "words that drip": faults.dripping,
    "errors": faults.status(500, "Out of memory."),
    "garbage": faults.whole("{]"),
    "a page": faults.whole("<html>", "text/html"),
    "quota used up": faults.status(429, "You exceeded your quota.", Retry_After="3600"),
    "hangs up": faults.hung_up,
    "nothing said": faults.streamed(),
}


@pytest.mark.parametrize("fault", SERVER_FAULTS.values(), ids=SERVER_FAULTS)
def test_a_broken_model_server_costs_its_opinion_and_not_the_answer(
    remote: Shop, server: OpenAiServer, plain: list[str], fault: Fault
) -> None:
    server.faults += [fault] * ALWAYS
    answer = remote.ask()
    assert (answer.status_code, ids(answer)) == (200, plain)
    assert all(entry["explanation"]["wording"] == "template" for entry in answer.json()["recommendations"])
    notes = " ".join(answer.json()["notes"])
    for consequence in ("The order is that of retrieval alone.", "Reasons are worded by rules."):
        assert re.search(rf"{consequence} The (answer of the )?model server {server.url}", notes)


@pytest.mark.parametrize("seconds", [0.0, PATIENCE_S], ids=["at once", "never"])
def test_a_model_server_whose_name_is_not_found_costs_no_more(
    remote: Shop, plain: list[str], monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    done = threading.Event()

    def lookup(*_: Any, **__: Any) -> Any:
        done.wait(seconds)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    answer = remote.ask()
    assert (answer.status_code, ids(answer)) == (200, plain)
    assert any("model server" in note for note in answer.json()["notes"])
    done.set()


def test_a_model_server_that_is_down_costs_no_more(
    remote: Shop, plain: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote.models.chat._server, "url", "http://127.0.0.1:1/v1")
    answer = remote.ask()
    assert (answer.status_code, ids(answer)) == (200, plain)
    assert any("cannot be reached" in note for note in answer.json()["notes"])


def test_a_server_that_fails_again_and_again_is_left_alone_until_it_is_tried_by_one(
    remote: Shop, server: OpenAiServer
) -> None:
    clock = [0.0]
    remote.models.chat._server.breaker = Breaker(server.url, failures=2, rest_s=60.0, clock=lambda: clock[0])
    server.faults += [faults.mute] * ALWAYS
    for _ in range(2):
        assert "sent nothing for 0.4 s" in " ".join(remote.ask().json()["notes"])
    n_asked = len(server.asked)
    notes = remote.ask().json()["notes"]
    assert len(server.asked) == n_asked
    left_alone = f"The model server {server.url} failed 2 times in a row, and is left alone for 60 s more."
    assert any(left_alone in note for note in notes)
    assert remote.client.get("/readyz").json()["model_servers"] == [left_alone]
    server.faults.clear()
    clock[0] = 60.0
    assert not any("model server" in note for note in remote.ask().json()["notes"])
    assert len(server.asked) > n_asked
    assert remote.client.get("/readyz").json()["model_servers"] == []


def test_turns_that_wait_for_a_silent_server_hold_no_places(
    remote: Shop, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def held(handler: Handler) -> bool:
        released.wait(PATIENCE_S)
        return True

    at_once = remote.service.limits.at_once
    monkeypatch.setattr(journal, "Budget", lambda *_: Budget(PATIENCE_S, PATIENCE_S))
    server.faults += [held] * ALWAYS
    n_asked = len(server.asked)
    with ThreadPoolExecutor(at_once) as people:
        waiting = [people.submit(remote.client.post, "/v1/recommend", json=WISH) for _ in range(at_once)]
        deadline = time.monotonic() + PATIENCE_S
        while len(server.asked) < n_asked + 2 * at_once and time.monotonic() < deadline:  # two candidates each
            time.sleep(0.02)
        greeting = remote.client.post("/v1/recommend", json={"text": "hello"})
        n_pending = remote.service.turns.pending
        released.set()
        assert [turn.result().status_code for turn in waiting] == [200] * at_once
    assert greeting.json()["reply"]
    assert n_pending == at_once


# What runs on this machine


def blocking(*names: str) -> tuple[object, threading.Event]:
    """Something whose methods do not come back before they are let go."""
    gate = threading.Event()

    def wait(*_: object, **__: object) -> list[object]:
        gate.wait(PATIENCE_S)
        raise ModelError("It was let go.", "Ask again.")

    members: dict[str, object] = dict.fromkeys(names, wait)
    return type("Slow", (), {"origin": "slow", "version": "1", **members})(), gate


def sent(data: bytes, name: str) -> dict[str, str]:
    return {"name": name, "data": base64.b64encode(data).decode()}


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    made = write_sound(tmp_path_factory.mktemp("sound") / "wish.wav", tone(1.0), "pcm_s16le")
    return sent(made.read_bytes(), "wish.wav")


PICTURE = sent(encoded(photo()), "a.jpg")


@pytest.fixture
def hurried(local: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop without a language model, where a turn has next to no time."""
    monkeypatch.setattr(local.service.turns, "_limits", replace(local.service.limits, turn_s=0.5))
    return local


@pytest.mark.parametrize(("name", "method"), [("transcriber", "transcribe"), ("request_describer", "describe")])
def test_ears_and_eyes_that_take_too_long_end_the_turn_with_an_error_of_its_kind(
    hurried: Shop, recording: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, method: str
) -> None:
    slow, gate = blocking(method)
    monkeypatch.setitem(vars(hurried.models), name, slow)
    files = {"audio": recording} if name == "transcriber" else {"images": [PICTURE]}
    assert typed(hurried.ask(**files)) == (408, "TurnTimeout")
    gate.set()
    assert hurried.service.turns.wait(PATIENCE_S)


def test_a_silent_server_that_looks_at_pictures_leaves_their_looks_to_go_by(
    local: Shop, server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(local.models), "request_describer", PictureDescriber(EndpointChat(server.url, MODEL)))
    server.faults += [faults.mute] * ALWAYS
    answer = local.ask(images=[PICTURE])
    assert answer.status_code == 200
    assert ids(answer)
    assert any("could not be described" in note for note in answer.json()["notes"])


def test_a_model_without_memory_costs_its_opinion(
    local: Shop, plain: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Chat) -> str:
        raise ModelError("The GPU has no memory left.", "Use a smaller model.")

    monkeypatch.setitem(vars(local.models), "chat", ScriptedChat(broken))
    monkeypatch.setattr(local.service.agent.pipeline, "_model_ranks", lambda _: True)
    assert ids(local.ask()) == plain


def test_models_whose_files_are_missing_are_named(
    local: Shop, recording: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: object) -> None:
        raise WeightsError("The files of whisper-base are not here.", "Fetch them.")

    monkeypatch.setattr(type(local.models), "transcriber", property(missing))
    assert typed(local.ask(audio=recording)) == (503, "WeightsError")


def test_an_encoder_that_breaks_is_an_error_without_its_words(local: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("CUDA error: an illegal memory access")

    monkeypatch.setattr(WordEncoder, "encode", broken)
    answer = local.ask()
    assert typed(answer) == (500, "TastemakerError")
    assert "CUDA" not in answer.text


def test_an_index_that_cannot_be_used_leaves_exact_search(
    local: Shop, plain: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local.service.agent.workspace.index, "_problem", "it cannot be read")
    answer = local.ask()
    assert (answer.status_code, ids(answer)) == (200, plain)
    assert answer.json()["backends"]["vectors"] == "exact search"


def test_a_picture_that_cannot_be_read_is_told_as_that(local: Shop) -> None:
    broken = sent(encoded(photo())[:200], "a.jpg")
    assert typed(local.ask(images=[broken])) == (422, "MediaError")


def test_a_disk_that_takes_nothing_any_more_leaves_what_is_stored_to_be_found(local: Shop, plain: list[str]) -> None:
    database = local.service.agent.workspace.store._db
    database.execute("PRAGMA query_only = ON")
    try:
        assert ids(local.ask()) == plain
        assert typed(local.client.put("/v1/items/9", json={"title": "A stool"}))[0] in (503, 507)
    finally:
        database.execute("PRAGMA query_only = OFF")


@pytest.mark.slow
def test_with_its_own_settings_a_server_answers_many_while_its_model_server_is_silent(
    tmp_path: Path, server: OpenAiServer
) -> None:
    server.faults += [faults.mute] * ALWAYS
    n_asked = len(server.asked)
    models = WordModels(load_config(llm=f"openai:{server.url}#{MODEL}"))
    agent = RecommendationAgent(Workspace.open(tmp_path / "w", create=True), models)
    agent.put_items(ROWS)
    service = OpenService(agent)
    with served(service, Access()) as address, ThreadPoolExecutor(8) as people:

        def ask_once(_: int) -> tuple[int, int, float]:
            began = time.monotonic()
            answer = httpx.post(f"{address}/v1/recommend", json=WISH, timeout=PATIENCE_S)
            return answer.status_code, len(answer.json()["recommendations"]), time.monotonic() - began

        asked = list(people.map(ask_once, range(24)))
    service.close()
    assert {(status, n) for status, n, _ in asked} == {(200, 2)}
    assert max(seconds for *_, seconds in asked) < PROMPT_S
    assert len(server.asked) - n_asked <= 9 + 8  # to warm up, the first eight, and trials after a minute
