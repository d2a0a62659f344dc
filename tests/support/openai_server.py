"""A real HTTP server on this machine that speaks the OpenAI interface, answers by a script, and can misbehave."""

from __future__ import annotations

import json
import math
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import Chat, ChatMessage, GenerateOptions

MODEL = "scripted"
VOCABULARY = ["Yes", "No", "Maybe", "One", "Two"]  # what the likeliest first tokens are chosen from
_PIECE = re.compile(r"\s*\S+|\s+\Z")

Fault = Callable[["Handler"], bool]  # does its harm; says whether the request is answered as usual after it


class OpenAiServer(ThreadingHTTPServer):
    """A server whose model follows a script.

    Attributes:
        faults: What goes wrong with the next requests, one each.
        asked: Path, headers and body of each request.
        calls_itself: The name that it gives its model.
        echoes: Whether it says how likely a given text is.
        gives_log_probs: Whether it says how likely other first tokens were.
    """

    daemon_threads = True

    def __init__(self, model: ScriptedChat) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.model = model
        self.faults: deque[Fault] = deque()
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.calls_itself = MODEL
        self.echoes = self.gives_log_probs = True
        self.done = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Clients that go away in the middle are expected here."""

    @property
    def url(self) -> str:
        """Of its interface."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(model: ScriptedChat) -> Iterator[OpenAiServer]:
    """The server, while the block runs."""
    server = OpenAiServer(model)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.done.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection.

    Attributes:
        body: Of the request that is answered.
    """

    body: dict[str, Any]
    protocol_version = "HTTP/1.1"
    server: OpenAiServer

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """The list of models."""
        self._take({})
        if not self.server.faults or self.server.faults.popleft()(self):
            entry = {"id": MODEL, "object": "model", "max_model_len": self.server.model.context_tokens}
            self.reply(200, {"object": "list", "data": [entry]})

    def do_POST(self) -> None:
        """An answer."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._take(body)
        if self.server.faults and not self.server.faults.popleft()(self):
            return
        if body["model"] != MODEL:
            self.reply(404, {"error": {"message": f"The model `{body['model']}` does not exist."}})
        elif self.path.endswith("/chat/completions"):
            self._chat(body)
        else:
            self._completion(body)

    def _take(self, body: dict[str, Any]) -> None:
        self.body = body
        self.server.asked.append((self.path, dict(self.headers), body))

    def _chat(self, body: dict[str, Any]) -> None:
        model, chat = self.server.model, _chat_of(body)
        room = body.get("max_tokens", body.get("max_completion_tokens", 64))
        n_tokens = sum(model.count_tokens(message.text) for message in chat)
        if n_tokens + room > model.context_tokens:
            self.reply(400, {"error": {"message": f"This model's maximum context length is {model.context_tokens}."}})
        elif body.get("stream"):
            pieces = [piece for _, piece in model.stream([chat], GenerateOptions(max_new_tokens=room))]
            self.begin_stream()
            for piece in pieces:
                self.event({"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
            self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self.end_stream()
        else:
            log_probs = model.first_token([chat], VOCABULARY)[0].tolist()
            likeliest = [{"token": t, "logprob": n} for t, n in zip(VOCABULARY, log_probs, strict=True)]
            content = [{**likeliest[0], "top_logprobs": likeliest}] if self.server.gives_log_probs else None
            answer = {"message": {"content": "Yes"}, "logprobs": {"content": content}}
            self.reply(200, {"choices": [answer]})

    def _completion(self, body: dict[str, Any]) -> None:
        """A word that stands in the text already is likely; one token more is generated."""
        prompt = body["prompt"]
        if self.server.model.count_tokens(prompt) + body["max_tokens"] > self.server.model.context_tokens:
            self.reply(400, {"error": {"message": "This model's maximum context length is exceeded."}})
            return
        tokens = _PIECE.findall(prompt) if self.server.echoes else []
        seen: set[str] = set()
        log_probs: list[float | None] = []
        for token in tokens:
            log_probs.append(math.log(0.5 if token.strip() in seen else 0.01) if seen else None)
            seen.add(token.strip())
        log_probs_of = {"tokens": [*tokens, " so"], "token_logprobs": [*log_probs, -0.1]}
        self.reply(
            200, {"choices": [{"text": prompt + " so", "logprobs": log_probs_of}], "usage": {"completion_tokens": 1}}
        )

    def reply(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        """One JSON answer."""
        if status == 200 and isinstance(body, dict):
            body = {"model": self.server.calls_itself, **body}
        self.send_whole(status, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})

    def send_whole(self, status: int, text: str, headers: dict[str, str]) -> None:
        """Any answer."""
        data = text.encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def begin_stream(self) -> None:
        """The head of a stream."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def event(self, event: dict[str, Any]) -> None:
        """One event of a stream."""
        self.raw_event(json.dumps({"model": self.server.calls_itself, **event}))

    def raw_event(self, text: str) -> None:
        """One event of a stream, whatever it says."""
        self._chunk(f"data: {text}\n\n".encode())

    def end_stream(self) -> None:
        """The end of a stream."""
        self._chunk(b": a comment\n\ndata: [DONE]\n\n")
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _chat_of(body: dict[str, Any]) -> Chat:
    return tuple(ChatMessage(message["role"], _text_of(message["content"])) for message in body["messages"])


def _text_of(content: str | list[dict[str, Any]]) -> str:
    """The text of a message; a picture stands there as the beginning of its URL."""
    if isinstance(content, str):
        return content
    return " ".join(part["text"] if part["type"] == "text" else part["image_url"]["url"][:22] for part in content)


# Faults


def status(code: int, message: str = "no", **headers: str) -> Fault:
    """An error instead of an answer."""

    def fault(handler: Handler) -> bool:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.reply(code, {"error": {"message": message}}, named)
        return False

    return fault


def cut_after(*texts: str) -> Fault:
    """A stream that breaks off after some pieces, without a word."""

    def fault(handler: Handler) -> bool:
        handler.begin_stream()
        for text in texts:
            handler.event({"choices": [{"delta": {"content": text}}]})
        handler.close_connection = True
        return False

    return fault


def streamed(*events: str) -> Fault:
    """A stream of just these events, ended properly."""

    def fault(handler: Handler) -> bool:
        handler.begin_stream()
        for event in events:
            handler.raw_event(event)
        handler.end_stream()
        return False

    return fault


def whole(text: str, content_type: str = "application/json") -> Fault:
    """This text as the answer."""

    def fault(handler: Handler) -> bool:
        handler.send_whole(200, text, {"Content-Type": content_type})
        return False

    return fault


def lines(*texts: str, content_type: str = "text/event-stream") -> Fault:
    """Just these lines, whatever they are."""
    return whole("".join(f"{text}\n" for text in texts), content_type)


def refusing(unwanted: Callable[[dict[str, Any]], bool], code: int, error: object) -> Fault:
    """A refusal of a request that has something unwanted; any other is answered as usual."""

    def fault(handler: Handler) -> bool:
        if not unwanted(handler.body):
            return True
        handler.reply(code, error)
        return False

    return fault


def silent(handler: Handler) -> bool:
    """Nothing at all until the server is shut down."""
    handler.server.done.wait(5)
    handler.close_connection = True
    return False


def mute(handler: Handler) -> bool:
    """Nothing at all, for as long as the server runs."""
    handler.server.done.wait()
    handler.close_connection = True
    return False


def dribbling_headers(handler: Handler) -> bool:
    """A header that goes on for ever."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not handler.server.done.wait(0.02):
            handler.wfile.write(b"a")
    handler.close_connection = True
    return False


def dripping(handler: Handler) -> bool:
    """A stream that goes on with a little something for ever."""
    handler.begin_stream()
    try:
        while not handler.server.done.wait(0.02):
            handler.event({"choices": [{"delta": {"content": "so "}}]})
    except OSError:
        handler.close_connection = True
    return False


def hung_up(handler: Handler) -> bool:
    """A connection closed without an answer."""
    handler.close_connection = True
    return False


__all__ = [
    "MODEL",
    "OpenAiServer",
    "cut_after",
    "dribbling_headers",
    "dripping",
    "hung_up",
    "lines",
    "mute",
    "refusing",
    "serving",
    "silent",
    "status",
    "streamed",
    "whole",
]
