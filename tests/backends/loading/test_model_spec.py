"""How a person names a model."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.loading.model_spec import FORMATS, ModelSpec, parse_spec
from agent.errors import ConfigError

NAMES = st.from_regex(r"\A[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,12}\Z")
HUB_IDS = st.builds("{}/{}".format, NAMES, NAMES)
REVISIONS = st.from_regex(r"\A[a-f0-9]{7,40}\Z") | st.sampled_from(["main", "v1.0", "refs/pr/3"])
PATHS = st.builds(
    "{}{}".format, st.sampled_from(["/", "./", "../", "~/"]), st.text("ab:@./ -é", min_size=1, max_size=9)
)


@given(HUB_IDS, st.sampled_from(FORMATS), st.none() | REVISIONS)
def test_what_is_written_out_is_read_back(source: str, format_: str, revision: str | None) -> None:
    spec = ModelSpec(source, format_, revision)  # type: ignore[arg-type]
    assert spec.is_hub_id
    assert parse_spec(str(spec)) == spec


@given(NAMES, st.sampled_from(FORMATS))
def test_words_and_bare_folders_take_a_format(source: str, format_: str) -> None:
    assert parse_spec(f"{source}:{format_}") == ModelSpec(source, format_)  # type: ignore[arg-type]


@given(PATHS, st.sampled_from(FORMATS))
def test_a_path_keeps_its_own_colons_and_at_signs(path: str, format_: str) -> None:
    path = path.strip()
    if path.rpartition(":")[2] in FORMATS:
        return
    assert parse_spec(path) == ModelSpec(path)
    assert parse_spec(f"{path}:{format_}") == ModelSpec(path, format_)  # type: ignore[arg-type]


@given(st.text(max_size=30))
def test_whatever_is_written_is_read_or_refused_in_words(text: str) -> None:
    with contextlib.suppress(ConfigError):
        spec = parse_spec(text)
        assert spec.source
        assert spec.format in FORMATS


def test_the_parts_of_a_full_name() -> None:
    spec = parse_spec("llava-hf/llava-1.5-7b-hf:nf4@0123abc")
    assert spec == ModelSpec("llava-hf/llava-1.5-7b-hf", "nf4", "0123abc")


def test_a_server_is_named_whole() -> None:
    spec = parse_spec("openai:http://127.0.0.1:8000/v1#llava@2:nf4")
    assert spec == ModelSpec("openai:http://127.0.0.1:8000/v1#llava@2:nf4")
    assert spec.is_endpoint


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "names no model"),
        (":nf4", "names no model"),
        ("owner/name:int3", r"no number format 'int3'.*auto, fp32, bf16, fp16, int8, nf4"),
        ("owner/name:", "no number format ''"),
        ("owner/name@", "a revision that cannot be one"),
        ("owner/name@a b", "a revision that cannot be one"),
        ("owner/name@main:nf4", "a revision that cannot be one"),
        ("folder@main", "Only owner/name has revisions"),
        ("auto@main", "Only owner/name has revisions"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_form_that_can(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        parse_spec(text)


@pytest.mark.parametrize(
    ("text", "source", "format_", "adapter"),
    [
        ("smollm2-135m+./voice", "smollm2-135m", "auto", "./voice"),
        ("owner/name:nf4@v1+/a/b", "owner/name", "nf4", "/a/b"),
        ("./model:bf16+~/voice", "./model", "bf16", "~/voice"),
    ],
)
def test_an_adapter_stands_behind_a_plus(text: str, source: str, format_: str, adapter: str) -> None:
    spec = parse_spec(text)
    assert (spec.source, spec.format, spec.adapter) == (source, format_, adapter)
    assert str(spec) == text


@pytest.mark.parametrize("ending", ["", ":fp32"])
def test_a_folder_with_a_plus_in_its_name_has_no_adapter(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "c+model"
    folder.mkdir()
    spec = parse_spec(f"{folder}{ending}")
    assert (spec.source, spec.adapter) == (str(folder), None)
    assert parse_spec(f"{folder}{ending}+{tmp_path}").adapter == str(tmp_path)


@pytest.mark.parametrize("text", ["model+", "+voice", "model++voice"])
def test_a_plus_without_a_model_or_an_adapter_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_spec(text)
