"""Requests with known answers, as what learns and judges by them counts on them."""

from __future__ import annotations

import numpy as np

from retrieval.cases import Case
from retrieval.evaluation.task import Lessons, candidates
from retrieval.query import Query
from retrieval.retriever import Retriever
from tests.support.shelf import numbered, snapshot

NOTHING = np.array([], dtype=np.intp)


def case(name: str = "ada", gains: dict[int, float] | None = None, hidden: np.ndarray = NOTHING) -> Case:
    return Case(name, Query("text", "", {}), {0: 1.0} if gains is None else gains, hidden)


def test_two_cases_that_say_the_same_are_two_cases_and_each_keeps_its_own_retriever() -> None:
    first, second = case(), case()
    early, late = (Retriever(snapshot(numbered(n)), (), {}) for n in (1, 2))
    lessons = Lessons.of([(early, [first])], (late, [second]))
    assert first != second
    assert lessons.knowing[first] is early
    assert lessons.knowing[second] is late


def test_what_is_hidden_is_no_candidate_even_where_it_is_an_answer() -> None:
    hidden = case(gains={1: 1.0, 2: 1.0}, hidden=np.array([2], dtype=np.intp))
    assert candidates(hidden, snapshot(numbered(4))).tolist() == [0, 1, 3]
