"""Giving up a part of the request: `forget the price`, `colour does not matter`, `drop the comedy thing`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from agent.answers import MustHave
from agent.dialogue.giving_up import (
    gives_up,
    is_everything,
    is_given_up,
    is_permitted,
    named_parts,
    pieces,
    spares_newest,
    without_parts_named,
)
from agent.dialogue.state import State, WishText
from agent.language.detection import detect_language
from agent.language.patterns import patterns
from agent.understand.conditions.amounts import Amount, amounts
from agent.understand.denials import denials, taxonomy
from agent.understand.languages import languages_of
from agent.understand.parsed import Denied
from agent.understand.spelling import Spelling
from agent.understand.tokens import flat, forms
from retrieval.filters import NEGATIVE, Filter, parse_filter

if TYPE_CHECKING:
    from agent.pipeline import Pipeline

_WORDS = patterns("agent.dialogue", "forgetting")
_AROUND = re.compile(_WORDS.words("around"))


def without_named(text: str, state: State, pipeline: Pipeline) -> tuple[State, tuple[str, ...]]:
    """The state without the conditions, wishes and denials that words name, and what went, as the person put it."""
    low = flat(text)
    if is_everything(low):
        return _without_everything(state, keeps_newest=spares_newest(low))
    named = _NamedParts(text, state, pipeline)
    gone = [must for must in state.must_haves if named.is_of(must)]
    denied = _linked([denial for denial in state.denied if named.denies(denial)], gone, state, pipeline)
    gone += [must for must in state.must_haves if must not in gone and _says(must, denied, pipeline)]
    if named.permits_only:
        return _dropped(state, [must for must in gone if _condition(must, pipeline).op in NEGATIVE], denied)
    new, told = _dropped(state, gone, denied)
    wishes, cut = _without_words(state.wishes, named.words)
    kind = None if state.kind and named.shares(f"{state.kind.words} {state.kind.head}") else state.kind
    order = None if state.order and state.order.field in named.fields else state.order
    told = (*told, *cut, *((state.order.words,) if state.order and order is None else ()))
    return replace(new, wishes=wishes, kind=kind, order=order), tuple(dict.fromkeys(told))


def without_given_up(text: str, state: State, pipeline: Pipeline) -> tuple[State, tuple[str, ...], str]:
    """The state without what pieces of a turn give up, what went, and what else the turn says."""
    if not gives_up(text):
        return state, (), text
    dropped, rest = tuple[str, ...](), ""
    for start, end in pieces(text):
        piece = text[start:end]
        everything = is_everything(flat(piece))
        new, told = without_named(piece, state, pipeline) if everything or gives_up(piece) else (state, ())
        if told and everything:
            new, _ = _without_everything(state, keeps_newest=spares_newest(flat(text)))
        state, dropped = new, (*dropped, *told)
        rest += "" if told else piece
    return state, tuple(dict.fromkeys(dropped)), rest.strip(" ,;")


def without_parts(parts: Sequence[str], state: State) -> State:
    """The state without parts of what was understood, each named as `StateView` has it."""
    kind = state.kind if state.kind and state.kind.head not in parts else None
    gone = set(forms(flat(state.kind.words))) if state.kind and not kind else set[str]()
    wishes, _ = _without_words(tuple(wish for wish in state.wishes if wish.text not in parts), gone)
    roles = (role for role in state.roles if role.words not in parts)
    return replace(
        state.without(parts),
        kind=kind,
        wishes=wishes,
        roles=tuple(replace(role, request=without_parts(parts, role.request)) for role in roles),
        denied=tuple(denial for denial in state.denied if denial.term not in parts),
        order=None if state.order and f"{state.order.field} {state.order.direction}" in parts else state.order,
    )


def given_up(text: str) -> str:
    """What a text gives up, without the words that say so: `price` of `drop the price`."""
    return " ".join(_AROUND.sub(" ", flat(text)).split()).strip(" .!?。！？") or text.strip(" .!?。！？")


@dataclass(frozen=True)
class _NamedParts:
    """What words that give something up name of a state: fields, values, amounts, sorts of things, or bare words."""

    text: str
    state: State
    pipeline: Pipeline

    @cached_property
    def low(self) -> str:
        """The text as it is compared."""
        return flat(self.text)

    @cached_property
    def permits_only(self) -> bool:
        """Whether something refused would do after all, and nothing is given up."""
        return is_permitted(self.low) and not is_given_up(self.low)

    @cached_property
    def parts(self) -> frozenset[str]:
        """Roles of fields, and sorts of what is refused."""
        return frozenset(named_parts(self.low))

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of fields."""
        vocabulary = self.pipeline.vocabulary
        mentions = vocabulary.find(without_parts_named(self.low), languages_of(self.text))
        named = {field.name for mention in mentions for field in mention.names}
        return frozenset(named | {field.name for field in vocabulary.of_role(*self.parts)})

    @cached_property
    def words(self) -> set[str]:
        """The words that are neither of grammar nor refused, those of the state spelled right."""
        named = forms(_AROUND.sub(" ", self.low))
        if is_permitted(self.low):  # `meat is fine, pork isn't`
            refused = denials(self.text, detect_language(self.text), self.pipeline.vocabulary.taxonomy)
            named = tuple(word for word in named if word not in forms(flat(" ".join(term.words for term in refused))))
        return {self._spelling.mend(word) or word for word in named}

    @cached_property
    def _spelling(self) -> Spelling:
        state = self.state
        said = (
            *(must.words for must in state.must_haves),
            *(f"{denial.words} {denial.term}" for denial in state.denied),
            *(wish.text for wish in state.wishes),
        )
        return Spelling(word for words in said for word in forms(flat(words)))

    @cached_property
    def _values(self) -> frozenset[str]:
        mentions = self.pipeline.vocabulary.find(self.low, languages_of(self.text))
        return frozenset(meaning.value.casefold() for mention in mentions for meaning in mention.meanings)

    @cached_property
    def _amounts(self) -> list[Amount]:
        return [amount for amount in amounts(self.low, languages_of(self.text)) if not amount.implied]

    def is_of(self, must: MustHave) -> bool:
        """Whether a must-have is named: by its field, its value, its amount or its words."""
        condition = _condition(must, self.pipeline)
        if condition.field in self.fields or self.shares(must.words):
            return True
        return any(str(value).casefold() in self._values for value in condition.values) or self._has_amount(condition)

    def denies(self, denial: Denied) -> bool:
        """Whether something refused is named: by its words, or by what sort of thing it is."""
        concept = (self.pipeline.vocabulary.taxonomy or taxonomy()).concepts.get(denial.term)
        return (concept is not None and concept.sort in self.parts) or self.shares(f"{denial.words} {denial.term}")

    def shares(self, words: str) -> bool:
        """Whether one of these words is named."""
        return bool(self.words & set(forms(_AROUND.sub(" ", flat(words)))))

    def _has_amount(self, condition: Filter) -> bool:
        """Whether a condition is on one of the amounts, by its value in the field's unit."""
        field = next((known for known in self.pipeline.vocabulary.fields if known.name == condition.field), None)
        if field is None or not field.dimension:
            return False
        measured = {amount.measured(field.dimension, field.unit) for amount in self._amounts}
        return any(value in measured for value in condition.keys())  # noqa: SIM118 - not a mapping


