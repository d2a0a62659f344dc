"""Sessions: random, of one role, ended by a logout, by age, or by many others of the same role."""

from __future__ import annotations

import time

import pytest

from ui.guard import sessions as room
from ui.guard.doors import ANYBODY, OPERATOR, VISITOR
from ui.guard.sessions import Sessions


def test_a_session_is_its_owners_until_it_is_ended() -> None:
    sessions = Sessions()
    secrets = [sessions.begin(role) for role in (VISITOR, OPERATOR, OPERATOR)]
    assert len(set(secrets)) == 3
    assert all(len(secret) >= 43 for secret in secrets)
    assert [sessions.role_of(secret) for secret in secrets] == [VISITOR, OPERATOR, OPERATOR]
    sessions.end(secrets[1])
    sessions.end("never begun")
    assert [sessions.role_of(secret) for secret in secrets] == [VISITOR, ANYBODY, OPERATOR]


@pytest.mark.parametrize("shown", ["", "x", "ключ", "0" * 64])
def test_what_was_never_begun_is_nobodys(shown: str) -> None:
    assert Sessions().role_of(shown) is ANYBODY


def test_a_session_ends_by_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions, began = Sessions(), time.monotonic()
    secret = sessions.begin(OPERATOR)
    monkeypatch.setattr(time, "monotonic", lambda: began + room.AGE_S + 5)
    assert sessions.role_of(secret) is ANYBODY
    monkeypatch.setattr(time, "monotonic", lambda: began)
    assert sessions.role_of(secret) is ANYBODY  # it does not come back


def test_many_visitors_push_out_each_other_and_no_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", 3)
    sessions = Sessions()
    operator = sessions.begin(OPERATOR)
    visitors = [sessions.begin(VISITOR) for _ in range(5)]
    assert sessions.role_of(operator) is OPERATOR
    assert [sessions.role_of(visitor) for visitor in visitors] == [ANYBODY] * 2 + [VISITOR] * 3
