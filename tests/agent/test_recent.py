"""What was worked out lately: quick while it is there, and gone as a whole."""

from __future__ import annotations

import gc
import re

from agent.recent import let_go, recent, remember


class Notes:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.notes = ["a word"]
        remember(self)

    def cache_clear(self) -> None:
        self.notes.clear()


def test_the_latest_results_are_kept_until_all_are_let_go_of() -> None:
    made: list[str] = []

    @recent(2)
    def upper(text: str) -> str:
        made.append(text)
        return text.upper()

    notes = Notes()
    assert [upper(text) for text in ("a", "b", "a", "c", "b")] == ["A", "B", "A", "C", "B"]
    assert made == ["a", "b", "c", "b"]
    let_go()
    assert (upper("b"), made[-1], len(made), notes.notes) == ("B", "b", 5, [])


def test_patterns_made_of_words_go_as_well() -> None:
    pattern = re.compile("a word that somebody wrote")
    let_go()
    assert re.compile("a word that somebody wrote") is not pattern


def test_a_memory_goes_with_whoever_has_it() -> None:
    notes = Notes()
    del notes
    gc.collect()
    let_go()
