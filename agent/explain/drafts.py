"""Drafts: sentences of a language model about items, each judged as soon as it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.backends.budget import Budget
from agent.backends.chat.fitting import all_fitted
from agent.backends.protocols import Chat, ChatModel, GenerateOptions, Sampling
from agent.explain.grounding.check import check
from agent.explain.omissions import omissions
from agent.explain.reasons import ItemReason
from agent.explain.rewriting import rewriting_chat, writing_chat
from agent.language.untrusted import holds_markup
from retrieval.text.words import sentences

Manner = Literal["planned", "rewritten", "free"]
Fault = Literal["", "form", "false", "incomplete"]
AGAIN = Sampling(temperature=0.6)
MORE_DRAFTS = 4  # of each sentence that failed, in one batch
MOST_WORDS = 30
_ENDS = (".", "!", "?")
_QUOTES = (("“", "”"), ('"', '"'))


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence of a model about an item.

    Attributes:
        number: Of the item's reason.
        fault: What is wrong with it: it is no whole sentence, says what is not so, or leaves something out.
        why: The fault in words.
    """

    number: int
    text: str
    fault: Fault = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A language model, the manner in which it words reasons, and how long it may take to."""

    model: ChatModel
    manner: Manner
    budget: Budget = field(default_factory=Budget)


def drafts(item_reasons: Sequence[ItemReason], voice: Voice, max_new_tokens: int, notes: list[str]) -> Iterator[Draft]:
    """The likeliest sentence for every reason, then several that are drawn by lot for each that failed.

    Args:
        notes: Where it is written down when chats were too long for the model and had to be shortened.

    Yields:
        Each as soon as it is whole; none for a reason of which one has passed already.
    """
    chats = {at: chat for at, reason in enumerate(item_reasons) if (chat := _chat(reason, voice.manner))}
    fitted, shortened = all_fitted(list(chats.values()), voice.model, max_new_tokens)
    notes += shortened
    chats = dict(zip(chats, fitted, strict=True))
    failed: list[int] = []
    for draft in _judged(list(chats), chats, item_reasons, voice, GenerateOptions(max_new_tokens, stop=("\n",))):
        failed += [draft.number] if draft.fault else []
        yield draft
    again = [number for number in sorted(failed) for _ in range(MORE_DRAFTS)]
    options = GenerateOptions(max_new_tokens, stop=("\n",), sampling=AGAIN)
    yield from _judged(again, chats, item_reasons, voice, options)


def _judged(
    numbers: Sequence[int],
    chats: Mapping[int, Chat],
    item_reasons: Sequence[ItemReason],
    voice: Voice,
    options: GenerateOptions,
) -> Iterator[Draft]:
    """A draft for each of these reasons, of which some may stand there several times."""
    if not numbers:
        return
    texts, waiting, passed = [""] * len(numbers), set(range(len(numbers))), set[int]()
    for row, piece in voice.model.stream([chats[number] for number in numbers], options):
        voice.budget.check()  # a model on this machine is asked on only while somebody can wait
        texts[row] += piece
        begun = sentences(texts[row])
        # A sentence is whole once another begins, or nothing more comes; what a model adds to it is not waited for.
        if row not in waiting or (piece and len(begun) < 2):
            continue
        waiting.remove(row)
        if (number := numbers[row]) not in passed:
            draft = judge(number, begun[0] if begun else "", item_reasons[number], voice.manner)
            passed |= set() if draft.fault else {number}
            yield draft
        if all(numbers[row] in passed for row in waiting):
            return  # the model is stopped here: it would go on to the end of its room


def judge(number: int, sentence: str, reason: ItemReason, manner: Manner) -> Draft:
    """A sentence with what is wrong with it."""
    text = _unquoted(sentence)
    fault, why = _fault(text, reason, manner)
    return Draft(number, text, fault, why)


def _fault(sentence: str, reason: ItemReason, manner: Manner) -> tuple[Fault, str]:
    if not sentence.endswith(_ENDS):
        return "form", "not a whole sentence"
    if holds_markup(sentence):
        return "form", "it holds an address or markup"
    if len(sentence.split()) > MOST_WORDS:
        return "form", "it is too long for a card"
    verdict = check(sentence, reason.facts)
    if not verdict.grounded:
        return "false", verdict.reason
    left_out = next(omissions(sentence, reason.card, reason.above), None) if manner == "rewritten" else None
    return ("incomplete", f"it leaves out “{left_out}”") if left_out else ("", "")


def _unquoted(sentence: str) -> str:
    """A sentence without the quotation marks that models put around an answer."""
    text = sentence.strip()
    for opening, closing in _QUOTES:
        if text.startswith(opening) and text.endswith(closing) and text.count(closing) + text.count(opening) in (2, 4):
            return text[1:-1].strip()
    return text


def _chat(reason: ItemReason, manner: Manner) -> Chat | None:
    """What the model is asked; nothing where no sentence was planned."""
    if reason.rewriting is None:
        return None
    if manner == "free":
        return writing_chat(reason.wish, reason.rewriting, reason.own_claims)
    return rewriting_chat(reason.rewriting)


__all__ = ["AGAIN", "Draft", "Manner", "Voice", "drafts", "judge"]
