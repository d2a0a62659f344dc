"""Sessions of people who have logged in: random, held in memory alone, ended by a logout or by their age."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

from ui.guard.doors import ANYBODY, CallerRole

AGE_S = 30 * 24 * 3600
MOST = 10_000  # of each role: so visitors cannot push an operator out


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session.

    Attributes:
        until_s: Monotonic clock, when it ends.
    """

    role: CallerRole
    until_s: float


class Sessions:
    """Who has logged in; to be called by the event loop alone."""

    def __init__(self) -> None:
        self._open: dict[CallerRole, OrderedDict[str, LoggedIn]] = {role: OrderedDict() for role in CallerRole}

    def begin(self, role: CallerRole) -> str:
        """Begin a session. Returns: the secret that its cookie holds."""
        secret, sessions = secrets.token_urlsafe(32), self._open[role]
        sessions[_digest(secret)] = LoggedIn(role, time.monotonic() + AGE_S)
        while len(sessions) > MOST:
            sessions.popitem(last=False)
        return secret

    def role_of(self, secret: str) -> CallerRole:
        """The role of a session's owner; anybody's where there is no such session."""
        digest = _digest(secret)
        session = next((sessions[digest] for sessions in self._open.values() if digest in sessions), None)
        if session is None:
            return ANYBODY
        if session.until_s < time.monotonic():
            self.end(secret)
            return ANYBODY
        return session.role

    def end(self, secret: str) -> None:
        """End a session, wherever its cookie is still shown."""
        for sessions in self._open.values():
            sessions.pop(_digest(secret), None)


def _digest(secret: str) -> str:
    """The name of a session: how long it takes to find says nothing of its secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
