"""A model behind a server: what is sent, and every way in which a server can let one down."""

from __future__ import annotations

import base64
import io
import json
import logging
import socket
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agent.backends.chat.endpoint import EndpointChat, endpoint_model
from agent.backends.chat.endpoint_http import Patience
from agent.backends.chat.endpoint_wire import data_url, echoed_log_probs, option_log_probs
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import Chat, ChatMessage, GenerateOptions, Sampling
from agent.errors import ConfigError, ModelError
from agent.media.decoded import Picture
from tests.support import openai_server as faults
from tests.support.openai_server import MODEL, OpenAiServer, serving
from tests.support.patience import PATIENCE_S

KEY = "sk-very-secret"
HASTY = Patience(connect_s=0.5, silence_s=0.3, total_s=0.8, attempts=3, first_wait_s=0.01, longest_wait_s=0.05)
CHAT = (ChatMessage("system", "Be brief."), ChatMessage("user", "Is it red?"))


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with serving(ScriptedChat(lambda chat: f"You said {chat[-1].text}")) as running:
        yield running


@pytest.fixture
def model(server: OpenAiServer, monkeypatch: pytest.MonkeyPatch) -> EndpointChat:
    monkeypatch.setenv("TEST_KEY", KEY)
    return EndpointChat(server.url, MODEL, key_env="TEST_KEY", patience=HASTY)


def answer(model: EndpointChat) -> str:
    return model.generate([CHAT], GenerateOptions(max_new_tokens=20))[0]


def failure(model: EndpointChat) -> ModelError:
    with pytest.raises(ModelError) as caught:
        answer(model)
    assert caught.value.what.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value


def test_what_is_asked_is_sent(server: OpenAiServer, model: EndpointChat) -> None:
    schema = {"type": "object"}
    server.faults.append(faults.streamed('{"choices": [{"delta": {"content": "{}"}, "finish_reason": "stop"}]}'))
    stop = ("a", "b", "c", "d", "e")
    options = GenerateOptions(max_new_tokens=9, stop=stop, sampling=Sampling(0.5, 3), json_schema=schema)
    model.generate([CHAT], options)
    ((path, headers, body),) = server.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {
        "model": MODEL,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Is it red?"}],
        "max_tokens": 9,
        "temperature": 0.5,
        "seed": 3,
        "stop": ["a", "b", "c", "d"],
        "response_format": {"type": "json_schema", "json_schema": {"name": "form", "schema": schema, "strict": True}},
        "stream": True,
    }


def test_a_picture_is_sent_as_a_small_jpeg(server: OpenAiServer, model: EndpointChat) -> None:
    rgb = np.full((400, 1_000, 3), (200, 30, 30), dtype=np.uint8)
    picture = Picture("0" * 64, rgb, 1_000, 400)
    (answer,) = model.generate([(ChatMessage("user", "See", (picture,)),)], GenerateOptions(max_new_tokens=9))
    assert "data:image/jpeg;base64" in answer
    sent = server.asked[0][2]["messages"][0]["content"]
    assert [part["type"] for part in sent] == ["image_url", "text"]
    assert sent[0]["image_url"]["url"] == data_url(picture)
    seen = Image.open(io.BytesIO(base64.b64decode(data_url(picture).partition(",")[2])))
    assert (seen.format, seen.size) == ("JPEG", (768, 307))


def test_without_a_key_none_is_sent(server: OpenAiServer, model: EndpointChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_KEY")
    answer(model)
    assert "Authorization" not in server.asked[0][1]


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: OpenAiServer, model: EndpointChat, code: int) -> None:
    server.faults += [faults.status(code), faults.status(code, Retry_After="0.02")]
    assert answer(model) == "You said Is it red?"
    assert len(server.asked) == 3


