"""Properties that are computed once, by one thread alone however many ask."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from retrieval.once import once
from tests.support.patience import PATIENCE_S

N_THREADS = 8


class Shelf:
    """Counts how often its titles are read, which takes until somebody opens it."""

    def __init__(self) -> None:
        self.n_readings = 0
        self.begun, self.opened = threading.Event(), threading.Event()

    @once
    def titles(self) -> list[str]:
        """All titles."""
        self.begun.set()
        self.opened.wait(PATIENCE_S)
        self.n_readings += 1
        return ["Heat", "Ronin"]

    @once
    def size(self) -> int:
        return len(self.titles)

    @once
    def room(self) -> int:
        return 10

    @once
    def second_reading(self) -> int:
        self.n_readings += 1
        if self.n_readings == 1:
            raise OSError("not yet")
        return self.n_readings


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_value_is_computed_when_it_is_first_asked_for_and_then_kept(shelf: Shelf) -> None:
    shelf.opened.set()
    assert shelf.n_readings == 0
    first = shelf.titles
    assert shelf.titles is first
    assert shelf.n_readings == 1


def test_nothing_but_the_value_is_left_in_the_object(shelf: Shelf) -> None:
    before = set(vars(shelf))
    shelf.opened.set()
    assert vars(shelf).get("titles") is None
    assert shelf.titles is vars(shelf)["titles"]
    assert set(vars(shelf)) - before == {"titles"}


def test_threads_that_ask_together_get_the_very_same_value(shelf: Shelf) -> None:
    together = threading.Barrier(N_THREADS + 1)

    def ask() -> int:
        together.wait(PATIENCE_S)
        return id(shelf.titles)

    with ThreadPoolExecutor(N_THREADS) as threads:
        answers = [threads.submit(ask) for _ in range(N_THREADS)]
        together.wait(PATIENCE_S)
        shelf.opened.set()
        assert {answer.result(PATIENCE_S) for answer in answers} == {id(shelf.titles)}
    assert shelf.n_readings == 1


def test_other_properties_and_other_objects_do_not_wait_for_one_that_is_being_computed(shelf: Shelf) -> None:
    other = Shelf()
    other.opened.set()
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(lambda: shelf.titles)
        assert shelf.begun.wait(PATIENCE_S)
        assert shelf.room == 10
        assert other.titles == ["Heat", "Ronin"]
        assert not slow.done()
        shelf.opened.set()
        assert slow.result(PATIENCE_S) == ["Heat", "Ronin"]


def test_a_property_may_ask_for_another_of_the_same_object(shelf: Shelf) -> None:
    shelf.opened.set()
    assert shelf.size == 2


def test_where_computing_fails_the_next_one_to_ask_tries_again(shelf: Shelf) -> None:
    with pytest.raises(OSError, match="not yet"):
        _ = shelf.second_reading
    assert shelf.second_reading == 2
    assert shelf.second_reading == 2


def test_asked_of_the_class_the_property_is_itself_with_its_own_words() -> None:
    assert isinstance(Shelf.titles, once)
    assert Shelf.titles.__doc__ == "All titles."
