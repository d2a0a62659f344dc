"""Batches that do not fit are halved; what fits is kept, and a single row that does not fit is an error in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.backends.generation.batch_size import BatchSize, streamed
from agent.errors import ModelError


@settings(deadline=None)
@given(n_rows=st.integers(0, 40), at_first=st.integers(1, 64), room=st.integers(1, 64))
def test_every_row_is_done_once_in_batches_that_fit(n_rows: int, at_first: int, room: int) -> None:
    done: list[int] = []

    def work(rows: list[int]) -> None:
        if len(rows) > room:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        done.extend(rows)

    size = BatchSize(at_first)
    size.run(range(n_rows), work)
    assert done == list(range(n_rows))
    assert size.rows <= at_first
    assert n_rows <= room or 2 * size.rows >= min(room, at_first)


def test_a_size_that_was_too_large_is_not_tried_again() -> None:
    tried: list[int] = []

    def work(rows: list[int]) -> None:
        tried.append(len(rows))
        if len(rows) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    size = BatchSize(8)
    size.run(range(16), work)
    size.run(range(4), work)
    assert tried == [8, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]


def test_one_row_that_does_not_fit_is_refused_in_words() -> None:
    def work(rows: list[int]) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(ModelError, match=r"one chat at a time.*smaller format such as :nf4"):
        BatchSize(8).run(range(5), work)
    with pytest.raises(ModelError, match="one chat at a time"):
        list(streamed(3, lambda rows: iter(work(rows) or ())))


@settings(deadline=None)
@given(n_rows=st.integers(0, 20), room=st.integers(1, 20))
def test_pieces_come_from_every_row_when_not_all_fit_together(n_rows: int, room: int) -> None:
    def work(rows: list[int]) -> Iterator[tuple[int, str]]:
        if len(rows) > room:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        for word in ("a", "b"):
            yield from ((place, f"{row}{word}") for place, row in enumerate(rows))

    texts = [""] * n_rows
    for row, piece in streamed(n_rows, work):
        texts[row] += piece
    assert texts == [f"{row}a{row}b" for row in range(n_rows)]


def test_memory_that_runs_out_in_the_middle_of_an_answer_is_an_error() -> None:
    def work(rows: list[int]) -> Iterator[tuple[int, str]]:
        yield 0, "Half a"
        raise torch.OutOfMemoryError("CUDA out of memory.")

    pieces = streamed(4, work)
    assert next(pieces) == (0, "Half a")
    with pytest.raises(ModelError, match="Memory ran out"):
        next(pieces)
