"""Whether a chat fits into what a model can read, and what is left out of it where it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.backends.protocols import Chat, ChatMessage, ChatModel
from agent.errors import ModelError
from agent.language.messages import Note

TURN_TOKENS = 16  # most that the chat templates we know put around one turn
CUT = " …"
_LAST_WORD = re.compile(r"\s*\S*\Z")


def check_room(model: ChatModel, n_tokens: int, room: int) -> None:
    """Make sure that a chat of `n_tokens` and `room` tokens more fit into what a model can read.

    Raises:
        ModelError: they do not.
    """
    if n_tokens + room > model.context_tokens:
        raise ModelError(
            f"A chat of {n_tokens:,} tokens and {room:,} more do not fit into the {model.context_tokens:,} "
            f"tokens that {model.name} can read.",
            "Shorten the request or the text of the items.",
        )


def fitted(chat: Chat, model: ChatModel, room: int) -> tuple[Chat, bool]:
    """A chat that leaves `room` tokens for what follows it, shortened from its least important end where it must be.

    Worked examples go first, the least typical before others; then the last turn's text ends earlier, at a word and
    with `CUT`. A chat that cannot be made to fit is as short as it can be.

    Returns:
        The chat, and whether it was shortened.
    """
    budget = model.context_tokens - room
    if _fits(chat, model, budget):
        return chat, False
    system = [message for message in chat[:-1] if message.role == "system"]
    examples = [message for message in chat[:-1] if message.role != "system"]
    for start in range(2, len(examples) + 2, 2):
        shorter = (*system, *examples[start:], chat[-1])
        if _fits(shorter, model, budget):
            return shorter, True
    return (*system, _cut(chat[-1], model, budget - _tokens(system, model))), True


def all_fitted(chats: Sequence[Chat], model: ChatModel, room: int) -> tuple[list[Chat], tuple[Note, ...]]:
    """Chats about one item each, all fitted, and what is to be said of it: nothing, or in one sentence how many."""
    results = [fitted(chat, model, room) for chat in chats]
    shortened = sum(was_shortened for _, was_shortened in results)
    note = (Note("items shortened", n=shortened),) if shortened else ()
    return [chat for chat, _ in results], note


def _cut(message: ChatMessage, model: ChatModel, budget: int) -> ChatMessage:
    """The message with the longest beginning of its text that fits."""
    low, high = 0, len(message.text)
    while low < high:  # the longest that fits has from low to high letters
        middle = (low + high + 1) // 2
        fits = _fits([replace(message, text=_shortened(message.text, middle))], model, budget)
        low, high = (middle, high) if fits else (low, middle - 1)
    return replace(message, text=_shortened(message.text, low))


def _shortened(text: str, length: int) -> str:
    if length >= len(text):
        return text
    inside_word = not text[length].isspace()
    beginning = text[:length]
    return (_LAST_WORD.sub("", beginning) if inside_word else beginning).rstrip() + CUT


def _fits(chat: Chat, model: ChatModel, budget: int) -> bool:
    size_bytes = sum(len(message.text.encode()) + TURN_TOKENS for message in chat)
    return size_bytes <= budget or _tokens(chat, model) <= budget  # a token is a byte at least: most need no counting


def _tokens(chat: Chat, model: ChatModel) -> int:
    return sum(model.count_tokens(message.text) + TURN_TOKENS for message in chat)


__all__ = ["CUT", "all_fitted", "check_room", "fitted"]
