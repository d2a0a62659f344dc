"""How the texts of one language are cut: what a stretch may begin and end with, and what denies what follows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from agent.explain.grounding.lexicon import SAME
from agent.language.patterns import data
from agent.recent import recent
from retrieval.text.words import fold, is_pair, singular, words

ROOM = "agent.explain.sentence"
_LEAST_STEM = {"en": 4}  # letters that an ending leaves; elsewhere
OTHER_LEAST = 3
_SOUNDS_AS_VOWEL = re.compile(r"(?!uni|use|eu|one\b)[aeiou]|8|1[18](?!\d)", re.IGNORECASE)
_ENDS = ("denying_ends", "endings")


@dataclass(frozen=True, slots=True)
class StretchGrammar:
    """The words of a language that join others; `grammar.yaml` says what each set is for."""

    copulas: frozenset[str]
    articles: frozenset[str]
    definite: frozenset[str]
    imperatives: frozenset[str]
    starters: frozenset[str]
    links: frozenset[str]
    owners: frozenset[str]
    relatives: frozenset[str]
    verbs: frozenset[str]
    clauses: frozenset[str]
    nouns: frozenset[str]
    speakers: frozenset[str]
    tellers: frozenset[str]
    counts: frozenset[str]
    advice: frozenset[str]
    goes_before: frozenset[str]
    persons: frozenset[str]
    trailing: frozenset[str]
    negations: frozenset[str]
    denying_behind: frozenset[str]
    denying_ends: tuple[str, ...]
    endings: tuple[str, ...]
    particles: frozenset[str]
    describing: frozenset[str]
    describing_ends: tuple[str, ...]
    least_stem: int
    adverb_end: str
    going_end: str
    no_adverbs: frozenset[str]

    def borders(self, word: str) -> bool:
        """Whether a stretch may begin or end beside a word."""
        return word in self.links or word in self.starters or word in self.articles or self.is_strange(word)

    def is_strange(self, word: str) -> bool:
        """Whether a word is none that names or describes: a verb or a person."""
        return word in self.verbs or word in self.persons or word in self.owners

    def begins(self, word: str) -> bool:
        """Whether a stretch may begin with a word."""
        shut = word in self.links or word in self.owners or self.is_strange(word) or self.is_adverb(word)
        return word in self.articles or word in self.starters or not shut

    def ends(self, word: str) -> bool:
        """Whether a stretch may end with a word."""
        return not self.borders(word) and word not in self.trailing and not self.is_adverb(word)

    def is_adverb(self, word: str) -> bool:
        """Whether a word tells how something is done."""
        return bool(self.adverb_end) and word.endswith(self.adverb_end) and word not in self.no_adverbs

    def goes_on(self, word: str) -> bool:
        """Whether a word tells what is being done, so that what follows belongs to it: `events leading up to …`."""
        return bool(self.going_end) and word.endswith(self.going_end)

    def describes(self, word: str) -> bool:
        """Whether a word can be said to be so of a thing, `it is warm`."""
        return word in self.describing or (bool(self.describing_ends) and word.endswith(self.describing_ends))

    def stem(self, token: str) -> str:
        """What a token has in common with other forms of its word."""
        token = SAME.get(token, token)
        if is_pair(token):
            return token
        for ending in self.endings:
            if token.endswith(ending) and len(token) - len(ending) >= self.least_stem:
                base = token.removesuffix(ending)
                return base[:-1] if base[-1] == base[-2] and len(base) > self.least_stem else base
        return token


@cache
def grammar(language: str) -> StretchGrammar:
    """The grammar of a language; that of English for those that have none here."""
    content: Mapping[str, Mapping[str, list[str]]] = data(ROOM, "grammar.yaml")
    language = language if language in content else "en"
    own = content[language]
    lists = {name: [fold(word) for word in own[name]] for name in own}
    if own is content["en"]:
        lists["verbs"] += [f"{verb}s" for verb in lists["verbs"]]
    wishes: Mapping[str, Mapping[str, list[str]]] = data(ROOM, "wish_words.yaml")
    return StretchGrammar(
        **{name: frozenset(listed) for name, listed in lists.items() if name not in _ENDS},
        denying_ends=tuple(lists["denying_ends"]),
        endings=tuple(lists["endings"]),
        describing=frozenset(wishes["describing"].get(language, ())),
        describing_ends=tuple(wishes["describing_ends"].get(language, ())),
        least_stem=_LEAST_STEM.get(language, OTHER_LEAST),
        adverb_end="ly" if language == "en" else "",
        going_end="ing" if language == "en" else "",
    )


def with_article(noun: str) -> str:
    """An English noun with `a` or `an`; a plural as it is."""
    if singular(fold(noun)) != fold(noun):
        return noun
    return f"{'an' if _SOUNDS_AS_VOWEL.match(noun) else 'a'} {noun}"


@recent(8_192)
def stems_of(text: str, language: str) -> frozenset[str]:
    """The stems of a text's words; what joins words has none."""
    own = grammar(language)
    return frozenset(own.stem(token) for token in words(text))


__all__ = ["ROOM", "StretchGrammar", "grammar", "stems_of", "with_article"]
