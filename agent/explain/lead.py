"""The lead of an answer: in a sentence or two what was understood, and what the list below is."""

from __future__ import annotations

from collections.abc import Iterator

from agent.explain.selection import Selection
from agent.language.messages import Note
from agent.understand import Understood


def lead_of(selection: Selection) -> tuple[Note, ...]:
    """The sentences before a list; none where a caller says what it is."""
    if not selection.chosen or selection.compared:
        return ()
    understood = selection.inquiry.understood
    what = ", ".join(_parts(understood))
    n_items = len(selection.chosen)
    if not what:
        return (Note("list alike", n=n_items),)
    if understood.order is not None:
        return (Note("list ordered", what=what, n=n_items, order=understood.order.words),)
    return (Note("list of", what=what, n=n_items),)


def _parts(understood: Understood) -> Iterator[str]:
    """What is sought, in the person's words as far as they are known."""
    request = understood.sought
    if request.text:
        yield request.text
    elif understood.kind:
        yield understood.kind
    yield from (must.words or must.filter for must in request.must_haves if must.words not in request.text)
    yield from (denial.words for denial in understood.denied)


__all__ = ["lead_of"]
