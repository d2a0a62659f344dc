"""Whether a turn goes on with what was asked before, or begins anew.

The rule, in this order: whoever says that it is something else begins anew; whatever points at what was shown,
criticises it or states nothing but conditions goes on; so do words that lean on what was said before (`but`, `with`,
`in`, `something calmer`); whoever asks for a thing in so many words (`I want a lamp`, `a portrait`, `换成`) begins
anew; bare words begin anew when they name a kind of thing that the catalog has, and go on when they do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from agent.dialogue.state import State
from agent.language.patterns import patterns, patterns_in
from agent.understand import Vocabulary
from agent.understand.tokens import flat
from retrieval.text.words import words

_ROOM, _READER = "agent.dialogue", "topic"
_WORDS = patterns(_ROOM, _READER)
_NEVER = "(?!)"
FURTHER = ("de", "es", "fr", "it", "pt")  # languages that have a file of their own
_THING_ROLES = ("kind", "")
_SAME_BUDGET = re.compile(rf"(?:{_WORDS['same budget']})(?:\s+(?:{_WORDS['but']})\b)?", re.IGNORECASE)
_EITHER = re.compile(rf"^\W*(?:{_WORDS['either']})\W*$")
_REFUSAL = re.compile(rf"^\W*(?:{_WORDS['refusal']})(?!\w)")
_AGAIN = re.compile(_WORDS["again"])


@dataclass(frozen=True, slots=True)
class TopicWords:
    """How one language goes on and begins anew.

    Attributes:
        lead: What says nothing at the beginning.
        leans: What leans on what was said before.
        opener: What asks for a thing in so many words.
        vague: What stands for a thing without naming one.
        article: What a thing begins with.
        ones: What stands for the things spoken of.
        afresh: What says that another thing is asked for.
    """

    lead: re.Pattern[str]
    leans: re.Pattern[str]
    opener: re.Pattern[str]
    vague: re.Pattern[str]
    article: re.Pattern[str]
    ones: re.Pattern[str]
    afresh: re.Pattern[str]


@cache
def topic_words(language: str) -> TopicWords:
    """Those of a further language, else those of English and Chinese."""
    words = patterns_in(_ROOM, _READER, (language,)) if language in FURTHER else _WORDS
    return TopicWords(
        re.compile(rf"^(?:(?:{words['lead']})\b[,.!\s]*)+"),
        re.compile(rf"^(?:{words['leans']})(?:(?<=\s)|(?![a-z]))"),
        re.compile(rf"^\W*(?:{words['opener']})\s*(?:{words['to see'] or _NEVER})?"),
        re.compile(rf"^(?:{words['vague']})"),
        re.compile(words["article"]),
        re.compile(words["ones"] or _NEVER),
        re.compile(rf"^\W*(?:{words['afresh'] or _NEVER})"),
    )


def goes_on(wish: str, state: State, vocabulary: Vocabulary, *, leans: bool, language: str = "en") -> bool:
    """Whether a turn goes on with what was asked before.

    Args:
        wish: Its words without conditions, references and criticism.
        leans: Whether it points at or criticises what was shown, or answers what was asked.
        language: Of the wish.
    """
    # Whatever it leans on, it can only go on from a list that was shown.
    if leans or (not state.wishes and not state.images and not state.sound and not state.last):
        return bool(state.last)
    rules = topic_words(language)
    low = rules.lead.sub("", flat(wish)).strip()
    if not words(low):  # nothing but conditions, or words of grammar
        return bool(state.last)
    opened = rules.opener.match(low)
    if not opened and rules.leans.match(low):
        return True
    rest = low[opened.end() :].strip() if opened else low
    if vague := rules.vague.match(rest):
        kind = rest[vague.end() :].strip()
        return bool(rules.leans.match(kind)) or not _names_a_thing(kind, vocabulary)
    if rules.ones.search(rest):
        return True
    if opened or rules.article.match(low):
        return False
    return not _names_a_thing(low, vocabulary)


def says_afresh(wish: str, language: str = "en") -> bool:
    """Whether a turn says in so many words that it is about something else: `otra cosa: un regalo`."""
    return topic_words(language).afresh.match(flat(wish)) is not None


def carries_budget(low: str) -> bool:
    """Whether a new request keeps the budget of the one before it."""
    return _SAME_BUDGET.search(low) is not None


def without_carried(text: str) -> str:
    """The text without the words that keep what was said before; they are no wish."""
    return _SAME_BUDGET.sub(" ", text).strip(" ,.;")


def is_either(low: str) -> bool:
    """Whether a reply leaves the choice open."""
    return _EITHER.match(low) is not None


def is_refusal(low: str) -> bool:
    """Whether a reply turns down what was offered."""
    return _REFUSAL.match(low) is not None


def seen_again(text: str) -> str:
    """What is to be seen again, without the words that say so."""
    return " ".join(_AGAIN.sub(" ", flat(text)).split())


def _names_a_thing(low: str, vocabulary: Vocabulary) -> bool:
    """Whether words name a kind of thing; values of fields that are about nothing known count as kinds too."""
    return any(meaning.field.about in _THING_ROLES for mention in vocabulary.find(low) for meaning in mention.meanings)


__all__ = ["carries_budget", "goes_on", "is_either", "is_refusal", "says_afresh", "seen_again", "without_carried"]
