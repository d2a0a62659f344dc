"""Cards that are ready when a turn is given up: they are the answer, with a note that says what is missing."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.answers import Answer, Event, Group
from agent.language.messages import Note, in_language
from ui.errors.refusals import TurnTimeout

if TYPE_CHECKING:
    from collections.abc import Generator


class ReadyCards:
    """The events of a turn; where it takes too long, the last one carries what was ready by then.

    Args:
        events: Of the turn.

    Attributes:
        cut: Whether the turn was given up: nothing of it has been remembered.
    """

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self.cut = False

    def __iter__(self) -> Generator[Event, None, None]:
        """Pass the events on.

        Raises:
            TurnTimeout: the turn took too long, and not a single card was ready.
        """
        past: list[Event] = []
        with closing(self._events) as events:  # type: ignore[type-var]
            try:
                for event in events:
                    past.append(event)
                    yield event
            except TurnTimeout as error:
                answer = answer_of(past, error)
                if answer is None:
                    raise
                self.cut = True
                yield Event("final", past[-1].at_s, answer=answer)


def answer_of(events: list[Event], error: TurnTimeout) -> Answer | None:
    """What the events of a turn amount to that went no further; None where no card was ready."""
    request = next((event.request for event in reversed(events) if event.request), None)
    cards = [(event, event.recommendation) for event in events if event.recommendation]
    if request is None or not cards:
        return None
    last, ready = cards[-1][0], sorted((card for _, card in cards), key=lambda card: card.rank)
    n_chosen = max(len(event.items) for event in events)
    notes = in_language(
        [Note("cut short", n=len(ready), of=max(n_chosen, len(ready)), why=error.what)], request.language
    )
    shown = {card.item.id for card in ready}
    groups = tuple(_among(group, shown) for group in last.groups)
    return Answer(request, tuple(ready), notes, reply=last.reply, groups=groups)


def _among(group: Group, shown: Container[str]) -> Group:
    """A group without the items that are missing."""
    items = tuple(item_id for item_id in group.items if item_id in shown)
    return replace(group, items=items, chosen=group.chosen if group.chosen in items else None)


__all__ = ["ReadyCards", "answer_of"]
