"""Merging: what a turn says joins what was said before, and both together become the request that is served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agent.answers import MustHave, Relaxation, Request
from agent.dialogue.giving_up import named_parts, others_end, replaces
from agent.dialogue.moves import Moves
from agent.dialogue.state import Bound, State, WishText
from agent.language.detection import guess_language
from agent.perceive import Perceived
from agent.understand import MAX_WISH_CHARS, Understood, Vocabulary
from agent.understand.measures import LIKE_ITEM
from agent.understand.parsed import Denied
from agent.understand.request import ANYTHING
from agent.understand.rules import read
from agent.understand.tokens import flat
from retrieval.filters import NEGATIVE, parse_filter
from retrieval.schema import Schema

_PUNCTUATION = " .,;:!?。，；：！？、"
OTHERS_NEAR = 12  # characters behind `other` in which it stands whose the others are
MOST_ITEMS = 10  # liked or disliked; of more the latest count


def merged(base: State, understood: Understood, moves: Moves, wishes: str, schema: Schema) -> State:
    """The state with what a turn adds.

    Args:
        base: The state before it, or one begun anew.
        wishes: What of the turn is to be searched for; empty where it states conditions alone.
    """
    sought = understood.sought
    # Criticism alone adds no words; where there is nothing to search for yet, even a bare turn must give some.
    text = WishText(sought.text, sought.english, sought.language_sure)
    said_otherwise = base.wishes or base.images or base.sound or moves or understood.denied
    wish = text if wishes or not said_otherwise else None
    new = (*((wish,) if wish and wish.text else ()), *(_wish(quality) for quality in moves.qualities))
    gone = {denial.term for denial in understood.denied}
    # What is stated in numbers counts more than `cheaper` beside it.
    state = base.with_must_haves((*moves.must_haves, *understood.request.must_haves), schema)
    return replace(
        state,
        wishes=tuple(dict.fromkeys((*base.wishes, *new))),
        language=understood.request.language if understood.request.text else base.language,
        bounds=_bounds(base.bounds, moves.bounds),
        liked=_added(base.liked, moves.liked, moves.disliked),
        disliked=_added(base.disliked, moves.disliked, moves.liked),
        against=_added(base.against, (*understood.avoid, *moves.against), moves.qualities),
        occasion=understood.request.occasion or base.occasion,
        kind=understood.kind or base.kind,
        denied=(*(denial for denial in base.denied if denial.term not in gone), *_beside(understood)),
        order=understood.order or base.order,
    )


def making_room(base: State, understood: Understood, vocabulary: Vocabulary) -> State:
    """The state without the names that a turn puts another in the place of: `something by Hitchcock instead`.

    Values of one field that can have but one take each other's place anyway; an actor and a director do so by words.
    """
    names, schema = {field.name for field in vocabulary.of_role("maker", "cast")}, vocabulary.schema
    low = flat(understood.request.text)
    named = any(_wants(must, names, schema) for must in understood.request.must_haves) and replaces(low)
    if not (named or _are_others(low, vocabulary)):
        return base
    gone = [must.filter for must in base.must_haves if _wants(must, names, schema)]
    # What was refused of the one goes with it, unless it is refused for good.
    denied = tuple(denial for denial in base.denied if denial.lasting or denial.beside not in gone)
    return replace(base.without(gone), denied=denied)


def _are_others(low: str, vocabulary: Vocabulary) -> bool:
    """Whether a flat text asks for things of another hand: `other Dutch paintings now`, `a different director`."""
    behind = others_end(low)
    if "maker" in named_parts(low[behind : behind + OTHERS_NEAR] if behind >= 0 else ""):
        return True
    return behind >= 0 and any(
        behind <= mention.start <= behind + OTHERS_NEAR
        and any(meaning.field.about == "origin" for meaning in mention.meanings)
        for mention in vocabulary.find(low)
    )


def puts_name(text: str, vocabulary: Vocabulary) -> bool:
    """Whether words put a name in the place of another, as `all right, Bergman then` does."""
    if not replaces(flat(text)):
        return False
    names = {field.name for field in vocabulary.of_role("maker", "cast")}
    return any(
        reading.filter.field in names and reading.filter.op not in NEGATIVE for reading in read(text, vocabulary).must
    )


def _wants(must: MustHave, fields: set[str], schema: Schema) -> bool:
    """Whether a must-have asks for a value of one of these fields."""
    condition = parse_filter(must.filter, schema)
    return condition.field in fields and condition.op not in NEGATIVE


def request_of(state: State, understood: Understood, perceived: Perceived, schema: Schema) -> Understood:
    """The whole request as a conversation has made it.

    Args:
        understood: Of the latest turn: what was heard in it, and what could not be taken.
        perceived: The pictures and the sound of the request.
    """
    # One wish without its English makes the English incomplete: encoders of English then go without.
    english = _listed(wish.english for wish in state.wishes) if all(wish.english for wish in state.wishes) else ""
    request = replace(
        understood.request,
        # Cut at the front: of too many words the latest count.
        text=_listed(wish.text for wish in state.wishes)[-MAX_WISH_CHARS:],
        english=english[-MAX_WISH_CHARS:],
        language=state.language,
        filters=tuple(must_have.filter for must_have in state.must_haves),
        must_haves=state.must_haves,
        occasion=state.occasion,
        seen=perceived.seen,
        sounding=perceived.sounding,
        language_sure=all(wish.sure for wish in state.wishes),
    )
    filters = tuple(parse_filter(must_have.filter, schema) for must_have in state.must_haves)
    anything = request.empty and bool(state.denied) and not state.liked
    sought = replace(request, text=ANYTHING, english=ANYTHING, language_sure=True) if anything else request
    return replace(
        understood,
        request=request,
        sought=sought,
        filters=filters,
        denied=state.denied,
        order=state.order,
        kind=state.kind,
    )


def _listed(wishes: Iterable[str]) -> str:
    """The wishes of several turns as one text that can be read."""
    return ", ".join(wish.rstrip(_PUNCTUATION) for wish in wishes)


def empty_turn(language: str) -> Understood:
    """A turn that adds nothing to the request."""
    request = Request("", "", language)
    return Understood(request, request, (), ())


def relaxed(state: State, way: Relaxation, utterance: str, schema: Schema) -> State:
    """The state after a person has agreed to give something up."""
    state = state.without(way.dropped)
    if not way.instead:
        return state
    return state.with_must_haves([MustHave(way.instead, "understood", utterance, 1.0)], schema)


def _beside(understood: Understood) -> Iterator[Denied]:
    """What a turn refuses, each with the must-have that it says beside."""
    musts = (must.filter for must in understood.request.must_haves if must.origin == "understood")
    beside = next(musts, "")
    return (replace(denial, beside=beside) for denial in understood.denied)


def _wish(words: str) -> WishText:
    guess = guess_language(words)
    return WishText(words, words if guess.language == "en" or not guess.sure else "", guess.sure)


def _bounds(old: Sequence[Bound], new: Sequence[Bound]) -> tuple[Bound, ...]:
    """The latest criticism of each measure; said again, it never asks for less than before."""
    latest = {bound.measure: bound for bound in old}
    for bound in new:
        # Likeness is measured against what was shown then, so that of it the latest value counts, not the strictest.
        before = latest.get(bound.measure)
        if before and before.op == bound.op and not bound.measure.startswith(LIKE_ITEM):
            bound = replace(bound, value=(min if bound.op == "<" else max)(bound.value, before.value))
        latest[bound.measure] = bound
    return tuple(latest.values())


def _added(old: Sequence[str], new: Sequence[str], gone: Sequence[str]) -> tuple[str, ...]:
    return tuple(entry for entry in dict.fromkeys((*old, *new)) if entry not in gone)[-MOST_ITEMS:]


__all__ = ["empty_turn", "making_room", "merged", "puts_name", "relaxed", "request_of"]
