"""Every kind of vision-language model goes through the same code, and says what transformers' own loop says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.backends.chat.llava import LlavaModel
from agent.backends.protocols import ChatMessage, GenerateOptions
from agent.media.decoded import Picture
from tests.support.tiny_models import FAMILIES, make


def picture(seed: int, height: int, width: int) -> Picture:
    rgb = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Picture(f"{seed:064x}", rgb, width, height)


CHATS = [
    (ChatMessage("system", "Look."), ChatMessage("user", "What is this?", (picture(1, 40, 90),))),
    (ChatMessage("user", "Just words, and a few more of them."),),
    (ChatMessage("user", "Compare them, please.", (picture(2, 90, 40), picture(3, 56, 56))),),
]


@pytest.fixture(scope="module", params=sorted(FAMILIES))
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LlavaModel:
    folder: Path = make(request.param, tmp_path_factory.mktemp("models") / request.param)
    return LlavaModel(folder, number_format="fp32")


def library_says(model: LlavaModel, chat: Any, n_tokens: int) -> str:
    """The answer of transformers' own decoding."""
    inputs = model._inputs([chat])
    ids = model._model.generate(**inputs, max_new_tokens=n_tokens, do_sample=False)
    text: str = model._tokenizer.decode(ids[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    return text.strip()


@pytest.mark.parametrize("number", range(len(CHATS)))
def test_an_answer_is_the_one_that_the_library_itself_gives(model: LlavaModel, number: int) -> None:
    (ours,) = model.generate([CHATS[number]], GenerateOptions(max_new_tokens=12))
    theirs = library_says(model, CHATS[number], 12)
    # Letters that were cut, and white space behind them, of which the separators of ASCII are some, end no answer.
    end = "\ufffd\x1c\x1d\x1e\x1f "
    assert ours.rstrip(end) == theirs.rstrip(end)


def test_chats_with_and_without_pictures_go_into_one_batch(model: LlavaModel) -> None:
    options = GenerateOptions(max_new_tokens=12)
    assert model.generate(CHATS, options) == [model.generate([chat], options)[0] for chat in CHATS]
    answers = ["yes", "a longer answer", "no"]
    alone = [float(model.score([chat], [text])[0]) for chat, text in zip(CHATS, answers, strict=True)]
    assert model.score(CHATS, answers) == pytest.approx(alone, abs=1e-4)
    assert model.first_token(CHATS, ["Yes", "No"]).shape == (3, 2)


def test_a_picture_changes_the_answer(model: LlavaModel) -> None:
    chats = [(ChatMessage("user", "What is this?", (picture(seed, 56, 56),)),) for seed in range(3)]
    assert len(set(model.generate(chats, GenerateOptions(max_new_tokens=16)))) > 1


def test_a_text_cannot_smuggle_in_a_picture(model: LlavaModel) -> None:
    tokens = model._tokenizer.all_special_tokens
    chats = [(ChatMessage("user", text),) for text in (f"a {' '.join(tokens)} b", "a" + "  " * len(tokens) + " b")]
    first, second = model.score(chats, ["yes", "yes"])
    assert first == pytest.approx(second, abs=1e-5)
