"""Model servers that bear different loads: how long a batch of questions takes them, and how many they get at once.

Each has a limit of its own and a model that takes the same time for every answer. The peer is four requests at a time.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agent.backends.chat.endpoint import EndpointChat
from agent.backends.protocols import ChatMessage, GenerateOptions
from benchmarks.table import Row, quicker, table

ANSWER_S = 0.5
N_QUESTIONS = 256
FOUR = 4
MODEL = "steady"
OPTIONS = GenerateOptions(max_new_tokens=8)


@dataclass(frozen=True, slots=True)
class Load:
    """What a server bears.

    Attributes:
        name: In words.
        batch: Answers that it works on together.
        most: Requests that it takes at once; of more it says that it is busy.
    """

    name: str
    batch: int
    most: int


LOADS = (
    Load("batches 256", 256, 256),
    Load("batches 16, and lets others wait", 16, 256),
    Load("works on four together", FOUR, 256),
    Load("takes 24 at once, and says 429 to others", 24, 24),
)


class SteadyModel(ThreadingHTTPServer):
    """A server under a load.

    Attributes:
        most: Requests that were under way together.
        n_refused: Requests that it was too busy for.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, load: Load) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.load = load
        self.most = self.n_refused = self._n_open = 0
        self._lock = threading.Lock()
        self._places = threading.Semaphore(load.batch)

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that go away."""

    @contextmanager
    def place(self) -> Iterator[bool]:
        """A place among the requests that are under way; whether there was one left."""
        with self._lock:
            self._n_open += 1
            taken = self._n_open <= self.load.most
            self.most = max(self.most, self._n_open if taken else 0)
            self.n_refused += not taken
        try:
            yield taken
        finally:
            with self._lock:
                self._n_open -= 1

    def work(self) -> None:
        """Take the time of one answer, with as many others as the model works on together."""
        with self._places:
            time.sleep(ANSWER_S)


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SteadyModel

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """An answer, or word that there are too many."""
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.place() as taken:
            if not taken:
                self._send(429, "application/json", json.dumps({"error": {"message": "Too many requests."}}))
                return
            self.server.work()
        event = {"choices": [{"delta": {"content": "It is near."}, "finish_reason": "stop"}]}
        self._send(200, "text/event-stream", f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n")

    def _send(self, status: int, media_type: str, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


def rows() -> list[Row]:
    """Ask each of the servers all questions at once."""
    return [_row(load) for load in LOADS]


def _row(load: Load) -> Row:
    server = SteadyModel(load)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        model = EndpointChat(f"http://127.0.0.1:{server.server_address[1]}/v1", MODEL)
        began = time.perf_counter()
        model.generate([[ChatMessage("user", str(number))] for number in range(N_QUESTIONS)], OPTIONS)
        seconds = time.perf_counter() - began
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    note = f"{server.most} at once at most, {server.n_refused} told to wait; peer: four at a time, computed"
    four_s = N_QUESTIONS / min(FOUR, load.batch) * ANSWER_S
    return quicker(f"{N_QUESTIONS} questions, a server that {load.name}", seconds, four_s, note)


if __name__ == "__main__":
    print(table(rows()))
