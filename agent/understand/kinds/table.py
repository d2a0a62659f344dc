"""The kinds of one catalog: which of its items are of the kind that a wish is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from agent.understand.kinds.census import REPEATED, Census, Rows, value_kind
from agent.understand.kinds.meaning import Meanings
from agent.understand.kinds.names import Forms, kind_names
from agent.understand.kinds.phrase import Kind, head_of, joined
from agent.understand.spelling import Spelling
from agent.understand.tokens import flat, forms, tokens
from retrieval.text.words import words

if TYPE_CHECKING:
    from retrieval.channels.lexical import LexicalIndex
    from retrieval.encoding import Encoder
    from retrieval.items import Item
    from retrieval.schema import Schema

KindLevel = Literal["category", "title", "text", "meaning", "none"]
"""What tells that items are of a kind: a field; what titles call them; only words somewhere; likeness of meaning."""

_OF_VERBS = ("ed", "ing")
IN_FIELD, IN_TITLE, WIDER, NEAR, IN_TEXT = 1.0, 0.9, 0.7, 0.6, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class KindMatch:
    """Which items are of a kind.

    Attributes:
        grades: By row, float32 in [0, 1]: 1 where a field says so, 0.9 where the title does, 0.7 where the item is of
            the next wider kind (a jacket where rain jackets are sought), 0.6 by meaning, 0.4 where a text has the word.
        level: Of the best of them.
    """

    grades: NDArray[np.float32]
    level: KindLevel

    @property
    def rows(self) -> Rows:
        """The items of the kind, ascending: those that are surely so, else those of the wider kind; else none."""
        for least in (IN_TITLE, NEAR):
            rows = np.flatnonzero(self.grades >= np.float32(least))
            if rows.size:
                return rows
        return rows

    @property
    def exact(self) -> bool:
        """Whether any item is surely of the kind, and not of a wider or a like one."""
        return bool(self.grades.size) and float(self.grades.max()) >= IN_TITLE - 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class KindTable:
    """The kinds of one catalog. Built once; asking takes well below a millisecond, or two encodings by meaning.

    Attributes:
        census: What the catalog calls its kinds.
    """

    census: Census
    _lexical: LexicalIndex
    _meanings: Meanings
    _of_kind: Mapping[str, Rows]  # by kind the items that a field says are of it, or of a narrower one
    _titled: Mapping[str, Rows]
    _spelling: Spelling = field(repr=False)
    _size: int

    @classmethod
    def build(
        cls,
        items: Sequence[Item],
        schema: Schema,
        lexical: LexicalIndex,
        text: Encoder | None = None,
        multilingual: Encoder | None = None,
    ) -> KindTable:
        """The table of a catalog.

        Args:
            items: In the order of their rows.
            lexical: Which of them hold which words.
            text: English text to vectors; without encoders nothing is found by meaning.
            multilingual: Text of many languages to vectors.
        """
        census = Census.of(items, schema)
        titled = _by_kind((head.kind, row) for row, head in enumerate(census.heads) if head and head.kind)
        of_kind = _by_kind(
            (kind, int(row)) for name, rows in census.fields.items() if (kind := value_kind(name)) for row in rows
        )
        own = (name[0] for name in (*census.fields, *census.words) if len(name) == 1)
        listed = (word for name in kind_names().by_language["en"] for word in name)
        meanings = Meanings(_terms(census, titled), text, multilingual)
        spelling = Spelling(word for word in (*own, *listed) if word.isascii())
        return cls(census, lexical, meanings, of_kind, titled, spelling, len(items))

    def find(self, text: str, language: str) -> Kind | None:
        """The kind of thing that a wish is for; None where it names none.

        Where titles do not tell kinds, as those of films and paintings, only what fields tell is a kind: the boats of
        `boats on a river` are what a painting shows.
        """
        return head_of(text, language, self)

    def thing(self, text: str, language: str) -> Kind | None:
        """The thing of our list that a wish speaks of where it is for no kind of the catalog's; None where of none.

        A mixer is as good as never what a book is about, a boat may well be what a painting shows.
        """
        kind = None if self.census.told else head_of(text, language, _Listed(self.holds))
        return kind if kind is not None and kind.head in kind_names().wider else None

    def within(self, kind: Kind, language: str) -> Kind | None:
        """The well-known kind among the words of a strange phrase: the tent of `tent obvs`; None if there is none."""
        offset = kind.end - len(kind.phrase)
        parts = tokens(flat(kind.phrase))
        for n_words in range(min(3, len(parts)), 0, -1):
            for at in range(len(parts) - n_words, -1, -1):
                stretch = parts[at : at + n_words]
                name = self.kind(tuple(token.form for token in stretch), language)
                if name is not None and name in kind_names().wider:
                    start, end = stretch[0].start, stretch[-1].end
                    return Kind(kind.phrase[start:end], name, offset + start, offset + end, kind.phrase[:end])
        return None

    def rows(self, kind: Kind, language: str = "en") -> KindMatch:
        """Which items are of a kind."""
        name = forms(kind.head)
        known = kind.head if kind.head in kind_names().wider else None
        grades = np.zeros(self._size, dtype=np.float32)
        wider = self._grade_wider(grades, known)
        level = self._grade_named(grades, name, known) or wider
        level = level or self._grade_near(grades, kind, language) or self._grade_worded(grades, kind)
        return KindMatch(grades, level or "none")

    # What words mean here

    def kind(self, name: Forms, language: str) -> str | None:
        """The kind that words are a name of in this catalog."""
        if not name:
            return None
        right = self._mended(name)
        names = kind_names()
        listed = names.known(right, language) or names.known(right, "en")
        if listed is None and not all(map(self.holds, right)):
            listed = names.find(right, language)  # what the catalog's own texts say is in their language
        if listed is not None and self._is_kind_here(listed):
            return listed
        if right in self.census.fields or len(self.census.words.get(right, ())) >= REPEATED:
            return joined(right)
        return None

    def names(self, text: str, language: str) -> bool:
        """Whether words are the name of a kind of thing, be it here or in other catalogs."""
        name = forms(text)
        return bool(name) and (self.kind(name, language) is not None or kind_names().known(name, language) is not None)

    def describes(self, word: str) -> bool:
        """Whether a word behind the name of a kind may merely describe it: items hold it, and none is called so."""
        return self.holds(word) and (word,) not in self.census.words

    def is_alien(self, kind: str) -> bool:
        """Whether a kind is at home in another world than the whole catalog is: a pan among recipes."""
        world = self.census.world
        return world is not None and kind not in self._of_kind and not world.of & kind_names().wider.get(kind, world.of)

    def holds(self, word: str) -> bool:
        """Whether any item holds a word."""
        return any(self._lexical.frequency(token) for token in words(word))

    def names_other(self, word: str) -> bool:
        """Whether a word is no kind here: the name of something else, or, among works, what they are about."""
        return not self.census.told or (word,) in self.census.values

    def _is_kind_here(self, kind: str) -> bool:
        """Whether a kind of our list is one in this catalog: among works, only theirs and what fields tell."""
        world = self.census.world
        if self.census.told or kind in self._of_kind:
            return True
        return world is not None and bool(world.of & kind_names().wider[kind])

    def _mended(self, name: Forms) -> Forms:
        return tuple(
            word if self.holds(word) or _is_verb(word, meant := self._spelling.meant(word)) else meant for word in name
        )

    # The grades, from the surest to the least sure

    def _grade_named(self, grades: NDArray[np.float32], name: Forms, known: str | None) -> KindLevel | None:
        """Grade what a field or the title says is of the kind."""
        world = self.census.world
        if known and world and known in kind_names().wider[world.kind]:
            grades[:] = IN_FIELD  # all films are films
            return "category"
        titled = self._titled.get(known) if known else self.census.words.get(name)
        of_field = [rows for rows in (self.census.fields.get(name), self._of_kind.get(known or "")) if rows is not None]
        _raise(grades, titled, IN_TITLE)
        for rows in of_field:
            _raise(grades, rows, IN_FIELD)
        if of_field:
            return "category"
        return "title" if titled is not None else None

    def _grade_wider(self, grades: NDArray[np.float32], known: str | None) -> KindLevel | None:
        """Grade items of the next wider kind: jackets for anoraks, all books where cookbooks are sought."""
        level: KindLevel | None = None
        world = self.census.world
        if known and world and world.works and not self._of_kind and world.kind in kind_names().wider[known]:
            grades[:] = WIDER  # no field tells of what sort a work is
            level = "category"
        for wider in _next_wider(known) if known else ():
            for own_level, rows in (("title", self._titled.get(wider)), ("category", self._of_kind.get(wider))):
                if rows is not None:
                    _raise(grades, rows, WIDER)
                    level = own_level  # type: ignore[assignment]
        return level

    def _grade_near(self, grades: NDArray[np.float32], kind: Kind, language: str) -> KindLevel | None:
        """Grade items of the kind of the catalog that means the same."""
        rows = self._meanings.rows(kind.words, language, listed=kind.head in kind_names().wider)
        _raise(grades, rows, NEAR)
        return None if rows is None else "meaning"

    def _grade_worded(self, grades: NDArray[np.float32], kind: Kind) -> KindLevel | None:
        """Grade items that hold the words anywhere."""
        tokens = words(kind.head if kind.head in kind_names().wider else kind.words)
        holding = [self._lexical.rows(token) for token in tokens]
        if not holding or not all(rows.size for rows in holding):
            return None
        rows = holding[0]
        for more in holding[1:]:
            rows = np.intersect1d(rows, more)
        _raise(grades, rows, IN_TEXT)
        return "text" if rows.size else None


def _is_verb(word: str, meant: str) -> bool:
    """Whether a word is no slip of the noun that is spelled like it: who writes `started` means no starter."""
    return any(word.endswith(ending) and not meant.endswith(ending) for ending in _OF_VERBS)


def _raise(grades: NDArray[np.float32], rows: Rows | None, grade: float) -> None:
    if rows is not None and rows.size:
        grades[rows] = np.maximum(grades[rows], np.float32(grade))


def _by_kind(pairs: Iterable[tuple[str | None, int]]) -> Mapping[str, Rows]:
    """By kind the rows that are of it or of a narrower one."""
    rows: defaultdict[str, set[int]] = defaultdict(set)
    for kind, row in pairs:
        for wide in kind_names().wider[kind] if kind else ():
            rows[wide].add(row)
    return {kind: np.array(sorted(having), dtype=np.intp) for kind, having in rows.items()}


def _next_wider(kind: str) -> list[str]:
    """The wider kinds of which items stand in for a kind: those that its name ends in, and those that are not broad."""
    wider = kind_names().wider
    return [
        wide
        for wide in wider[kind]
        if wide != kind and (kind.endswith(f" {wide}") or not (len(wider[wide]) == 1 or wide in kind_names().broad))
    ]


@dataclass(frozen=True, slots=True)
class _Listed:
    """What words mean by our list alone."""

    held: Callable[[str], bool]

    def kind(self, name: Forms, language: str) -> str | None:
        return kind_names().known(name, language)

    def describes(self, word: str) -> bool:
        return self.held(word)

    def names_other(self, word: str) -> bool:
        del word
        return True


def _terms(census: Census, titled: Mapping[str, Rows]) -> Mapping[str, Rows]:
    """What the catalog's own kinds are called, with their rows."""
    terms = {joined(name): rows for name, rows in census.fields.items()}
    terms |= {joined(name): rows for name, rows in census.words.items() if len(rows) >= REPEATED}
    return {**terms, **titled}


__all__ = ["KindLevel", "KindMatch", "KindTable"]
