"""Processors: what turns chats and pictures into tensors is read from the model's folder, or refused in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from agent.backends.chat.processor import load_processor
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.errors import ModelError


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