def test_a_server_that_stays_busy_is_given_up(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [faults.status(429, "Slow down, please.")] * 9
    assert "answered with status 429: Slow down, please." in failure(model).what
    assert len(server.asked) == 3


@pytest.mark.parametrize(("code", "hint"), [(401, "TEST_KEY"), (404, "model's name"), (400, "length")])
def test_a_refusal_is_quoted_and_not_asked_again(
    server: OpenAiServer, model: EndpointChat, code: int, hint: str
) -> None:
    server.faults += [faults.status(code, "You cannot have that.")]
    error = failure(model)
    assert f"status {code}: You cannot have that." in error.what
    assert hint in error.hint
    assert len(server.asked) == 1


def test_the_key_stands_in_no_error_name_representation_or_log(
    server: OpenAiServer, model: EndpointChat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults += [faults.status(401, f"Wrong key {KEY}!"), *[faults.streamed(f"no {KEY} json")] * 2]
    told = [str(failure(model)), str(failure(model)), repr(model), model.name, repr(vars(model)), caplog.text]
    assert "Wrong key …!" in told[0]
    assert "no … json" in told[1]
    assert not any(KEY in text for text in told)


def test_a_model_that_the_server_does_not_have_is_named(server: OpenAiServer) -> None:
    error = failure(EndpointChat(server.url, "another", patience=HASTY))
    assert "The model `another` does not exist" in error.what


def test_a_server_that_is_down_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    error = failure(EndpointChat(url, MODEL, patience=HASTY))
    assert error.what == f"The model server {url} cannot be reached."


def test_a_redirect_is_not_followed(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [faults.status(307, Location="http://127.0.0.1:9/v1")]
    error = failure(model)
    assert "status 307" in error.what
    assert "redirects are not followed" in error.hint
    assert len(server.asked) == 1


def test_a_silent_server_is_not_waited_for_longer_than_told(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [faults.silent]
    assert "sent nothing for 0.3 s" in failure(model).what


def test_a_server_that_never_ends_is_left(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [faults.dripping]
    assert "was not done after 0.8 s" in failure(model).what


BROKEN = {
    "cut": faults.cut_after("You sa"),
    "malformed": faults.streamed('{"choices": [{"del'),
    "no object": faults.streamed("[1, 2]"),
    "nothing": faults.streamed(),
    "hung up": faults.hung_up,
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_asked_for_once_more(server: OpenAiServer, model: EndpointChat, fault: faults.Fault) -> None:
    server.faults += [fault]
    assert answer(model) == "You said Is it red?"
    assert len(server.asked) == 2


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_a_server_that_keeps_breaking_off_is_an_error(
    server: OpenAiServer, model: EndpointChat, fault: faults.Fault
) -> None:
    server.faults += [fault] * 9
    assert any(words in failure(model).what for words in ("broke off", "no JSON object"))


def test_a_stream_that_breaks_off_gives_what_came_and_then_the_error(server: OpenAiServer, model: EndpointChat) -> None:
    answer(model)  # of a model that was never heard nothing is given out before it is whole
    server.faults += [faults.cut_after("You", " sa")]
    pieces = []
    with pytest.raises(ModelError, match="broke off"):
        pieces += [pieces.append(piece) for _, piece in model.stream([CHAT], GenerateOptions(max_new_tokens=5))]
    assert pieces == ["You", " sa"]
    assert len(server.asked) == 2


def test_a_page_instead_of_an_answer_says_so(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [faults.whole("<html>Welcome</html>", "text/html")]
    assert "answered with text/html instead of text/event-stream" in failure(model).what


def test_an_error_inside_a_stream_is_an_error(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [faults.streamed('{"error": {"message": "out of memory"}}')]
    assert "out of memory" in failure(model).what


def test_a_server_without_forms_is_asked_twice_and_then_quoted(server: OpenAiServer, model: EndpointChat) -> None:
    with pytest.raises(ModelError, match="was asked for JSON and answered 'You said Is it red"):
        model.generate([CHAT], GenerateOptions(max_new_tokens=20, json_schema={"type": "object"}))
    assert len(server.asked) == 2


def test_a_form_that_is_cut_off_by_its_length_is_no_error(server: OpenAiServer, model: EndpointChat) -> None:
    server.faults += [faults.streamed('{"choices": [{"delta": {"content": "{\\"a"}, "finish_reason": "length"}]}')]
    assert model.generate([CHAT], GenerateOptions(max_new_tokens=2, json_schema={"type": "object"})) == ['{"a']


def test_another_name_than_asked_for_is_shown_and_logged_once(
    server: OpenAiServer, model: EndpointChat, caplog: pytest.LogCaptureFixture
) -> None:
    host = server.url.split("/")[2]
    answer(model)
    assert model.name == f"scripted at {host}"
    server.calls_itself = "tiny-9"
    answer(model)
    answer(model)
    assert model.name == f"scripted at {host} (which calls itself tiny-9)"
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == [f"scripted at {host} was asked for, and the server answers as tiny-9."]


@pytest.mark.parametrize("said", ["scripted-2026-01-01", "models/Scripted.gguf", "org/scripted"])
def test_a_name_with_version_or_folder_is_the_same(server: OpenAiServer, model: EndpointChat, said: str) -> None:
    server.calls_itself = said
    answer(model)
    assert "calls itself" not in model.name


def test_a_server_that_gives_no_likelihoods_is_an_error_and_never_a_made_up_score(
    server: OpenAiServer, model: EndpointChat
) -> None:
    server.echoes = server.gives_log_probs = False
    with pytest.raises(ModelError, match="does not say how likely a given text is"):
        model.score([CHAT], ["red"])
    with pytest.raises(ModelError, match="does not say how likely each of Yes, No is"):
        model.first_token([CHAT], ["Yes", "No"])
    server.gives_log_probs = True
    with pytest.raises(ModelError, match="does not say how likely each of Blue, Purple is"):
        model.first_token([CHAT], ["Blue", "Purple"])


def test_an_option_that_is_not_listed_is_no_likelier_than_the_last_that_is(model: EndpointChat) -> None:
    ((yes, purple),) = model.first_token([CHAT], ["Yes", "Purple"])
    ((_, two),) = model.first_token([CHAT], ["Yes", "Two"])
    assert purple < yes
    assert purple <= two


def test_the_servers_own_word_on_its_context_counts(server: OpenAiServer, model: EndpointChat) -> None:
    assert model.context_tokens == 8_192
    assert EndpointChat(server.url, "another", patience=HASTY).context_tokens == 4_096
    server.faults += [faults.status(404)]
    assert EndpointChat(server.url, MODEL, patience=HASTY).context_tokens == 4_096


def test_control_tokens_of_usual_models_are_not_sent(server: OpenAiServer, model: EndpointChat) -> None:
    model.generate([(ChatMessage("user", "a<|im_end|>b</s>c<im_start>d"),)], GenerateOptions(max_new_tokens=3))
    assert server.asked[0][2]["messages"][0]["content"] == "a b c<im_start>d"


def test_a_batch_is_asked_for_together_and_comes_back_in_order(server: OpenAiServer, model: EndpointChat) -> None:
    chats = [(ChatMessage("user", f"number {n}"),) for n in range(9)]
    assert model.generate(chats, GenerateOptions(max_new_tokens=5)) == [f"You said number {n}" for n in range(9)]
    texts = [""] * 9
    for row, piece in model.stream(chats, GenerateOptions(max_new_tokens=5)):
        texts[row] += piece
    assert texts == [f"You said number {n}" for n in range(9)]


def test_requests_of_a_batch_are_under_way_together() -> None:
    both = threading.Barrier(2, timeout=PATIENCE_S)

    def rule(chat: Chat) -> str:
        both.wait()
        return "Met."

    with serving(ScriptedChat(rule)) as server:
        model, options = EndpointChat(server.url, MODEL), GenerateOptions(max_new_tokens=3)
        assert model.generate([CHAT, CHAT], options) == ["Met.", "Met."]
        assert sorted(model.stream([CHAT, CHAT], options)) == [(0, ""), (0, "Met."), (1, ""), (1, "Met.")]


def test_a_stream_that_nobody_reads_on_asks_for_no_more() -> None:
    closed = threading.Event()

    def rule(chat: Chat) -> str:
        return "First." if chat[-1].text == "0" or closed.wait(5) else ""

    with serving(ScriptedChat(rule)) as server:
        chats = [(ChatMessage("user", str(number)),) for number in range(50)]
        stream = EndpointChat(server.url, MODEL).stream(chats, GenerateOptions(max_new_tokens=3))
        assert next(stream) == (0, "First.")
        stream.close()  # type: ignore[attr-defined]
        closed.set()
        assert len(server.asked) <= 5  # four at once, and one more since the first had ended


@pytest.mark.parametrize(
    ("spec", "url"),
    [
        ("openai:http://127.0.0.1:8000/v1#llava", "http://127.0.0.1:8000/v1"),
        ("openai:localhost:11434/v1#llava", "http://localhost:11434/v1"),
        ("openai:models.example.org/v1/#org/llava", "https://models.example.org/v1"),
        ("openai:http://10.0.0.7/v1#llava", "http://10.0.0.7/v1"),
    ],
)
def test_a_setting_names_server_and_model(spec: str, url: str) -> None:
    model = endpoint_model(spec)
    assert model._server.url == url
    assert model.name == f"{spec.partition('#')[2]} at {url.split('/')[2]}"


@pytest.mark.parametrize(
    "spec",
    ["openai:", "openai:http://h/v1", "openai:#m", "openai:ftp://h/v1#m", "openai:http://h:x/v1#m", "http://h#m"],
)
def test_a_setting_that_names_no_model_is_refused(spec: str) -> None:
    with pytest.raises(ConfigError, match="names no model of a server"):
        endpoint_model(spec)


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        endpoint_model(f"openai:https://me:{KEY}@h/v1#m")
    assert KEY not in str(caught.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["choices", "logprobs", "tokens", "token_logprobs", "content", "top_logprobs", "token", "usage"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_likelihoods_of_any_other_form_are_none(found: object) -> None:
    answer = {"choices": [{"logprobs": found}], "usage": found}
    json.dumps(answer)
    assert echoed_log_probs(answer, "abc") is None
    assert option_log_probs(answer, ["Yes", "No"]) is None
