"""A language model behind the OpenAI interface that says one fact of an item, and takes its time over it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

MODEL = "slow"
_FACT = re.compile(r"^- ([a-z ]+): (.+)$", re.MULTILINE)


class SlowModel(ThreadingHTTPServer):
    """The server.

    Attributes:
        answered: How many answers it has begun.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, takes_s: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.takes_s = takes_s
        self.answered = count()

    @property
    def spec(self) -> str:
        """What the setting of the language model says for it."""
        return f"openai:http://127.0.0.1:{self.server_address[1]}/v1#{MODEL}"


@contextmanager
def slow_model(takes_s: float) -> Iterator[SlowModel]:
    """The server, while the block runs.

    Args:
        takes_s: Seconds from the question to the whole answer.
    """
    server = SlowModel(takes_s)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SlowModel

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """The list of models."""
        self._send("application/json", json.dumps({"data": [{"id": MODEL, "max_model_len": 8192}]}).encode())

    def do_POST(self) -> None:
        """An answer."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        next(self.server.answered)
        time.sleep(self.server.takes_s)
        fact = _FACT.search(body["messages"][-1]["content"])
        text = f"The {fact[1]} is {fact[2]}." if fact else "It is near in meaning."
        events = [{"delta": {"content": text}, "finish_reason": None}, {"delta": {}, "finish_reason": "stop"}]
        lines = [json.dumps({"model": MODEL, "choices": [{"index": 0, **event}]}) for event in events]
        self._send("text/event-stream", "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode())

    def _send(self, media_type: str, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
