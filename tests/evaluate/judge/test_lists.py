"""A model that reorders lists, judged beside the order of retrieval."""

from __future__ import annotations

from typing import Any

import numpy as np

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import Chat
from agent.evaluate.judge.lists import ListTrial, gold_lists, judge_lists
from tests.support.worded import WordedModels

REQUESTS = {"a quiet fan": ["fan"], "waterproof walking boots": ["boots"], "an animal at rest": ["cat"]}


def test_what_fits_is_in_the_catalog_and_no_request_is_without() -> None:
    items, requests = gold_lists()
    assert len(requests) >= 36
    assert all(fitting and set(fitting) <= items.keys() for fitting in requests.values())


def test_a_model_is_asked_about_what_retrieval_found_and_judged_by_where_what_fits_stands() -> None:
    def knows(chat: Chat, request: str) -> float:
        return 0.0 if "curled up" in chat[-1].text else -5.0

    model: Any = ScriptedChat(score=knows)
    figures = judge_lists(model, REQUESTS, models=WordedModels)
    assert figures.n == 3
    assert 0 <= figures.ours <= 1
    assert figures.model >= figures.ours
    assert len(model.calls) == 3


def test_weight_moves_what_the_model_likes_and_none_leaves_retrievals_order() -> None:
    trial = ListTrial("q", (0.0, 1.0), 1, (0.6, 0.5), (-5.0, 0.0), 0.1)
    assert trial.ndcg(0.0, 3) == 1 / np.log2(3)
    assert trial.ndcg(1.0, 3) == 1.0
    assert ListTrial("q", (0.0,), 1, (0.6,), (np.nan,), 0.1).ndcg(1.0, 3) == 0.0  # what fits was not found
