"""The panels of the chat page as HTML."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from agent.language.beside import fit_note, untold_note
from agent.language.messages import Note
from retrieval.filters.conditions import OPS_OF
from retrieval.text.values import as_text
from ui.page.chat.cards import facts, has_picture
from ui.page.chat.evidence import Why, why
from ui.page.chat.exchange import Exchange
from ui.page.shared.templating import html, plain_filter
from ui.page.shared.words import Words

if TYPE_CHECKING:
    from retrieval.schema import Field, Schema
    from retrieval.storage.exchanges import Listed
    from ui.page.chat.examples import ExampleRequest
    from ui.page.chat.talk import Talk
    from ui.service.jobs import JobState
    from ui.service.service import Status


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card, its number in the answer, and whether it is of the set that is proposed."""

    number: int
    card: Mapping[str, Any]
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of what was understood, as its chip shows it.

    Attributes:
        name: By which it goes, as `StateView` has it.
        quiet: Whether it is only searched for.
    """

    name: str
    text: str
    quiet: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """Cards that stand together, under the name of what was asked for where there is one."""

    role: str
    cards: Sequence[ShownCard]


COMPARISONS = (
    ("=", "filter.is"),
    ("has", "filter.has"),
    ("<=", "filter.at_most"),
    (">=", "filter.at_least"),
    ("!=", "filter.not"),
    ("has not", "filter.not"),
)
MOST_CHIP_CHARS = 48
MOST_FIELDS, MOST_VALUES = 40, 40  # offered in a filter


def past(talk: Talk, words: Words) -> str:
    """All of a conversation but its last exchange."""
    turns = [turn(exchange, n, words) for n, exchange in enumerate(talk.exchanges[:-1], start=1)]
    return html("flow", words, first=True, talk=talk.id, turns=Markup().join(turns))


def present(talk: Talk, words: Words) -> str:
    """The last exchange of a conversation, which may still be growing."""
    exchanges = list(talk.exchanges)
    if not exchanges:
        return ""
    n_items = len(exchanges[-1].cards)
    there = words("chat.one_item") if n_items == 1 else words("chat.items", n=n_items)
    told = there if n_items else exchanges[-1].reply or there
    doing = progress(exchanges[-1], words) if talk.working else told
    shown = turn(exchanges[-1], len(exchanges), words, last=True)
    return html("flow", words, first=False, working=talk.working, progress=doing, turns=shown)


def turn(exchange: Exchange, n: int, words: Words, *, last: bool = False) -> Markup:
    """What was asked and what came of it; drawn once, and again when something about it changes.

    Args:
        n: Its number, from 1.
        last: Whether it can be taken back.
    """
    state = (exchange.phase, n, last, words.language, *sorted(exchange.marks.items()))
    if exchange.phase == "working" or state not in exchange.drawn:
        drawn = html(
            "turn",
            words,
            exchange=exchange,
            n=n,
            last=last,
            progress=progress(exchange, words) if exchange.phase == "working" else "",
            shelves=shelves(exchange),
            fit=lambda card: fit_note(card.get("fit")),
            untold=lambda card: told(untold_note(card.get("untold", ())), words),
            total=lambda cost: told(Note("total", total=as_text(cost)), words),
            told=lambda note: told(note, words),
            facts=facts,
            has_picture=has_picture,
            evidence=lambda card, exchange: _why(card, exchange, words),
            made=lambda exchange: made(exchange, words),
        )
        exchange.drawn = {state: drawn}
    return Markup(exchange.drawn[state])  # noqa: S704 (made by a template that escapes)


def shelves(exchange: Exchange) -> list[Shelf]:
    """The cards of an answer: by the things asked for where they are several, else all together."""
    groups = exchange.answer.get("groups") if exchange.answer else None
    if not groups:
        return [Shelf("", [ShownCard(at, card) for at, card in enumerate(exchange.cards.values(), start=1)])]
    numbers, made = count(1), list[Shelf]()
    for group in groups:
        there = [item_id for item_id in group["items"] if item_id in exchange.cards]
        cards = [ShownCard(next(numbers), exchange.cards[one], one == group["chosen"]) for one in there]
        made.append(Shelf(group["role"], cards))
    return made


def told(note: Note | None, words: Words) -> str:
    """A sentence in the language of the page; empty where there is none."""
    return note.text_in(words.language) if note else ""


def progress(exchange: Exchange, words: Words) -> str:
    """What is being done for an answer now."""
    if any("explanation" in card for card in exchange.cards.values()):
        return f"{words('chat.wording')}…"
    step = exchange.steps[-1] if exchange.steps else words("chat.waiting")
    return f"{step[:1].upper()}{step[1:]}…"


def made(exchange: Exchange, words: Words) -> str:
    """Who worded an answer, and in what time."""
    answer = exchange.answer or {}
    parts = [words("chat.done_in", n=f"{sum(answer.get('timings_s', {}).values()):.1f}")]
    worded = [card["explanation"] for card in exchange.cards.values()]
    by_model = [reason["model"] for reason in worded if reason["wording"] == "model"]
    if worded and len(by_model) == len(worded):
        parts.append(words("chat.by_model", model=by_model[0]))
    elif by_model:
        parts.append(words("chat.by_both", n=len(by_model), total=len(worded), model=by_model[0]))
    elif worded:
        parts.append(words("chat.by_template"))
    return " · ".join(parts)


def welcome(
    status: Status,
    job: JobState | None,
    n_items: int,
    examples: Sequence[ExampleRequest],
    words: Words,
    problem: str = "",
    talk: str = "",
) -> str:
    """What a person sees before they have asked anything.

    Args:
        job: Work that runs and fills the workspace.
        talk: Conversation that is still to be found.
    """
    done = words("welcome.progress", stage=job.stage, done=job.done, total=job.total) if job and job.total else ""
    return html(
        "welcome",
        words,
        phase=status.phase,
        job=job,
        n_items=f"{n_items:,}" if n_items else "",
        examples=examples,
        problem=problem,
        progress=done or (f"{job.stage}…" if job else ""),
        talk=talk,
    )


def chips(talk: Talk | None, schema: Schema | None, words: Words, notice: str = "") -> str:
    """What stands right above the box: what was understood, each part to be removed, and a way to add a must-have.

    Args:
        notice: What the person is to know now.
    """
    return html(
        "chips",
        words,
        parts=list(_parts(talk, words)) if talk else [],
        leanings=talk.leanings if talk else (),
        notice=notice,
        fields=[_field(field) for field in schema.filterable()[:MOST_FIELDS]] if schema else [],
        comparisons=COMPARISONS,
    )


def _parts(talk: Talk, words: Words) -> Iterator[Chip]:
    """What was understood, in the order in which people say it."""
    from agent.understand.tokens import flat, forms

    understood = talk.understood
    if understood.kind:
        yield Chip(understood.kind, words("filter.kind", kind=understood.kind), quiet=False)
    for wish in understood.wishes:
        if not set(forms(flat(wish))) <= set(forms(flat(understood.kind))):  # what says more than the kind
            yield Chip(wish, words("filter.wish", wish=_short(wish)), quiet=True)
    for condition in talk.must_haves:
        yield Chip(condition, plain_filter(condition), quiet=False)
    for thing in understood.denied:
        yield Chip(thing, words("filter.denied", thing=thing), quiet=False)
    if understood.order:
        field, _, direction = understood.order.rpartition(" ")
        yield Chip(understood.order, words(f"filter.order_{direction}", field=field.replace("_", " ")), quiet=False)


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHIP_CHARS else f"{text[: MOST_CHIP_CHARS - 1]}…"


def history(talks: Sequence[Listed], here: str, words: Words) -> str:
    """A visitor's conversations."""
    listed = [{"id": talk.id, "title": talk.title, "when": _when(talk.at_s)} for talk in talks]
    return html("history", words, talks=listed, here=here)


def _why(card: Mapping[str, Any], exchange: Exchange, words: Words) -> Why:
    return why(card, (exchange.request or {}).get("filters", ()), words)


def _field(field: Field) -> dict[str, Any]:
    numeric = field.type in ("number", "integer")
    bounds = f"{field.minimum:g} – {field.maximum:g}" if field.minimum is not None and field.maximum is not None else ""
    offered = [op for op, _ in COMPARISONS if op in OPS_OF[field.type] and not (field.type == "list" and op in "!=")]
    return {
        "name": field.name,
        "ops": offered,
        "known": list(field.values or ())[:MOST_VALUES],
        "hint": bounds,
        "numeric": numeric,
    }


def _when(at_s: float) -> str:
    now, then = time.localtime(), time.localtime(at_s)
    return time.strftime("%H:%M" if now[:3] == then[:3] else "%Y-%m-%d", then)
