"""An answer as it is heard, event by event, and what is learned of its model."""

from __future__ import annotations

import numpy as np
import pytest

from agent.backends.chat import endpoint_wire as wire
from agent.backends.chat.endpoint_answer import HeardAnswer
from agent.backends.chat.endpoint_errors import Refusal
from agent.backends.chat.endpoint_relevance import relevance
from agent.backends.chat.endpoint_terms import AskingTerms
from agent.backends.chat.what_it_says import WhatItSays
from agent.backends.protocols import GenerateOptions

KNOWN = AskingTerms(known=True)
LINE = GenerateOptions(max_new_tokens=9, stop=("\n",))


def piece(text: str, end: str | None = None) -> dict[str, object]:
    return {"choices": [{"delta": {"content": text}, "finish_reason": end}]}


def heard(terms: AskingTerms, *texts: str, whole: bool = False) -> tuple[HeardAnswer, list[str]]:
    answer = HeardAnswer(LINE, terms, whole=whole)
    pieces = [answer.take(piece(text)) for text in texts]
    answer.take(dict(wire.DONE))
    return answer, [*pieces, answer.finish()]


def test_words_are_given_out_as_they_come_by_a_model_that_is_known() -> None:
    assert heard(KNOWN, "It ", "is red")[1] == ["It", " is red", ""]
    assert heard(AskingTerms(), "It ", "is red")[1] == ["", "", "It is red"]
    assert heard(KNOWN, "It ", "is red", whole=True)[1] == ["", "", "It is red"]


def test_what_may_become_a_mark_is_held_back_until_it_is_none() -> None:
    assert heard(KNOWN, "It is <", "3")[1] == ["It is", "", " <3"]


def test_an_answer_that_has_stopped_is_finished() -> None:
    answer, pieces = heard(KNOWN, "It is", " red.\nNo")
    assert answer.finished
    assert "".join(pieces) == "It is red."


def test_an_end_of_nothing_is_none() -> None:
    answer = HeardAnswer(LINE, KNOWN, whole=False)
    answer.take(dict(wire.DONE))
    assert answer.ended is None


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"choices": None},
        {"choices": []},
        {"choices": [None]},
        {"choices": [{"delta": 3}]},
        {"choices": [{"delta": {"content": [1, {"text": None}]}}]},
    ],
)
def test_what_adds_nothing_adds_nothing(event: dict[str, object]) -> None:
    assert wire.piece_of(event) == wire.AnswerPiece()


def test_what_is_learned_under_other_terms_in_the_meantime_is_worth_another_try() -> None:
    said = WhatItSays("m at h")
    refusal = Refusal("It refused.", "Ask otherwise.", 400, None, "'seed' is not supported")
    first = said.terms
    assert said.refused(first, refusal, {"seed": 1})
    assert said.refused(first, refusal, {"seed": 1})  # sent before the first was known
    assert not said.refused(said.terms, refusal, {})
    assert said.said_nothing(said.terms)
    assert not said.said_nothing(said.terms)
    said.heard(heard(said.terms, "Red.")[0])
    assert (said.terms.known, said.terms.thinks, said.terms.quiet) == (True, False, True)


def test_scores_come_in_the_order_of_the_texts() -> None:
    class Ranked:
        url = "http://h/v1"

        def post(self, path: str, body: dict[str, object]) -> dict[str, object]:
            assert (path, body["documents"]) == ("rerank", ["a", "b"])
            return {"results": [{"index": 1, "relevance_score": 2}, {"index": 0, "relevance_score": 1.5}]}

    scores, number = relevance(Ranked(), "m", "wish", ["a", "b"])  # type: ignore[arg-type]
    np.testing.assert_array_equal(scores, [1.5, 2.0])
    assert number == 0
