"""Fit of a list of candidates."""

from __future__ import annotations

import numpy as np

from agent.answers import Request
from agent.retrieve.fit import fit_model
from agent.retrieve.fit.judging import fits_of
from retrieval.candidates import Candidate
from retrieval.query import History, Query
from tests.retrieve.fit.shops import GOODS, WordCounts, ground


def candidates() -> list[Candidate]:
    items = ground().snapshot.items
    return [Candidate(item, row, 0.5, {}) for row, item in reversed(list(enumerate(items)))]


def asked(text: str) -> Request:
    return Request(text, text, "en")


def test_each_candidate_has_its_fit_in_the_order_of_the_list() -> None:
    query = Query("text", "a tent", {"text": WordCounts().encode(["a tent"])})
    fits = fits_of(candidates(), asked("a tent"), query, ground(), fit_model())
    assert fits.shape == (len(GOODS),)
    assert int(fits.argmax()) == len(GOODS) - 1 - 4


def test_a_request_without_words_is_not_judged() -> None:
    fits = fits_of(candidates(), Request("", "", "en"), Query("picture", "", {}), ground(), fit_model())
    assert np.isnan(fits).all()


def test_taste_does_not_change_what_is_asked_for() -> None:
    liked = History(np.array([1], dtype=np.intp), np.array([1], dtype=np.float32))
    leaning = Query("text", "a tent", {"text": WordCounts().encode(["red jacket"])}, history=liked)
    plain = Query("text", "a tent", {})
    first, second = (fits_of(candidates(), asked("a tent"), query, ground(), fit_model()) for query in (leaning, plain))
    assert first.tolist() == second.tolist()
