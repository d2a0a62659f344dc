"""Whether a turn goes on with what was asked before, or begins anew.

The rule, in this order: whatever points at what was shown, criticises it or states nothing but conditions goes on; so
do words that lean on what was said before (`but`, `with`, `in`, `something calmer`); whoever asks for a thing in so
many words (`I want a lamp`, `a portrait`, `换成`) begins anew; bare words begin anew when they name a kind of thing
that the catalog has, and go on when they do not.
"""

from __future__ import annotations

import re

from agent.dialogue.state import State
from agent.language.patterns import patterns
from agent.understand import Vocabulary
from agent.understand.tokens import flat
from retrieval.text.words import words

_WORDS = patterns("agent.dialogue", "topic")
_LEAD = re.compile(rf"^(?:(?:{_WORDS['lead']})\b[,.!\s]*)+")
_LEANS = re.compile(rf"^(?:{_WORDS['leans']})")
_OPENER = re.compile(rf"^(?:{_WORDS['opener']})\s*(?:{_WORDS['to see']})?")
_VAGUE = re.compile(rf"^(?:{_WORDS['vague']})")
_ARTICLE = re.compile(_WORDS["article"])
_ONES = re.compile(_WORDS["ones"])
_THING_ROLES = ("kind", "")
_SAME_BUDGET = re.compile(rf"(?:{_WORDS['same budget']})(?:\s+(?:{_WORDS['but']})\b)?", re.IGNORECASE)
_EITHER = re.compile(rf"^\W*(?:{_WORDS['either']})\W*$")
_REFUSAL = re.compile(rf"^\W*(?:{_WORDS['refusal']})(?!\w)")
_AGAIN = re.compile(_WORDS["again"])


def goes_on(wish: str, state: State, vocabulary: Vocabulary, *, leans: bool) -> bool:
    """Whether a turn goes on with what was asked before.

    Args:
        wish: Its words without conditions, references and criticism.
        leans: Whether it points at or criticises what was shown, or answers what was asked.
    """
    # Whatever it leans on, it can only go on from a list that was shown.
    if leans or (not state.wishes and not state.images and not state.last):
        return bool(state.last)
    low = _LEAD.sub("", flat(wish)).strip()
    if not words(low):  # nothing but conditions, or words of grammar
        return bool(state.last)
    if _LEANS.match(low):
        return True
    opened = _OPENER.match(low)
    rest = low[opened.end() :].strip() if opened else low
    if vague := _VAGUE.match(rest):
        kind = rest[vague.end() :].strip()
        return bool(_LEANS.match(kind)) or not _names_a_thing(kind, vocabulary)
    if _ONES.search(rest):
        return True
    if opened or _ARTICLE.match(low):
        return False
    return not _names_a_thing(low, vocabulary)


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


__all__ = ["carries_budget", "goes_on", "is_either", "is_refusal", "seen_again", "without_carried"]
