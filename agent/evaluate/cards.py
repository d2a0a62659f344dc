"""How card sentences read: how long they are, what has no place in them, which wishes they tell and which they admit.

What is met is found here by words alone, not by what planned the sentence.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.answers import Answer, Recommendation, Request
from agent.explain.grounding.lexicon import NEGATIONS
from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.phrasing import phrasing
from agent.explain.sentence.wishes import Wish, wishes_of
from agent.language.detection import detect_language
from retrieval.items import Item
from retrieval.text.values import as_text
from retrieval.text.words import fold

# What belongs behind a card and not on it: places, likeness, channels, models, and how a reason was come by.
OUT_OF_PLACE = re.compile(
    r"\b(?:number \d+|likeness|rank(?:ed|s)?|score|channel|embedding|cosine|template|model saw|by meaning"
    r"|(?:description|title|category|tags?|plot) says?|(?:you|and you) asked for|moved it from|fusion|vector"
    r"|holds the words|near in meaning)\b|\w_\w|排第|相似度|您要找|写道",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CardFigures:
    """What was counted over the sentences of all cards.

    Attributes:
        cards: How many there were.
        words: Words of a sentence, median; of a script without spaces half its characters.
        out_of_place: Sentences that hold words which have no place there.
        told: Share of the wishes that an item meets which its sentence, or its title, tells; None where none is met.
        admitted: Share of the wishes that it does not meet which its sentence admits; None where all are met.
        alike: Share of the lists in which two sentences begin with the same two words.
    """

    cards: int
    words: float
    out_of_place: tuple[str, ...]
    told: float | None
    admitted: float | None
    alike: float


def card_figures(answers: Sequence[Answer]) -> CardFigures:
    """The figures of the cards of these answers, of which there is at least one."""
    pairs = [(answer.request, entry) for answer in answers for entry in answer.recommendations]
    texts = [entry.explanation.text for _, entry in pairs]
    states = [state for request, entry in pairs for state in _states(request, entry)]
    met, missed = ([told for is_met, told in states if is_met is state] for state in (True, False))
    lists = [answer.recommendations for answer in answers if len(answer.recommendations) > 1]
    return CardFigures(
        cards=len(texts),
        words=statistics.median(phrasing(detect_language(text)).n_words(text) for text in texts),
        out_of_place=tuple(text for text in texts if OUT_OF_PLACE.search(text)),
        told=sum(met) / len(met) if met else None,
        admitted=sum(missed) / len(missed) if missed else None,
        alike=sum(_begin_alike(entries) for entries in lists) / len(lists) if lists else 0.0,
    )


def _states(request: Request, entry: Recommendation) -> Iterator[tuple[bool, bool]]:
    """For each wish whether the item meets it, and whether the sentence tells or admits so."""
    language = detect_language(f"{entry.item.title}. {entry.item.description}"[:300])
    if request.language != language:
        return  # in words of another language nothing can be looked for
    sentence = entry.explanation.text
    shown = stems_of(f"{sentence} {entry.item.title}", language)
    held = stems_of(item_words(entry.item), language)
    for wish in wishes_of(request).each:
        if _is_denied(wish, request.text, language):
            continue
        is_met = wish.met_by(held)
        yield is_met, bool(wish.any_stems & shown) if is_met else fold(wish.words) in fold(sentence)


def item_words(item: Item) -> str:
    """All that an item says of itself, as one text."""
    values = (as_text(value) for value in item.attributes.values() if not isinstance(value, bool))
    return " ".join([item.title, item.description, item.category or "", *values])


def _is_denied(wish: Wish, text: str, language: str) -> bool:
    """Whether a negation stands shortly before a wish."""
    before = fold(text[: text.find(wish.words)]).split()[-3:] if wish.words in text else []
    return not (NEGATIONS | grammar(language).negations).isdisjoint(before)


def _begin_alike(entries: Sequence[Recommendation]) -> bool:
    starts = [tuple(fold(entry.explanation.text).split()[:2]) for entry in entries]
    return len(set(starts)) < len(starts)


__all__ = ["OUT_OF_PLACE", "CardFigures", "card_figures", "item_words"]
