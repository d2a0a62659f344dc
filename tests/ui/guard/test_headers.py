"""The headers of every answer, and the scripts that may run in a page."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Sequence

from starlette.types import Message, Receive, Scope, Send

from ui.guard.headers import HEADERS, SecureHeaders, policy


def digest(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"


def answered(parts: Sequence[bytes], *headers: tuple[bytes, bytes]) -> tuple[dict[str, str], list[Message]]:
    """The headers of an answer that an app gives in these parts, and all messages that reach the caller."""
    sent: list[Message] = []

    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        for at, part in enumerate(parts, start=1):
            await send({"type": "http.response.body", "body": part, "more_body": at < len(parts)})

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(SecureHeaders(app)({"type": "http"}, receive, send))
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}, sent


PAGE = (b"content-type", b"text/html; charset=utf-8")


def test_a_script_that_comes_in_two_parts_is_one_script() -> None:
    headers, sent = answered([b"<p>Hello</p><script>go", b"()</script><p>", b"</p>"], PAGE)
    assert digest(b"go()") in headers["content-security-policy"]
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"] == b"<p>Hello</p><script>go()</script><p></p>"


def test_a_script_that_stands_twice_is_named_once_and_one_from_a_file_not_at_all() -> None:
    page = b'<script>a()</script><SCRIPT type="module">a()</SCRIPT><script src="/x.js">b()</script>'
    found = answered([page], PAGE)[0]["content-security-policy"]
    assert found.count(digest(b"a()")) == 1
    assert digest(b"b()") not in found


def test_a_page_without_scripts_allows_none_of_its_own() -> None:
    assert answered([b"<p>Hello</p>"], PAGE)[0]["content-security-policy"] == policy()
    assert "sha256" not in policy()


def test_what_is_no_page_is_passed_on_as_it_comes() -> None:
    headers, sent = answered([b"one", b"two"], (b"content-type", b"text/plain"))
    assert [message.get("body") for message in sent[1:]] == [b"one", b"two"]
    assert "cache-control" not in headers
    assert HEADERS.items() <= headers.items()


def test_json_is_kept_by_no_browser_unless_the_answer_says_otherwise() -> None:
    json = (b"content-type", b"application/problem+json")
    assert answered([b"{}"], json)[0]["cache-control"] == "no-store"
    assert answered([b"{}"], json, (b"cache-control", b"private"))[0]["cache-control"] == "private"


def test_a_header_that_an_answer_has_already_stays() -> None:
    assert answered([b""], (b"referrer-policy", b"no-referrer"))[0]["referrer-policy"] == "no-referrer"
