"""Mentions: items of the catalog that a request names, as examples of what is liked or disliked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.items import Item
from retrieval.text.words import fold, words

DISLIKED = -0.5
"""Weight of an item that is named as an example of what is not wanted; one that is liked has 1."""
COMMON_SHARE = 0.01
RARE_ITEMS = 2
LONG_CHARS = 7
"""A title of one word is taken for a name in small letters when it is so long and no more items hold it: of short words
too many are everyday ones, whether or not a catalog holds them."""
MAX_WORDS = 12
MAX_REST = 3  # words of a request beside the title, when it asks for the named item itself
LONGEST_CUE = 80  # characters between the words that judge and the title they are about

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_YEAR_END = re.compile(r"\s*\((\d{4})\)\s*$")
_ASIDE = re.compile(r"\s*\(([^()]*)\)")
_ALSO = re.compile(r"^\s*a\.?k\.?a\.?\s+", re.IGNORECASE)
_MOVED_ARTICLE = re.compile(r"^(.*),\s*(the|a|an|la|le|les|el|il|der|die|das|l')$", re.IGNORECASE)
_YEAR_AFTER = re.compile(r"[\"”“'’]?\s*\(?((?:18|19|20)\d{2})\)")
_NEXT_PART = re.compile(r"\s+(?:\d{1,2}|part|[IVX]{2,4})\b(?!\s*[/%])", re.IGNORECASE)
_QUOTES = '"“”«»‘'
_SENTENCE_END = re.compile(r"[.!?…\n]")
# Words that say an item is named as an example. `I would like X` asks for X itself.
_EXAMPLE = re.compile(
    r"\b(?:like[ds]?|lov(?:e[ds]?|ing)|enjoy(?:ed|s)?|similar|same|favou?rites?|another|other|else|more|seen|saw|watched"
    r"|read|played|heard|owns?|owned|fan|hate[ds]?|dislike[ds]?|remind(?:s|ed)?|style|kind|such as|prefer(?:red)?)\b",
    re.IGNORECASE,
)
_WISH = re.compile(r"(?:\bwould|['’]d)\s+(?:\w+\s+)?like\b|\blike\s+to\b", re.IGNORECASE)
_AGAINST = re.compile(
    r"(?:\b(?:hat(?:e[ds]?|ing)|dislik(?:e[ds]?|ing)|unlike|sick of|tired of|nothing like|anything but|worst|awful"
    r"|terrible|boring|bored)|(?:\bnot|n['’]t|\bnever) (?:\w+ ){0,3}?(?:like|love|enjoy|care for|into|fan of))\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"\b(?:lov(?:e[ds]?|ing)|lik(?:e[ds]?|ing)|enjoy(?:ed|s)?|favou?rite|great|but)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """An item that a request names.

    Attributes:
        row: Of the item in the catalog.
        start: Where in the text its title begins.
        weight: 1, or `DISLIKED` where the words around it speak against it.
    """

    row: int
    start: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Title:
    """One way to write an item's title, and its words as the catalog counts them; `long` where it is one long word."""

    row: int
    year: int | None
    words: tuple[str, ...]
    single: bool
    long: bool


