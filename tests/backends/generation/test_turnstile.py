"""The turnstile: a model that several threads ask computes for one of them at a time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.backends.generation.turnstile import OneAtATime


class Model:
    """A model that counts how many passes are under way at once."""

    def __init__(self) -> None:
        self.name = "toy"
        self.most = 0
        self._now = 0
        self._counting = threading.Lock()

    def __call__(self, *, number: int) -> int:
        with self._counting:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.001)
        with self._counting:
            self._now -= 1
        if number < 0:
            raise ValueError(number)
        return number + 1


def test_never_two_passes_at_once_and_each_thread_gets_its_own_answer() -> None:
    model = OneAtATime(Model())
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: model(number=number), range(40)))
    assert answers == list(range(1, 41))
    assert model.most == 1


def test_a_pass_that_fails_lets_the_next_one_through() -> None:
    model = OneAtATime(Model())
    with pytest.raises(ValueError, match="-1"):
        model(number=-1)
    assert model(number=1) == 2


def test_all_else_is_the_model_s_own() -> None:
    model = OneAtATime(Model())
    assert model.name == "toy"
    with pytest.raises(AttributeError, match="weights"):
        _ = model.weights
