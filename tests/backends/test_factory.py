"""Which language model a setting stands for, and why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.chat.transformers_chat import TransformersChat
from agent.backends.factory import LARGE, SMALL, auto_sight, chat_model, choose, choose_sight
from agent.backends.loading.memory import GIB, Room
from agent.backends.loading.model_spec import ModelSpec
from agent.backends.protocols import ChatMessage, GenerateOptions
from agent.config import load_config
from agent.errors import ConfigError, ModelError
from agent.models import Models
from agent.weights.archives import find
from tests.support.tiny_models import make_text_model


def test_none_loads_nothing() -> None:
    assert chat_model("none") is None
    assert "switched off" in choose("none").reason


@pytest.mark.parametrize("name", [SMALL, LARGE])
def test_a_pinned_model_is_chosen_by_its_name(name: str) -> None:
    assert choose(name).pinned == name


def test_auto_takes_the_small_model_and_says_how_to_get_the_better_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASTEMAKER_CACHE", str(tmp_path))
    choice = choose("auto")
    assert choice.pinned == SMALL
    assert f"tastemaker models pull {LARGE}" in choice.reason


def test_auto_takes_the_large_model_once_it_is_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(find(LARGE).variable, str(tmp_path))
    choice = choose("auto")
    assert choice.pinned == LARGE
    assert "on this machine" in choice.reason


def test_a_folder_with_a_vision_model_is_read_as_one(tmp_path: Path) -> None:
    model = chat_model(str(make_tiny_llava(tmp_path)))
    assert isinstance(model, LlavaModel)
    assert model.name == tmp_path.name


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json"):
        chat_model(str(tmp_path))


def test_an_unknown_setting_is_refused_with_what_can_be_said() -> None:
    with pytest.raises(ConfigError, match=rf"'gpt'.*auto, none, {SMALL}, {LARGE}, a model folder"):
        choose("gpt")


def test_the_model_that_sees_is_the_language_model_too_and_loaded_once(tmp_path: Path) -> None:
    folder = str(make_tiny_llava(tmp_path / "tiny"))
    models = Models(load_config(vlm=folder))
    assert models.chat is models.seeing
    assert models.chat is not None
    assert models.chat.name == models.request_describer.origin == models.item_describer.origin == "tiny"
    assert "looks at pictures" in choose("auto", folder).reason
    assert Models(load_config(vlm=folder, llm="none")).chat is None
    assert choose(SMALL, folder).pinned == SMALL


def test_a_folder_named_for_both_is_loaded_once(tmp_path: Path) -> None:
    folder = str(make_tiny_llava(tmp_path / "tiny"))
    models = Models(load_config(vlm=f"{folder}:nf4", llm=f"{folder}:nf4"))
    assert models.chat is models.seeing
    assert models.seeing is not None
    assert models.seeing.name == "tiny (nf4)"


def test_the_embedded_describer_needs_no_language_model() -> None:
    assert choose_sight("embedded").model is None
    assert Models(load_config(vlm="embedded")).seeing is None


@pytest.mark.parametrize("vlm", ["gpt", "none", SMALL, "embedded:nf4", "./nowhere"])
def test_what_cannot_look_at_pictures_is_refused(vlm: str) -> None:
    with pytest.raises(ConfigError, match=r"no vision-language model.*embedded, auto"):
        choose_sight(vlm)


def test_a_wrong_form_is_refused_before_anything_is_done() -> None:
    with pytest.raises(ConfigError, match="no number format 'int3'"):
        load_config(vlm="owner/name:int3")


@pytest.mark.parametrize(
    ("free", "there", "model", "why"),
    [
        ((), True, None, "no GPU"),
        ((3,), True, None, r"needs 5\.2 GiB in nf4 and 3\.0 GiB of the GPU is free"),
        ((24,), False, None, "neither on this machine"),
        ((24,), True, ModelSpec("llava-hf/llava-1.5-7b-hf"), r"a GPU with 24\.0 GiB free"),
        ((3, 24), True, ModelSpec("llava-hf/llava-1.5-7b-hf"), r"a GPU with 24\.0 GiB free"),
    ],
)
def test_auto_takes_llava_where_a_gpu_holds_it_and_its_files_can_be_had(
    free: tuple[int, ...], there: bool, model: ModelSpec | None, why: str
) -> None:
    room = Room(tuple(one * GIB for one in free), 30 * GIB)
    sight = auto_sight(ModelSpec("auto"), room, lambda name, revision: there and len(revision or "") == 40)
    assert sight.model == model
    assert re.search(why, sight.reason)


def test_a_text_model_is_held_in_the_format_that_was_asked_for(tmp_path: Path) -> None:
    model = chat_model(f"{make_text_model(tmp_path / 'words')}:nf4")
    assert isinstance(model, TransformersChat)
    assert model.name == "words"
    assert model.generate([(ChatMessage("user", "Hello"),)], GenerateOptions(max_new_tokens=4)) != [""]
    assert model._model.model.layers[0].mlp.up_proj.weight.element_size() == 1


def test_a_model_that_sees_nothing_is_refused_where_pictures_are_to_be_seen(tmp_path: Path) -> None:
    folder = str(make_text_model(tmp_path / "words"))
    with pytest.raises(ModelError, match=r"no processor for pictures|could not be opened"):
        _ = Models(load_config(vlm=folder)).seeing
