"""Why an item is not in an answer: a must-have it fails, something that keeps it from being shown, or its rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent.language.messages import Note, in_language
from retrieval.candidates import ChannelScore
from retrieval.text.values import as_text

if TYPE_CHECKING:
    from agent.explain.selection import Selection
    from agent.rerank import Scored
    from retrieval.filters import Filter
    from retrieval.items import Item
    from retrieval.schema import Schema

AbsenceReason = Literal["shown", "must-have", "named", "seen", "scope", "rank", "diversity"]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A must-have that an item fails, in canonical form, and the value it has; None where it has none to show."""

    filter: str
    value: str | None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What kept an item out of an answer.

    Attributes:
        reason: The first thing that did: `shown` when nothing, `must-have`, `named` as an example, `seen` before, out
            of the request's `scope` by its kind or by what it holds, its `rank`, or, where that would do, `diversity`
            or the language model's order.
        text: The same in a sentence or two, in the language of the request.
        shown: Its rank in the answer, from 1; None when it is not there.
        unmet: All must-haves that it fails.
        rank: Its rank by retrieval among the items that may be shown and itself, from 1.
        n_items: How many these are.
        channels: What every channel says of it, with its rank among them.
    """

    item_id: str
    title: str
    reason: AbsenceReason
    text: str
    shown: int | None
    unmet: tuple[Unmet, ...]
    rank: int
    n_items: int
    channels: Mapping[str, ChannelScore]


def why_not(row: int, selection: Selection, judged: Sequence[Scored], schema: Schema) -> WhyNot:
    """What kept one item out of what was selected.

    Args:
        row: Of the item.
        judged: It and all items that may be shown, best first, as retrieval alone has them.
    """
    ranked = ((rank, scored.candidate) for rank, scored in enumerate(judged, start=1))
    rank, own = next((rank, candidate) for rank, candidate in ranked if candidate.row == row)
    rows = [scored.candidate.row for scored in selection.chosen]
    shown = rows.index(row) + 1 if row in rows else None
    filters = selection.inquiry.understood.filters
    unmet = tuple(_unmet(own.item, must, schema) for must in filters if not must.matches(own.item))
    reason = _reason(row, own.item, selection, shown, unmet, rank)
    # A low rank costs most in the channel that counts most.
    counted = {name: score for name, score in own.channels.items() if score.rank is not None and score.weight}
    worst = max(counted, key=lambda name: (counted[name].weight or 0.0) * (counted[name].rank or 0), default=None)
    notes = [
        Note(
            f"why not {reason}",
            title=own.item.title,
            shown=shown,
            unmet=tuple(_unmet_note(must) for must in unmet),
            rank=rank,
            n_items=len(judged),
            n_shown=len(rows),
        )
    ]
    if reason == "rank" and worst is not None:
        notes.append(Note("worst channel", channel=worst, at=counted[worst].rank))
    text = " ".join(in_language(notes, selection.inquiry.understood.request.language))
    return WhyNot(own.item.id, own.item.title, reason, text, shown, unmet, rank, len(judged), own.channels)


def _reason(
    row: int, item: Item, selection: Selection, shown: int | None, unmet: Sequence[Unmet], rank: int
) -> AbsenceReason:
    """The first thing that kept it out, in the order in which a request is answered."""
    if shown is not None:
        return "shown"
    if unmet:
        return "must-have"
    if any(example.item_id == item.id for example in selection.inquiry.understood.request.named):
        return "named"
    if row in selection.inquiry.taste.hidden:
        return "seen"
    if row in selection.inquiry.scope.hidden:
        return "scope"
    # Retrieval alone would have shown it: what came after retrieval did not.
    return "rank" if rank > len(selection.chosen) else "diversity"


def _unmet(item: Item, must: Filter, schema: Schema) -> Unmet:
    # A must-have may go by a field that is hidden; what stands in it is told nobody all the same.
    field = schema.fields.get(must.field)
    value = None if field is not None and field.hidden else item.value(must.field)
    return Unmet(str(must), None if value is None else as_text(value))


def _unmet_note(must: Unmet) -> Note:
    if must.value is None:
        return Note("unmet absent", filter=must.filter)
    return Note("unmet value", filter=must.filter, value=must.value)


__all__ = ["Unmet", "WhyNot", "why_not"]
