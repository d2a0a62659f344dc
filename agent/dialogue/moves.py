"""Moves: what references, likings and criticism ask of the items that are shown next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from agent.answers import MustHave
from agent.dialogue.critiques import Critique, compared
from agent.dialogue.shared_values import SharedValue, same_value
from agent.dialogue.state import Bound, State
from agent.errors import RequestError
from agent.language.messages import Note
from agent.understand import Reference, Sentiment
from agent.understand.axes import Direction
from agent.understand.measures import LIKE_ITEM, QUALITY, Measures
from agent.understand.parsed import Target
from agent.understand.rules import named
from retrieval.filters import parse_filter
from retrieval.text.values import as_text

_STRICT = frozenset({"size"})  # measured exactly, so that nothing on the wrong side may be shown


@dataclass(slots=True)
class Moves:
    """What is asked of the items shown next, beside words and conditions.

    Attributes:
        liked: Items to be like, by id.
        disliked: Items not to be like.
        qualities: Words to move towards.
        against: Words to move away from.
        picture: Whether the picture sent last is pointed at.
        focus: The item last spoken of.
        notes: What could not be taken as it was said.
        items: All items that were pointed at, by id.
    """

    must_haves: list[MustHave] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    liked: list[str] = field(default_factory=list)
    disliked: list[str] = field(default_factory=list)
    qualities: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    picture: bool = False
    focus: str | None = None
    notes: list[Note] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.must_haves or self.bounds or self.liked or self.disliked or self.qualities or self.against)


def moves_of(
    references: Sequence[Reference],
    sentiments: Sequence[Sentiment],
    critiques: Sequence[Critique],
    state: State,
    measures: Measures,
    spoken_of: Target | None = None,
    shares: Sequence[SharedValue] = (),
) -> Moves:
    """What a turn asks of the items shown next, given what was shown.

    Raises:
        RequestError: it points at an item that was never shown.
    """
    moves = Moves()
    # Likings come before criticism: `I like the second, but cheaper` is criticism of the second alone.
    for reference in references:
        if reference.kind == "compare":
            _compare(moves, reference, state, measures)
        else:
            _like(moves, reference.target, reference.kind == "like", reference.words, state, measures)
    for sentiment in sentiments:
        _like(moves, sentiment.target, sentiment.liking > 0, sentiment.words, state, measures)
    of_item = item_meant(spoken_of, "it", state, measures) if critiques and spoken_of is not None else None
    for critique in critiques:
        _criticise(moves, critique, [of_item] if of_item else _shown(moves, state), measures)
    for share in shares:
        _share(moves, share, state, measures)
    return moves


def judgement_moves(items: Sequence[str], words: str, state: State, measures: Measures, *, liked: bool) -> Moves:
    """What it asks of the items shown next that some of those shown last are liked, or are not."""
    moves = Moves()
    for item_id in items:
        target: Target = state.last.index(item_id) + 1 if item_id in state.last else "last"
        if target == "last":
            (moves.liked if liked else moves.disliked).append(item_id)
        else:
            _like(moves, target, liked, words, state, measures)
    return moves


def item_meant(target: Target, words: str, state: State, measures: Measures) -> str | None:
    """Id of the item that is pointed at; None where it is something said by the way.

    Raises:
        RequestError: it was never shown, or is no longer in the catalog.
    """
    if isinstance(target, str):  # `it`, `that one`: the item last spoken of, else the best of the list
        item_id = state.focus or next(iter(state.last), None)
    elif not state.last:
        raise RequestError(Note("none shown to point at", words=words), Note("say what"))
    elif abs(target) > len(state.last):
        n = len(state.last)
        raise RequestError(Note("beyond the list", words=words, target=target, n=n), Note("point within", last=n, n=n))
    else:
        middle = (len(state.last) - 1) // 2
        item_id = state.last[target if target < 0 else target - 1 if target else middle]
    if item_id is not None and item_id not in measures.snapshot.rows:
        raise RequestError(Note("item gone", item=item_id), Note("say in words"))
    return item_id


def _like(moves: Moves, target: Target, liked: bool, words: str, state: State, measures: Measures) -> None:
    """An item becomes an example, and a bound: what comes next is more like it than what was shown beside it."""
    if target == "picture" and state.picture:
        moves.picture = True
        return
    item = item_meant(target, words, state, measures)
    if item is None or item in moves.liked or item in moves.disliked:
        return
    moves.focus = item
    moves.items.append(item)
    (moves.liked if liked else moves.disliked).append(item)
    others = [item_id for item_id in state.last if item_id != item]
    # What comes next is to be more like it than the rest of its list was on the whole.
    values = _values(measures, LIKE_ITEM + item, others or list(state.last[:1]))
    if others and np.isfinite(values).any():
        op: Direction = ">" if liked else "<"
        moves.bounds.append(Bound(LIKE_ITEM + item, op, float(np.nanmean(values)), words))


def _compare(moves: Moves, reference: Reference, state: State, measures: Measures) -> None:
    """More or less of what a comparison is of, than the item has that it points at."""
    item = item_meant(reference.target, reference.words, state, measures)
    axis = compared(reference.words, reference.op or "<", measures.axes)
    measure = measures.axes.get(axis or "")
    if item is None or measure is None:
        moves.notes.append(Note("not compared", words=reference.words))
        return
    moves.focus = item
    moves.items.append(item)
    title = measures.snapshot.items[measures.snapshot.rows[item]].title
    if not np.isfinite(_values(measures, measure, [item])).all():
        moves.notes.append(Note("item untold", measure=measures.called(measure), title=title))
        return
    _bound(moves, measure, reference.op or "<", item, reference.words, measures)


def _share(moves: Moves, share: SharedValue, state: State, measures: Measures) -> None:
    """The same value of a field as a shown item has."""
    # `The same material` beside `like the second` is that of the second.
    item_id = moves.focus if share.target == "last" and moves.focus else None
    item_id = item_id or item_meant(share.target, share.words, state, measures)
    if item_id is None:
        return
    item = measures.snapshot.items[measures.snapshot.rows[item_id]]
    wanted = next((text for name in share.fields if (text := same_value(name, item))), None)
    if wanted is None:
        moves.notes.append(Note("item untold", measure=share.fields[0], title=item.title))
        return
    condition = parse_filter(wanted, measures.snapshot.schema)
    moves.must_haves.append(MustHave(str(condition), "understood", share.words, 1.0))


def _shown(moves: Moves, state: State) -> list[str]:
    """What criticism is of: the item that the same turn praises, else all that was shown last."""
    return [moves.focus] if moves.focus and moves.focus in moves.liked else list(state.last)


def _criticise(moves: Moves, critique: Critique, shown: Sequence[str], measures: Measures) -> None:
    """More or less than the items shown have: of a quality by its words, of an axis by its measure."""
    if critique.quality:
        (moves.qualities if critique.op == ">" else moves.against).append(critique.quality)
        values = _values(measures, QUALITY + critique.quality, shown)
        if np.isfinite(values).any():
            value = float(np.nanmean(values))
            moves.bounds.append(Bound(QUALITY + critique.quality, critique.op, value, critique.words))
        return
    measure = measures.axes.get(critique.axis)
    if measure is None:
        moves.notes.append(Note("nothing done", words=critique.words))
        return
    # No filter can say what only we measure: it becomes a bound at the mean of what was shown.
    if not measures.is_field(measure):
        values = _values(measures, measure, shown)
        if np.isfinite(values).any():
            strict = measure in _STRICT
            moves.bounds.append(Bound(measure, critique.op, float(np.nanmean(values)), critique.words, strict))
            return
    # A field has outliers, which a mean would follow: `cheaper` is cheaper than the item in the middle.
    item = _middle(measures, measure, shown)
    if item is None:
        moves.notes.append(Note("shown untold", measure=measures.called(measure), words=critique.words))
        return
    _bound(moves, measure, critique.op, item, critique.words, measures)


def _bound(moves: Moves, measure: str, op: Direction, item: str, words: str, measures: Measures) -> None:
    """More or less of a measure than an item has: a must-have where a field tells it."""
    row = measures.snapshot.rows[item]
    if not measures.is_field(measure):
        number = float(measures.of(measure)[row])
        moves.bounds.append(Bound(measure, op, number, words, strict=measure in _STRICT))
        return
    value = measures.snapshot.items[row].value(measure)
    text = f"{named(measure)}{op}{as_text(value) if value is not None else ''}"
    condition = parse_filter(text, measures.snapshot.schema)
    moves.must_haves.append(MustHave(str(condition), "understood", words, 1.0))


def _middle(measures: Measures, measure: str, items: Sequence[str]) -> str | None:
    """The item in the middle of those whose measure is known."""
    known = [(value, at) for at, value in enumerate(_values(measures, measure, items)) if np.isfinite(value)]
    return items[sorted(known)[(len(known) - 1) // 2][1]] if known else None


def _values(measures: Measures, measure: str, items: Sequence[str]) -> np.ndarray:
    rows = [measures.snapshot.rows[item_id] for item_id in items if item_id in measures.snapshot.rows]
    return measures.of(measure)[rows]


__all__ = ["Moves", "item_meant", "judgement_moves", "moves_of"]
