"""Turns whose words leave no doubt: `undo`, `start over`, `show me others`, `none of these`, a yes to an offer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.language.patterns import patterns
from agent.understand.acts.act import Act, TurnContext
from agent.understand.tokens import flat

_WORDS = patterns("agent.understand.acts", "certain")
_BEFORE = rf"^\W*(?:(?:{_WORDS['polite before']})[,.!\s]*)*"
_END = rf"(?:{_WORDS['polite behind']})?[\s.!?。！？~～]*$"
_WHOLE: tuple[tuple[Act, re.Pattern[str]], ...] = tuple(
    (act, re.compile(rf"{_BEFORE}(?:{_WORDS[act]}){_END}")) for act in ("undo", "more", "none", "again")
)
_RESTART = re.compile(rf"{_BEFORE}(?:{_WORDS['restart']})[\s,.:;!，。：！]*(?P<rest>.*)$", re.DOTALL)
_AGREED = re.compile(rf"^\W*(?:{_WORDS['agreed']})(?:{_WORDS['polite behind']})?(?:[\s,.!，。！]+(?P<rest>.*)|$)")
_RULES = re.compile(rf"(?:{_WORDS['rules']})[\s,.;:!，。；：！、]*(?:(?:{_WORDS['and then']})\b\s*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CertainAct:
    """An act that the words leave no doubt of, and what of them is still to be read."""

    act: Act
    rest: str = ""


def certain_act(text: str, context: TurnContext) -> CertainAct | None:
    """What a turn surely does; None where its words alone do not say."""
    low = flat(text)
    for act, pattern in _WHOLE:
        if pattern.match(low):
            return CertainAct(act)
    if match := _RESTART.match(low):
        return CertainAct("restart", text[match.start("rest") :].strip())
    if context.offered and (match := _AGREED.match(low)):
        return CertainAct("agree", text[match.start("rest") :].strip() if match["rest"] else "")
    return None


def without_rules(text: str) -> str:
    """The text without words that try to change how the assistant works; what is asked beside them stays."""
    return _RULES.sub(" ", text).strip()


__all__ = ["CertainAct", "certain_act", "without_rules"]
