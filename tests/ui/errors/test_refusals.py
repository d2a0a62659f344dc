"""Refusals: our errors like all others, with what a caller needs to come again."""

from __future__ import annotations

import inspect

import pytest

from agent.errors import TastemakerError
from ui.errors import refusals
from ui.errors.problems import STATUS
from ui.errors.refusals import Busy, too_large

KINDS = [
    kind
    for _, kind in inspect.getmembers(refusals, inspect.isclass)
    if kind.__module__ == refusals.__name__ and issubclass(kind, TastemakerError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_status_of_its_own_and_is_no_fault_of_the_server(kind: type[TastemakerError]) -> None:
    assert 400 <= STATUS[kind] < 500 or STATUS[kind] == 503


@pytest.mark.parametrize(
    ("limit_bytes", "size"), [(48 * 2**20, "48 MiB"), (1_500_000, "1.43 MiB"), (1000, "0.000954 MiB")]
)
def test_what_is_too_large_is_told_with_the_limit(limit_bytes: int, size: str) -> None:
    assert str(too_large("The file", limit_bytes)) == f"The file is larger than {size}. Send a smaller one."


def test_a_busy_server_says_when_to_come_again() -> None:
    refusal = Busy("Full.", "Come again.", 5)
    assert (refusal.retry_after_s, str(refusal)) == (5, "Full. Come again.")
