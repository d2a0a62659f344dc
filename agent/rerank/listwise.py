"""Listwise scoring: a language model chooses among several items, and the letter of each counts by its probability.

Only the first token of the answer is looked at. A model that prints whole rankings leaves items out and makes others
up; the probabilities of the letters are there for all of them, after one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np

import prompts
from agent.backends.chat.chats import as_chat
from agent.backends.chat.fitting import all_fitted
from agent.backends.protocols import Chat, ChatModel
from agent.rerank.exhibit import Exhibit, Opinion

WINDOW = 10  # items in one prompt: small models lose sight of more
LINE_CHARS = 200  # of one item
_BESIDE = 96  # tokens of what a prompt holds beside the wish and the items


def listwise(exhibits: Sequence[Exhibit], wish: str, model: ChatModel) -> Opinion:
    """Log-probability of each item's letter as the first token of the answer, among the letters of its window.

    The items are dealt to the windows one by one, so that each window holds good ones and bad ones, and what counts is
    how much likelier an item is than one drawn by lot. Each window is asked about in both directions, since models
    prefer letters and places. Pictures are not shown: a prompt says of none to which letter it belongs.

    Source: Reddy et al. 2024 (FIRST), arXiv 2406.15657, section 3.
    """
    values = np.full(len(exhibits), np.nan)
    if len(exhibits) < 2:
        return values, ()
    lines = [_line(exhibit) for exhibit in exhibits]
    windows = dealt(len(exhibits), _window(lines, wish, model))
    orders = [order for window in windows for order in (window, window[::-1])]
    chats, notes = all_fitted([_chat([lines[at] for at in order], wish) for order in orders], model, 1)
    letters = tuple(ascii_uppercase[: max(map(len, windows))])
    answers = model.first_token(chats, letters)
    for (window, _), pair in zip(zip(orders[::2], orders[1::2], strict=True), _pairs(answers), strict=True):
        forth, back = (_above_chance(row[: len(window)]) for row in pair)
        values[window] = (forth + back[::-1]) / 2
    return values, notes


def dealt(n: int, size: int) -> list[list[int]]:
    """The numbers below `n` dealt one by one to as few windows as there must be, none larger than `size` but by need.

    Every window has two at least, which may make one larger.
    """
    n_windows = max(1, min(-(-n // size), n // 2))
    return [list(range(first, n, n_windows)) for first in range(n_windows)]


def _window(lines: Sequence[str], wish: str, model: ChatModel) -> int:
    """How many of the items go into one prompt."""
    room = model.context_tokens - 1 - _BESIDE - model.count_tokens(wish)
    longest = max(len(line.encode()) for line in lines) + 1
    if WINDOW * longest > room:  # a token is a byte at least: where all fit by their bytes, none need be counted
        longest = max(model.count_tokens(line) for line in lines) + 1
    return max(2, min(WINDOW, room // longest))


def _line(exhibit: Exhibit) -> str:
    """An item on one line."""
    return "; ".join(exhibit.card.splitlines())[:LINE_CHARS]


def _chat(lines: Sequence[str], wish: str) -> Chat:
    items = [f"{letter}: {line}" for letter, line in zip(ascii_uppercase, lines, strict=False)]
    return as_chat(prompts.load("choose_item").render(request=wish, items=items))


def _pairs(answers: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """What was answered of each window, in both directions."""
    return list(zip(answers[::2], answers[1::2], strict=True))


def _above_chance(log_probs: np.ndarray) -> np.ndarray:
    """Log of how many times likelier than by lot each letter is, among these alone."""
    with np.errstate(invalid="ignore"):  # all impossible: there is nothing to compare
        above: np.ndarray = log_probs - np.logaddexp.reduce(log_probs) + np.log(len(log_probs))
    return above


__all__ = ["dealt", "listwise"]
