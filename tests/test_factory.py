"""Which language model a setting stands for, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.archives import find
from agent.backends.factory import LARGE, SMALL, chat_model, choose
from agent.backends.llava import LlavaModel
from agent.backends.tiny_llava import make_tiny_llava
from agent.errors import ConfigError, ModelError


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
