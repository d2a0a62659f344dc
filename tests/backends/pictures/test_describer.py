"""One question about each picture, whoever answers; and what becomes of a picture that gets no usable answer."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest

from agent.backends.chat.endpoint import EndpointChat
from agent.backends.chat.endpoint_wire import data_url
from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.pictures.describer import PictureDescriber
from agent.backends.pictures.question import PictureQuestion
from agent.backends.protocols import ChatMessage, GenerateOptions, PictureFeatures, Undescribed
from agent.errors import MediaError, ModelError
from agent.media.decoded import Picture
from tests.support.openai_server import MODEL, refusing, serving
from tests.support.tiny_models import make

FEATURES = PictureFeatures(np.zeros((0, 1), dtype=np.float32), None)


def picture(seed: int, height: int = 40, width: int = 50) -> Picture:
    rgb = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Picture(f"{seed:064x}", rgb, width, height)


def test_the_answer_is_the_description_and_says_who_gave_it() -> None:
    model = ScriptedChat(["A red kettle on a table.", "A blue chair."], name="some-model")
    describer = PictureDescriber(model)
    first, second = describer.describe([picture(1), picture(2)], FEATURES)
    assert (first.text, second.text) == ("A red kettle on a table.", "A blue chair.")
    assert first.origin == describer.origin == "some-model"
    assert first.version == describer.version
    assert [chat[-1].pictures[0].sha256 for chat in model.calls[0].chats] == [f"{n:064x}" for n in (1, 2)]


def test_an_answer_of_nothing_is_no_description() -> None:
    model = ScriptedChat(["", "?", "A blue chair by a window."])
    empty, short, chair = PictureDescriber(model).describe([picture(n) for n in range(3)], FEATURES)
    assert empty == Undescribed("scripted answered without a word.")
    assert short == Undescribed("scripted answered “?”.")
    assert chair.text == "A blue chair by a window."


def test_what_a_model_says_of_itself_is_no_description() -> None:
    answers = [
        "I'm sorry, but I can't help with that request.",
        "<think>Which words?</think>A red kettle on a table. I can't tell the maker.",
        "<think>\nOkay, the user wants",
    ]
    refused, kettle, thought = PictureDescriber(ScriptedChat(answers)).describe(
        [picture(n) for n in range(3)], FEATURES
    )
    assert refused == Undescribed("scripted answered “I'm sorry, but I can't help with that request.”.")
    assert kettle.text == "A red kettle on a table."
    assert isinstance(thought, Undescribed)


def test_a_domain_has_a_question_of_its_own() -> None:
    asked = []
    for domain in ("generic", "food"):
        model = ScriptedChat(lambda chat: "A bowl of soup.")
        PictureDescriber(model, PictureQuestion(domain)).describe([picture(1)], FEATURES)  # type: ignore[arg-type]
        asked.append(model.calls[0].chats[0][-1].text)
    assert asked[0] != asked[1]


def test_a_form_is_filled_in_by_a_model_that_is_held_to_its_schema(tmp_path: Path) -> None:
    model = LlavaModel(make_tiny_llava(tmp_path / "tiny"), number_format="fp32")
    question = PictureQuestion(form=True)
    chat = [ChatMessage("user", "Fill in the form.", (picture(1),))]
    (answer,) = model.generate([chat], GenerateOptions(max_new_tokens=48, json_schema=question.options.json_schema))
    assert answer.startswith('{"objects": [')


def test_a_picture_that_the_processor_refuses_costs_no_other_its_description(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = LlavaModel(make("qwen2_5_vl", tmp_path / "qwen"), number_format="fp32")
    thread = picture(2, height=2, width=900)
    with pytest.raises(MediaError, match=r"qwen \(fp32\) cannot read a picture of 900 x 2 pixels: .*aspect ratio"):
        model.generate([[ChatMessage("user", "What is this?", (thread,))]], GenerateOptions(max_new_tokens=4))
    with caplog.at_level(logging.WARNING):
        first, refused, last = PictureDescriber(model).describe([picture(1), thread, picture(3)], FEATURES)
    assert first.text
    assert last.text
    assert isinstance(refused, Undescribed)
    assert "900 x 2 pixels" in caplog.text


def test_a_server_that_refuses_one_picture_describes_the_others_and_one_that_refuses_all_is_an_error() -> None:
    with serving(ScriptedChat(lambda _: "A blue chair by a window.")) as server:
        describer = PictureDescriber(EndpointChat(server.url, MODEL))
        both = [picture(1), picture(2)]
        first = data_url(both[0])
        server.faults += [
            refusing(lambda body: first in json.dumps(body), 400, {"error": {"message": "The picture was flagged."}})
        ] * 2
        refused, chair = describer.describe(both, FEATURES)
        assert isinstance(refused, Undescribed)
        assert "The picture was flagged" in refused.why
        assert chair.text == "A blue chair by a window."
        server.faults += [refusing(lambda _: True, 400, {"error": {"message": "It sees no pictures."}})] * 2
        with pytest.raises(ModelError, match="It sees no pictures"):
            describer.describe(both, FEATURES)


def test_a_model_that_fails_is_not_asked_picture_by_picture() -> None:
    with pytest.raises(ModelError, match="has run out"):
        PictureDescriber(ScriptedChat([])).describe([picture(1), picture(2)], FEATURES)


def test_an_answer_in_another_language_is_kept_and_marked_with_it() -> None:
    answers = [
        "Una taza azul sobre una mesa de madera, con flores blancas al fondo.",
        "桌子上有一把红色的椅子，背景是一面白色的墙。",
        "A shop front with a red sign that reads “茶の店”.",
    ]
    describer = PictureDescriber(ScriptedChat(answers))
    found = describer.describe([picture(n) for n in range(3)], FEATURES)
    assert [one.language for one in found] == ["es", "zh", "en"]
    assert [one.text for one in found] == answers
