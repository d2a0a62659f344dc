"""Reading kinds: what kind of thing a whole turn is for, of several sentences and with chatter before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.language.patterns import patterns
from agent.understand.kinds.names import kind_names
from agent.understand.kinds.phrase import Kind, grammar
from agent.understand.kinds.table import KindTable
from agent.understand.tokens import flat, tokens

MOST_OPENING = 2  # words beside the name of a kind that still ask for nothing else, as `any … please`
_WORDS = patterns("agent.understand.kinds", "wishes")
_EITHER = re.compile(_WORDS.words("or"), re.IGNORECASE)
_WANTING = re.compile(_WORDS.words("wanting"), re.IGNORECASE)
_OPEN = re.compile(_WORDS.words("open"), re.IGNORECASE)
_PIECES = re.compile(r"[.,;:!?\n。，；！？]+")
_SURE_LEVELS = ("category", "title", "meaning")


_MARKS = "¿¡\"'“”«»(),"


@dataclass(frozen=True, slots=True, eq=False)
class KindReader:
    """Tells the kind of thing that people ask for in a catalog.

    Attributes:
        table: The kinds of the catalog.
    """

    table: KindTable

    def of(self, text: str, language: str) -> Kind | None:
        """The kind of thing that words are for, where the catalog or our own list of kinds knows it."""
        either = [self._in(part, language) for part in _EITHER.split(text)]
        if len({kind.head for kind in either if kind is not None and self.is_listed(kind)}) > 1:
            return None  # one thing or another: neither is to keep the other from being shown
        whole = self._in(text, language)
        if whole is not None and self.is_listed(whole):
            return whole
        # Of several stretches the first that names a well-known thing: `my nephew is vegan. a soup`.
        for start, stretch in _stretches(text):
            part = self._in(stretch, language)
            if part is not None and self.is_listed(part):
                return replace(part, start=start + part.start, end=start + part.end)
        return whole

    def of_turn(self, wish: str, turn: str, language: str) -> Kind | None:
        """The kind of thing that a turn is for.

        Args:
            wish: What of the turn is looked for.
            turn: All of it: what is said around a wish may tell where it stands, as in `I would like to bake a cake`.
        """
        if (asking := _OPEN.search(turn)) is not None:
            return self.of(turn[asking.end() :], language)  # the eggs somebody has are not what is to come of them
        return self.of(wish, language) or self.of(turn, language)

    def is_listed(self, kind: Kind) -> bool:
        """Whether a kind is one that everybody knows, or that the catalog's own fields and titles tell."""
        return kind.head in kind_names().wider or self.table.rows(kind).exact

    def is_bare(self, text: str, language: str) -> bool:
        """Whether words are the name of a kind of thing that anybody knows, and hardly more: `a still life`."""
        kind = self.of(text, language)
        if kind is None or not self.is_listed(kind) or kind.phrase.casefold() != kind.words.casefold():
            return False
        return len(tokens(flat(text))) <= len(tokens(flat(kind.words))) + MOST_OPENING

    def leads(self, kind: Kind, text: str, language: str) -> bool:
        """Whether a kind begins a piece of a sentence, but for words that ask for nothing: `now also a watch`."""
        before = _PIECES.split(text[: max(0, kind.end - len(kind.phrase))])[-1]
        return all(word.strip(_MARKS) in grammar(language).opening for word in flat(before).split())

    def is_alien(self, kind: Kind) -> bool:
        """Whether a kind is of another world than the catalog, as a pan is that a recipe is cooked in."""
        return self.table.is_alien(kind.head)

    def same(self, new: Kind, old: Kind) -> bool:
        """Whether two names are for the same kind of thing, or one is a kind of the other."""
        if new.head == old.head:
            return True
        wider = kind_names().wider
        return new.head in wider.get(old.head, ()) or old.head in wider.get(new.head, ())

    def _in(self, text: str, language: str) -> Kind | None:
        kind = self.table.find(text, language) if text else None
        if kind is None or kind.head in kind_names().wider:
            return kind
        if (within := self.table.within(kind, language)) is not None:
            return within
        # A strange word may name a thing that is not here, or no thing at all, as `similar` does.
        return kind if self.table.rows(kind).level in _SURE_LEVELS else None


def _stretches(text: str) -> Iterator[tuple[int, str]]:
    """Sentences and their pieces, then what stands behind words that want something, each with where it begins."""
    at = 0
    for stop in (*_PIECES.finditer(text), None):
        end = stop.start() if stop else len(text)
        yield at, text[at:end]
        at = stop.end() if stop else end
    for wanting in _WANTING.finditer(text):
        yield wanting.end(), text[wanting.end() :]


__all__ = ["KindReader"]
