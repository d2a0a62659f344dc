"""Giving up a part of the request: `forget the price`, `colour does not matter`, `drop the comedy thing`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.dialogue.state import State, WishText
from agent.language.patterns import patterns
from agent.understand.tokens import flat, forms
from retrieval.filters import parse_filter
from retrieval.schema import Schema

if TYPE_CHECKING:
    from agent.pipeline import Pipeline

_WORDS = patterns("agent.dialogue", "forgetting")
_AROUND = re.compile(_WORDS.words("around"))
_BUDGET = re.compile(_WORDS.words("budget"))


def without_named(text: str, state: State, pipeline: Pipeline) -> tuple[State, tuple[str, ...]]:
    """The state without the conditions, wishes and denials that words name, and what went, as the person put it."""
    schema, vocabulary = pipeline.schema, pipeline.vocabulary
    low = flat(text)
    mentions = vocabulary.find(low)
    fields = {field.name for mention in mentions for field in mention.names}
    values = {meaning.value.casefold() for mention in mentions for meaning in mention.meanings}
    if _BUDGET.search(low):
        fields |= {field.name for field in vocabulary.of_role("price")}
    named = set(forms(_AROUND.sub(" ", low)))
    gone = [
        must
        for must in state.must_haves
        if parse_filter(must.filter, schema).field in fields
        or _holds(must.filter, values, schema)
        or _shares(must.words, named)
    ]
    denied = [denial for denial in state.denied if _shares(f"{denial.words} {denial.term}", named)]
    wishes, cut = _without_words(state.wishes, named)
    kind = None if state.kind and _shares(f"{state.kind.words} {state.kind.head}", named) else state.kind
    new = replace(
        state.without([must.filter for must in gone]),
        denied=tuple(denial for denial in state.denied if denial not in denied),
        wishes=wishes,
        kind=kind,
        order=None if state.order and state.order.field in fields else state.order,
    )
    dropped = (*(must.words or must.filter for must in gone), *(denial.words for denial in denied), *cut)
    if new.order != state.order and state.order:
        dropped = (*dropped, state.order.words)
    return new, tuple(dict.fromkeys(dropped))


def without_parts(parts: Sequence[str], state: State) -> State:
    """The state without parts of what was understood, each named as `StateView` has it."""
    kind = state.kind if state.kind and state.kind.head not in parts else None
    gone = set(forms(flat(state.kind.words))) if state.kind and not kind else set[str]()
    wishes, _ = _without_words(tuple(wish for wish in state.wishes if wish.text not in parts), gone)
    return replace(
        state.without(parts),
        kind=kind,
        wishes=wishes,
        denied=tuple(denial for denial in state.denied if denial.term not in parts),
        order=None if state.order and f"{state.order.field} {state.order.direction}" in parts else state.order,
    )


def given_up(text: str) -> str:
    """What a text gives up, without the words that say so: `price` of `drop the price`."""
    return " ".join(_AROUND.sub(" ", flat(text)).split()).strip(" .!?。！？") or text.strip(" .!?。！？")


def _holds(condition: str, values: set[str], schema: Schema) -> bool:
    """Whether a condition is on one of these values."""
    return any(str(value).casefold() in values for value in parse_filter(condition, schema).values)


def _shares(words: str, named: set[str]) -> bool:
    return bool(named & set(forms(_AROUND.sub(" ", flat(words)))))


def _without_words(wishes: tuple[WishText, ...], named: set[str]) -> tuple[tuple[WishText, ...], tuple[str, ...]]:
    """Wishes without the words that are given up, and those words; a wish of nothing else goes."""
    kept, cut = list[WishText](), list[str]()
    for wish in wishes:
        parts = wish.text.split()
        gone = [part for part in parts if set(forms(part)) & named]
        cut += gone
        left = " ".join(part for part in parts if part not in gone)
        if not gone:
            kept.append(wish)
        elif forms(_AROUND.sub(" ", flat(left))):
            kept.append(WishText(left, left if wish.english else "", wish.sure))
    return tuple(kept), tuple(cut)


__all__ = ["given_up", "without_named", "without_parts"]
