"""What is told beside an item: how well it fits, what its data leaves open, and what counted for and against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.language.messages import Note, sentences

FITS = 0.5  # probability from which an item is said to fit
LEAST_AGAINST = 0.02  # of all that helped, from which something is said to have counted against an item
MAY_FIT = 0.05  # from which it is said that it may; where nothing comes near it, an answer says that there is nothing


def fit_note(fit: float | None) -> Note | None:
    """How well an item fits, in a word or two; None where that is not known.

    Args:
        fit: The probability that it is what was asked for, in [0, 1].
    """
    if fit is None:
        return None
    return Note("fit good" if fit >= FITS else "fit fair" if fit >= MAY_FIT else "fit poor")


def labels(fit: float | None, *, proposed: bool, promoted: bool = False) -> tuple[Note, ...]:
    """What stands behind the title of an item.

    Args:
        proposed: Whether it is of the set that is proposed.
        promoted: Whether it stands where it stands by a rule of the shop.
    """
    fits = fit_note(fit)
    named = (Note(name) for name, holds in (("proposed", proposed), ("promoted", promoted)) if holds)
    return (*((fits,) if fits else ()), *named)


def untold_note(untold: Sequence[str]) -> Note | None:
    """The sentence that an item's data does not say whether it holds what was not wanted; None where it says it all."""
    return Note("does not say", things=tuple(untold)) if untold else None


def moment_note(kind: str, start_s: float, text: str) -> Note:
    """Where in an item's sound or video the request is answered; `kind` and `text` as in `agent.answers.Moment`."""
    minutes, seconds = divmod(round(start_s), 60)
    return Note(f"moment {kind}", time=f"{minutes}:{seconds:02}", text=text)


def field_note(name: str) -> str:
    """What people call a field: in their language where most catalogs have it, else as this catalog does."""
    key = f"field {name}"
    return Note(key) if key in sentences() else name.replace("_", " ")


def aspect_note(aspect: str) -> Note:
    """An aspect of an item as people know it; one of `agent.answers.Decided.contributions`."""
    return Note(f"aspect {aspect}")


def counted_note(shares: Mapping[str, int]) -> Note | None:
    """What counted for an item, with its shares; None where nothing did.

    Args:
        shares: By aspect, in per cent.
    """
    told = tuple(
        Note("counted share", aspect=aspect_note(aspect), share=share) for aspect, share in shares.items() if share
    )
    return Note("what counted", shares=told) if told else None


def against_note(scores: Mapping[str, float]) -> Note | None:
    """What counted against an item; None where nothing did that is worth a word.

    Args:
        scores: By aspect what it added to the score of the item.
    """
    least = LEAST_AGAINST * sum(score for score in scores.values() if score > 0)
    against = sorted((score, aspect) for aspect, score in scores.items() if score < 0 and -score >= least)
    return Note("counted against", aspects=tuple(aspect_note(aspect) for _, aspect in against)) if against else None


__all__ = [
    "FITS",
    "MAY_FIT",
    "against_note",
    "aspect_note",
    "counted_note",
    "fit_note",
    "labels",
    "moment_note",
    "untold_note",
]
