"""What a text says, word by word: which clause a word stands in, and whether it is denied there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from agent.explain.grounding.lexicon import (
    ALSO_NAMES,
    BEFORE_NUMBERS,
    BROADER,
    DIGITS,
    HEDGES,
    INCLUDED,
    MEASURES,
    NEGATIONS_BY_LANGUAGE,
    PARTICULAR_NEGATIONS,
    PLAIN_BY_LANGUAGE,
    REWRITES,
    SAME,
)
from agent.recent import recent
from retrieval.text.words import fold, singular

# The end of a clause, or a token; `can't` is one, since it denies.
_TOKEN = re.compile(
    r"[,;:!?()“”„«»\"\n，。；：！？、（）—]|\.(?!\d)|\b(?:and|but|und|aber|pero|mais|et|y)\b"
    r"|([\u4e00-\u9fff]+|\d+(?:[.,:]\d+)*|(?:(?![\u4e00-\u9fff])[^\W\d_])+(?:'t\b)?)",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_WIDE = re.compile(r"[\u4e00-\u9fff]")
_ENDINGS = ("ing", "ed", "ly", "able")
_STEMMED = (
    "ations",
    "ation",
    "ators",
    "ator",
    "ions",
    "ion",
    "ings",
    "ing",
    "ers",
    "er",
    "ors",
    "or",
    "ed",
    "es",
    "e",
    "s",
)
_INFLECTED = ("es", "os", "as", "en", "er", "em", "e", "o", "a", "s", "n")  # of Spanish, French and German
_SHORTEST_BASE = 4  # letters that an ending leaves, or `string` would be a form of `str`
_POINTING = frozenset({"this", "these"})
_DENIED = 3  # words of weight that a negation denies, within its clause


@dataclass(frozen=True, slots=True)
class TextToken:
    """A word or number of a text.

    Attributes:
        token: As written.
        folded: Lower case, without accents.
        word: Without a plural ending, and in the one form of words that mean the same; a number in plain form.
        clause: Number of its clause.
        denied: Whether a negation stands shortly before it in its clause.
        plain: Whether it says nothing about an item.
        negates: Whether it denies what follows.
        first: Whether it begins a sentence or a clause, where a capital does not make it a name.
    """

    token: str
    folded: str
    word: str
    clause: int
    denied: bool
    plain: bool
    negates: bool
    first: bool = False

    @property
    def number(self) -> bool:
        """Whether it is a number, in digits or words."""
        return self.word[:1].isdigit()

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital."""
        return self.token[0].isupper()


def normal(text: str) -> str:
    """The text with what is written in several ways written in one."""
    for pattern, plain in REWRITES:
        text = pattern.sub(plain, text)
    return text


def letters(text: str) -> str:
    """The text in small letters without accents, each at the place where it stood."""
    return text.lower() if text.isascii() else "".join(fold(character)[:1] or character for character in text)


@recent(4096)
def language_of(text: str) -> str:
    """Which language a sentence is in, by the words that carry it; English where nothing tells."""
    if _WIDE.search(text):
        return "zh"
    words = Counter(re.findall(r"[^\W\d_]+", fold(text)))
    hits = {
        language: sum(words[word] for word in words.keys() & (plain | NEGATIONS_BY_LANGUAGE[language]))
        for language, plain in PLAIN_BY_LANGUAGE.items()
    }
    return max(hits, key=lambda language: (hits[language], language == "en"))


def _counts_on(token: TextToken, following: list[TextToken]) -> bool:
    """Whether a number follows that the word would change; `only` does at a beginning alone, in `Only a scarf`."""
    if not following:
        return False
    if token.folded == "only":
        return token.first and following[0].folded in ("one", "a", "an")
    return following[0].number or following[0].folded in ("one", "your")


def tokens_of(text: str, language: str = "") -> Iterator[TextToken]:
    """The words and numbers of a text.

    Args:
        language: What it is in; empty where that is to be read from the text.
    """
    language = language or language_of(text)
    plain, negations = PLAIN_BY_LANGUAGE[language] | HEDGES, NEGATIONS_BY_LANGUAGE[language]
    if language == "zh":  # what it quotes is in another language
        plain, negations = plain | PLAIN_BY_LANGUAGE["en"], negations | NEGATIONS_BY_LANGUAGE["en"]
    clauses: list[list[TextToken]] = [[]]
    n_denied = 0
    for match in _TOKEN.finditer(_POSSESSIVE.sub("", normal(text))):
        written = match[1]
        if written is None:  # a clause ends here
            n_denied = 0
            clauses.append([])
            continue
        pieces = _cut(written) if _WIDE.match(written) else [written]
        for piece in pieces:
            token = _token(piece, clauses, n_denied > 0, plain, negations)
            clauses[-1].append(token)
            if token.negates:
                n_denied = 1 if token.folded == "non" or language == "zh" else _DENIED
            elif token.folded in _POINTING:  # `no butter in this cake` denies no cake
                n_denied = 0
            elif not token.plain:
                n_denied -= 1
    for clause in clauses:
        yield from _with_denied_subject([*_with_one(clause)])


