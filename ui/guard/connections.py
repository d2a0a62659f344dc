"""How slowly headers may come, how large they may be, how many connections may be open, how long answers lie unread."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from agent.errors import TastemakerError
from ui.errors.problems import problem_of
from ui.errors.refusals import Busy, HeadersTooLarge, TooSlow
from ui.guard.proxies import Proxies
from ui.service.limits import Limits

LINGER_S = 5.0  # for what was refused to hear why, and to go
PHRASES = {408: "Request Timeout", 429: "Too Many Requests", 431: "Request Header Fields Too Large"}


class Crowd:
    """The connections of one server, by the address that they come from.

    A trusted proxy speaks for many: only the bound on all connections holds for it.
    """

    def __init__(self, limits: Limits, proxies: Sequence[str] = ()) -> None:
        self._limits = limits
        self._proxies = Proxies(proxies)
        self._by_address = Counter[str]()

    def enter(self, address: str) -> Busy | None:
        """Count a connection. Returns: why it is one too many, if it is."""
        self._by_address[address] += 1
        n_own, n_all = self._by_address[address], self._by_address.total()
        if n_own > self._limits.address_connections and address not in self._proxies:
            return Busy(f"{n_own - 1} connections of your address are open already.", "Close some of them.", 5)
        if n_all > self._limits.connections:
            return Busy(f"{n_all - 1} connections are open already.", "Call again in 5 seconds.", 5)
        return None

    def leave(self, address: str) -> None:
        """A connection has gone."""
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]


class BoundedConnection(H11Protocol):
    """A connection to a caller of whom nothing is known yet.

    Uvicorn's own has no deadline before the headers are whole, nor for an answer that is not read. Its parser of
    Python alone is used whatever else is installed: the other one takes headers of any size.
    """

    limits: Limits
    crowd: Crowd

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._address = ""
        self._n_header_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None  # for headers
        self._unread: asyncio.TimerHandle | None = None  # for the answer

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first headers, or refuse a caller who has too many connections."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        refusal = self.crowd.enter(self._address)
        if refusal is not None:
            self._refuse(refusal)
        else:
            self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.crowd.leave(self._address)
        self._stop(self._deadline, self._unread)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, a few at a time while they may be headers: a large piece could hold thousands of lines."""
        while data and not self.transport.is_closing():
            piece, data = data[: self.limits.header_bytes], data[self.limits.header_bytes :]
            self._take(piece)

    def pause_writing(self) -> None:
        """Give the caller some time to read what has been written for it."""
        super().pause_writing()
        self._stop(self._unread)
        self._unread = self.loop.call_later(self.limits.unread_s, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads."""
        self._stop(self._unread)
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Neither what was written last nor the rest of a body that nobody reads is waited for without end."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._leave_soon()
        elif self.cycle.more_body:
            self._expect_headers()

    def timeout_keep_alive_handler(self) -> None:
        """Close it, as nothing more is asked."""
        super().timeout_keep_alive_handler()
        self._leave_soon()

    @property
    def _between_calls(self) -> bool:
        """Whether what comes next are headers."""
        return self.cycle is None or not self.cycle.more_body

    def _take(self, piece: bytes) -> None:
        before, between = self.cycle, self._between_calls
        if between and self._deadline is None:
            self._expect_headers()
        super().data_received(piece)
        if self.cycle is not before:
            self._stop(self._deadline)
            self._deadline, self._n_header_bytes = None, 0
        elif between:
            self._n_header_bytes += len(piece)
            if self._n_header_bytes >= self.limits.header_bytes:
                size = f"{self.limits.header_bytes / 1024:.3g} KiB"
                self._refuse(HeadersTooLarge(f"The headers of the call are larger than {size}.", "Send fewer."))

    def _expect_headers(self) -> None:
        self._stop(self._deadline)
        self._deadline = self.loop.call_later(self.limits.headers_s, self._headers_overdue)

    def _headers_overdue(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:  # the answer before them goes on
            self._expect_headers()
            return
        waited = f"{self.limits.headers_s:.3g} seconds"
        self._refuse(TooSlow(f"The headers of the call did not come within {waited}.", "Send them faster."))

    def _refuse(self, error: TastemakerError) -> None:
        """Say why nothing more is read, unless an answer is on its way, and leave."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            answer = problem_of(error)
            lines = [f"HTTP/1.1 {answer.status_code} {PHRASES[answer.status_code]}", "connection: close"]
            lines += [f"{name}: {value}" for name, value in answer.headers.items()]
            self.transport.write("\r\n".join([*lines, "\r\n"]).encode("latin-1") + bytes(answer.body))
        self.transport.close()
        self._leave_soon()

    def _leave_soon(self) -> None:
        """Whoever does not read the last bytes is not waited for."""
        self.loop.call_later(LINGER_S, self.transport.abort)

    @staticmethod
    def _stop(*timers: asyncio.TimerHandle | None) -> None:
        for timer in timers:
            if timer is not None:
                timer.cancel()


def bounded(limits: Limits, proxies: Sequence[str] = ()) -> type[BoundedConnection]:
    """The connections of one server, as uvicorn makes them."""
    return type("Connection", (BoundedConnection,), {"limits": limits, "crowd": Crowd(limits, proxies)})


__all__ = ["BoundedConnection", "Crowd", "bounded"]
