"""Requests to a model server that may be down, busy, slow or broken: each ends in JSON or in one clear sentence."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agent.backends.chat.endpoint_errors import (
    OF_THE_REQUEST,
    Interrupted,
    Overloaded,
    Refusal,
    code_in,
    error_in,
    message_in,
    span_of,
    wait_in,
)
from agent.backends.chat.endpoint_terms import refused_name
from agent.backends.chat.endpoint_wire import DONE
from agent.errors import ModelError, ServerFailed

if TYPE_CHECKING:
    import httpx

BUSY = frozenset({429, 500, 502, 503, 504})
TOO_MUCH = frozenset({429, 503, 504})  # at once, as far as can be told
NO_LIST = frozenset({403, 404, 405, 501})  # what gateways answer whose models can be used and not listed
ANSWER_BYTES = 16 << 20  # more than any answer has
QUOTED_CHARS = 300  # of what a server says is wrong
_EVENT, _ERROR = "data:", "error:"
_OTHER_FIELDS = ("event:", "id:", "retry:", ":")  # of server-sent events
_END = "[DONE]"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for.

    Attributes:
        connect_s: Until it takes a connection.
        silence_s: Between two pieces of an answer, and before the first.
        total_s: For one answer, with all waits and attempts.
        attempts: How often a busy server is asked, the first time included.
        first_wait_s: Before the second attempt; doubled before each further one, unless the server names a time.
        longest_wait_s: Between two attempts. A server that asks for more is not waited for at all.
    """

    connect_s: float = 10.0
    silence_s: float = 120.0
    total_s: float = 600.0
    attempts: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0


