"""Stretches: short parts of an item's own text that can stand in a sentence as they are, around words that answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.explain.sentence.grammar import StretchGrammar, grammar, stems_of
from retrieval.text.words import fold, sentences

MOST_WORDS = 13
LONG = 7  # words from which a stretch is longer than it need be
MOST_SENTENCE_WORDS = 60  # of which stretches are looked for
NAMES = 0.6  # what it costs to be but names
LISTED = 0.9  # what it costs to end within a list
MOST_OPENING_WORDS = 30  # where any stretch would do
MOST_WIDE = 26  # characters of a script without spaces
_WORD = re.compile(r"[^\W_]+(?:(?:[-'’/]|(?<=\d)[.,](?=\d))[^\W_]+)*%?")
_BREAK = re.compile(r"[,;:.!?()\[\]\"“”«»„*_|/\\\n\r–—<>{}#=+]|\s-\s")
_WIDE = re.compile(r"[\u3400-\u9fff]")
_WIDE_PARTS = re.compile(r"[^，。；：！？、,;:!?()（）\s\"“”]+")
_LATER = frozenset({"before", "after", "when", "while", "where"})  # what is cut off there has lost its time or place
_DENIED = 3  # words behind a negation that it denies
_ELIDED = re.compile(r"^(?:l|d|qu|n|s|j|m|t|c)['’]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, letter for letter.

    Attributes:
        text: As it stands there.
        stems: Of its words, but for those it denies.
        denied: Of the words it denies.
        n_words: Of a script without spaces, half its characters.
        begins: Whether a sentence begins with it.
        whole: Whether it is all of a sentence.
        score: How well it can stand alone.
        defines: Whether it stands behind `is` and the like.
    """

    text: str
    stems: frozenset[str]
    denied: frozenset[str]
    n_words: int
    begins: bool
    whole: bool
    score: float
    defines: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sentence."""

    start: int
    end: int
    folded: str
    stems: frozenset[str]
    denied: bool
    broken: bool  # whether a mark stands before it
    capital: bool
    digits: bool


def stretches(text: str, wanted: frozenset[str], language: str, title: frozenset[str] = frozenset()) -> list[Stretch]:
    """The stretches of a sentence that hold a wanted word; of all it can be cut into where none is wanted.

    Args:
        title: Stems of the item's title: what begins with them speaks of the item by its name.
    """
    if _WIDE.search(text):
        return [stretch for stretch in _wide_stretches(text) if not wanted or not wanted.isdisjoint(stretch.stems)]
    own = grammar(language)
    words = _words(text, own, language)[: MOST_SENTENCE_WORDS if wanted else MOST_OPENING_WORDS]
    if not words or (wanted and not any(wanted & word.stems for word in words)):
        return []
    return list(_cut(text, words, own, wanted, title))


def denies(text: str, wanted: frozenset[str], language: str) -> bool:
    """Whether a text holds a wanted word only to deny it."""
    if _WIDE.search(text):
        cuts = list(_wide_stretches(text))
        return not any(wanted & cut.stems for cut in cuts) and any(wanted & cut.denied for cut in cuts)
    holding = [word for word in _words(text, grammar(language), language) if wanted & word.stems]
    return bool(holding) and all(word.denied for word in holding)


def _words(text: str, own: StretchGrammar, language: str) -> list[_Word]:
    words: list[_Word] = []
    n_denied, before = 0, 0
    for match in _WORD.finditer(text):
        folded = fold(match[0])
        broken = bool(_BREAK.search(text[before : match.start()]))
        n_denied = 0 if broken else n_denied
        ends_denying = bool(own.denying_ends) and folded.endswith(own.denying_ends) and "-" in folded
        stems = stems_of(match[0], language)
        denied = n_denied > 0 or ends_denying
        words.append(
            _Word(
                match.start(),
                match.end(),
                folded,
                stems,
                denied,
                broken,
                match[0][0].isupper(),
                any(map(str.isdigit, match[0])),
            )
        )
        n_denied = _DENIED if folded in own.negations else n_denied - 1
        before = match.end()
    return words


def _cut(
    text: str, words: Sequence[_Word], own: StretchGrammar, wanted: frozenset[str], title: frozenset[str]
) -> Iterator[Stretch]:
    starts = [at for at in range(len(words)) if _may_begin(words, at, own)]
    ends = [at for at in range(len(words)) if _may_end(words, at, own)]
    for start in starts:
        for end in ends:
            if not start <= end < start + MOST_WORDS:
                continue
            inner = words[start : end + 1]
            answers = not wanted or any(wanted & word.stems for word in inner)
            if (
                answers
                and _is_worded(inner)
                and _is_sound(inner, own, start, title)
                and not _is_named(text, inner, title)
            ):
                yield _stretch(text, words, start, end, own, title)


def _may_begin(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    word, before = words[at], words[at - 1].folded if at else ""
    if not own.begins(word.folded) and word.folded not in own.negations:
        return False
    if (word.denied and before in own.negations) or (at == 0 and word.folded in own.imperatives):
        return False
    return at == 0 or word.broken or own.borders(before)


def _may_end(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    following = words[at + 1] if at + 1 < len(words) else None
    closed = following is None or following.broken
    if not closed and _cuts_name(words, at, own):
        return False
    if not own.ends(words[at].folded):
        return closed and _is_adverb(words, at, own)
    if words[at].broken and not closed:
        return False  # a single word behind a mark: `red color, coupled with …`
    return closed or (following is not None and own.borders(following.folded) and not _is_adverb(words, at + 1, own))


def _cuts_name(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    """Whether a name goes on behind a word, as in `Back to the Future`."""
    behind = next((word for word in words[at + 1 :] if not own.borders(word.folded)), None)
    joined = behind is not None and behind is not words[at + 1]
    return words[at].capital and at > 0 and joined and behind is not None and behind.capital


def _is_adverb(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    """Whether what joins parts elsewhere ends its clause here: `the night before`."""
    closed = at + 1 == len(words) or words[at + 1].broken
    return at > 0 and closed and words[at].folded in own.particles


def _is_sound(inner: Sequence[_Word], own: StretchGrammar, start: int, title: frozenset[str]) -> bool:
    """Whether it speaks to nobody, and its verbs stand where they may."""
    related = False
    clause = start == 0 and inner[0].folded not in own.starters and not (inner[0].stems and inner[0].stems <= title)
    for word in inner:
        if word.folded in own.persons:
            return False
        if word.folded in own.verbs and not (related or clause):
            return False
        related = related or word.folded in own.relatives
    return True


def _is_worded(inner: Sequence[_Word]) -> bool:
    """Whether it is made of words, and not of numbers and codes."""
    return 3 * sum(word.digits for word in inner) <= len(inner)


def _are_names(text: str, inner: Sequence[_Word], own: StretchGrammar) -> bool:
    """Whether it is but a list of names, of which it is not said what they are there for."""
    telling = [word for word in inner if own.ends(word.folded)]
    return len(inner) > 1 and all(text[word.start].isupper() for word in telling)


def _is_named(text: str, inner: Sequence[_Word], title: frozenset[str]) -> bool:
    """Whether it speaks of the item by its name: two words of the title with capitals."""
    capital = [word for word in inner if text[word.start].isupper() and word.stems and word.stems <= title]
    return len(capital) > 1


def _stretch(
    text: str, words: Sequence[_Word], start: int, end: int, own: StretchGrammar, title: frozenset[str]
) -> Stretch:
    inner = words[start : end + 1]
    whole = start == 0 and end == len(words) - 1
    stems = frozenset().union(*(word.stems for word in inner if not word.denied))
    denied = frozenset().union(*(word.stems for word in inner if word.denied))
    score = _score(words, start, end, own, whole=whole)
    score -= 0.2 * len(title & stems) / max(1, len(stems))
    score -= NAMES if start and _are_names(text, inner, own) else 0.0
    cut = text[inner[0].start : inner[-1].end]
    defines = start > 0 and words[start - 1].folded in own.copulas
    return Stretch(cut, stems, denied, len(inner), start == 0, whole, score, defines)


def _score(words: Sequence[_Word], start: int, end: int, own: StretchGrammar, *, whole: bool) -> float:
    """How well a stretch can stand alone: neither long nor a single word, and cut where nothing is lost."""
    n_words = end - start + 1
    score = 0.05 * min(n_words, LONG - 1) - 0.08 * max(0, n_words - LONG)
    score -= 0.5 if n_words == 1 else 0.15 if n_words == 2 else 0.0
    score += 0.35 if whole else 0.0
    inner = words[start : end + 1]
    score -= 0.25 * sum(word.broken for word in inner[1:]) + 0.12 * sum(word.folded in own.links for word in inner)
    before = words[start - 1].folded if start and not words[start].broken else ""
    after = words[end + 1].folded if end + 1 < len(words) and not words[end + 1].broken else ""
    return score + _begins_well(words[start].folded, before, own) + _ends_well(words, start, end, before, after, own)


def _begins_well(first: str, before: str, own: StretchGrammar) -> float:
    """What its beginning is worth: behind a verb or a preposition it has lost what it is said of."""
    worth = 0.1 if first in own.articles - own.definite else -0.15 if first in own.definite else 0.0
    lost = {0.45: own.owners | own.persons, 0.55: own.links, 0.35: own.starters}
    return worth - sum(cost for cost, cut in lost.items() if before in cut)


def _ends_well(words: Sequence[_Word], start: int, end: int, before: str, after: str, own: StretchGrammar) -> float:
    """What its end is worth: `a group` of something has lost what there is so much of."""
    articled = words[start].folded in own.articles or before in own.articles
    worth = -0.6 if articled and own.describes(words[end].folded) else 0.0  # `keeps [the neck warm]`
    worth -= LISTED if _is_listed(words, end, own) else 0.0
    worth -= 0.5 if after in own.owners else 0.0
    worth -= 0.3 if after in own.links and after in _LATER else 0.0
    open_clause = start == 0 and words[0].folded not in own.articles and after in own.links | own.starters
    worth -= 0.25 if open_clause else 0.0
    return worth - (0.3 if after in own.verbs and start == 0 else 0.0)


def _is_listed(words: Sequence[_Word], end: int, own: StretchGrammar) -> bool:
    """Whether a list goes on behind a stretch: `lightweight, breathable nylon` is not to end with its first word."""
    following = words[end + 1] if end + 1 < len(words) else None
    lists = following is not None and following.broken and not own.borders(following.folded)
    return lists and own.describes(words[end].folded)


def _wide_stretches(text: str) -> Iterator[Stretch]:
    """The parts of a text in Chinese between its marks."""
    own = grammar("zh")
    sentence = text.strip().rstrip("。！？")
    parts = [(match.start(), match[0]) for match in _WIDE_PARTS.finditer(text)]
    for at, part in [*parts, *([(0, sentence)] if len(parts) > 1 else [])]:
        if len(part) > MOST_WIDE or any(person in part for person in own.persons):
            continue
        cut = min((part.find(negation) for negation in own.negations if negation in part), default=len(part))
        held, denied = stems_of(part[:cut], "zh"), stems_of(part[cut:], "zh")
        whole = part == sentence
        score = 0.3 * whole - 0.05 * max(0, len(part) - 14) - 0.3 * (len(part) < 3)
        yield Stretch(part, held, denied, (len(part) + 1) // 2, at == 0, whole, score)


def sentences_of(text: str, most: int) -> list[str]:
    """The first sentences of a text, line by line."""
    found: list[str] = []
    for line in text.splitlines():
        found += sentences(line)
        if len(found) >= most:
            break
    return found[:most]


__all__ = ["Stretch", "denies", "sentences_of", "stretches"]
