"""Settings: who wins, and what a wrong value says."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.config import AgentConfig, load_config
from agent.errors import ConfigError


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory, and no settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in AgentConfig.model_fields:
        monkeypatch.delenv(f"TASTEMAKER_{name.upper()}", raising=False)


def write(text: str) -> None:
    Path("tastemaker.toml").write_text(text, encoding="utf-8")


def test_arguments_win_over_environment_over_file_over_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    default = load_config()
    write("n_candidates = 11\nn_rerank = 12\nmax_shift = 13\n")
    monkeypatch.setenv("TASTEMAKER_N_CANDIDATES", "21")
    monkeypatch.setenv("TASTEMAKER_N_RERANK", "22")
    found = load_config(n_candidates=31)
    assert (found.n_candidates, found.n_rerank, found.max_shift) == (31, 22, 13)
    assert found.diversity == default.diversity


def test_an_argument_that_is_none_is_as_if_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAKER_LLM", "none")
    assert load_config(llm=None).llm == "none"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_candidates", 0), ("n_candidates", "many"), ("n_rerank", -1), ("rerank_weight", 1.5),
        ("rerank_weight", math.nan),
        ("max_shift", -1), ("diversity", -0.1), ("ocr", "maybe"), ("max_new_tokens", 3), ("llm", 7),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_refused_by_name_and_value(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"The setting {name} cannot be {value!r}") as caught:
        load_config(**{name: value})
    assert "tastemaker.toml" in caught.value.hint


def test_a_wrong_variable_and_a_wrong_line_are_refused_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAKER_MAX_SHIFT", "far")
    with pytest.raises(ConfigError, match="The setting max_shift cannot be 'far'"):
        load_config()
    monkeypatch.delenv("TASTEMAKER_MAX_SHIFT")
    write("diversity = 2.0\n")
    with pytest.raises(ConfigError, match=r"The setting diversity cannot be 2\.0"):
        load_config()


def test_a_misspelled_setting_is_refused_with_the_settings_there_are() -> None:
    with pytest.raises(ConfigError, match="There is no setting rerank_wieght") as caught:
        load_config(rerank_wieght=0.5)
    assert "rerank_weight" in caught.value.hint
    write("rerank_wieght = 0.5\n")
    with pytest.raises(ConfigError, match="There is no setting rerank_wieght"):
        load_config()


def test_other_variables_of_the_product_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAKER_OFFLINE", "1")
    monkeypatch.setenv("TASTEMAKER_CACHE", "/elsewhere")
    load_config()


@pytest.mark.parametrize("content", [b"llm = ", b"llm = 'none", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_named(content: bytes) -> None:
    Path("tastemaker.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"tastemaker\.toml cannot be read"):
        load_config()


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        load_config().llm = "none"  # type: ignore[misc]
