"""Acts: their names, and which of them look for something."""

from __future__ import annotations

from agent.understand.acts import ACTS, TurnContext
from agent.understand.acts.act import SEEKING, SOCIAL


def test_each_act_stands_once_and_none_both_looks_for_something_and_is_talk() -> None:
    assert len(ACTS) == len(set(ACTS))
    assert set(ACTS) >= SEEKING | SOCIAL
    assert not SEEKING & SOCIAL


def test_nothing_is_shown_or_offered_at_the_beginning() -> None:
    assert TurnContext() == TurnContext(shown=False, offered=False)
