"""Turns that ask for nothing new by themselves: undo, start over, show again, show others, yes, drop that wish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from agent.language.patterns import patterns
from agent.understand import Reference, Vocabulary
from agent.understand.references import pointed_at, references, sentiments
from agent.understand.tokens import flat
from retrieval.text.words import words

ActKind = Literal["undo", "restart", "again", "others", "yes", "drop", "either", "idle", "request"]

_WORDS = patterns("agent.dialogue", "acts")
_END = rf"(?:{_WORDS['polite behind']})?[\s.!?。！？~～]*$"
_PLEASE = rf"^(?:(?:{_WORDS['polite before']})[,\s]+)*"
_UNDO = re.compile(rf"{_PLEASE}(?:{_WORDS['undo']}){_END}")
_RESTART = re.compile(
    rf"{_PLEASE}(?:{_WORDS['before restart']})?(?:{_WORDS['restart']})[\s,.:;!，。：！]*(?P<rest>.*)$"
)
_AGAIN = re.compile(_WORDS["again"])
_OTHERS = re.compile(rf"{_PLEASE}{_WORDS.only('en')['others']}{_END}|{_WORDS.only('zh')['others']}{_END}")
_NONE_OF_THESE = re.compile(rf"(?:{_WORDS['none of these']})")
_SPEAKER = re.compile(_WORDS["speaker"])
_YES = re.compile(rf"^(?:{_WORDS['agreed']})(?:[\s,.!，。！]+(?P<rest>.*)|$)")
_DROP = re.compile(_WORDS["drop"])
_BESIDE_FIELD = re.compile(_WORDS.words("beside field"))
_EITHER = re.compile(rf"{_PLEASE}(?:{_WORDS['either']}){_END}")
_RULES = re.compile(rf"[^.!?。！？]*(?:{_WORDS['rules']})[^.!?。！？]*[.!?。！？]*", re.IGNORECASE)
_IDLE = re.compile(_WORDS["idle"])

MOST_CHARS = 400  # of a turn that steers; a longer one is a request


@dataclass(frozen=True, slots=True)
class Act:
    """What a turn does, and what of its words is still to be read as a request.

    Attributes:
        targets: Items of the list shown last that it points at, of `again`.
        fields: What `drop` speaks of.
        rest: The words that are left.
        rules: Whether words that tried to change how the agent works were left out.
        dislikes: Whether all that was shown is refused.
    """

    kind: ActKind
    rest: str
    targets: tuple[Reference, ...] = ()
    fields: tuple[str, ...] = ()
    rules: bool = False
    dislikes: bool = False


def act_of(text: str, vocabulary: Vocabulary, *, offered: bool, questioned: bool) -> Act:
    """What a clean text does in a conversation.

    Args:
        offered: Whether the last answer offered to give something up.
        questioned: Whether it asked a question.
    """
    # Order counts: `undo` and `start over` before anything else that the words might do as well.
    if len(text) > MOST_CHARS:
        return Act("request", text)
    # Orders to the agent itself are left out before anything else is read, lest they pass for a wish.
    rest = _RULES.sub(" ", text).strip()
    low = flat(rest)
    if _UNDO.match(low):
        return Act("undo", "")
    if match := _RESTART.match(low):
        return Act("restart", rest[match.start("rest") :].strip())
    if _AGAIN.search(low):
        return Act("again", rest, targets=tuple(pointed_at(low)))
    if _OTHERS.match(low):
        return Act("others", "")
    # `None of these` refuses the list only where it says nothing more: `none of these in red` is a request.
    if _NONE_OF_THESE.search(low) and not words(_SPEAKER.sub(" ", _NONE_OF_THESE.sub(" ", low))):
        return Act("others", "", dislikes=True)
    if questioned and _EITHER.match(low):
        return Act("either", "")
    if _DROP.search(low) and (fields := _fields(low, vocabulary)):
        return Act("drop", "", fields=fields)
    if offered and (match := _YES.match(low)):
        return Act("yes", rest[match.start("rest") :].strip() if match["rest"] else "")
    # What is left is idle only where no word of it could be searched for, points at an item or judges one.
    asks = words(_IDLE.sub(" ", low)) or any(references(low, vocabulary)) or any(sentiments(low))
    return Act("request" if asks else "idle", rest, rules=rest != text)


def _fields(low: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Fields that a short text names, and nothing beside them."""
    mentions = [mention for mention in vocabulary.find(low) if mention.names]
    rest = _DROP.sub(" ", low)
    for mention in mentions:
        rest = rest.replace(low[mention.start : mention.end], " ")
    left = words(_BESIDE_FIELD.sub(" ", rest))
    return tuple(dict.fromkeys(field.name for mention in mentions for field in mention.names)) if not left else ()


__all__ = ["Act", "ActKind", "act_of"]
