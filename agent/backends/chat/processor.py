"""What turns chats and pictures into a model's tensors, read from the model's own folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agent.backends.loading import model_files
from agent.errors import ModelError

_NAMED_IN = ("processor_config.json", "preprocessor_config.json")


def load_processor(folder: Path) -> Any:
    """The processor of a vision-language model, set to pad on the left.

    Raises:
        ModelError: there is none, it cannot read pictures or it has no chat template.
    """
    with model_files.opening(f"The processor of the vision-language model in {folder}"):
        processor = _class(folder).from_pretrained(folder, **model_files.SAFE)
    if not hasattr(processor, "image_processor"):
        raise ModelError(
            f"The model in {folder} has no processor for pictures.",
            "Use a vision-language model saved together with its processor.",
        )
    if processor.chat_template is None:
        raise ModelError(f"The model in {folder} has no chat template.", "Use an instruction-tuned model.")
    processor.tokenizer.padding_side = "left"
    if processor.tokenizer.pad_token is None:
        processor.tokenizer.pad_token = processor.tokenizer.eos_token
    return processor


def _class(folder: Path) -> Any:
    """The class that reads the folder, without its part for videos: videos come as key frames, so nobody asks for it.

    The part needs torchvision to be made, and where that is here, a file that a folder saved without it does not have.
    """
    library = model_files.library()
    processor_class = getattr(library, _processor_name(folder) or "AutoProcessor")
    if processor_class is library.AutoProcessor or "video_processor" not in processor_class.get_attributes():
        return library.AutoProcessor
    # A class of the same name with one part less: the library looks for the files of what `get_attributes` names.
    attributes = [name for name in processor_class.get_attributes() if name != "video_processor"]
    return type(
        processor_class.__name__,
        (processor_class,),
        {"get_attributes": classmethod(lambda _: attributes), "__module__": processor_class.__module__},
    )


def _processor_name(folder: Path) -> str | None:
    """Name of the processor's class, as its own files or the kind of the model have it."""
    for name in _NAMED_IN:
        if (folder / name).is_file():
            named = json.loads((folder / name).read_text(encoding="utf-8")).get("processor_class")
            if named:
                return str(named)
    kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    names: dict[str, str] = model_files.library().models.auto.processing_auto.PROCESSOR_MAPPING_NAMES
    return names.get(kind)


__all__ = ["load_processor"]
