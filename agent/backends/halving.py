"""Work in batches that shrink when memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.errors import ModelError


class BatchSize:
    """How many rows a model takes at a time: what was enough once is not tried larger again.

    Args:
        rows: At first.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows

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
            else:
                self.shrink(len(rows))

    def shrink(self, tried: int) -> None:
        """Take at most half of the `tried` rows from now on.

        Raises:
            ModelError: it was one row only.
        """
        if tried <= 1:
            raise ModelError(
                "The memory does not hold one picture with its answer beside the model.",
                "Free memory, take the model in a smaller format such as :nf4, or take a smaller model.",
            )
        self.rows = tried // 2


def _fits(work: Callable[[list[int]], None], rows: list[int]) -> bool:
    import torch

    try:
        work(rows)
    except torch.OutOfMemoryError:
        fits = False  # what the batch held is let go only when this clause is left
    else:
        return True
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return fits


__all__ = ["BatchSize"]