class Connection:
    """A model server, for calls that belong together: `end` ends all of them, also from another thread.

    Args:
        url: Of its interface, for example `http://127.0.0.1:8000/v1`.
        key_env: Name of the environment variable that holds the key, if the server wants one. It is read at each
            request, sent in the header, and written nowhere.
        trust: Which certificates are believed.
        strained: Told when the server was asked for more at once than it bears.

    Attributes:
        answered: Whether an answer has begun to come.
    """

    def __init__(
        self,
        url: str,
        key_env: str,
        patience: Patience,
        trust: ssl.SSLContext | None = None,
        strained: Callable[[], None] = lambda: None,
    ) -> None:
        import httpx

        self.url = url.rstrip("/")
        self._key_env = key_env
        self._patience = patience
        self._strained = strained
        self._sockets = Sockets()
        self.answered = False
        self._n_users, self._lock = 0, threading.Lock()
        self._client = httpx.Client(
            timeout=httpx.Timeout(patience.silence_s, connect=patience.connect_s),
            follow_redirects=False,  # the key and the catalog go to the server that was named, and to no other
            trust_env=not is_loopback(urlsplit(url).hostname or ""),  # proxies are for other machines
            verify=True if trust is None else trust,
        )

    def end(self) -> None:
        """End every call that is under way: whatever the server does, no thread waits for it any longer."""
        self._sockets.end()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Use it in this thread; whoever leaves it last closes what was kept open between calls."""
        with self._lock:
            self._n_users += 1
        try:
            yield
        finally:
            with self._lock:
                self._n_users -= 1
                if not self._n_users:
                    self._client.close()

    def get(self, path: str) -> dict[str, Any] | None:
        """What stands under a path; None when the server has no such path, or does not show it.

        Raises:
            ModelError: the server cannot be reached, or answers with another error.
        """
        deadline = time.monotonic() + self._patience.total_s
        with closing(self._opened("GET", path, None, deadline, {200, *NO_LIST})) as response:
            return None if response.status_code in NO_LIST else self._whole(response, deadline)

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """The answer to a request.

        Raises:
            Refusal: the server does not take the request as it is.
            ModelError: the server cannot be reached, answers with an error, or takes too long.
            Interrupted: the answer broke off or is no JSON.
        """
        deadline = time.monotonic() + self._patience.total_s
        with closing(self._opened("POST", path, body, deadline)) as response:
            return self._whole(response, deadline, body)

    def stream(self, path: str, body: Mapping[str, object]) -> Generator[dict[str, Any], None, None]:
        """The pieces of the answer to a request, as server-sent events: up to `DONE`, or to the last one that came.

        A server that answers with one JSON document in place of a stream gives that alone.

        Raises:
            ModelError: as with `post`.
            Interrupted: as with `post`.
        """
        deadline = time.monotonic() + self._patience.total_s
        with closing(self._opened("POST", path, body, deadline)) as response:
            self._check_type(response, "text/event-stream")
            for data in _documents(self._lines(response, deadline)):
                yield dict(DONE) if data == _END else self._read(data, body)
                if data == _END:
                    return

    def _whole(
        self, response: httpx.Response, deadline: float, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        self._check_type(response, "application/json")
        text = "".join(self._text(response, deadline))
        return self._read(f'{{"data": {text}}}' if text.lstrip().startswith("[") else text, body)

    def _opened(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        deadline: float,
        accepted: Collection[int] = (200,),
    ) -> httpx.Response:
        """A response of an accepted status, its content still to come; a busy server is asked again."""
        attempt = 0
        while True:
            attempt += 1
            last = attempt >= self._patience.attempts
            try:
                response = self._sent(method, path, body)
            except Interrupted:  # for example a connection kept from before, which the server has closed since
                if last:
                    raise
                continue
            if response.status_code in accepted:
                self.answered = True
                return response
            asked_s = wait_in(response.headers)
            error = self._refusal(response, deadline, body, asked_s)
            if response.status_code in TOO_MUCH:
                self._strained()
            wait_s = self._wait_s(attempt) if asked_s is None else asked_s
            if last or not isinstance(error, Overloaded) or time.monotonic() + wait_s > deadline:
                raise error
            if self._sockets.ended.wait(wait_s):
                raise error

    def _sent(self, method: str, path: str, body: Mapping[str, object] | None) -> httpx.Response:
        import httpx

        key = os.environ.get(self._key_env)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        request = self._client.build_request(
            method, f"{self.url}/{path}", json=body, headers=headers, extensions={"trace": self._sockets.note}
        )
        try:
            return self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            raise self._failure(error) from error

    def _wait_s(self, attempt: int) -> float:
        return min(self._patience.first_wait_s * float(2 ** (attempt - 1)), self._patience.longest_wait_s)

    def _lines(self, response: httpx.Response, deadline: float) -> Iterator[str]:
        rest = ""
        for chunk in self._text(response, deadline):
            *whole, rest = (rest + chunk).split("\n")
            yield from whole
        yield rest

    def _text(self, response: httpx.Response, deadline: float) -> Iterator[str]:
        import httpx

        try:
            for chunk in response.iter_text():
                if time.monotonic() > deadline:
                    raise ServerFailed(
                        f"The model server {self.url} was not done after {self._patience.total_s:g} s.",
                        "Ask for less, or use a faster server.",
                    )
                if response.num_bytes_downloaded > ANSWER_BYTES:
                    raise ServerFailed(
                        f"The model server {self.url} does not stop sending.", "Check what runs at that address."
                    )
                yield chunk
        except httpx.HTTPError as error:
            raise self._failure(error) from error

    def _read(self, text: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """A JSON object that is not an error."""
        content = _json(text)
        if not isinstance(content, dict):
            raise Interrupted(
                f"The model server {self.url} sent what is no JSON object: {self._quoted(text)}.",
                "Check what runs at that address.",
            )
        error = error_in(content)
        if error is not None:
            self.answered = True
            said = self._quoted(message_in(error))
            failed, status = f"The model server {self.url} failed: {said}.", code_in(content)
            refusal = Refusal(failed, "See the server's own log.", status, content, said)
            if (status in OF_THE_REQUEST and status not in BUSY) or refused_name(refusal, body or {}):
                raise refusal
            raise ServerFailed(failed, refusal.hint)
        return content

    def _check_type(self, response: httpx.Response, wanted: str) -> None:
        """Make sure that this is no page: what else servers call their answers is hardly ever what it should be."""
        content_type = response.headers.get("Content-Type", "nothing")
        if content_type.startswith(("text/html", "image/", "application/xml", "text/xml", "application/xhtml")):
            raise ServerFailed(
                f"The model server {self.url} answered with {self._quoted(content_type)} instead of {wanted}.",
                "Check the URL: it usually ends in /v1.",
            )

    def _refusal(
        self, response: httpx.Response, deadline: float, body: Mapping[str, object] | None, asked_s: float | None
    ) -> ModelError:
        """The error that a response with another status than 200 stands for.

        Args:
            asked_s: How long the server wants to be left alone.
        """
        with closing(response):
            text = "".join(self._text(response, deadline))
        content = _json(text)
        reason = self._quoted(message_in(text if content is None else content))
        status = response.status_code
        what = f"The model server {self.url} answered with status {status}{f': {reason}' if reason else ''}."
        if status in {401, 403}:
            hint = f"Put a key that it accepts into the environment variable {self._key_env}."
            return Refusal(what, hint, status, content, reason)
        if response.is_redirect:
            return ModelError(what, "Name the address that it redirects to: redirects are not followed.")
        hint = "Check the URL, the model's name and the length of the request."
        refusal = Refusal(what, hint, status, content, reason)
        if status not in BUSY or (status == 500 and refused_name(refusal, body or {})):
            return refusal
        if asked_s is not None and asked_s > self._patience.longest_wait_s:
            return ServerFailed(f"{what[:-1]}, and asks to wait {span_of(asked_s)}.", "Wait, and ask again.")
        return Overloaded(what, "Wait, and ask again.")

    def _failure(self, error: httpx.HTTPError) -> ModelError:
        """The error that a failed connection stands for."""
        import httpx

        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
            return ServerFailed(f"The model server {self.url} cannot be reached.", "Start it, or correct the URL.")
        if isinstance(error, httpx.TimeoutException):
            self._strained()
            return Overloaded(
                f"The model server {self.url} sent nothing for {self._patience.silence_s:g} s.",
                "Ask for less, or use a faster server.",
            )
        return Interrupted(f"The answer of the model server {self.url} broke off.", "Ask again; see the server's log.")

    def _quoted(self, text: str) -> str:
        """What a server said, on one line, shortened, and without the key should it be in there."""
        key = os.environ.get(self._key_env)
        plain = " ".join((text.replace(key, "…") if key else text).split())
        return plain[:QUOTED_CHARS].rstrip(".")


class Sockets:
    """The sockets of calls under way, to be shut by another thread than the one that waits at them.

    Attributes:
        ended: Set once they are shut, and every one that is opened later with them.
    """

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Take the socket of a connection that was just made; called by httpx with each step of a call."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            opened = info["return_value"].get_extra_info("socket")
            with self._lock:
                self._open.append(opened)
            if self.ended.is_set():
                _shut(opened)

    def end(self) -> None:
        """Shut all."""
        self.ended.set()
        with self._lock:
            for opened in self._open:
                _shut(opened)


def _shut(opened: socket.socket) -> None:
    # shut and not closed: who reads from it wakes up, and closes it; its number is nobody else's until then
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def is_loopback(host: str) -> bool:
    """Whether a host name means this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _documents(lines: Iterable[str]) -> Iterator[str]:
    """The JSON documents of a stream: one for each event, else all that came as one.

    An error may stand in a line of its own, as llama.cpp's server once sent it.
    """
    others = ""
    for line in (line.rstrip("\r") for line in lines):
        if line.startswith(_EVENT):
            if data := line.removeprefix(_EVENT).strip():
                yield data
        elif line.startswith(_ERROR):
            error = line.removeprefix(_ERROR).strip()
            content = _json(error)
            yield (
                error
                if isinstance(content, dict) and "error" in content
                else f'{{"error": {json.dumps(content or error)}}}'
            )
        elif not line.startswith(_OTHER_FIELDS):
            others += f"{line}\n"
    if others.strip():
        yield others


def _json(text: str) -> Any:
    """What a text says as JSON; None where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


__all__ = ["Connection", "Patience", "is_loopback"]
