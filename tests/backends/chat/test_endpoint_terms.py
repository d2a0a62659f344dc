"""On which terms a model is asked after a refusal, by the refusal's own words."""

from __future__ import annotations

import pytest

from agent.backends.chat.endpoint_errors import Refusal, code_in, error_in, message_in, param_in, span_of, wait_in
from agent.backends.chat.endpoint_terms import AskingTerms, refused_name

BODY = {"model": "m", "messages": [], "max_tokens": 9, "temperature": 0, "stop": ["a"], "seed": 1, "stream": True}


def refusal(said: str, status: int = 400, content: object = None) -> Refusal:
    return Refusal("It refused.", "Ask otherwise.", status, content, said)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Unsupported parameter: 'stop'", "stop"),
        ("The `seed` field is not supported", "seed"),
        ("temperature must be greater than 0", "temperature"),
        ("Invalid value for max_tokens: use max_completion_tokens instead", "max_tokens"),
        ("stream: Extra inputs are not permitted", "stream"),
        ("The server had to stop: out of memory", ""),
        ("No such model is available", ""),
        ("You must not stream water", ""),
        ("messages must not be empty", ""),
        ("something else", ""),
    ],
)
def test_the_parameter_that_a_refusal_names_is_found_and_none_in_plain_english(said: str, name: str) -> None:
    assert refused_name(refusal(said), BODY) == name


@pytest.mark.parametrize("status", [401, 402, 403, 429])
def test_who_asks_and_how_often_is_no_matter_of_terms(status: int) -> None:
    assert AskingTerms().after(refusal("'seed' is not supported", status), BODY) == AskingTerms()


def test_a_parameter_that_has_no_name_left_is_done_without() -> None:
    terms = AskingTerms().after(refusal("'max_tokens' is not supported, use 'max_completion_tokens' instead"), BODY)
    assert terms.body(BODY)["max_completion_tokens"] == 9
    again = terms.after(refusal("'max_completion_tokens' is not supported"), terms.body(BODY))
    assert {"max_tokens", "max_completion_tokens"}.isdisjoint(again.body(BODY))


def test_what_is_asked_without_thinking_is_asked_in_the_words_of_all_servers() -> None:
    body = AskingTerms(quiet=True).body(BODY)
    assert body["chat_template_kwargs"] == {"enable_thinking": False, "thinking": False}
    assert body["reasoning_effort"] == "none"
    assert body["stop"] == ["a"]


@pytest.mark.parametrize(
    ("content", "message", "param", "code"),
    [
        ({"error": {"message": "a", "param": "seed", "code": "bad"}}, "a", "seed", 500),
        ({"error": {"error": {"message": "deep", "code": 422}}}, "deep", "", 422),
        ({"error": "plain"}, "plain", "", 500),
        ({"detail": "so"}, "so", "", 500),
        ({"detail": [{"loc": ["body", "seed"], "msg": "extra"}, "b"]}, "seed: extra; b", "seed", 500),
        ({"object": "error", "message": "old", "code": 400}, "old", "", 400),
        ({"choices": [{"error": {"message": "in a choice", "code": "502"}}]}, "in a choice", "", 502),
        ("text", "text", "", 500),
        ({"odd": 1}, '{"odd": 1}', "", 500),
        (None, "null", "", 500),
    ],
)
def test_an_error_is_read_in_each_of_its_forms(content: object, message: str, param: str, code: int) -> None:
    assert (message_in(content), param_in(content), code_in(content)) == (message, param, code)


def test_an_answer_is_no_error() -> None:
    assert error_in({"choices": [{"delta": {"content": "a"}}], "error": None}) is None
    assert error_in({"type": "error", "message": "so"}) == {"type": "error", "message": "so"}


def test_a_wait_is_read_and_told() -> None:
    assert wait_in({"Retry-After": "1.5"}) == 1.5
    assert wait_in({"Retry-After-Ms": "250", "Retry-After": "1"}) == 0.25
    assert wait_in({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}) == 0.0
    assert wait_in({"Retry-After": "soon"}) is None
    assert wait_in({}) is None
    assert [span_of(seconds) for seconds in (30.0, 3_600.0, 90_000.0)] == ["30 s", "60 min", "25 h"]