class Mentions:
    """Finds the titles of a catalog in texts: few and sure rather than many.

    A title of common words counts only where it is quoted, followed by its year or capitalised within a sentence. A
    title that several items share counts only with its year.
    """

    def __init__(self, items: Sequence[Item], frequency: Callable[[str], int]) -> None:
        """Read the titles.

        Args:
            items: In the order of their rows.
            frequency: How many items hold a token of `words`.
        """
        self.frequency = frequency
        self._names: list[str] = []
        self._titles: dict[tuple[str, ...], tuple[_Title, ...]] = {}
        self._take(enumerate(items))

    def changed(self, items: Mapping[int, Item], frequency: Callable[[str], int]) -> Mentions:
        """The titles once some items have others.

        Args:
            items: By row those items as they are from now on; new rows follow the last one.
            frequency: From now on.
        """
        # the dictionaries are copied, not the titles: most of them stay as they are
        known = Mentions((), frequency)
        known._names, known._titles = list(self._names), dict(self._titles)
        for row in items:
            for spelling in _spellings(self._names[row]) if row < len(self._names) else ():
                tokens = tuple(_folded(spelling))
                known._titles[tokens] = tuple(title for title in known._titles.get(tokens, ()) if title.row != row)
        known._take(sorted(items.items()))
        return known

    def _take(self, items: Iterable[tuple[int, Item]]) -> None:
        titles = self._titles
        for row, item in items:
            # in place of the name at that row, or behind the last one
            self._names[row : row + 1] = [item.title]
            year = _year_of(item)
            for spelling in dict.fromkeys(_spellings(item.title)):
                tokens = tuple(_folded(spelling))
                if tokens and len(tokens) <= MAX_WORDS:
                    written = _Title(row, year, tuple(words(spelling)), len(tokens) == 1, len(spelling) >= LONG_CHARS)
                    known = titles.get(tokens)
                    titles[tokens] = (
                        tuple(sorted((*known, written), key=lambda title: title.row)) if known else (written,)
                    )

    def _rare(self, title: _Title) -> bool:
        """Whether the words of a title alone show that it is meant."""
        counts = [self.frequency(word) for word in title.words]
        if title.single:
            return title.long and bool(counts) and counts[0] <= RARE_ITEMS
        return bool(counts) and min(counts) < max(RARE_ITEMS + 1, COMMON_SHARE * len(self._names))

    def find(self, text: str) -> list[Mention]:
        """The items that `text` names, in the order it names them; each once, as it was named last."""
        mentions: dict[int, Mention] = {}
        for start, end, row in self._matches(text):
            # named again: what is said of it last counts, at its later place
            mentions.pop(row, None)
            mentions[row] = Mention(row, start, _judgement(text, start, end))
        return list(mentions.values())

    def examples(self, text: str) -> list[Mention]:
        """The items that `text` names as examples; none where it asks for the named items themselves."""
        mentions = self.find(text)
        if not mentions:
            return []
        named = {token for mention in mentions for token in words(self._names[mention.row])}
        # numbers beside a title are years and amounts, and ask for nothing else
        rest = [token for token in words(_NUMBER.sub(" ", text)) if token not in named]
        return mentions if len(rest) > MAX_REST or _EXAMPLE.search(_WISH.sub(" ", text)) else []

    def _matches(self, text: str) -> Iterator[tuple[int, int, int]]:
        placed = [(match.start(), match.end(), _plain(match[0])) for match in _WORD.finditer(text)]
        at = 0
        while at < len(placed):
            # the longest title first: `The Long Goodbye` must not be taken for `The Long`
            for length in range(min(MAX_WORDS, len(placed) - at), 0, -1):
                titles = self._titles.get(tuple(token for _, _, token in placed[at : at + length]))
                start, end = placed[at][0], placed[at + length - 1][1]
                row = self._chosen(titles, text, start, end) if titles else None
                if row is not None:
                    yield start, end, row
                    at += length
                    break
            else:
                at += 1

    def _chosen(self, titles: Sequence[_Title], text: str, start: int, end: int) -> int | None:
        """The item that is meant where one of its spellings stands; None when that is not sure."""
        year = _YEAR_AFTER.match(text, end)
        if year:
            # people, and catalogs, are often a year off: made in one and shown in the next
            near = [title for title in titles if title.year is None or abs(title.year - int(year[1])) <= 1]
            return min(near, key=lambda title: abs((title.year or 0) - int(year[1]))).row if near else None
        # `Rocky II` is not `Rocky`, even where the catalog has no second part
        if len({title.row for title in titles}) > 1 or _NEXT_PART.match(text, end):
            return None
        title = titles[0]
        meant = self._rare(title) or _quoted(text, start, end) or _capitalised(text[start:end], text, start)
        return title.row if meant else None


def _quoted(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES and start > 0 and end < len(text)


def _capitalised(title: str, text: str, start: int) -> bool:
    """Whether the title is written as a name, which a capital at the beginning of a sentence does not show."""
    if text.isupper():
        return False
    named = [word for word in _WORD.findall(title) if len(word) > 3 or word.isdigit()] or _WORD.findall(title)
    before = text[:start].rstrip()
    if not before or _SENTENCE_END.match(before[-1]):
        named = named if fold(named[0]) != fold(_WORD.findall(title)[0]) else named[1:]
    return bool(named) and all(word[0].isupper() or word.isdigit() for word in named) and not title.isdigit()


def _judgement(text: str, start: int, end: int) -> float:
    """Whether the words of the same sentence speak for the title or against it; the nearest before it decide."""
    before = _SENTENCE_END.split(text[max(0, start - LONGEST_CUE) : start])[-1]
    against = [match.end() for match in _AGAINST.finditer(before)]
    favour = [match.end() for match in _FOR.finditer(before)]
    if against or favour:
        return DISLIKED if against and against[-1] >= max(favour, default=0) else 1.0
    after = _SENTENCE_END.split(text[end : end + LONGEST_CUE])[0]
    for_, against_ = _FOR.search(after), _AGAINST.search(after)
    return DISLIKED if against_ and (not for_ or against_.start() <= for_.start()) else 1.0


def _year_of(item: Item) -> int | None:
    if match := _YEAR_END.search(item.title):
        return int(match[1])
    year = item.attributes.get("year")
    return int(year) if isinstance(year, int | float) else None


def _spellings(title: str) -> Iterator[str]:
    """The title without its year, what stands in parentheses behind it, and each with a moved article put back."""
    bare = _YEAR_END.sub("", title)
    asides = [_ALSO.sub("", aside) for aside in _ASIDE.findall(bare)]
    for name in (_ASIDE.sub("", bare), *(aside for aside in asides if not aside.isdigit())):
        moved = _MOVED_ARTICLE.match(name.strip())
        yield f"{moved[2]} {moved[1]}" if moved else name.strip()


def _folded(text: str) -> Iterable[str]:
    return (_plain(match[0]) for match in _WORD.finditer(text.replace("&", " and ")))


def _plain(word: str) -> str:
    return fold(word).replace("'", "").replace("’", "")
