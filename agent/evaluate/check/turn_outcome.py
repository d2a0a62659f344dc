"""What came of a turn: the answer, and what the conversation knew before and after it."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cache

from agent.answers import Answer, StateView
from agent.dialogue.state import State
from agent.language.messages import sentences
from agent.pipeline import Pipeline
from agent.understand.tokens import forms
from retrieval.items import Item

LACKING = ("nothing of the kind", "nothing like it")  # the sentences that say that the catalog has none of it


@dataclass(frozen=True, slots=True, eq=False)
class TurnOutcome:
    """What came of a turn.

    Attributes:
        view: The pipeline that answered.
        before: What was known before the turn.
        after: What is known after it.
        answer: None where the turn was refused.
        refused: What was said instead of an answer.
    """

    view: Pipeline
    before: State
    after: State
    answer: Answer | None = None
    refused: str = ""

    @property
    def act(self) -> str:
        """What the turn was taken to do; empty where it was refused."""
        return self.answer.dialogue.act if self.answer and self.answer.dialogue else ""

    @property
    def told(self) -> StateView:
        """The state as people and programs are told it; an empty one where the turn was refused."""
        dialogue = self.answer.dialogue if self.answer else None
        return (dialogue.understood if dialogue else None) or StateView()

    @property
    def reply(self) -> str:
        """What was said in words, beside or instead of items."""
        return self.answer.reply if self.answer else self.refused

    @property
    def shown(self) -> tuple[Item, ...]:
        """The items shown, in their order."""
        return tuple(entry.item for entry in self.answer.recommendations) if self.answer else ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the items shown."""
        return tuple(item.id for item in self.shown)

    @property
    def groups(self) -> tuple[str, ...]:
        """The things that have items of their own, in the person's words."""
        return tuple(group.role for group in self.answer.groups if group.items) if self.answer else ()

    @property
    def does(self) -> frozenset[str]:
        """All that may be said of what became of the list, as journeys call it."""
        listed, last = bool(self.ids), self.before.last
        new = listed and not self.groups and self.after.last == self.ids
        return frozenset(
            name
            for name, holds in {
                "same": bool(last) and self.after.last == last and set(self.ids) <= set(last),
                "new": new,
                "others": new and not set(self.ids) & set(last),
                "groups": bool(self.groups),
                "none": not listed,
                "ask": not listed and bool(self.answer and self.answer.choices),
            }.items()
            if holds
        )

    @property
    def lacking(self) -> bool:
        """Whether it was said that the catalog has nothing of the kind."""
        return any(pattern.search(self.reply) for pattern in _sayings(LACKING))

    def items_meant(self, numbers: tuple[int, ...]) -> tuple[Item, ...]:
        """The items of the list before that have these numbers; all of them where there are none."""
        last, snapshot = self.before.last, self.view.snapshot
        ids = [last[number - 1] for number in numbers if 0 < number <= len(last)] if numbers else last
        return tuple(snapshot.items[snapshot.rows[item_id]] for item_id in ids if item_id in snapshot.rows)


def holds(text: str, words: str) -> bool:
    """Whether a text has some words, one behind the other; singular and plural are the same."""
    whole, part = forms(text), forms(words)
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1)) if part else False


@cache
def _sayings(names: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Our sentences of these names, in every language and number, whatever is filled in."""
    texts = {text for name in names for numbers in sentences()[name].values() for text in numbers.values()}
    return tuple(_saying(text) for text in sorted(texts))


def _saying(sentence: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(sentence)
    return re.compile("".join(re.escape(text) + (".+?" if field is not None else "") for text, field, _, _ in parts))


__all__ = ["TurnOutcome", "holds"]
