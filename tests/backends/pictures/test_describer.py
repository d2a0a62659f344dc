"""One question about each picture, whoever answers; and what becomes of a picture that gets no usable answer."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.pictures.describer import PictureDescriber
from agent.backends.pictures.question import PictureQuestion
from agent.backends.protocols import ChatMessage, GenerateOptions, PictureFeatures
from agent.errors import MediaError, ModelError
from agent.media.decoded import Picture
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
    texts = [one.text for one in PictureDescriber(model).describe([picture(n) for n in range(3)], FEATURES)]
    assert texts == ["", "", "A blue chair by a window."]


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
    assert refused.text == ""
    assert "900 x 2 pixels" in caplog.text


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
