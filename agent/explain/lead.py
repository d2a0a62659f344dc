"""The lead of an answer: in a sentence or two what was understood, and what the list below is."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from agent.explain.selection import Selection
from agent.language.beside import FITS
from agent.language.messages import Note
from agent.understand import Understood
from agent.understand.kinds import Kind
from agent.understand.request import ANYTHING

UNSURE = 0.15  # fit of the best item of a list, below which the list is called no more than nearest
MISSPELT = 0.7  # share of letters that words have in common with the name they are a slip of


def lead_of(selection: Selection) -> tuple[Note, ...]:
    """The sentences before a list; none where a caller says what it is."""
    understood, scope = selection.inquiry.understood, selection.inquiry.scope
    if selection.compared:
        return ()
    if scope.missing and understood.kind is not None:
        nearest = (Note("nearest instead", n=len(selection.chosen)),) if selection.chosen else ()
        return (Note("nothing of the kind", kind=_named(understood.kind)), *nearest)
    if not selection.chosen:
        return _none(understood)
    what, n_items = tuple(_parts(understood)), len(selection.chosen)
    if selection.nothing_fits:
        return (Note("nothing like it", what=what), Note("nearest instead", n=n_items))
    if not what:
        return (Note("list alike", n=n_items),)
    if understood.order is not None:
        return (Note("list ordered", what=what, n=n_items, order=understood.order.words),)
    fits = [selection.fits.get(scored.candidate.row, 1.0) for scored in selection.chosen]
    if max(fits) < UNSURE:
        return (Note("list unsure", what=what, n=n_items),)
    n_fitting = sum(1 for fit in fits if fit >= UNSURE)
    # Only of a list that begins with what fits can it be said how far it does.
    if n_fitting < n_items and min(fits[:n_fitting]) >= FITS:
        return (Note("list partly", what=what, n=n_fitting),)
    return (Note("list of", what=what, n=n_items),)


def _none(understood: Understood) -> tuple[Note, ...]:
    """That nothing of the kind meets what must be; where there is no kind, notes say so."""
    if not understood.filters:
        return (Note("none left"),)
    if understood.kind is None:
        return ()
    musts = tuple(must.words or must.filter for must in understood.request.must_haves)
    return (Note("none of kind meets", kind=_named(understood.kind), must=musts),)


def _named(kind: Kind) -> str:
    """What a kind is called, in the person's words; rightly spelled where these had a slip."""
    letters = SequenceMatcher(None, kind.words.casefold(), kind.head).ratio()
    return kind.head if MISSPELT <= letters < 1 and not kind.words.casefold().startswith(kind.head) else kind.words


def _parts(understood: Understood) -> Iterator[Note | str]:
    """What is sought, in the person's words as far as they are known."""
    request = understood.request
    if understood.sought.text and understood.sought.text != ANYTHING:
        yield understood.sought.text.rstrip(".!?。！？ ") or understood.sought.text
    elif understood.kind:
        yield understood.kind.words
    refused = [denial.words for denial in understood.denied]
    for must in request.must_haves:
        if must.words not in understood.sought.text and not any(words in must.words for words in refused):
            yield must.words or must.filter
    # What is demanded, as `vegan` is, stands among the wishes already.
    yield from (
        Note("no such", words=denial.words)
        for denial in understood.denied
        if denial.words not in understood.sought.text
    )


__all__ = ["lead_of"]
