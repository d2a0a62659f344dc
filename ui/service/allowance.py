"""How much each person and each address may say of items in a while: what all others are shown rests on it."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from math import ceil

from ui.errors.refusals import TooOften

WINDOW_S = 3600.0
MOST_CALLERS = 20_000  # remembered at one time, each by a digest and a number


class Allowance:
    """Counts what people say, each by who says it and by where it comes from.

    Whoever has said as much as may be said within `WINDOW_S` may go on as the time passes: there is no hour at whose
    end all may be said again.

    Source: the generic cell rate algorithm, ITU-T Recommendation I.371, annex A.
    """

    def __init__(self, per_person: int, per_address: int) -> None:
        self._most = {"person": per_person, "address": per_address}
        self._full_s: dict[bytes, float] = {}  # by caller, when all that was said will have been forgotten
        self._secret = secrets.token_bytes(16)  # nobody who is forgotten can be found here by their name
        self._lock = threading.Lock()

    def take(self, person: str, address: str = "") -> None:
        """Take one word of a person into account.

        Args:
            address: Where it comes from; nothing where there is no network between.

        Raises:
            TooOften: they, or all at their address, have said as much as may be said; it is not counted.
        """
        callers = [("person", person), *([("address", address)] if address else [])]
        with self._lock:
            now = time.monotonic()
            waits = {kind: self._wait_s(kind, name, now) for kind, name in callers}
            for kind, wait_s in waits.items():
                if wait_s > 0:
                    raise _refusal(kind, self._most[kind], wait_s)
            for kind, name in callers:
                self._note(kind, name, now)

    def _wait_s(self, kind: str, name: str, now: float) -> float:
        """Seconds until there is room for one word more."""
        return self._full_s.get(self._key(kind, name), now) + self._step_s(kind) - WINDOW_S - now

    def _note(self, kind: str, name: str, now: float) -> None:
        key = self._key(kind, name)
        full_s = max(now, self._full_s.pop(key, now)) + self._step_s(kind)
        if len(self._full_s) >= MOST_CALLERS:
            self._full_s = {other: at_s for other, at_s in self._full_s.items() if at_s > now}
        if len(self._full_s) >= MOST_CALLERS:
            self._full_s.pop(next(iter(self._full_s)))  # whoever was silent longest
        self._full_s[key] = full_s

    def _step_s(self, kind: str) -> float:
        return WINDOW_S / self._most[kind]

    def _key(self, kind: str, name: str) -> bytes:
        return hashlib.blake2b(
            f"{kind} {name}".encode(errors="surrogatepass"), key=self._secret, digest_size=16
        ).digest()


def _refusal(kind: str, most: int, wait_s: float) -> TooOften:
    seconds = max(1, ceil(wait_s))
    whose = "This person has" if kind == "person" else "All at this address together have"
    return TooOften(
        f"{whose} said as much of items as may be said in an hour: {most:,} times.",
        f"Say it again in {seconds} seconds.",
        seconds,
    )
