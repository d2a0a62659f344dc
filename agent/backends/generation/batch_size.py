"""Work in batches that shrink when memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from agent.errors import ModelError

Piece = TypeVar("Piece")
ALONE = "answered, with one chat at a time"
HINT = "Free memory, take the model in a smaller format such as :nf4, or take a smaller model."


class BatchSize:
    """How many rows a model takes at a time: what did not fit once is not tried again.

    Args:
        rows: At first.
        alone: What it does with a single row, for the message where even that does not fit.
        hint: What to do then.
    """

    def __init__(self, rows: int, alone: str = ALONE, hint: str = HINT) -> None:
        self.rows = rows
        self._alone, self._hint = alone, hint

    def run(self, order: Sequence[int], work: Callable[[list[int]], None]) -> None:
        """Do `work` on the rows, a batch at a time; a batch that does not fit is done anew in halves.

        Args:
            order: Numbers of the rows, those of like length beside each other.
            work: Takes some of them; must do no harm when it is cut off and called again.

        Raises:
            ModelError: a single row does not fit.
        """
        at = 0
        while at < len(order):
            rows = list(order[at : at + self.rows])
            if _fits(work, rows):
                at += len(rows)
            elif len(rows) > 1:
                self.rows = len(rows) // 2
            else:
                raise ModelError(f"Memory ran out while the model {self._alone}.", self._hint)


def streamed(n_rows: int, work: Callable[[list[int]], Iterator[tuple[int, Piece]]]) -> Iterator[tuple[int, Piece]]:
    """Yield what `work` yields for all rows at once, or for one half after the other when they do not fit together.

    Args:
        n_rows: How many rows there are.
        work: Yields (place in the rows it was given, piece).

    Raises:
        ModelError: a single row does not fit, or memory ran out in the middle of an answer.
    """
    import torch

    waiting = [list(range(n_rows))] if n_rows else []
    while waiting:
        rows, begun = waiting.pop(), False
        try:
            for place, piece in work(rows):
                begun = True
                yield rows[place], piece
            continue
        except torch.OutOfMemoryError as error:
            if begun or len(rows) == 1:  # what was given out cannot be taken back and begun anew
                raise ModelError(f"Memory ran out while the model {ALONE}.", HINT) from error
        let_go()
        waiting += [rows[len(rows) // 2 :], rows[: len(rows) // 2]]


def _fits(work: Callable[[list[int]], None], rows: list[int]) -> bool:
    import torch

    try:
        work(rows)
    except torch.OutOfMemoryError:
        fits = False  # what the batch held is freed only when this clause is left
    else:
        return True
    let_go()
    return fits


def let_go() -> None:
    """Give memory back that torch keeps of batches that are done."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


__all__ = ["BatchSize", "let_go", "streamed"]
