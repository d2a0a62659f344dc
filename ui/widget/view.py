"""What the widget is told of an answer: what it shows, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.language.beside import labels, untold_note
from agent.language.messages import Note, in_language
from ui.page.chat.cards import has_picture, link_of, moment_of, price_of
from ui.page.chat.exchange import Exchange
from ui.page.shared.reader import Reader
from ui.page.shared.templating import picture_address, plain_note

PICTURE_PX = 320


def exchange_view(exchange: Exchange, reader: Reader) -> dict[str, Any]:
    """An answer as far as it has come.

    Returns:
        `working`, `reply`, `cards`, `notes`, `choices` (what may be said next), and where it failed `problem`.
    """
    answer, filters = exchange.answer or {}, (exchange.request or {}).get("filters", ())
    dialogue = answer.get("dialogue") or {}
    question = dialogue.get("question") or {}
    options = [option["label"] for option in question.get("options", ())]
    return {
        "working": exchange.phase == "working",
        "reply": exchange.reply,
        "cards": [card_view(card, reader) for card in exchange.cards.values()],
        "notes": [plain_note(note, filters, reader) for note in answer.get("notes", ())],
        "question": question.get("text", ""),
        "choices": [*answer.get("choices", ()), *options],
        "problem": " ".join(part for part in (exchange.what, exchange.hint) if part),
    }


def card_view(card: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """An item as a card shows it."""
    item = card["item"]
    beside: list[Note] = []
    if "explanation" in card:
        untold = untold_note(card.get("untold", ()))
        where = moment_of(card)
        promoted = labels(None, proposed=False, promoted=card.get("promoted", False))
        beside = [*promoted, *filter(None, (where, untold))]
    return {
        "id": item["id"],
        "title": item["title"],
        "price": price_of(item, reader),
        "url": link_of(item),
        "picture": f"/{picture_address(item['id'], PICTURE_PX)}" if has_picture(item) else "",
        "reason": card["explanation"]["text"] if "explanation" in card else "",
        "beside": list(in_language(beside, reader.words.language)),
    }
