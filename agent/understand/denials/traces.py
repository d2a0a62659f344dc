"""Traces: where an item's own words show that it holds a thing, or say that it is free of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.understand.denials.fields import tells_free
from agent.understand.denials.item_texts import PICTURE, SHORT, ItemText, item_texts
from agent.understand.denials.matter import Matter, is_excused, is_spared
from agent.understand.denials.phrases import Phrase, plain
from agent.understand.denials.sayings import Sayings
from agent.understand.tokens import flat, forms
from retrieval.items import Item

UNSAID, FREE, HOLDS = 0, 1, 2
"""An item does not say; says that it is free of a thing; holds it."""

_WORDY = ("title", "description", PICTURE)  # no field of values
_FOLLOWS = 16  # characters behind a claim within which the thing itself makes it one of a part: `vegan butter`


@dataclass(frozen=True, slots=True)
class Trace:
    """What shows that an item holds a thing, or is free of it.

    Attributes:
        state: `HOLDS` or `FREE`.
        field: Where it stands; `picture` for what was perceived in a medium.
        text: The text, or the entry of a list, that it stands in; the answer of a yes-or-no field.
        start: Where in the text, in characters.
        end: Where it ends.
        usual: Whether it shows no more than what things of its kind usually hold.
    """

    state: int
    field: str
    text: str
    start: int
    end: int
    usual: bool = False

    @property
    def words(self) -> str:
        """The words themselves."""
        return self.text[self.start : self.end]


class ItemTraces:
    """Finds the traces of one item.

    Args:
        sayings: How the catalog's languages say that a thing is not there.
        ingredients: Names of the fields that list what items are made of: what is said there is said of a part.
    """

    def __init__(self, item: Item, sayings: Sayings, ingredients: frozenset[str]) -> None:
        self._item = item
        self._sayings = sayings
        self._ingredients = ingredients

    def _texts(self) -> Iterator[tuple[ItemText, str]]:
        return ((text, flat(text.text)) for text in item_texts(self._item))

    def held(self, matter: Matter, phrases: Sequence[Phrase], silent: frozenset[str] = frozenset()) -> Iterator[Trace]:
        """Where it names what holds the thing, in earnest.

        Args:
            silent: Fields that say nothing of it.
        """
        for text, low in self._texts():
            if text.field not in silent and not tells_free(text.field):
                yield from self._held_in(text, low, matter, phrases)

    def _held_in(self, text: ItemText, low: str, matter: Matter, phrases: Sequence[Phrase]) -> Iterator[Trace]:
        """The traces of one text; a word within a longer one that is denied or another thing is no trace."""
        spans = [(phrase, span) for phrase in phrases for span in phrase.find(low)]
        excused = [span for phrase, span in spans if is_excused(matter, phrase, low, span)]
        for phrase, span in spans:
            if not any(start <= span[0] and span[1] <= end for start, end in excused):
                yield replace(_trace(HOLDS, text, *span), usual=phrase in matter.usual)

    def denied(self, matter: Matter, own: Sequence[Phrase]) -> Iterator[Trace]:
        """Where it says that the thing is not there: `without nuts`."""
        for text, low in self._texts():
            for phrase in own:
                for span in phrase.find(low):
                    denied = tells_free(text.field) or self._sayings.is_free(low, span)
                    if denied and not is_spared(matter, phrase, low, span):
                        yield _trace(FREE, text, *span)

    def claimed(
        self, claims: Sequence[Phrase], matter: Matter | None = None, *, brief: bool = False
    ) -> Iterator[Trace]:
        """Where it says of itself that it keeps to a diet or the like.

        In a long text, or among ingredients, it may be said of a part; so it may where the thing itself follows.

        Args:
            brief: Whether to read short texts alone.
        """
        for text, low in self._texts():
            if not self._speaks_for_all(text) or (brief and len(text.text) > SHORT):
                continue
            for claim in claims:
                for span in claim.find(low):
                    of_part = matter is not None and text.field != "title" and _is_followed(matter, low, span[1])
                    if self._sayings.is_claim(low, span) and not of_part:
                        yield _trace(FREE, text, *span)

    def valued(self, values: Sequence[Phrase]) -> Iterator[Trace]:
        """Fields whose whole value says so: the genre `Children`."""
        wanted = {forms(plain(flat(phrase.text))) for phrase in values}
        for text, low in self._texts():
            if text.field not in _WORDY and len(low) <= SHORT and forms(plain(low)) in wanted:
                yield _trace(FREE, text, 0, len(low))

    def named(self, phrases: Sequence[Phrase]) -> Iterator[Trace]:
        """Where it says plainly that it does not keep to a diet."""
        for text, low in self._texts():
            for phrase in phrases:
                yield from (_trace(HOLDS, text, *span) for span in phrase.find(low))

    def _speaks_for_all(self, text: ItemText) -> bool:
        """Whether a text speaks of the whole item, not of what it is made of or shown with."""
        if text.field == PICTURE or text.field in self._ingredients:
            return False
        return len(text.text) <= SHORT or text.field == "description"


def _trace(state: int, text: ItemText, start: int, end: int) -> Trace:
    return Trace(state, text.field, text.text, start, end)


def _is_followed(matter: Matter, text: str, end: int) -> bool:
    """Whether a word of the thing follows at once, or after one more word."""
    window = text[end : end + _FOLLOWS + 24]
    starts = (start for phrase in matter.phrases for start, _ in phrase.find(window))
    return any(start <= _FOLLOWS and window[:start].count(" ") <= 2 for start in starts)


__all__ = ["FREE", "HOLDS", "UNSAID", "ItemTraces", "Trace"]
