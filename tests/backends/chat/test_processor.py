"""Processors: what turns chats and pictures into tensors is read from the model's folder, or refused in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from agent.backends.chat.processor import load_processor
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.loading import model_files
from agent.errors import ModelError
from tests.support.tiny_models import FAMILIES, make


@pytest.fixture(scope="module")
def llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("models") / "llava")


@pytest.fixture
def folder(llava: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(llava, tmp_path / "model"))


def change(file: Path, **values: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **values}))


def test_a_processor_pads_on_the_left_and_has_something_to_pad_with(folder: Path) -> None:
    change(folder / "tokenizer_config.json", pad_token=None, padding_side="right")
    processor = load_processor(folder)
    assert processor.tokenizer.padding_side == "left"
    assert processor.tokenizer.pad_token == processor.tokenizer.eos_token


def test_a_processor_reads_pictures_and_has_a_form_for_chats(llava: Path) -> None:
    processor = load_processor(llava)
    prompt = processor.apply_chat_template([{"role": "user", "content": [{"type": "text", "text": "Hello"}]}])
    assert "Hello" in prompt
    assert processor.image_processor is not None


def test_a_model_without_a_form_for_chats_is_refused(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(ModelError, match="has no chat template"):
        load_processor(folder)


def test_a_model_that_reads_no_pictures_is_refused(folder: Path) -> None:
    change(folder / "config.json", model_type="llama", architectures=["LlamaForCausalLM"])
    for name in ("processor_config.json", "preprocessor_config.json"):
        (folder / name).unlink(missing_ok=True)
    change(folder / "tokenizer_config.json", processor_class=None)
    with pytest.raises(ModelError, match="has no processor for pictures") as caught:
        load_processor(folder)
    assert str(folder) in caught.value.what


def test_a_folder_that_cannot_be_read_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "llava"}')
    with pytest.raises(ModelError, match=r"The processor of the vision-language model in .* could not be opened"):
        load_processor(tmp_path)


@pytest.fixture(scope="module", params=sorted(FAMILIES))
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(request.param, tmp_path_factory.mktemp("models") / request.param)


@pytest.mark.parametrize("ending", ["", "Fast", "Pil"])
@pytest.mark.parametrize("flat", [False, True])
def test_a_folder_opens_whatever_its_maker_had_installed(family: Path, ending: str, flat: bool, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(family, tmp_path / "model"))
    file = folder / "processor_config.json"
    saved = json.loads(file.read_text(encoding="utf-8"))
    saved["image_processor"]["image_processor_type"] += ending  # as releases with and without torchvision name it
    if flat:  # as older releases lay it out, in two files
        pictures = saved.pop("image_processor") | {"processor_class": saved["processor_class"]}
        (folder / "preprocessor_config.json").write_text(json.dumps(pictures))
    elif "qwen" in family.name:
        saved["video_processor"] = {"video_processor_type": "Qwen2VLVideoProcessor"}
    file.write_text(json.dumps(saved))
    assert load_processor(folder).image_processor is not None


def test_a_folder_without_a_part_for_videos_opens_where_torchvision_is(
    family: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files.library().utils, "is_torchvision_available", lambda: True)
    assert load_processor(family).image_processor is not None
