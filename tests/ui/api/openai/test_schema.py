"""The form that chat front ends speak: what they may leave in, what is refused, and the pieces of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from agent.errors import RequestError, TastemakerError
from ui.api.openai.schema import MODEL, ChatBody, ChatReply, ImagePart, OtherPart, TextPart, count_tokens, error_event

HELLO = [{"role": "user", "content": "a chair"}]


def body(**changes: Any) -> ChatBody:
    return ChatBody.model_validate({"model": MODEL, "messages": HELLO, **changes})


def event(line: str) -> dict[str, Any]:
    assert line.endswith("\n\n")
    found: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return found


def test_what_means_nothing_here_is_left_out_and_no_hindrance() -> None:
    body(temperature=0.2, max_tokens=9, seed=1, stop=["x"], tools=[{}], unknown={"a": 1}).check()
    body(n=1, logprobs=False, modalities=["text"], response_format={"type": "text"}, tool_choice="auto").check()
    body(n=None, logprobs=None, modalities=None, response_format=None, tool_choice=None).check()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"model": "x" * 99}, f"no model '{'x' * 80}' here"),
        ({"n": 2}, "n is 2"),
        ({"logprobs": True}, "logprobs is true"),
        ({"modalities": ["audio"]}, "more than text"),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, "response_format is 'json_schema'"),
        ({"tool_choice": {"type": "function"}}, "asks for a call"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anybody_waits_for_it(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(TastemakerError, match=why):
        body(**wrong).check()


def test_a_chat_needs_messages_of_known_people() -> None:
    for wrong in ([], [{"role": "pirate", "content": "x"}], [{"content": "x"}]):
        with pytest.raises(ValidationError):
            body(messages=wrong)


def test_parts_are_told_apart_by_what_they_hold() -> None:
    content = [
        {"type": "text", "text": "like this", "cache_control": {}},
        {"type": "image_url", "image_url": {"url": "data:,", "detail": "low"}},
        {"type": "image_url"},
        {"type": "file", "file": {}},
    ]
    (message,) = body(messages=[{"role": "user", "content": content}]).messages
    assert [type(part) for part in message.content or ()] == [TextPart, ImagePart, OtherPart, OtherPart]


@pytest.mark.parametrize(
    ("text", "n"), [("", 0), ("a red chair!", 4), ("红色的椅子", 5), ("의자 3", 3), ("don't", 3), (" \n ", 0)]
)
def test_length_is_told_in_words_and_signs(text: str, n: int) -> None:
    assert count_tokens(text) == n


def test_all_pieces_of_an_answer_belong_together_and_the_last_one_holds_the_items() -> None:
    reply = ChatReply(["a chair", "红椅"])
    first, last = event(reply.piece(role="assistant", content="")), event(reply.piece("stop", {"notes": []}))
    counted = event(reply.counted("1. **Red chair**"))
    assert {piece["id"] for piece in (first, last, counted)} == {reply.id}
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert (last["choices"][0]["finish_reason"], last[MODEL]) == ("stop", {"notes": []})
    assert MODEL not in first
    assert counted["choices"] == []
    assert counted["usage"] == {"prompt_tokens": 4, "completion_tokens": 8, "total_tokens": 12}


def test_no_two_answers_have_one_id_and_a_whole_one_holds_all() -> None:
    reply = ChatReply(["a chair"])
    whole = reply.whole("Nothing fits.", {"recommendations": []})
    assert whole["choices"][0]["message"][MODEL] == {"recommendations": []}
    assert whole["usage"]["total_tokens"] == 5
    assert whole["id"] != ChatReply(["a chair"]).id


def test_a_failure_in_a_stream_has_the_form_of_all_failures() -> None:
    assert event(error_event(RequestError("Too long.", "Ask for less.")))["error"] == {
        "message": "Too long. Ask for less.",
        "type": "invalid_request_error",
        "param": None,
        "code": "RequestError",
    }