def _with_one(clause: list[TextToken]) -> Iterator[TextToken]:
    """The clause, where `one` before a word of weight is a number, and else says nothing."""
    for at, token in enumerate(clause):
        is_measured = token.folded == "only" and any(each.word in MEASURES for each in clause[at + 2 : at + 3])
        if is_measured or (token.folded in BEFORE_NUMBERS and not _counts_on(token, clause[at + 1 : at + 2])):
            yield replace(token, plain=True)
            continue
        if token.folded != "one":
            yield token
            continue
        counts = at + 1 < len(clause) and not clause[at + 1].plain
        yield replace(token, word="1") if counts else replace(token, plain=True)


def _token(
    written: str, clauses: list[list[TextToken]], denied: bool, plain: frozenset[str], negations: frozenset[str]
) -> TextToken:
    folded = fold(written)
    word, clause = _form(folded), clauses[-1]
    is_name = folded in ALSO_NAMES and written[0].isupper() and bool(clause)
    negates = folded in negations or folded.endswith("'t")
    return TextToken(
        written,
        folded,
        word,
        len(clauses) - 1,
        denied,
        not is_name and not negates and (folded in plain or word in plain),
        negates,
        not clause,
    )


def _with_denied_subject(clause: list[TextToken]) -> Iterator[TextToken]:
    """The clause; what it speaks of is denied where it ends in a denial: `aprons are not`, `pot not included`."""
    telling = [token for token in clause if not token.plain]
    n_denials = sum(token.negates for token in telling)
    is_elided = (
        len(telling) > 1 and telling[-1].negates and n_denials == 1 and telling[-1].folded not in PARTICULAR_NEGATIONS
    )
    if is_elided or (n_denials and telling[-1].denied and telling[-1].folded in INCLUDED):
        yield from (replace(token, denied=not token.plain and not token.negates) for token in clause)
    else:
        yield from clause


@cache
def _wide_words() -> re.Pattern[str]:
    """Words of Chinese that say nothing, or deny, the longest first."""
    known = sorted(PLAIN_BY_LANGUAGE["zh"] | NEGATIONS_BY_LANGUAGE["zh"], key=len, reverse=True)
    return re.compile("(" + "|".join(known) + ")")


def _cut(written: str) -> list[str]:
    """A stretch of Chinese, cut where words stand that say nothing, or deny."""
    return [piece for piece in _wide_words().split(written) if piece]


def bases(word: str) -> frozenset[str]:
    """The word, and what it may be an -ing, -ed or -ly form of: `painted` and `painting` share `paint`."""
    forms = {word}
    for ending in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) >= _SHORTEST_BASE - 1:
            forms.add(base + "e")  # `baked` of `bake`
        if base != word and len(base) >= _SHORTEST_BASE:
            forms.add(base)
            if base[-1] == base[-2]:
                forms.add(base[:-1])  # `knitted` of `knit`
    return frozenset(SAME.get(form, form) for form in forms)


def bases_of(words: Iterable[str]) -> frozenset[str]:
    """What all these words are forms of, and what they prove beside themselves."""
    forms = frozenset(base for word in words for base in bases(word))
    return forms | {BROADER[form] for form in forms & BROADER.keys()}


def inflected(word: str) -> frozenset[str]:
    """The word, and what it may be a form of in Spanish, French and German."""
    return frozenset(
        {word, *(word.removesuffix(end) for end in _INFLECTED if len(word) - len(end) >= _SHORTEST_BASE - 1)}
    )


def stem(word: str) -> str:
    """What a word shares with others of its family: `director`, `directed` and `direction` share `direct`."""
    for ending in _STEMMED:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_BASE:
            return word.removesuffix(ending)
    return word


def _form(folded: str) -> str:
    if folded[0].isdigit():
        return _number(folded)
    word = singular(folded)
    return DIGITS.get(folded) or SAME.get(folded) or SAME.get(word, word)


def _number(token: str) -> str:
    """`1,000.0` and `1000` are one number; `1,5` is left as it is."""
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", token)
    return plain.rstrip("0").rstrip(".") if "." in plain and plain.count(".") == 1 else plain


__all__ = ["TextToken", "bases", "bases_of", "inflected", "language_of", "letters", "normal", "stem", "tokens_of"]
