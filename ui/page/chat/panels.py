"""The panels of the chat page as HTML."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from agent.language.beside import fit_note, untold_note
from agent.language.messages import Note
from retrieval.filters.conditions import OPS_OF
from retrieval.text.values import as_text
from ui.page.chat.cards import facts, has_picture, link_of, moment_of, price_of
from ui.page.chat.evidence import Why, why
from ui.page.chat.exchange import Exchange
from ui.page.shared.job_view import stage_of
from ui.page.shared.reader import Reader
from ui.page.shared.templating import html, plain_filter, plain_note
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


@dataclass(frozen=True, slots=True)
class Offer:
    """What a first visit shows.

    Attributes:
        n_items: Of the whole catalog; 0 while that is not known.
        examples: Requests that a click asks.
        goods: Items as JSON, each with a picture.
    """

    n_items: int = 0
    examples: Sequence[ExampleRequest] = ()
    goods: Sequence[Mapping[str, Any]] = ()


COMPARISONS = (
    ("=", "filter.is"),
    ("has", "filter.has"),
    ("<=", "filter.at_most"),
    (">=", "filter.at_least"),
    ("!=", "filter.not"),
    ("has not", "filter.not"),
)
MOST_CHIP_CHARS = 48
SLIDES = 100  # steps of a slider
MOST_FIELDS, MOST_VALUES = 40, 200  # offered in a filter


def past(talk: Talk, reader: Reader) -> str:
    """All of a conversation but its last exchange."""
    turns = [turn(exchange, n, reader) for n, exchange in enumerate(talk.exchanges[:-1], start=1)]
    return html("flow", reader.words, first=True, talk=talk.id, turns=Markup().join(turns))


def present(talk: Talk, reader: Reader) -> str:
    """The last exchange of a conversation, which may still be growing."""
    words, exchanges = reader.words, list(talk.exchanges)
    if not exchanges:
        return ""
    n_items = len(exchanges[-1].cards)
    there = words("chat.one_item") if n_items == 1 else words("chat.items", n=n_items)
    told = there if n_items else exchanges[-1].reply or words("chat.nothing")
    doing = progress(exchanges[-1], words) if talk.working else told
    shown = turn(exchanges[-1], len(exchanges), reader, last=True)
    return html("flow", words, first=False, working=talk.working, progress=doing, turns=shown)


def turn(exchange: Exchange, n: int, reader: Reader, *, last: bool = False) -> Markup:
    """What was asked and what came of it; drawn once, and again when something about it changes.

    Args:
        n: Its number, from 1.
        last: Whether it can be taken back.
    """
    words = reader.words
    state = (exchange.phase, n, last, words.language, reader.operator, *sorted(exchange.marks.items()))
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
            moment=lambda card: (where := moment_of(card)) and told(where, words),
            untold=lambda card: told(untold_note(card.get("untold", ())), words),
            total=lambda cost: told(Note("total", total=_total(cost, reader)), words),
            told=lambda note: told(note, words),
            facts=lambda item: facts(item, reader),
            link=link_of,
            has_picture=has_picture,
            operator=reader.operator,
            plain_note=lambda note: plain_note(note, (exchange.request or {}).get("filters", ()), reader),
            plain=lambda condition: plain_filter(condition, reader),
            dropped=lambda way: ", ".join(plain_filter(condition, reader) for condition in way["dropped"]),
            evidence=lambda card, exchange: _why(card, exchange, reader),
            made=lambda exchange: made(exchange, reader),
        )
        exchange.drawn = {state: drawn}
    return Markup(exchange.drawn[state])  # noqa: S704 (made by a template that escapes)


def _total(cost: float, reader: Reader) -> str:
    shop = reader.shop
    return reader.price(cost) if shop.prices or shop.currency else as_text(cost)


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


def made(exchange: Exchange, reader: Reader) -> str:
    """Who worded an answer, and in what time; to visitors no model is named."""
    words, answer = reader.words, exchange.answer or {}
    parts = [words("chat.done_in", n=f"{sum(answer.get('timings_s', {}).values()):.1f}")]
    worded = [card["explanation"] for card in exchange.cards.values()]
    by_model = [reason["model"] for reason in worded if reason["wording"] == "model"]
    model = by_model[0] if by_model and reader.operator else words("chat.a_model")
    if worded and len(by_model) == len(worded):
        parts.append(words("chat.by_model", model=model))
    elif by_model:
        parts.append(words("chat.by_both", n=len(by_model), total=len(worded), model=model))
    elif worded:
        parts.append(words("chat.by_template"))
    return " · ".join(parts)


def welcome(
    status: Status,
    job: JobState | None,
    offer: Offer,
    reader: Reader,
    problem: str = "",
    talk: str = "",
) -> str:
    """What a person sees before they have asked anything.

    Args:
        job: Work that runs and fills the workspace.
        talk: Conversation that is still to be found.
    """
    words = reader.words
    stage = stage_of(job, words) if job else ""
    done = words("welcome.progress", stage=stage, done=job.done, total=job.total) if job and job.total else ""
    return html(
        "welcome",
        words,
        phase=status.phase,
        job=job,
        n_items=f"{offer.n_items:,}" if offer.n_items else "",
        examples=offer.examples,
        goods=offer.goods,
        price=lambda item: price_of(item, reader),
        problem=problem,
        progress=done or (f"{stage}…" if job else ""),
        talk=talk,
        greeting=reader.shop.greeting_in(words.language) or words("welcome.hello"),
        for_operator=reader.operator,
    )


def chips(talk: Talk | None, schema: Schema | None, reader: Reader, notice: str = "") -> str:
    """What stands right above the box: what was understood, each part to be removed, and a way to add a must-have.

    Args:
        notice: What the person is to know now.
    """
    return html(
        "chips",
        reader.words,
        parts=list(_parts(talk, reader)) if talk else [],
        leanings=talk.leanings if talk else (),
        notice=notice,
        fields=[_field(field, reader) for field in schema.filterable()[:MOST_FIELDS]] if schema else [],
        comparisons=COMPARISONS,
    )


def _parts(talk: Talk, reader: Reader) -> Iterator[Chip]:
    """What was understood, in the order in which people say it."""
    from agent.understand.tokens import flat, forms

    words, understood = reader.words, talk.understood
    if understood.kind:
        yield Chip(understood.kind, words("filter.kind", kind=understood.kind), quiet=False)
    for wish in understood.wishes:
        if not set(forms(flat(wish))) <= set(forms(flat(understood.kind))):  # what says more than the kind
            yield Chip(wish, words("filter.wish", wish=_short(wish)), quiet=True)
    for condition in talk.must_haves:
        yield Chip(condition, plain_filter(condition, reader), quiet=False)
    for thing in understood.denied:
        yield Chip(thing, words("filter.denied", thing=thing), quiet=False)
    if understood.order:
        field, _, direction = understood.order.rpartition(" ")
        yield Chip(understood.order, words(f"filter.order_{direction}", field=reader.field(field)), quiet=False)


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHIP_CHARS else f"{text[: MOST_CHIP_CHARS - 1]}…"


def history(talks: Sequence[Listed], here: str, words: Words) -> str:
    """A visitor's conversations."""
    listed = [{"id": talk.id, "title": talk.title, "when": _when(talk.at_s)} for talk in talks]
    return html("history", words, talks=listed, here=here)


