"""Expectations: for each key of a journey's turn, what came where it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from agent.evaluate.check.journey import JourneyTurn, meets
from agent.evaluate.check.turn_outcome import TurnOutcome, holds
from agent.evaluate.understanding import conditions
from agent.explain.passages import is_hidden, passages, quote
from agent.understand.kinds import Kind
from agent.understand.tokens import flat, forms
from retrieval.filters import NEGATIVE, Filter, parse_filter
from retrieval.items import Item
from retrieval.text.values import as_text

NOTHING = "none"
_NOTHING_SHOWN = "nothing is shown"


def wrong(turn: JourneyTurn, outcome: TurnOutcome) -> Iterator[tuple[str, str]]:
    """For each expectation of a turn that does not hold, what was expected and what came, in a few words."""
    for name in turn.asserted:
        came = _CHECKS[name](turn, outcome)
        if came is not None:
            yield expected(turn, name), came if outcome.answer else f"refused: {outcome.refused}"


def expected(turn: JourneyTurn, name: str) -> str:
    """An expectation in a few words."""
    value = getattr(turn, name)
    if name == "fit":
        return f"fit of the first {value.first}" if value else "no fit"
    if name in ("act", "shows"):
        return f"{name} {' or '.join(value)}"
    if isinstance(value, bool):
        return f"{name} {'yes' if value else 'no'}"
    text = _listed(map(str, value)) if isinstance(value, tuple) else NOTHING if value in (None, "") else value
    return f"{name.replace('_', ' ')} {text}"


# The state


def _act(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    return None if outcome.act in turn.act else outcome.act


def _kind(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    kind = outcome.after.kind
    right = kind is None if turn.kind is None else kind is not None and _is_called(kind, turn.kind, outcome)
    return None if right and outcome.answer else (kind.head if kind else NOTHING)


def _is_called(kind: Kind, name: str, outcome: TurnOutcome) -> bool:
    """Whether a name is one of a kind's, in English or the language that is spoken."""
    if forms(name) in (forms(kind.head), forms(kind.words)):
        return True
    named = (outcome.view.kinds.of(name, language) for language in ("en", outcome.after.language))
    return any(other is not None and other.head == kind.head for other in named)


