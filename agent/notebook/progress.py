"""Progress in notebooks: a bar where one runs, and nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    # what is not imported is not running either
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return "IPKernelApp" in getattr(shell, "config", ())


class Reached(Protocol):
    """How far something has come; `total` is 0 while it is not known."""

    @property
    def stage(self) -> str:
        """What is being done."""
        ...

    @property
    def done(self) -> int:
        """So much of it."""
        ...

    @property
    def total(self) -> int:
        """Of so much."""
        ...


@contextmanager
def followed(progress: Callable[[Any], None] | None) -> Iterator[Callable[[Any], None] | None]:
    """Who is told how far something is: whoever wants to be, else a bar in a notebook, else nobody."""
    if progress is not None or not in_notebook():
        yield progress
        return
    with bar() as tell:
        yield tell


@contextmanager
def bar() -> Iterator[Callable[[Reached], None]]:
    """Shows what it is told on a bar."""
    from tqdm.auto import tqdm

    with tqdm(total=None, unit=" items", leave=False) as shown:

        def tell(reached: Reached) -> None:
            shown.total = reached.total or None
            shown.set_description_str(reached.stage, refresh=False)
            shown.n = reached.done
            shown.refresh()  # a batch takes its time: each is worth a look

        yield tell


__all__ = ["bar", "followed", "in_notebook"]
