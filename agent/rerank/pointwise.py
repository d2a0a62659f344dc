"""Pointwise scoring: a language model is asked about one item at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import prompts
from agent.backends.chat.chats import as_chat
from agent.backends.chat.fitting import all_fitted
from agent.backends.protocols import ChatModel
from agent.rerank.blend import opinions
from agent.rerank.exhibit import Exhibit, Opinion

ANSWERS = ("Yes", "No")


def likelihood(exhibits: Sequence[Exhibit], wish: str, model: ChatModel) -> Opinion:
    """How likely a model that is shown an item would be to make this very request: mean log-probability per token.

    Source: query likelihood, Sachan et al. 2022 (UPR), arXiv 2204.07496, equation 2.
    """
    prompt = prompts.load("score_item")
    asked = [as_chat(prompt.render(item=exhibit.card), exhibit.pictures) for exhibit in exhibits]
    chats, notes = all_fitted(asked, model, model.count_tokens(wish))
    return model.score(chats, [wish] * len(chats)), notes


def yes_no(exhibits: Sequence[Exhibit], wish: str, model: ChatModel) -> Opinion:
    """How much likelier a model is to say that an item fits than that it does not: the log-odds of yes against no.

    Source: Nogueira et al. 2020 (monoT5), arXiv 2003.06713, with log-odds for the softmax over both.
    """
    prompt = prompts.load("judge_item")
    asked = [as_chat(prompt.render(request=wish, item=exhibit.card), exhibit.pictures) for exhibit in exhibits]
    chats, notes = all_fitted(asked, model, 1)
    answers = model.first_token(chats, ANSWERS).reshape(-1, len(ANSWERS))
    with np.errstate(invalid="ignore"):  # of a model that can say neither, there is nothing to compare
        return answers[:, 0] - answers[:, 1], notes


def both(exhibits: Sequence[Exhibit], wish: str, model: ChatModel) -> Opinion:
    """Likelihood and yes or no together, either stretched to [0, 1]."""
    (likely, notes), (fitting, more) = (ask(exhibits, wish, model) for ask in (likelihood, yes_no))
    return together(likely, fitting), tuple(dict.fromkeys((*notes, *more)))


def together(likely: NDArray[np.float64], fitting: NDArray[np.float64]) -> NDArray[np.float64]:
    """What `both` makes of the two."""
    return (opinions(likely.tolist()) + opinions(fitting.tolist())) / 2


__all__ = ["both", "likelihood", "together", "yes_no"]
