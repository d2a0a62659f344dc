"""Names of the items shown last; a word or two of one may be enough: `the axe`, `the red lentil one`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from agent.language.patterns import patterns
from agent.understand.pointing import MOST_CHARS, determiners
from agent.understand.spelling import Spelling
from agent.understand.tokens import flat, forms, tokens
from agent.understand.vocabulary import Vocabulary
from retrieval.items import Item, Value
from retrieval.text.words import words

MOST_WORDS = 5  # of a name
SHORT_CHARS = 40  # of a field's text by which an item may be called
LEAST_LETTERS = 4  # of a title of one word that is known without capitals

_WORDS = patterns("agent.dialogue", "shown_names")
_DETERMINER = re.compile(rf"(?<!\w)(?:{determiners()}|{_WORDS['before name']})(?:\s+|(?<='))")
_ASKED_OF = re.compile(rf"(?<!\w)(?:{_WORDS['asked of']})\s+$")
_ONES = frozenset(_WORDS.alternatives("ones"))
_SMALL = frozenset(_WORDS.alternatives("small"))
_MAIN = re.compile(r"\s*[:(\[,–—]|\s+-\s+")  # where the name proper of a title ends


@dataclass(frozen=True, slots=True)
class _Name:
    """The words of an item's title, its name proper, the words for its kind, and those that tell more of it."""

    title: frozenset[str]
    main: tuple[str, ...]
    kind: frozenset[str]
    more: frozenset[str]

    def words(self, *, one: bool) -> frozenset[str]:
        """What the item goes by; `the korean one` tells more than `the korean` does."""
        return self.title | self.kind | self.more if one else self.title | self.kind


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words behind an article that names hold, and whether `one` or `ones` ends them."""

    spoken: tuple[str, ...]
    one: bool
    plural: bool


class ShownNames:
    """The items of a list by their names.

    Args:
        titles: In the order of the list.
        kinds: Of each, what kind of thing it is.
        told: Of each, what else it may be called by: the short texts of its fields.
    """

    def __init__(self, titles: Sequence[str], kinds: Sequence[str] = (), told: Sequence[str] = ()) -> None:
        none = [""] * len(titles)
        self._names = [
            _Name(_content(title), _main(title), _content(kind), _content(more))
            for title, kind, more in zip(titles, kinds or none, told or none, strict=True)
        ]
        self._known = frozenset(word for name in self._names for word in name.words(one=True))
        self._spelling = Spelling(self._known)

    @classmethod
    def of(cls, items: Sequence[Item], vocabulary: Vocabulary) -> Self:
        """The names of items of a catalog."""
        kinds = [field.name for field in vocabulary.of_role("kind")]
        return cls(
            [item.title for item in items],
            [
                " ".join([item.category or "", *(text for kind in kinds for text in _texts(item.value(kind)))])
                for item in items
            ],
            [" ".join(text for value in item.attributes.values() for text in _texts(value)) for item in items],
        )

    def __len__(self) -> int:
        return len(self._names)

    def named(self, text: str, *, freely: bool) -> list[int]:
        """The numbers of the items that a text names by a part of their titles, in the order it names them.

        Args:
            freely: Whether a name without `one` behind it is enough, as it is where something is asked or decided.
        """
        text = text[:MOST_CHARS]
        phrases = (phrase for phrase in self._phrases(flat(text)) if phrase.one or freely)
        numbers = [number for phrase in phrases for number in self._meant(phrase)]
        return list(dict.fromkeys([*self._in_full(text, freely=freely), *numbers]))

    def _in_full(self, text: str, *, freely: bool) -> Iterator[int]:
        """Items whose name proper stands in the text, or the first word of it as a name is written."""
        spoken = tuple(token.form for token in tokens(flat(text)))
        capitals = frozenset(form for word in _CAPITAL.findall(text) for form in forms(word))
        for number, name in enumerate(self._names, start=1) if freely else ():
            if not name.main:
                continue
            whole = (len(name.main) > 1 or _is_telling(name.main[0])) and _holds(spoken, name.main)
            short = len(name.main) > 1 and name.main[0] in capitals and self._only_of(name.main[0]) == [number]
            if (whole and self._count_of_main(name.main) == 1) or short:
                yield number

    def _count_of_main(self, main: tuple[str, ...]) -> int:
        return sum(name.main == main for name in self._names)

    def _only_of(self, word: str) -> list[int]:
        return [number for number, name in enumerate(self._names, start=1) if word in name.title]

    def _phrases(self, low: str) -> Iterator[_Phrase]:
        for match in _DETERMINER.finditer(low):
            if _ASKED_OF.search(low, 0, match.end()):
                continue  # `is that glass` asks of that whether it is glass
            stretch = tokens(low[match.end() : match.end() + 60])[: MOST_WORDS + 1]
            taken = list[str]()
            for token in stretch:
                word = self._as_known(token.form)
                if word is None or len(taken) == MOST_WORDS:
                    break
                taken.append(word)
            if taken:
                behind = stretch[len(taken)].form if len(stretch) > len(taken) else ""
                end = match.end() + stretch[len(taken) - 1].end
                written = low[match.end() : end].split()[-1]
                plural = low[end:].lstrip().startswith(tuple(f"{one}s" for one in _ONES)) or (
                    written.endswith("s") and not taken[-1].endswith("s")
                )
                yield _Phrase(tuple(taken), behind in _ONES, plural)

    def _as_known(self, word: str) -> str | None:
        """A word of the list's names that this word is, a slip or an ending aside."""
        if word in _SMALL:
            return None
        if word in self._known:
            return word
        return self._spelling.mend(word)

    def _meant(self, phrase: _Phrase) -> list[int]:
        """The items that fit a phrase best: by their titles, else by what else tells what they are."""
        spoken = frozenset(phrase.spoken)
        by_title = [number for number, name in enumerate(self._names, start=1) if spoken <= name.title]
        fitting = by_title or [
            number for number, name in enumerate(self._names, start=1) if spoken <= name.words(one=phrase.one)
        ]
        if len(fitting) == len(self._names) > 1:
            return []  # what all of them are tells none of them
        return fitting if len(fitting) == 1 or phrase.plural else []


def _texts(value: Value | None) -> Iterator[str]:
    """The short texts of a field's value."""
    entries = value if isinstance(value, tuple) else (value,)
    return (entry for entry in entries if isinstance(entry, str) and len(entry) <= SHORT_CHARS)


def _content(text: str) -> frozenset[str]:
    return frozenset(forms(text)) - _SMALL


def _main(title: str) -> tuple[str, ...]:
    """The name proper of a title, without an article before it or an aside behind it."""
    name = [token.form for token in tokens(flat(_MAIN.split(title, maxsplit=1)[0]))]
    while name and name[0] in _SMALL:
        name.pop(0)
    return tuple(name)


def _is_telling(word: str) -> bool:
    """Whether a title of this one word is known where it stands in a text: it is short, or says nothing, else."""
    return len(word) >= LEAST_LETTERS and bool(words(word))


def _holds(spoken: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return any(spoken[at : at + len(name)] == name for at in range(len(spoken) - len(name) + 1))


_CAPITAL = re.compile(r"(?<![\w'])[A-Z][\w'-]+")

__all__ = ["ShownNames"]
