"""How the texts of one language are cut: what a stretch may begin and end with, and what denies what follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache

from agent.explain.grounding.lexicon import SAME
from agent.language.patterns import data
from retrieval.text.words import fold, is_pair, words

ROOM = "agent.explain.sentence"
_LEAST_STEM = 4  # letters that an ending leaves


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words of a language that join others; `grammar.yaml` says what each set is for."""

    articles: frozenset[str]
    definite: frozenset[str]
    imperatives: frozenset[str]
    starters: frozenset[str]
    links: frozenset[str]
    owners: frozenset[str]
    relatives: frozenset[str]
    verbs: frozenset[str]
    persons: frozenset[str]
    trailing: frozenset[str]
    negations: frozenset[str]
    denying_ends: tuple[str, ...]
    endings: tuple[str, ...]

    def borders(self, word: str) -> bool:
        """Whether a stretch may begin or end beside a word."""
        return word in self.links or word in self.starters or word in self.articles or self.is_strange(word)

    def is_strange(self, word: str) -> bool:
        """Whether a word is none that names or describes: a verb or a person."""
        return word in self.verbs or word in self.persons or word in self.owners

    def begins(self, word: str) -> bool:
        """Whether a stretch may begin with a word."""
        shut = word in self.links or word in self.owners or self.is_strange(word)
        return word in self.articles or word in self.starters or not shut

    def ends(self, word: str) -> bool:
        """Whether a stretch may end with a word."""
        return not self.borders(word) and word not in self.trailing

    def stem(self, token: str) -> str:
        """What a token has in common with other forms of its word."""
        token = SAME.get(token, token)
        if is_pair(token):
            return token
        for ending in self.endings:
            if token.endswith(ending) and len(token) - len(ending) >= _LEAST_STEM:
                base = token.removesuffix(ending)
                return base[:-1] if base[-1] == base[-2] and len(base) > _LEAST_STEM else base
        return token


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language; that of English for those that have none here."""
    content: Mapping[str, Mapping[str, list[str]]] = data(ROOM, "grammar.yaml")
    own = content[language if language in content else "en"]
    lists = {name: [fold(word) for word in own[name]] for name in own}
    sets = {field.name: frozenset(lists[field.name]) for field in fields(Grammar)}
    ordered = {name: tuple(lists[name]) for name in ("denying_ends", "endings")}
    return Grammar(**{**sets, **ordered})  # type: ignore[arg-type]  # of the types above


@lru_cache(maxsize=8_192)
def stems_of(text: str, language: str) -> frozenset[str]:
    """The stems of a text's words; what joins words has none."""
    own = grammar(language)
    return frozenset(own.stem(token) for token in words(text))


__all__ = ["ROOM", "Grammar", "grammar", "stems_of"]