def _wishes(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    came = outcome.told.wishes
    return None if [*map(flat, came)] == [*map(flat, turn.wishes)] else _listed(came)


def _must(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    came = _musts(outcome)
    wanted = [parse_filter(condition, outcome.view.schema) for condition in turn.must]
    # What is refused by a field may be written as a must-have or as something denied.
    counted = [must for must in came if must in wanted or not _is_refusal(must, turn.denied)]
    return None if conditions(counted) == conditions(wanted) else _listed(map(str, came))


def _denied(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    terms = outcome.after.denied
    refused = [must for must in _musts(outcome) if must.op in NEGATIVE]
    told = [(denial.term, denial.words) for denial in terms]
    missing = any(
        not any(_is_same(word, names) for names in told) and not any(_is_refusal(must, (word,)) for must in refused)
        for word in turn.denied
    )
    more = any(not any(_is_same(word, names) for word in turn.denied) for names in told)
    return _listed([*(denial.term for denial in terms), *map(str, refused)]) if missing or more else None


def _is_same(word: str, names: Iterable[str]) -> bool:
    return forms(word) in map(forms, names)


def _order(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    return None if outcome.told.order == (turn.order or "") else outcome.told.order or NOTHING


def _refers(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    came = outcome.told.refers
    return None if sorted(came) == sorted(turn.refers) else _listed(map(str, came))


def _musts(outcome: TurnOutcome) -> list[Filter]:
    return [parse_filter(must.filter, outcome.view.schema) for must in outcome.after.must_haves]


def _is_refusal(must: Filter, denied: Sequence[str]) -> bool:
    """Whether a condition refuses nothing but values that hold what is denied."""
    return must.op in NEGATIVE and all(any(holds(str(value), word) for word in denied) for value in must.values)


# The list


def _shows(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    if set(turn.shows) & outcome.does:
        return None
    return " and ".join(sorted(outcome.does)) or _listed(outcome.ids)


def _ids(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    return None if outcome.ids == turn.ids else _listed(outcome.ids)


def _has(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    return None if set(turn.has) <= set(outcome.ids) else _listed(outcome.ids)


def _lacks(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    return _listed(outcome.ids) if set(turn.lacks) & set(outcome.ids) or not outcome.answer else None


def _every(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    musts = [parse_filter(condition, outcome.view.schema) for condition in turn.every]
    failing = (
        f"{item.id} has {must.field} {_value(item, must.field)}"
        for item in outcome.shown
        for must in musts
        if not must.matches(item)
    )
    return _first(failing, outcome)


def _holds_none(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    holding = (
        f"{item.id} has “{quote(text, 60)}”"
        for item in outcome.shown
        for text in _texts(item)
        for word in turn.holds_none
        if holds(text, word)
    )
    return _first(holding, outcome)


def _first(failing: Iterator[str], outcome: TurnOutcome) -> str | None:
    """The first item that is not as each must be; who asserts something of each expects some."""
    return next(failing, None) if outcome.shown else _NOTHING_SHOWN


def _texts(item: Item) -> Iterator[str]:
    """All that an item says, and what was perceived of it."""
    yield from (item.title, item.description, item.category or "")
    for value in item.attributes.values():
        yield from value if isinstance(value, tuple) else (as_text(value),)
    yield from (description.text for description in item.descriptions)


def _value(item: Item, field: str) -> str:
    value = item.value(field)
    return NOTHING if value is None else as_text(value)


# Groups, fit and words


def _groups(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    came = outcome.groups
    alike = len(came) == len(turn.groups) and all(map(_is_role, came, turn.groups))
    return None if alike else _listed(came)


def _is_role(role: str, words: str) -> bool:
    return set(forms(words)) <= set(forms(role))


def _total(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    came = outcome.answer.total if outcome.answer else None
    right = came is None if turn.total is None else came is not None and meets(came, turn.total)
    return None if right else NOTHING if came is None else f"{came:g}"


def _counts(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    return None if turn.counts is None or holds(outcome.reply, str(turn.counts)) else outcome.reply or NOTHING


def _fit(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    shown = outcome.answer.recommendations if outcome.answer else ()
    came = shown[0].fit if shown else None
    right = came is None if turn.fit is None else came is not None and meets(came, turn.fit.first)
    return None if right else _NOTHING_SHOWN if not shown else NOTHING if came is None else f"{came:.2f}"


def _nothing(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    return None if outcome.lacking == turn.nothing else "it is said" if outcome.lacking else "it is not said"


def _notes(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    notes = outcome.answer.notes if outcome.answer else ()
    return None if bool(notes) == turn.notes else _listed(notes)


def _answers(turn: JourneyTurn, outcome: TurnOutcome) -> str | None:
    """The reply where it quotes nothing that holds the word and stands in an item that is asked about."""
    asked = outcome.items_meant(turn.refers or outcome.told.refers)
    said = (quote(text) for item in asked for text in _visible(item, outcome))
    right = any(holds(text, turn.answers) and holds(outcome.reply, text.rstrip("…")) for text in said)
    return None if right else outcome.reply or NOTHING


def _visible(item: Item, outcome: TurnOutcome) -> Iterator[str]:
    """What of an item may be quoted: its passages and the values of its fields."""
    schema = outcome.view.schema
    yield from (passage.text for passage in passages(item, schema))
    for name in (*schema.fields, "price"):
        value = None if is_hidden(schema, name) else item.value(name)
        yield from () if value is None else value if isinstance(value, tuple) else (as_text(value),)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values) or NOTHING


_CHECKS: Mapping[str, Callable[[JourneyTurn, TurnOutcome], str | None]] = {
    "act": _act,
    "kind": _kind,
    "wishes": _wishes,
    "must": _must,
    "denied": _denied,
    "order": _order,
    "shows": _shows,
    "ids": _ids,
    "has": _has,
    "lacks": _lacks,
    "every": _every,
    "holds_none": _holds_none,
    "groups": _groups,
    "total": _total,
    "counts": _counts,
    "fit": _fit,
    "nothing": _nothing,
    "notes": _notes,
    "refers": _refers,
    "answers": _answers,
}

__all__ = ["expected", "wrong"]
