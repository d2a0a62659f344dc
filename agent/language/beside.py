"""What is told beside an item: how well it fits, in words, and what its data leaves open."""

from __future__ import annotations

from collections.abc import Sequence

from agent.language.messages import Note

FITS = 0.5  # probability from which an item is said to fit
MAY_FIT = 0.05  # from which it is said that it may; where nothing comes near it, an answer says that there is nothing


def fit_note(fit: float | None) -> Note | None:
    """How well an item fits, in a word or two; None where that is not known.

    Args:
        fit: The probability that it is what was asked for, in [0, 1].
    """
    if fit is None:
        return None
    return Note("fit good" if fit >= FITS else "fit fair" if fit >= MAY_FIT else "fit poor")


def labels(fit: float | None, *, proposed: bool) -> tuple[Note, ...]:
    """What stands behind the title of an item.

    Args:
        proposed: Whether it is of the set that is proposed.
    """
    fits = fit_note(fit)
    return (*((fits,) if fits else ()), *((Note("proposed"),) if proposed else ()))


def untold_note(untold: Sequence[str]) -> Note | None:
    """The sentence that an item's data does not say whether it holds what was not wanted; None where it says it all."""
    return Note("does not say", things=tuple(untold)) if untold else None


__all__ = ["FITS", "MAY_FIT", "fit_note", "labels", "untold_note"]
