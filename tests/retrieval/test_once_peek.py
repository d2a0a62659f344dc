"""Once, asked of the class: what an object has computed by now, without computing it, and values handed to it."""

from __future__ import annotations

import pytest

from retrieval.once import once


class Shelf:
    """Counts how often its books are counted."""

    def __init__(self, title: str | None = "Boats") -> None:
        self._title = title
        self.counted = 0

    @once
    def n_books(self) -> int:
        """How many there are."""
        self.counted += 1
        return 3

    @once
    def longest_title(self) -> str | None:
        """None where there are no books."""
        return self._title


class Library(Shelf):
    """Asked by the name of either class."""


@pytest.mark.parametrize("kind", [Shelf, Library])
def test_a_peek_is_none_before_anybody_asks_and_the_value_from_then_on(kind: type[Shelf]) -> None:
    shelf = kind()
    assert kind.n_books.peek(shelf) is None
    assert not kind.n_books.is_made(shelf)
    assert shelf.counted == 0
    assert shelf.n_books == 3
    assert kind.n_books.peek(shelf) == Shelf.n_books.peek(shelf) == 3
    assert kind.n_books.is_made(shelf)
    assert shelf.counted == 1


def test_a_value_of_none_is_made_all_the_same() -> None:
    shelf = Shelf(title=None)
    assert shelf.longest_title is None
    assert Shelf.longest_title.peek(shelf) is None
    assert Shelf.longest_title.is_made(shelf)


def test_a_value_that_is_given_is_never_computed() -> None:
    shelf = Shelf()
    Shelf.n_books.give(shelf, 5)
    assert shelf.n_books == 5
    assert shelf.counted == 0
    assert not Shelf.longest_title.is_made(shelf)


def test_what_could_not_be_computed_is_not_made() -> None:
    class Broken:
        @once
        def value(self) -> int:
            raise ValueError("not yet")

    broken = Broken()
    with pytest.raises(ValueError, match="not yet"):
        _ = broken.value
    assert not Broken.value.is_made(broken)