def _why(card: Mapping[str, Any], exchange: Exchange, reader: Reader) -> Why:
    return why(card, (exchange.request or {}).get("filters", ()), reader)


def _field(field: Field, reader: Reader) -> dict[str, Any]:
    numeric = field.type in ("number", "integer")
    bounds = f"{field.minimum:g} – {field.maximum:g}" if field.minimum is not None and field.maximum is not None else ""
    offered = [op for op, _ in COMPARISONS if op in OPS_OF[field.type] and not (field.type == "list" and op in "!=")]
    return {
        "name": field.name,
        "label": reader.field(field.name),
        "ops": offered,
        "known": list(field.values or ())[:MOST_VALUES],
        "hint": bounds,
        "numeric": numeric,
        "slide": _slide(field),
    }


def _slide(field: Field) -> tuple[float, float, float] | None:
    """The least, the most and the step of a slider; None for what has no two values to slide between."""
    if field.minimum is None or field.maximum is None or field.minimum >= field.maximum:
        return None
    step = (field.maximum - field.minimum) / SLIDES
    rounded = 10.0 ** round(log10(step))
    if field.type == "integer" or field.maximum - field.minimum >= SLIDES:
        rounded = max(1.0, rounded)
    return floor(field.minimum / rounded) * rounded, ceil(field.maximum / rounded) * rounded, rounded


def _when(at_s: float) -> str:
    now, then = time.localtime(), time.localtime(at_s)
    return time.strftime("%H:%M" if now[:3] == then[:3] else "%Y-%m-%d", then)
