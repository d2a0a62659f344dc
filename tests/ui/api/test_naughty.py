"""No string in any field of any call, and no row of calls, is answered with a failure of the server's own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from retrieval.catalog.markup import plain_text
from tests.support.apishelf import BEARER, ROWS, TOKEN, OpenService, word_agent
from tests.support.naughty import ALL_NAUGHTY, NAUGHTY
from ui.app import create_app
from ui.guard.access import Access
from ui.service.allowance import Allowance

STEPS = 10
Body = Callable[[str], Mapping[str, Any]]
FIELDS: Mapping[str, tuple[str, Body]] = {
    "a wish": ("/v1/recommend", lambda text: {"text": text, "k": 1}),
    "who asks": ("/v1/recommend", lambda text: {"text": "a lamp", "user": text, "k": 1}),
    "a must-have": ("/v1/recommend", lambda text: {"text": "a lamp", "filters": [text], "k": 1}),
    "a picture": ("/v1/recommend", lambda text: {"images": [text], "k": 1}),
    "a search": ("/v1/search", lambda text: {"text": text, "k": 1}),
    "what is explained": ("/v1/explain", lambda text: {"text": "a lamp", "item_ids": [text]}),
    "why it is explained": ("/v1/explain", lambda text: {"text": text, "item_ids": ["1"]}),
    "an item that is judged": ("/v1/feedback", lambda text: {"user": "eve", "item_id": text, "kind": "like"}),
    "a kind of word": ("/v1/feedback", lambda text: {"user": "eve", "item_id": "1", "kind": text}),
    "a reason": ("/v1/feedback", lambda text: {"user": "eve", "item_id": "1", "kind": "hide", "reason": text}),
    "an item's title": ("/v1/items", lambda text: {"items": [{"id": "n", "title": text, "description": text}]}),
    "an item's id": ("/v1/items", lambda text: {"items": [{"id": text, "title": "Lamp"}]}),
    "an item's field": ("/v1/items", lambda text: {"items": [{"id": "n", "title": "Lamp", text: text}]}),
    "a chat": (
        "/v1/chat/completions",
        lambda text: {"model": "tastemaker", "messages": [{"role": "user", "content": text}]},
    ),
}
ADDRESSES = (
    "/v1/items/{}",
    "/v1/items/{}/picture",
    "/v1/users/{}",
    "/v1/users/{}/profile",
    "/v1/items?cursor={}",
    "/v1/{}",
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    agent = word_agent(tmp_path_factory.mktemp("naughty") / "workspace")
    agent.put_items(ROWS)
    service = OpenService(agent)
    service.allowance = Allowance(100_000, 100_000)
    yield service
    service.close()


@pytest.fixture(scope="module")
def client(opened: OpenService) -> TestClient:
    app = create_app(opened, Access(token=TOKEN), page=False)
    return TestClient(app, headers=BEARER, raise_server_exceptions=False)


def post(client: TestClient, path: str, body: Mapping[str, Any]) -> httpx.Response:
    # as ASCII, which carries what is half a character too
    return client.post(path, content=json.dumps(body), headers={"content-type": "application/json"})


def sound(answer: httpx.Response) -> bool:
    """Whether a call was answered, or refused in a form that says why."""
    is_problem = answer.headers.get("content-type", "").startswith(("application/problem+json", "application/json"))
    return answer.status_code < 400 or (answer.status_code < 500 and is_problem)


def few(strings: tuple[str, ...]) -> tuple[str, ...]:
    return strings[:: max(1, len(strings) // 3)]


SOME = tuple(string for strings in NAUGHTY.values() for string in few(strings))


def failures(client: TestClient, field: str, strings: tuple[str, ...]) -> list[tuple[int, str]]:
    path, body = FIELDS[field]
    answers = [(string, post(client, path, body(string))) for string in strings]
    return [(answer.status_code, string[:60]) for string, answer in answers if not sound(answer)]


@pytest.mark.parametrize("field", FIELDS)
def test_one_string_of_each_kind_breaks_nothing(client: TestClient, field: str) -> None:
    assert failures(client, field, tuple(strings[len(strings) // 2] for strings in NAUGHTY.values())) == []


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
def test_no_string_in_any_field_breaks_anything(client: TestClient, field: str) -> None:
    assert failures(client, field, ALL_NAUGHTY) == []


@pytest.mark.parametrize("strings", [SOME, pytest.param(ALL_NAUGHTY, marks=pytest.mark.slow)], ids=["some", "all"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_string_in_an_address_breaks_anything(client: TestClient, address: str, strings: tuple[str, ...]) -> None:
    short = [string for string in strings if len(string) <= 2_000]
    answers = {string: client.get(address.format(quote(string, safe="", errors="surrogatepass"))) for string in short}
    assert {string: answer.status_code for string, answer in answers.items() if answer.status_code >= 500} == {}


NOTHING = ("null", "none", "nil", "n/a", "undefined", "")  # in brackets too they say that a cell is empty


def test_what_can_be_kept_comes_back_as_it_was(client: TestClient) -> None:
    for number, string in enumerate(SOME):
        put = post(client, "/v1/items", {"items": [{"id": f"kept {number}", "title": "Lamp", "note": f"({string})"}]})
        assert put.status_code < 500
        answer = client.get(f"/v1/items/kept%20{number}")
        plain = string.isprintable() and plain_text(f"({string})") == f"({string})"  # of markup the text is kept
        if answer.status_code == 200 and 0 < len(string) < 2_000 and plain:
            kept = answer.json()["attributes"].get("note", "")
            assert kept == normalize("NFC", f"({string})") or (not kept and string.casefold() in NOTHING)


WORDS = st.one_of(st.sampled_from(ALL_NAUGHTY), st.text(max_size=40), st.sampled_from(["1", "2", "3", "ada", "a lamp"]))


def machine(client: TestClient, statuses: Counter[int]) -> type[RuleBasedStateMachine]:
    """Calls in any order, each over what those before it left."""

    class Calls(RuleBasedStateMachine):
        """Items come and go while people ask, judge and are forgotten."""

        def _send(self, answer: httpx.Response) -> None:
            statuses[answer.status_code] += 1
            assert sound(answer), answer.text[:300]

        @rule(field=st.sampled_from([*FIELDS]), text=WORDS)
        def ask(self, field: str, text: str) -> None:
            path, body = FIELDS[field]
            self._send(post(client, path, body(text)))

        @rule(item=WORDS, title=WORDS)
        def put(self, item: str, title: str) -> None:
            body = json.dumps({"id": item, "title": title})
            headers = {"content-type": "application/json"}
            self._send(client.put(f"/v1/items/{_quoted(item)}", content=body, headers=headers))

        @rule(item=WORDS)
        def delete(self, item: str) -> None:
            self._send(client.delete(f"/v1/items/{_quoted(item)}"))

        @rule(user=WORDS, out=st.booleans())
        def opt_out(self, user: str, out: bool) -> None:
            self._send(client.put(f"/v1/users/{_quoted(user)}/opt-out", json={"opted_out": out}))

        @rule(user=WORDS)
        def forget(self, user: str) -> None:
            self._send(client.delete(f"/v1/users/{_quoted(user)}"))

        @rule(user=WORDS)
        def export(self, user: str) -> None:
            self._send(client.get(f"/v1/users/{_quoted(user)}"))

        @rule(cursor=WORDS)
        def page(self, cursor: str) -> None:
            self._send(client.get("/v1/items", params={"cursor": cursor.encode(errors="replace").decode()}))

    return Calls


def _quoted(text: str) -> str:
    return quote(text[:2_000], safe="", errors="surrogatepass") or "x"


@pytest.mark.parametrize("rows", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_no_row_of_calls_breaks_anything(client: TestClient, rows: int) -> None:
    statuses = Counter[int]()
    options = settings(
        max_examples=rows,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine(client, statuses), settings=options)
    assert statuses[200] >= statuses.total() / 20, statuses
    print(statuses)
