"""A web server on this machine that stands for a shop's, with pictures at their addresses."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Shop:
    """A shop's server.

    Attributes:
        address: Where its files are.
        asked: The paths that were asked for.
    """

    address: str
    files: Mapping[str, bytes | int]
    asked: list[str] = field(default_factory=list)


@contextmanager
def served(files: Mapping[str, bytes | int]) -> Iterator[Shop]:
    """A server of these files by their paths; a number is answered as a status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked.append(self.path)
            found = files.get(self.path, 404)
            self.send_response(found if isinstance(found, int) else 200)
            body = b"" if isinstance(found, int) else found
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shop = Shop(f"http://127.0.0.1:{server.server_address[1]}", files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
