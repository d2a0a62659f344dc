"""Stretches: short parts of an item's own text that can stand in a sentence as they are, around words that answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.explain.sentence.grammar import StretchGrammar, grammar, stems_of
from agent.explain.sentence.senses import denial_in
from retrieval.text.words import fold

MOST_WORDS = 13
MOST_WHOLE = 20  # words of a whole sentence
LONG = 7  # words from which a stretch is longer than it need be
MOST_SENTENCE_WORDS = 60  # of which stretches are looked for
NAMES = 0.6  # what it costs to be but names
LISTED = 0.9  # what it costs to end within a list
MOST_OPENING_WORDS = 30  # where any stretch would do
MOST_WIDE = 32  # characters of a script without spaces
FULL_WIDE, LEAST_WIDE = 18, 4  # from which a stretch of it is longer than it need be, and below which it says little
MOST_PARTS = 4  # between marks
_WORD = re.compile(r"(?!(?<=['’])s\b)[^\W_]+(?:(?:[-'’/]|(?<=\d)[.,](?=\d))[^\W_]+)*%?")
_BREAK = re.compile(r"[,;:.!?()\[\]\"“”«»„*_|/\\\n\r–—<>{}#=+]|\s-\s")
_PARTED = re.compile(r"\s[/|]|[/|]\s|^[/|]")
_MARKED = re.compile(r"[()\[\]{}|]|\s/|/\s|\.\s+[A-Z]")  # in a text that was cut within brackets or runs over two texts
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"))
_WIDE = re.compile(r"[\u3400-\u9fff]")
_WIDE_PARTS = re.compile(r"[^，。；：！？,;:!?\s\"“”]+")
_LATER = frozenset({"before", "after", "when", "while", "where"})  # what is cut off there has lost its time or place
_FAR = 5  # words before which an article may stand
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
        clause: Whether a verb of its own stands in it.
        subject: Whether a verb that was cut off says something of it.
    """

    text: str
    stems: frozenset[str]
    denied: frozenset[str]
    n_words: int
    begins: bool
    whole: bool
    score: float
    defines: bool = False
    clause: bool = False
    subject: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sentence."""

    start: int
    end: int
    folded: str  # empty for what is a verb elsewhere, and a noun here
    stems: frozenset[str]
    denied: bool
    broken: bool  # whether a mark stands before it
    capital: bool
    digits: bool
    letter: bool  # whether it is a single one


def stretches(text: str, wanted: frozenset[str], language: str, title: frozenset[str] = frozenset()) -> list[Stretch]:
    """The stretches of a sentence that hold a wanted word; of all it can be cut into where none is wanted.

    Args:
        title: Stems of the item's title: what begins with them speaks of the item by its name.
    """
    if _WIDE.search(text):
        cuts = list(_wide_stretches(text))
        return [cut for cut in cuts if not wanted or not wanted.isdisjoint(cut.stems | cut.denied)]
    own = grammar(language)
    words = _words(text, own, language)[: MOST_SENTENCE_WORDS if wanted else MOST_OPENING_WORDS]
    if not words or (wanted and not any(wanted & word.stems for word in words)):
        return []
    if any(word.folded in own.tellers for word in words):
        return []  # `I moved to Leipzig in spring` is not to be told as `Leipzig in spring`
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
                len(match[0]) == 1 and match[0].isalpha(),
            )
        )
        n_denied = _DENIED if folded in own.negations else n_denied - 1
        before = match.end()
    words = _denied_behind(words, own)
    return [replace(word, folded="") if _is_noun(words, at, own) else word for at, word in enumerate(words)]


def _denied_behind(words: list[_Word], own: StretchGrammar) -> list[_Word]:
    """The words, those denied that stand in one clause before what denies them."""
    denying = [at for at, word in enumerate(words) if word.folded in own.denying_behind]
    for at in denying:
        start = next((back for back in range(at, 0, -1) if words[back].broken), 0)
        words[start:at] = [replace(word, denied=True) for word in words[start:at]]
    return words


def _is_noun(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    """Whether what is a verb elsewhere is what an article stands before: `a secure and customized fit`."""
    word, following = words[at], words[at + 1] if at + 1 < len(words) else None
    if word.folded not in own.nouns:
        return False
    closed = following is None or following.broken or own.borders(following.folded)
    for back in range(at - 1, max(-1, at - _FAR), -1):
        if words[back + 1].broken:
            return False
        if words[back].folded in own.articles:
            return closed or back == at - 1
        if words[back].folded in own.verbs or words[back].folded in own.starters:
            return False
    return False


def _cut(
    text: str, words: Sequence[_Word], own: StretchGrammar, wanted: frozenset[str], title: frozenset[str]
) -> Iterator[Stretch]:
    last = len(words) - 1
    starts = [at for at in range(len(words)) if _may_begin(words, at, own)]
    ends = [at for at in range(len(words)) if _may_end(words, at, own)]
    parts = [(start, end) for start in starts for end in ends if start <= end < start + MOST_WORDS]
    for start, end in [*(part for part in parts if part != (0, last)), (0, last)]:
        inner = words[start : end + 1]
        whole = (start, end) == (0, last)
        sound = _is_sentence(inner, own, title) if whole else _is_part(words, start, end, own, title)
        if (
            sound
            and (not wanted or any(wanted & word.stems for word in inner))
            and not _MARKED.search(text[inner[0].start : inner[-1].end])
            and _is_worded(inner)
            and not _is_named(text, inner, title)
        ):
            yield _stretch(text, words, start, end, own, title)


def _is_sentence(words: Sequence[_Word], own: StretchGrammar, title: frozenset[str]) -> bool:
    """Whether a whole sentence can stand as it is: it bids nobody, and begins with what it speaks of."""
    first = words[0]
    if len(words) > MOST_WHOLE or first.folded in own.imperatives or first.folded in own.goes_before:
        return False
    if first.folded in own.persons and first.folded not in own.counts:
        return False
    if not own.advice.isdisjoint(word.folded for word in words):
        return False
    if first.stems and first.stems <= title and any(word.folded in own.verbs for word in words):
        return False
    return not any(word.folded in own.speakers and word.folded not in own.counts for word in words)


def _is_part(words: Sequence[_Word], start: int, end: int, own: StretchGrammar, title: frozenset[str]) -> bool:
    """Whether a part of a sentence can stand alone."""
    inner = words[start : end + 1]
    clause = start == 0 or _is_clause(words, start, end, own)
    unbroken = not _runs_on(inner, own) and not _lacks_verb(words, start, end, own)
    return unbroken and _is_sound(inner, own, title, clause=clause)


def is_torn(text: str) -> bool:
    """Whether a text was cut within brackets, or runs over a mark that parts two texts."""
    return bool(_PARTED.search(text)) or any(text.count(left) != text.count(right) for left, right in _BRACKETS)


def _may_begin(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    word, before = words[at], words[at - 1].folded if at else ""
    if not own.begins(word.folded) and word.folded not in own.negations:
        return False
    if word.folded in own.relatives and word.folded not in own.articles and word.folded not in own.starters:
        return False
    bids = word.folded in own.imperatives and (at == 0 or word.broken)
    if bids or (word.denied and before in own.negations):
        return False
    return at == 0 or word.broken or (own.borders(before) and before not in own.persons)


def _may_end(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    following = words[at + 1] if at + 1 < len(words) else None
    closed = following is None or following.broken
    if not closed and _cuts_name(words, at, own):
        return False
    goes_on = own.goes_on(words[at].folded) and not closed and at > 0 and words[at - 1].folded not in own.starters
    if words[at].letter or goes_on:
        return False  # `M` of `M.2`, `s` of `women’s`
    if not own.ends(words[at].folded):
        return closed and _is_adverb(words, at, own)
    if words[at].broken and not closed:
        return False  # a single word behind a mark: `red color, coupled with …`
    return closed or (following is not None and own.borders(following.folded) and not _is_adverb(words, at + 1, own))


def _cuts_name(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    """Whether a name goes on behind a word, as in `Back to the Future`."""
    behind = next((word for word in words[at + 1 :] if not own.borders(word.folded)), None)
    if words[at].capital and words[at + 1].letter and words[at + 1].capital:
        return True  # `World War I`
    joined = behind is not None and behind is not words[at + 1]
    return words[at].capital and at > 0 and joined and behind is not None and behind.capital


def _is_adverb(words: Sequence[_Word], at: int, own: StretchGrammar) -> bool:
    """Whether what joins parts elsewhere ends its clause here: `the night before`."""
    closed = at + 1 == len(words) or words[at + 1].broken
    return at > 0 and closed and words[at].folded in own.particles


def _runs_on(inner: Sequence[_Word], own: StretchGrammar) -> bool:
    """Whether something else is spoken of behind a mark: `in Paris, the film …`."""
    return any(word.broken and word.folded in own.definite for word in inner[1:])


def _lacks_verb(words: Sequence[_Word], start: int, end: int, own: StretchGrammar) -> bool:
    """Whether a clause within it was cut before its verb: `from which many variants` can be made."""
    cut = end + 1 < len(words) and not words[end + 1].broken and words[end + 1].folded in own.verbs
    related = own.relatives - own.articles - own.starters
    return cut and any(word.folded in related for word in words[start : end + 1])


def _is_clause(words: Sequence[_Word], start: int, end: int, own: StretchGrammar) -> bool:
    """Whether it is all of a clause: `when [a simple heist goes wrong]`."""
    closed = end + 1 == len(words) or words[end + 1].broken
    return closed and start > 0 and not words[start].broken and words[start - 1].folded in own.clauses


def _is_sound(inner: Sequence[_Word], own: StretchGrammar, title: frozenset[str], *, clause: bool) -> bool:
    """Whether it speaks to nobody, and its verbs stand where they may."""
    related = False
    clause = clause and inner[0].folded not in own.starters and not (inner[0].stems and inner[0].stems <= title)
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
    clause = any(word.folded in own.verbs for word in inner) and not any(word.folded in own.relatives for word in inner)
    subject = start == 0 and end + 1 < len(words) and not words[end + 1].broken and words[end + 1].folded in own.verbs
    return Stretch(cut, stems, denied, len(inner), start == 0, whole, score, defines, clause, subject)


def _score(words: Sequence[_Word], start: int, end: int, own: StretchGrammar, *, whole: bool) -> float:
    """How well a stretch can stand alone: neither long nor a single word, and cut where nothing is lost."""
    n_words = end - start + 1
    score = 0.05 * min(n_words, LONG - 1) - (0.02 if whole else 0.08) * max(0, n_words - LONG)
    score -= 0.5 if n_words == 1 else 0.15 if n_words == 2 else 0.0
    score += 0.35 if whole else 0.0
    inner = words[start : end + 1]
    score -= (0.05 if whole else 0.25) * sum(word.broken for word in inner[1:]) + (0.02 if whole else 0.12) * sum(
        word.folded in own.links for word in inner
    )
    before = "" if _is_clause(words, start, end, own) else _before(words, start, own)
    after = words[end + 1].folded if end + 1 < len(words) and not words[end + 1].broken else ""
    return score + _begins_well(words[start].folded, before, own) + _ends_well(words, start, end, before, after, own)


def _before(words: Sequence[_Word], start: int, own: StretchGrammar) -> str:
    """The word that a stretch was cut off from; of an article the one before it is what counts where it joins."""
    if not start or words[start].broken:
        return ""
    before = words[start - 1]
    if before.folded in own.articles and start > 1 and not before.broken and own.borders(words[start - 2].folded):
        return words[start - 2].folded
    return before.folded


def _begins_well(first: str, before: str, own: StretchGrammar) -> float:
    """What its beginning is worth: behind a verb or a preposition it has lost what it is said of."""
    worth = 0.1 if first in own.articles - own.definite else -0.15 if first in own.definite else 0.0
    worth -= 0.15 if before in own.articles - own.definite else 0.0
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
    """The parts of a text in Chinese between its marks, and those that stand beside each other."""
    own = grammar("zh")
    sentence = text.strip().rstrip("。！？")
    parts = [(match.start(), match.end()) for match in _WIDE_PARTS.finditer(text)]
    for first, (start, _) in enumerate(parts):
        for last, (_, end) in enumerate(parts[first : first + MOST_PARTS], start=first):
            run = text[start:end]
            if len(run) > MOST_WIDE or any(person in run for person in own.persons):
                break
            if not is_torn(run):
                yield _wide_stretch(run, parts[first : last + 1], text, whole=run == sentence)


def _wide_stretch(run: str, parts: Sequence[tuple[int, int]], text: str, *, whole: bool) -> Stretch:
    """Some parts of a text as they stand; each denies what stands in it behind a negation."""
    held, denied = frozenset[str](), frozenset[str]()
    for start, end in parts:
        cut = denial_in(text[start:end])
        held |= stems_of(text[start : start + cut], "zh")
        denied |= stems_of(text[start + cut : end], "zh")
    score = 0.3 * whole - 0.05 * max(0, len(run) - FULL_WIDE) - 0.3 * (len(run) < LEAST_WIDE)
    return Stretch(run, held, denied, (len(run) + 1) // 2, parts[0][0] == 0, whole, score)


__all__ = ["Stretch", "denies", "is_torn", "stretches"]