def _without_everything(state: State, *, keeps_newest: bool) -> tuple[State, tuple[str, ...]]:
    """The state without all conditions; what is refused for good stays, as may the must-have asked last."""
    gone = state.must_haves[:-1] if keeps_newest else state.must_haves
    new, told = _dropped(state, gone, [denial for denial in state.denied if not denial.lasting])
    if state.order:
        told = (*told, state.order.words)
    return replace(new, order=None), told


def _dropped(state: State, gone: Sequence[MustHave], denied: Sequence[Denied]) -> tuple[State, tuple[str, ...]]:
    """The state without must-haves and denials, and how the person put them."""
    new = replace(
        state.without([must.filter for must in gone]),
        denied=tuple(denial for denial in state.denied if denial not in denied),
    )
    told = (*(must.words or must.filter for must in gone), *(denial.words for denial in denied))
    return new, tuple(dict.fromkeys(told))


def _linked(denied: list[Denied], gone: Sequence[MustHave], state: State, pipeline: Pipeline) -> list[Denied]:
    """Denials, and those that must-haves which go say once more: `brand!=Ardo` of `not Ardo`."""
    more = [
        denial
        for denial in state.denied
        if denial not in denied and any(_says(must, [denial], pipeline) for must in gone)
    ]
    return [*denied, *more]


def _says(must: MustHave, denied: Sequence[Denied], pipeline: Pipeline) -> bool:
    """Whether a must-have only says of a field what is denied anyway."""
    condition = _condition(must, pipeline)
    values = {word for value in condition.values for word in forms(flat(str(value)))}
    terms = (set(forms(flat(denial.term))) for denial in denied)
    return condition.op in NEGATIVE and any(term and term <= values for term in terms)


def _condition(must: MustHave, pipeline: Pipeline) -> Filter:
    return parse_filter(must.filter, pipeline.schema)


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


__all__ = ["given_up", "without_given_up", "without_named", "without_parts"]
