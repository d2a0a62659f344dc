"""Model servers as people have them: canned replies of many kinds, and what each has to come to.

The replies are in the forms that the documentation of vLLM, Ollama, llama.cpp's server, LM Studio, Mistral, OpenAI and
gateways before them gives, or that users of these report.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

import numpy as np
import pytest

from agent.backends.budget import Budget
from agent.backends.chat.endpoint import EndpointChat
from agent.backends.chat.endpoint_errors import NoAnswer, Refusal
from agent.backends.chat.endpoint_http import Patience
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import ChatMessage, GenerateOptions, Sampling
from agent.errors import ModelError, ServerFailed
from tests.support import openai_server as faults
from tests.support.openai_server import MODEL, Fault, OpenAiServer, serving

HASTY = Patience(connect_s=2.0, silence_s=5.0, total_s=9.0, attempts=3, first_wait_s=0.01, longest_wait_s=0.05)
CHAT = (ChatMessage("system", "Be brief."), ChatMessage("user", "Is it red?"))
LINE = GenerateOptions(max_new_tokens=20, stop=("\n",))
RED = "It is red."
DONE = "data: [DONE]"


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with serving(ScriptedChat(lambda chat: "As usual.")) as running:
        yield running


@pytest.fixture
def model(server: OpenAiServer) -> EndpointChat:
    return EndpointChat(server.url, MODEL, patience=HASTY)


def said(*contents: object, end: str | None = "stop") -> Fault:
    """A stream of contents, and why it ends."""
    return deltas(*({"content": content} for content in contents), end=end)


def deltas(*parts: object, end: str | None = "stop") -> Fault:
    events = [json.dumps({"choices": [{"delta": part, "finish_reason": None}]}) for part in parts]
    return faults.streamed(*events, json.dumps({"choices": [{"delta": {}, "finish_reason": end}]}))


def whole(message: object, content_type: str = "application/json", **more: object) -> Fault:
    """A whole answer in place of a stream."""
    return faults.whole(json.dumps({"choices": [{"message": message, **more}]}), content_type)


def data(**choice: object) -> str:
    return "data: " + json.dumps({"choices": [choice]})


def text(content: object, end: str | None = None) -> str:
    return data(delta={"content": content}, finish_reason=end)


def part(kind: str, words: object) -> dict[str, object]:
    return {"type": kind, kind: words}


ANSWERS: dict[str, Fault] = {
    "thoughts between marks": said("<think>\nWhich?\nThat.\n</think>\n\n", RED),
    "marks in pieces": said("<th", "ink>", "Which?\n", "</", "think>", "\n\nIt is", " red."),
    "no first mark": said("Okay, the user asks.\nSo?\n</think>\n\n", RED),
    "other marks": said("[THINK]Which?\n[/THINK]", RED),
    "no thoughts between the marks": said("<think>\n\n</think>\n\n" + RED),
    "channels": said("<|channel|>analysis<|message|>Which?\n<|end|><|start|>assistant<|channel|>final<|message|>", RED),
    "thoughts apart": deltas({"reasoning_content": "Which?\n"}, {"content": RED}),
    "thoughts apart, by vLLM's new name": deltas({"reasoning": "Which?", "content": ""}, {"content": RED}),
    "thoughts apart, in details": deltas({"reasoning_details": [{"text": "Which?"}]}, {"content": RED}),
    "parts": said([part("text", "It is ")], [part("text", "red.")]),
    "parts that think": said([part("thinking", [part("text", "Which?")])], [part("text", RED)]),
    "null contents": deltas({"role": "assistant", "content": None}, {"content": RED}, None),
    "a line break first": said("\n\n", RED),
    "no reason to end": faults.lines(text("It is "), text("red."), DONE),
    "an empty reason to end": faults.lines(text("It is ", ""), text("red.", ""), DONE),
    "no mark at the end": faults.lines(text("It is "), text("red.", "stop")),
    "no spaces, other line ends": faults.lines(
        *(f"{line}\r" for line in (text(RED).replace(": ", ":"), "data:[DONE]"))
    ),
    "comments and events": faults.lines(": WORKING", "event: message", "id: 1", "retry: 9", text(RED), ": so", DONE),
    "usage behind it": faults.lines(text(RED, "stop"), 'data: {"choices": [], "usage": {"total_tokens": 9}}', DONE),
    "a stream under another name": faults.lines(text(RED), DONE, content_type="text/plain; charset=utf-8"),
    "whole": whole({"content": RED}, finish_reason="stop"),
    "whole, under another name": whole({"content": RED}, "text/plain"),
    "whole, in parts": whole({"content": [part("thinking", "Which?"), part("text", RED)]}),
    "whole, with thoughts": whole({"content": f"<think>Which?\n</think>\n{RED}", "reasoning_content": "Which?"}),
    "whole, over several lines": faults.lines(
        *json.dumps({"choices": [{"message": {"content": RED}}]}, indent=1).split("\n"), content_type="application/json"
    ),
}


@pytest.mark.parametrize("reply", ANSWERS.values(), ids=ANSWERS)
def test_the_words_of_an_answer_are_found(server: OpenAiServer, model: EndpointChat, reply: Fault) -> None:
    for _ in range(2):  # by a model that was never heard, and by one that was
        server.faults += [reply] * 2
        assert model.generate([CHAT], LINE) == [RED]
        assert "".join(piece for _, piece in model.stream([CHAT], LINE)) == RED
    assert len(server.asked) == 4


WITHOUT_WORDS: dict[str, Fault] = {
    "cut off in its thoughts": said("<think>\nOkay, the user wants something, so I have to ", end="length"),
    "stopped behind the mark": said("<think>"),
    "thoughts apart": deltas({"reasoning_content": "Let me think"}, {"reasoning_content": " more"}, end="length"),
    "thoughts apart, new name": deltas({"reasoning": "Let me think"}, end="length"),
    "thoughts that are not shown": said("", end="length"),
    "thoughts without a mark, cut off": said("Okay, the user wants to know. Let me think", end="length"),
    "thoughts without a mark, stopped": said("The user wants to know whether it is red."),
    "nothing": said(""),
    "channels, cut off": said("<|channel|>analysis<|message|>The user wants", end="length"),
    "whole": whole({"content": "", "reasoning_content": "Let me"}, finish_reason="length"),
    "whole, null": whole({"content": None, "reasoning": "Let me"}, finish_reason="length"),
}


@pytest.mark.parametrize("reply", WITHOUT_WORDS.values(), ids=WITHOUT_WORDS)
def test_thoughts_alone_are_asked_again_without_thinking_and_that_is_remembered(
    server: OpenAiServer, model: EndpointChat, reply: Fault
) -> None:
    server.faults += [reply]
    assert model.generate([CHAT], LINE) == ["As usual."]
    assert model.generate([CHAT], LINE) == ["As usual."]
    first, second, third = (body for _, _, body in server.asked)
    assert "reasoning_effort" not in first
    for later in (second, third):
        assert later["chat_template_kwargs"] == {"enable_thinking": False, "thinking": False}
        assert later["reasoning_effort"] == "none"
    assert "stop" not in second  # which would end the answer within thoughts that come all the same
    assert second["max_tokens"] > 20 * first["max_tokens"]
    assert (third["stop"], third["max_tokens"]) == (["\n"], 20)


@pytest.mark.parametrize("reply", WITHOUT_WORDS.values(), ids=WITHOUT_WORDS)
def test_a_model_that_only_thinks_is_an_error_that_says_what_to_do(
    server: OpenAiServer, model: EndpointChat, reply: Fault
) -> None:
    server.faults += [reply] * 9
    for ask in (lambda: model.generate([CHAT], LINE), lambda: list(model.stream([CHAT], LINE))):
        with pytest.raises(NoAnswer, match=r"turn its thinking off|without a word"):
            ask()
    assert len(server.asked) == 3  # once more the first time, when there was something to change
    assert model.standing == ""


def test_a_model_that_thinks_whatever_it_is_told_gets_room_and_its_words_no_more_than_they_had(
    server: OpenAiServer, model: EndpointChat
) -> None:
    server.faults += [said("<think>\n", end="length"), said("<think>\nSo.\n</think>\n\n", *["red "] * 30)]
    answer = model.generate([CHAT], GenerateOptions(max_new_tokens=5))[0]
    assert answer == "red red red red red"
    server.faults += [said("<think>\nSo.\n</think>\n\nIt is\nred.")]
    assert model.generate([CHAT], LINE) == ["It is"]
    assert server.asked[-1][2]["max_tokens"] > 1_000


def test_a_turn_that_has_no_time_for_thoughts_says_that_the_model_thinks(
    server: OpenAiServer, model: EndpointChat
) -> None:
    server.faults += [said("<think>", end="length"), faults.mute]
    with pytest.raises(ServerFailed, match=r"for 0.3 s; .* thinks aloud, .*: turn its thinking off"):
        model.within(Budget(silence_s=0.3)).generate([CHAT], LINE)


def test_thoughts_in_the_midst_of_a_stream_are_not_given_out(server: OpenAiServer, model: EndpointChat) -> None:
    model.generate([CHAT], LINE)
    server.faults += [said("It is ", "<thi", "nk>or", " not?</think>", "red.")]
    assert [piece for _, piece in model.stream([CHAT], LINE)] == ["It is", " red.", ""]


def test_what_turns_out_to_be_thoughts_breaks_a_stream_off_and_is_held_back_from_then_on(
    server: OpenAiServer, model: EndpointChat
) -> None:
    model.generate([CHAT], LINE)
    server.faults += [said("Okay", " so", "</think>", RED)] * 2
    with pytest.raises(ModelError, match="thought aloud"):
        list(model.stream([CHAT], LINE))
    next_turn = model.within(Budget())
    assert "".join(piece for _, piece in next_turn.stream([CHAT], LINE)) == RED


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (deltas({"refusal": "I'm sorry, I can't help with that."}), "refused to answer: I'm sorry, I can't help"),
        (said("It", end="content_filter"), "refused to answer"),
        (whole({"content": None, "refusal": "No."}), "refused to answer: No"),
    ],
)
def test_a_refusal_in_a_place_of_its_own_is_quoted(
    server: OpenAiServer, model: EndpointChat, reply: Fault, why: str
) -> None:
    server.faults += [reply] * 9
    first, second = model.attempt([CHAT, CHAT], LINE)
    assert isinstance(first, NoAnswer)
    assert isinstance(second, NoAnswer)
    assert why in first.what


def test_one_answer_without_words_costs_the_others_nothing(server: OpenAiServer, model: EndpointChat) -> None:
    def only_thinks(handler: faults.Handler) -> bool:
        chat = handler.body["messages"]
        return said("<think>", end="length")(handler) if chat[-1]["content"] == "1" else True

    server.faults += [only_thinks] * 9
    answers = model.attempt([(ChatMessage("user", str(number)),) for number in range(3)], LINE)
    assert [isinstance(answer, NoAnswer) for answer in answers] == [False, True, False]


def test_a_form_in_a_fence_is_a_form(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [said('<think>\nSo.</think>\n```json\n{"a": 1}\n```')]
    assert model.generate([CHAT], GenerateOptions(json_schema={"type": "object"})) == ['{"a": 1}']


# What servers refuse

Body = dict[str, Any]


def openai(message: str, param: str | None = None) -> object:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": "unsupported"}}


def has(name: str, *values: object) -> Callable[[Body], bool]:
    return lambda body: name in body and (not values or body[name] in values)


ASKED = GenerateOptions(max_new_tokens=9, stop=("#",), sampling=Sampling(0.5, 3))
FORM = GenerateOptions(max_new_tokens=9, json_schema={"type": "object"})
REFUSED: dict[str, tuple[Callable[[Body], bool], int, object, dict[str, object]]] = {
    "another name for the room": (
        has("max_tokens"),
        400,
        openai(
            "Unsupported parameter: 'max_tokens' is not supported with this model."
            " Use 'max_completion_tokens' instead.",
            "max_tokens",
        ),
        {"max_tokens": None, "max_completion_tokens": 9},
    ),
    "yet another name": (
        has("max_tokens"),
        400,
        openai("Unknown field max_tokens, use num_predict instead"),
        {"max_tokens": None, "num_predict": 9},
    ),
    "a value of the temperature": (
        has("temperature"),
        400,
        openai(
            "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) is supported.",
            "temperature",
        ),
        {"temperature": None, "seed": 3},
    ),
    "the temperature, in prose": (
        has("temperature"),
        400,
        openai("temperature is not supported by this model"),
        {"temperature": None},
    ),
    "signs to stop at": (
        has("stop"),
        400,
        openai("Unsupported parameter: 'stop' is not supported with this model.", "stop"),
        {"stop": None},
    ),
    "an extra field": (
        has("seed"),
        422,
        {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]},
        {"seed": None},
    ),
    "an argument": (has("seed"), 400, openai("Unrecognized request argument supplied: seed"), {"seed": None}),
    "a field, plainly": (has("seed"), 400, {"message": "unknown field: seed"}, {"seed": None}),
    "an error that is a text": (has("seed"), 400, {"error": "parameter seed is not allowed"}, {"seed": None}),
    "by a server that calls it its own fault": (
        has("seed"),
        500,
        openai("invalid argument: 'seed' is not implemented"),
        {"seed": None},
    ),
    "with the status of an answer": (
        has("seed"),
        200,
        {"error": {"message": "Unsupported parameter: 'seed'", "code": 400}},
        {"seed": None},
    ),
    "streams": (has("stream"), 400, openai("Streaming is not supported for this model"), {"stream": None}),
    "streams, by name": (has("stream", True), 400, openai("'stream' must be false"), {"stream": None}),
    "the system": (
        lambda body: body["messages"][0]["role"] == "system",
        400,
        {"object": "error", "message": "System role not supported"},
        {"messages": [{"role": "user", "content": "Be brief.\n\nIs it red?"}]},
    ),
}


@pytest.mark.parametrize(("unwanted", "code", "error", "then"), REFUSED.values(), ids=REFUSED)
def test_what_a_server_does_not_take_is_asked_as_it_says_and_remembered(
    server: OpenAiServer,
    model: EndpointChat,
    unwanted: Callable[[Body], bool],
    code: int,
    error: object,
    then: dict[str, object],
) -> None:
    server.faults += [faults.refusing(unwanted, code, error)] * 9
    options = ASKED
    for _ in range(2):
        answer = model.generate([CHAT], options)
        assert answer in (["As usual."], ["Yes"])  # the server's whole answers are short
    assert len(server.asked) == 3
    for _, _, body in server.asked[1:]:
        assert {name: body.get(name) for name in then} == then


def test_several_things_are_refused_one_after_another(server: OpenAiServer, model: EndpointChat) -> None:
    def picky(handler: faults.Handler) -> bool:
        body = handler.body
        unwanted = next((name for name in ("max_tokens", "temperature", "seed", "stop") if name in body), None)
        if unwanted:
            handler.reply(400, openai(f"Unsupported parameter: '{unwanted}'", unwanted))
        return unwanted is None

    server.faults += [picky] * 9
    assert model.generate([CHAT], ASKED) == ["As usual."]
    assert set(server.asked[-1][2]) == {"model", "messages", "stream"}


def test_no_thinking_is_asked_for_in_the_words_that_a_server_knows(server: OpenAiServer, model: EndpointChat) -> None:
    strange = openai("Unrecognized request argument supplied: chat_template_kwargs")
    effort = openai(
        "Unsupported value: 'none' is not supported. Supported values are: 'minimal', 'low', and 'high'.",
        "reasoning_effort",
    )
    server.faults += [
        said("", end="length"),
        faults.refusing(has("chat_template_kwargs"), 400, strange),
        faults.refusing(has("reasoning_effort", "none"), 400, effort),
    ]
    assert model.generate([CHAT], LINE) == ["As usual."]
    assert model.generate([CHAT], LINE) == ["As usual."]
    for _, _, body in server.asked[-2:]:
        assert body["reasoning_effort"] == "minimal"
        assert "chat_template_kwargs" not in body


def test_a_model_that_does_not_know_thinking_is_asked_without_a_word_of_it(
    server: OpenAiServer, model: EndpointChat
) -> None:
    unknown = openai(f'"{MODEL}" does not support thinking')
    server.faults += [said(""), faults.refusing(has("reasoning_effort"), 400, unknown)]
    assert model.generate([CHAT], LINE) == ["As usual."]
    assert "reasoning_effort" not in server.asked[-1][2]


def test_a_form_that_no_schema_can_be_given_for_is_asked_for_without(server: OpenAiServer, model: EndpointChat) -> None:
    refused = openai("json_schema response format is not supported")
    server.faults += [faults.refusing(has("response_format"), 400, refused), said('{"a": 1}')]
    assert model.generate([CHAT], FORM) == ['{"a": 1}']


def test_room_for_thoughts_that_there_is_not_is_given_up(server: OpenAiServer, model: EndpointChat) -> None:
    too_large = openai(
        "'max_tokens' is too large: 2068. This model's maximum context length is 2048 tokens.", "max_tokens"
    )
    server.faults += [
        said("<think>", end="length"),
        faults.refusing(lambda body: body["max_tokens"] > 99, 400, too_large),
    ]
    assert model.generate([CHAT], LINE) == ["As usual."]
    assert server.asked[-1][2]["max_tokens"] == 20


@pytest.mark.parametrize(
    "error",
    [
        openai("This model's maximum context length is 2048 tokens. However, your messages have 4096.", "messages"),
        openai("The model `other` does not exist"),
        openai("Please reduce the length of the messages."),
        openai("The request was stopped: temperature of the GPU."),
        {"detail": "Not found"},
    ],
)
def test_a_refusal_of_the_request_itself_is_not_asked_again(
    server: OpenAiServer, model: EndpointChat, error: object
) -> None:
    server.faults += [faults.refusing(lambda _: True, 400, error)] * 9
    with pytest.raises(Refusal, match="answered with status 400"):
        model.generate([CHAT], ASKED)
    assert len(server.asked) == 1


def test_fewer_likely_tokens_are_asked_for_where_a_server_gives_no_more(
    server: OpenAiServer, model: EndpointChat
) -> None:
    most = openai("top_logprobs must be less than or equal to 5", "top_logprobs")
    server.faults += [faults.refusing(lambda body: body["top_logprobs"] > 5, 400, most)] * 9
    assert np.isfinite(model.first_token([CHAT], ["Yes", "No"])).all()
    assert server.asked[-1][2]["top_logprobs"] == 5
    model.first_token([CHAT], ["Yes", "No"])
    assert len(server.asked) == 3


def test_the_first_token_of_an_answer_is_that_of_no_thought(server: OpenAiServer, model: EndpointChat) -> None:
    def thinks(handler: faults.Handler) -> bool:
        if "chat_template_kwargs" in handler.body:
            return True
        likeliest = {"token": "<think>", "logprob": 0.0, "top_logprobs": [{"token": "<think>", "logprob": 0.0}]}
        handler.reply(200, {"choices": [{"message": {"content": "<think>"}, "logprobs": {"content": [likeliest]}}]})
        return False

    server.faults += [thinks] * 9
    assert np.isfinite(model.first_token([CHAT], ["Yes", "No"])).all()
    assert server.asked[-1][2]["max_tokens"] == 1


# Errors with the status of an answer

CONTEXT = "the request exceeds the available context size"
ERRORS: dict[str, Fault] = {
    "in place of a stream": faults.whole(json.dumps({"error": {"message": CONTEXT, "code": 400}})),
    "a text": faults.whole(json.dumps({"error": CONTEXT})),
    "vLLM's old form": faults.whole(json.dumps({"object": "error", "message": CONTEXT, "code": 400})),
    "in a choice": faults.whole(json.dumps({"choices": [{"error": {"message": CONTEXT, "code": 502}}]})),
    "under another name": faults.whole(json.dumps({"error": {"message": CONTEXT}}), "text/plain"),
    "a line of its own": faults.lines(text("The "), f'error: {{"code":500,"message":"{CONTEXT}"}}'),
    "a line of its own, in a box": faults.lines(text("The "), f'error: {{"error": {{"message":"{CONTEXT}"}}}}'),
    "a line of its own, plain": faults.lines(text("The "), f"error: {CONTEXT}"),
    "an event": faults.lines(text("The "), "event: error", f'data: {{"error": {{"message": "{CONTEXT}"}}}}', DONE),
    "an event of a gateway": faults.lines(
        ": PROCESSING",
        'data: {"choices": [{"delta": {"content": ""}, "finish_reason": "error"}],'
        f' "error": {{"code": 502, "message": "{CONTEXT}"}}}}',
    ),
}


@pytest.mark.parametrize("reply", ERRORS.values(), ids=ERRORS)
def test_an_error_inside_an_answer_is_quoted(server: OpenAiServer, model: EndpointChat, reply: Fault) -> None:
    server.faults += [reply] * 9
    with pytest.raises(ModelError, match=f"failed: {CONTEXT}\\."):
        model.generate([CHAT], LINE)
    assert len(server.asked) == 1


# Waits


@pytest.mark.parametrize(
    ("headers", "span"),
    [
        ({"Retry-After": "3600"}, "60 min"),
        ({"Retry-After": "4274.5"}, "71 min"),
        ({"Retry-After-Ms": "90000"}, "90 s"),
        ({"Retry-After": "86400"}, "24 h"),
    ],
)
def test_a_wait_that_is_too_long_is_not_begun(
    server: OpenAiServer, model: EndpointChat, headers: dict[str, str], span: str
) -> None:
    server.faults += [faults.status(429, "Daily quota used up", **headers)] * 9
    with pytest.raises(ModelError, match=f"429: Daily quota used up, and asks to wait {span}"):
        model.generate([CHAT], LINE)
    assert len(server.asked) == 1


def test_a_date_to_wait_for_is_read(server: OpenAiServer, model: EndpointChat) -> None:
    later = formatdate(time.time() + 10 * 3_600, usegmt=True)
    server.faults += [faults.status(429, "Later.", Retry_After=later)]
    with pytest.raises(ModelError, match="Later, and asks to wait 10 h"):
        model.generate([CHAT], LINE)


@pytest.mark.parametrize("value", ["0.01", "0", formatdate(0, usegmt=True), "soon", "", "nan", "-5"])
def test_a_short_wait_is_waited_for(server: OpenAiServer, model: EndpointChat, value: str) -> None:
    server.faults += [faults.status(503, "Loading model", Retry_After=value)]
    assert model.generate([CHAT], LINE) == ["As usual."]


# Lists of models


@pytest.mark.parametrize("code", [403, 404, 405, 501])
def test_a_list_of_models_that_is_not_given_leaves_the_context_unknown(
    server: OpenAiServer, model: EndpointChat, code: int
) -> None:
    server.faults += [faults.status(code, "Method Not Allowed")]
    assert model.context_tokens == 4_096
    assert model.generate([CHAT], LINE) == ["As usual."]


def test_a_list_of_models_that_a_key_is_wanted_for_is_an_error(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [faults.status(401, "No key")]
    with pytest.raises(ModelError, match="401: No key"):
        _ = model.context_tokens


@pytest.mark.parametrize(
    "models",
    [
        {"data": [{"id": MODEL, "context_length": 9_000}]},
        [{"id": "other"}, {"id": MODEL, "context_window": 9_000}],
        {"data": [{"id": MODEL, "meta": {"n_ctx": 9_000}}]},
        {"data": [{"id": MODEL, "max_context_length": 32_000, "loaded_context_length": 9_000}]},
    ],
)
def test_the_context_of_a_model_is_found_by_its_usual_names(
    server: OpenAiServer, model: EndpointChat, models: object
) -> None:
    server.faults += [faults.whole(json.dumps(models))]
    assert model.context_tokens == 9_000


# Rerankers

RANKED = {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": -3}]}
RERANKERS: dict[str, tuple[list[Fault], str]] = {
    "Jina, Cohere, vLLM, llama.cpp": ([faults.whole(json.dumps(RANKED))], "/v1/rerank"),
    "vLLM's score": (
        [
            faults.status(404),
            faults.whole(json.dumps({"data": [{"index": 1, "score": 0.9}, {"index": 0, "score": -3}]})),
        ],
        "/v1/score",
    ),
    "Text Embeddings Inference": (
        [
            faults.status(422),
            faults.status(404),
            faults.whole('[{"index": 1, "score": 0.9}, {"index": 0, "score": -3}]'),
        ],
        "/v1/rerank",
    ),
}


@pytest.mark.parametrize(("replies", "path"), RERANKERS.values(), ids=RERANKERS)
def test_a_reranker_scores_texts_by_the_path_that_it_has(
    server: OpenAiServer, model: EndpointChat, replies: list[Fault], path: str
) -> None:
    server.faults += [*replies, replies[-1]]
    for _ in range(2):
        np.testing.assert_array_equal(model.relevance("red", ["a chair", "a red chair"]), [-3.0, 0.9])
    assert [asked for asked, _, _ in server.asked][-2:] == [path, path]
    assert len(server.asked) == len(replies) + 1
    assert model.relevance("red", []).shape == (0,)


def test_a_server_without_a_reranker_is_an_error_and_no_made_up_score(
    server: OpenAiServer, model: EndpointChat
) -> None:
    server.faults += [faults.status(404, "Not Found")] * 3
    with pytest.raises(ModelError, match="runs no reranker"):
        model.relevance("red", ["a chair"])
    server.faults += [faults.whole(json.dumps({"results": [{"index": 0, "relevance_score": 1}]}))]
    with pytest.raises(ModelError, match="scored 1 of 2 texts"):
        model.relevance("red", ["a chair", "a table"])
