"""Chat completions, as the official client library asks for them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import OpenAI

from agent import RecommendationAgent, load_config
from agent.answers import UserTurn
from agent.backends.chat.scripted import ScriptedChat, ScriptedTranscriber
from agent.media.decoded import Transcript
from retrieval.storage.workspace import Workspace
from tests.support.apishelf import BEARER, ROWS, TOKEN, OpenService, WordModels
from tests.support.made_media import encoded, photo, tone, write_sound
from tests.support.served import served
from ui.guard.access import Access
from ui.service.chat_history import Histories, PastExchange, shown_in
from ui.service.markdown import escaped, unescaped

PICTURE = encoded(photo(seed=3))
TRICKY = "Sly [lamp](http://evil.example) <img src=x onerror=alert(1)> *bold*"
SPOKEN = Transcript("a red chair please", "en", "a red chair please", (), 0.9)
Chat = list[dict[str, Any]]


def data_url(data: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_sound(tmp_path_factory.mktemp("sound") / "wish.wav", tone(1.0), "pcm_s16le").read_bytes()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, recording: bytes) -> Iterator[OpenService]:
    class ChatModels(WordModels):
        """A language model that says nothing that passes the check, and ears for one recording."""

        chat = ScriptedChat(lambda _: "It is truly wonderful.")  # type: ignore[assignment]
        transcriber = ScriptedTranscriber({hashlib.sha256(recording).hexdigest(): SPOKEN})  # type: ignore[assignment]

    workspace = Workspace.open(tmp_path_factory.mktemp("chat") / "workspace", create=True)
    agent = RecommendationAgent(workspace, ChatModels(load_config(llm="openai:http://127.0.0.1:1/v1#m")))
    pictured = {"image": {"name": "a.jpg", "data": base64.b64encode(PICTURE).decode()}}
    tricky = {"id": "5", "title": TRICKY, "description": "A lamp. www.evil.example", "category": "lamp", "price": 12}
    chairs = [{"id": f"c{n}", "title": f"Chair {n}", "category": "chair", "price": 10.0 * n} for n in range(1, 8)]
    report = agent.put_items([ROWS[0] | pictured, *ROWS[1:], tricky, *chairs])
    assert not report.problems
    opened = OpenService(agent)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def url(service: OpenService) -> Iterator[str]:
    with served(service, Access(token=TOKEN)) as address:
        yield address


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{url}/v1", api_key=TOKEN, max_retries=0) as opened:
        yield opened


def said(*texts: str) -> Chat:
    """Words of a person and of the recommender, in turn."""
    return [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)]


def ask(client: OpenAI, messages: Chat, **more: Any) -> tuple[str, dict[str, Any]]:
    """The text of the answer, and its data."""
    message = client.chat.completions.create(model="tastemaker", messages=messages, **more).choices[0].message  # type: ignore[call-overload]
    return message.content, message.tastemaker


def ids(data: dict[str, Any]) -> list[str]:
    return [one["item"]["id"] for one in data["recommendations"]]


def prices(data: dict[str, Any]) -> list[float]:
    return [one["item"]["price"] for one in data["recommendations"]]


# One answer


def test_an_answer_is_a_short_list_with_reasons_and_its_items_stand_beside_it(client: OpenAI) -> None:
    made = client.chat.completions.create(model="tastemaker", messages=said("a chair"), temperature=0.2, max_tokens=9)  # type: ignore[arg-type]
    (choice,) = made.choices
    data = choice.message.tastemaker  # type: ignore[attr-defined]
    lines = [line for line in str(choice.message.content).splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert [line.split("**")[1] for line in lines] == [one["item"]["title"] for one in data["recommendations"]]
    assert all(one["explanation"]["claims"] for one in data["recommendations"])
    assert choice.finish_reason == "stop"
    assert made.usage is not None
    assert made.usage.total_tokens == made.usage.prompt_tokens + made.usage.completion_tokens > 2
    assert "/workspace/" not in made.model_dump_json()


def test_a_streamed_answer_is_the_same_text_after_the_steps_that_led_to_it(client: OpenAI) -> None:
    whole, data = ask(client, said("two people in a boat"))
    chunks = list(
        client.chat.completions.create(
            model="tastemaker",
            messages=said("two people in a boat"),  # type: ignore[arg-type]
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    *told, last, usage = chunks
    deltas = [chunk.choices[0].delta for chunk in told]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == whole
    steps = [getattr(delta, "reasoning_content", None) for delta in deltas]
    assert steps[1] == "searching 13 items\n"
    assert [bool(step) for step in steps[1:]] == sorted((bool(step) for step in steps[1:]), reverse=True)
    assert last.choices[0].finish_reason == "stop"
    assert ids(last.tastemaker) == ids(data)  # type: ignore[attr-defined]
    assert usage.usage is not None
    assert usage.usage.completion_tokens > 0
    assert not usage.choices
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_ends_as_these_streams_do(url: str) -> None:
    body = {"model": "tastemaker", "messages": said("a boat"), "stream": True, "unknown": 1}
    answer = httpx.post(f"{url}/v1/chat/completions", json=body, headers=BEARER)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.endswith("\n\ndata: [DONE]\n\n")
    events = [
        json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data: {")
    ]
    assert {event["object"] for event in events} == {"chat.completion.chunk"}


def test_the_one_model_is_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["tastemaker"]
    assert client.models.retrieve("tastemaker").id == "tastemaker"


def test_pictures_are_shown_from_this_server_and_nothing_of_a_catalog_is_a_link(client: OpenAI, url: str) -> None:
    text, _ = ask(client, said("boating in a boat"))
    assert f"![Boating]({url}/v1/items/1/picture?n=0&size=480)" in text
    text, data = ask(client, said("sly lamp"))
    assert "5" in ids(data)
    assert "Sly" in text
    shown = re.sub(r"\\.", "", text)  # what is not escaped
    for harmful in ("<img", "[lamp]", "www.evil", "://evil", "*bold*"):
        assert harmful not in shown, harmful


def test_notes_steps_and_reasons_are_in_the_language_of_the_person(client: OpenAI) -> None:
    text, data = ask(client, said("五元以下的椅子"))
    assert not data["recommendations"]
    assert "没有一件符合" in text
    stream = client.chat.completions.create(model="tastemaker", messages=said("椅子"), stream=True)  # type: ignore[call-overload]
    steps = [getattr(chunk.choices[0].delta, "reasoning_content", "") or "" for chunk in stream]
    assert any("件中查找" in step for step in steps)


# The history


def test_what_was_shown_can_be_spoken_of_and_must_haves_hold(client: OpenAI) -> None:
    first, shown = ask(client, said("a chair under 90"))
    second, onward = ask(client, said("a chair under 90", first, "cheaper than the second"))
    assert all(price < prices(shown)[1] for price in prices(onward))
    assert not set(ids(onward)) & set(ids(shown))
    _, third = ask(client, said("a chair under 90", first, "cheaper than the second", second, "undo"))
    assert ids(third) == ids(shown)


def test_a_history_that_nobody_remembers_is_read_again(client: OpenAI, service: OpenService) -> None:
    first, _ = ask(client, said("a chair"))
    history = said("a chair", first, "like the second, but cheaper")
    _, remembered = ask(client, history)
    service.histories = Histories()
    _, read = ask(client, history)
    assert ids(read) == ids(remembered)
    assert read["request"]["filters"] == remembered["request"]["filters"]


def test_steps_that_a_front_end_puts_into_the_answer_change_nothing(client: OpenAI, service: OpenService) -> None:
    first, _ = ask(client, said("a chair"))
    _, plain = ask(client, said("a chair", first, "cheaper than the second"))
    for dressed in (
        f"<think>searching\n1. **Boating**: no</think>\n{first}\n",
        f'<details type="reasoning" done="true">\n<summary>x</summary>\n> searching\n</details>\n{first}',
    ):
        _, found = ask(client, said("a chair", dressed, "cheaper than the second"))
        assert ids(found) == ids(plain)


def test_branches_of_one_conversation_do_not_see_each_other(client: OpenAI) -> None:
    first, _ = ask(client, said("a chair"))
    ask(client, said("a chair", first, "only under 20"))
    _, other = ask(client, said("a chair", first, "show me others"))
    assert other["request"]["filters"] == []
    _, edited = ask(client, said("a lamp"))
    assert edited["dialogue"]["turn"] == 1


def test_nobody_goes_on_from_what_is_known_of_somebody_else(service: OpenService) -> None:
    histories, turn = Histories(), UserTurn(text="a chair")
    past = [PastExchange(turn, "1. **Red chair**: red")]
    talk = service.agent.conversation(user="ada")
    talk.say("a chair")
    histories.keep("ada", past, talk.turns, histories.n_forgotten)
    assert histories.conversation(service.agent, "ada", past).turns == talk.turns
    assert histories.conversation(service.agent, "bob", past).turns != talk.turns
    assert histories.conversation(service.agent, None, past).turns != talk.turns
    histories.forget("ada")
    assert histories.conversation(service.agent, "ada", past).turns != talk.turns


def test_a_named_person_is_answered_as_themselves_and_nothing_of_the_chat_is_stored(
    client: OpenAI, service: OpenService
) -> None:
    service.agent.feedback("eve", "3", "hide")
    assert "3" not in ids(ask(client, said("red chair"), user="eve")[1])
    assert "3" in ids(ask(client, said("red chair"), user="adam")[1])
    _, data = ask(client, said("red chair"), user="eve")
    assert service.agent.workspace.store.turns(data["dialogue"]["id"]) == []


def test_a_turn_that_was_refused_stands_in_nobodys_way(client: OpenAI) -> None:
    first, _ = ask(client, said("a chair"))
    broken = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]
    history = [*said("a chair", first), {"role": "user", "content": broken}, *said("a", "The picture is broken.")[1:]]
    _, found = ask(client, [*history, {"role": "user", "content": "cheaper than the second"}])
    assert found["dialogue"]["follows"]


# Pictures and sound


def shown(text: str, *pictures: bytes) -> dict[str, Any]:
    urls = [{"type": "image_url", "image_url": {"url": data_url(one), "detail": "low"}} for one in pictures]
    return {"role": "user", "content": [*([{"type": "text", "text": text}] if text else []), *urls]}


def test_a_picture_is_looked_at_and_stays_part_of_the_conversation(client: OpenAI, service: OpenService) -> None:
    first, data = ask(client, [shown("", PICTURE)])
    assert data["request"]["seen"]
    assert ids(data)[0] == "1"
    uploads = len(list(service.uploads.folder.iterdir()))
    _, onward = ask(client, [shown("", PICTURE), *said("x", first, "show me others")[1:]])
    assert onward["dialogue"]["follows"]
    assert len(list(service.uploads.folder.iterdir())) == uploads


def test_a_recording_is_heard_and_what_was_heard_is_shown(client: OpenAI, recording: bytes) -> None:
    spoken = {"type": "input_audio", "input_audio": {"data": base64.b64encode(recording).decode(), "format": "wav"}}
    text, data = ask(client, [{"role": "user", "content": [spoken]}])
    assert re.match(
        r"> a red chair please\n\nThe first fits “red chair”; the rest only come near\.\n\n1\. \*\*Red chair\*\*", text
    )
    assert data["request"]["heard"]["text"] == "a red chair please"


# Talk, and what words cannot do


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hi there", "Hello! Say what you are looking for"),
        ("你好", "您好！请说您要找什么"),
        ("thank you very much", "You are welcome."),
        ("do you ship to Norway?", "I only know the goods"),
        ("qwrt zxcv plmk", "tells me nothing I could look for"),
        ("like the ninth", "Nothing has been shown yet. Say what you are looking for."),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_talk_is_answered_in_words_and_never_by_an_error(client: OpenAI, text: str, told: str, stream: bool) -> None:
    made = client.chat.completions.create(model="tastemaker", messages=said(text), stream=stream)  # type: ignore[call-overload]
    if stream:
        whole = "".join(chunk.choices[0].delta.content or "" for chunk in made)
    else:
        whole = made.choices[0].message.content
        assert made.choices[0].message.tastemaker["recommendations"] == []
    assert told in whole
    assert "1. **" not in whole


def test_a_list_stands_through_talk_and_is_led_by_a_sentence(client: OpenAI) -> None:
    first, data = ask(client, said("a chair"))
    assert first.startswith(f"{data['reply']}\n\n1. **")
    thanks, _ = ask(client, said("a chair", first, "thanks!"))
    _, onward = ask(client, said("a chair", first, "thanks!", thanks, "cheaper than the second"))
    assert all(price < prices(data)[1] for price in prices(onward))


def test_a_title_of_the_chat_is_no_list_and_leaves_no_trace(client: OpenAI, service: OpenService) -> None:
    task = '### Task:\nFind a short title for the chat.\n### Output:\nJSON: {"title": "..."}\n### Chat History:\n'
    before = service.histories.n_kept
    asked = said(f"{task}<chat_history>\nUSER: a red chair\nASSISTANT: 1. Red chair\n</chat_history>")
    text, data = ask(client, asked, response_format={"type": "json_object"})
    assert json.loads(text) == {"title": "Red chair"}
    assert (data, service.histories.n_kept) == ({}, before)
    stream = client.chat.completions.create(model="tastemaker", messages=asked, stream=True)  # type: ignore[call-overload]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == text


# What cannot be answered


BAD = [
    ({"model": "gpt-5"}, openai.NotFoundError, "no model 'gpt-5'"),
    ({"n": 3}, openai.BadRequestError, "n is 3"),
    ({"logprobs": True}, openai.BadRequestError, "logprobs"),
    ({"response_format": {"type": "json_object"}}, openai.BadRequestError, "json_object"),
    ({"tool_choice": "required", "tools": []}, openai.BadRequestError, "tool_choice"),
    ({"modalities": ["text", "audio"]}, openai.BadRequestError, "modalities"),
    ({"user": "a\x00b"}, openai.BadRequestError, "cannot be seen"),
    ({"messages": []}, openai.BadRequestError, "messages"),
    ({"messages": said("a", "b")}, openai.BadRequestError, "last message is not a person"),
    ({"messages": [{"role": "system", "content": "x"}]}, openai.BadRequestError, "last message is not a person"),
    ({"messages": [{"role": "pirate", "content": "x"}]}, openai.BadRequestError, "messages.0.role"),
    ({"messages": said("")}, openai.BadRequestError, "empty"),
    ({"messages": [{"role": "user", "content": [{"type": "file", "file": {}}]}]}, openai.BadRequestError, "'file'"),
]


@pytest.mark.parametrize(("wrong", "kind", "why"), BAD, ids=[why for *_, why in BAD])
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_answered_is_refused_in_the_form_that_the_library_reads(
    client: OpenAI, wrong: dict[str, Any], kind: type[openai.APIStatusError], why: str, stream: bool
) -> None:
    asked = {"model": "tastemaker", "messages": said("a chair"), "stream": stream} | wrong
    with pytest.raises(kind, match=why) as caught:
        client.chat.completions.create(**asked)
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["type"] == "invalid_request_error"
    assert caught.value.code


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("data:image/png;base64,????", "not base64"),
        (data_url(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"), "SVG"),
        (data_url(b""), "empty"),
        (data_url(PICTURE[:40]), "damaged"),
        ("http://127.0.0.1:1/a.png", "fetches none"),
        ("file:///etc/passwd", "not base64"),
        ("/etc/passwd", "no file that can be read|not base64|unknown|file"),
    ],
)
def test_a_picture_that_is_none_is_refused(client: OpenAI, address: str, why: str) -> None:
    message = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": address}}]}
    with pytest.raises(openai.BadRequestError, match=why):
        ask(client, [message])


def test_remote_pictures_are_fetched_where_that_is_allowed_and_from_the_public_internet_alone(
    client: OpenAI, service: OpenService, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "limits", replace(service.limits, remote_urls=True))
    message = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": f"{url}/v1/items/1/picture"}}]}
    with pytest.raises(openai.BadRequestError, match="no address of the public internet"):
        ask(client, [message])


def test_nothing_is_remembered_of_somebody_who_opted_out(client: OpenAI, service: OpenService) -> None:
    service.agent.opt_out("olga")
    service.histories = Histories()
    first, _ = ask(client, said("a chair"), user="olga")
    assert service.histories.n_kept == 0
    _, onward = ask(client, said("a chair", first, "cheaper than the second"), user="olga")
    assert onward["dialogue"]["follows"]


def test_who_is_forgotten_is_forgotten_here_too(client: OpenAI, service: OpenService, url: str) -> None:
    service.histories = Histories()
    service.traces.register("chat histories", service.histories)
    ask(client, said("a chair"), user="fay")
    assert service.histories.n_kept == 1
    assert httpx.delete(f"{url}/v1/users/fay", headers=BEARER).status_code == 200
    assert service.histories.n_kept == 0


def test_a_call_without_the_token_or_with_what_is_no_json_is_refused(url: str) -> None:
    stranger = OpenAI(base_url=f"{url}/v1", api_key="wrong", max_retries=0)
    with stranger, pytest.raises(openai.AuthenticationError, match="no valid token"):
        ask(stranger, said("a chair"))
    answer = httpx.post(
        f"{url}/v1/chat/completions", content=b"{", headers=BEARER | {"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["error"]["message"]


def test_a_failure_in_the_middle_of_a_stream_reaches_the_reader(
    client: OpenAI, service: OpenService, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = service.limits
    object.__setattr__(service.turns, "_limits", type(limits)(turn_s=0.4))
    monkeypatch.setattr(WordModels.text, "encode", lambda *_: time.sleep(0.6) or np.zeros((1, 64), np.float32))
    try:
        with pytest.raises(openai.APIError, match="longer than"):
            list(client.chat.completions.create(model="tastemaker", messages=said("a kayak"), stream=True))  # type: ignore[call-overload]
    finally:
        object.__setattr__(service.turns, "_limits", limits)


# Text


@given(st.text())
def test_escaped_text_is_the_text_once_it_is_shown(text: str) -> None:
    assert unescaped(escaped(text)) == " ".join(text.split())


def test_what_an_answer_lists_is_found_by_picture_and_by_title() -> None:
    titles = {"Red chair": ["3"], "Twin": ["a", "b"], "Sly *one*": ["s"]}
    answer = (
        "1. **Boating**: x\n\n   ![Boating](http://h/v1/items/a%2Fb%3Fc/picture?n=0&size=480)\n\n"
        "2. **Red chair**: y\n\n3. **Twin**: z\n\n4. **Twin**: z\n\n"
        "5. **Sly \\*one\\***: q\n\n6. **Unknown**: u\n\n> 1. **Red chair**"
    )
    assert shown_in(answer, titles) == ("a/b?c", "3", "a", "b", "s")
