"""Which language model runs, and why: one setting, decided without loading anything."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import ConfigError
from agent.weights import cached, derived

if TYPE_CHECKING:
    from agent.backends.protocols import ChatModel

SMALL, LARGE = "smollm2-135m", "qwen2.5-1.5b"
NAMES = {SMALL: "smollm2-135m-instruct", LARGE: "qwen2.5-coder-1.5b-instruct"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The language model that a setting leads to.

    Attributes:
        pinned: Name of the archive it comes from.
        folder: Folder it is read from; neither this nor `pinned` is set when there is to be no language model.
        reason: Why, in words for a person.
    """

    pinned: str | None
    folder: Path | None
    reason: str


def choose(spec: str) -> Choice:
    """Decide what `auto`, `none`, the name of a pinned model or a model folder stands for. Loads nothing.

    Raises:
        ConfigError: it is none of these.
    """
    if spec == "none":
        return Choice(None, None, "switched off: reasons are worded by templates and nothing is reranked")
    if spec in NAMES:
        return Choice(spec, None, "named in the settings")
    if spec == "auto":
        if cached(LARGE) is not None:
            return Choice(LARGE, None, "the larger of the two pinned models is on this machine")
        return Choice(SMALL, None, f"always there; `tastemaker models pull {LARGE}` brings a better one")
    folder = Path(spec).expanduser()
    if folder.is_dir():
        return Choice(None, folder, "the folder named in the settings")
    raise ConfigError(
        f"There is no language model {spec!r}.",
        f"Say auto, none, {SMALL}, {LARGE} or the path of a model folder.",
    )


def chat_model(spec: str) -> ChatModel | None:
    """Load the language model that a setting stands for; None for `none`.

    Raises:
        ConfigError: the setting stands for nothing.
        ModelError: the model cannot be loaded.
        WeightsError: a pinned model's files cannot be had.
    """
    choice = choose(spec)
    if choice.pinned:
        return _pinned(choice.pinned)
    return _from_folder(choice.folder) if choice.folder else None


def model_folder(name: str) -> Path:
    """Safetensors folder of a pinned language model, converted from its GGUF archive the first time.

    Raises:
        WeightsError: the archive cannot be had, or there is no room for the folder.
    """
    from agent.backends.gguf import CONVERSION, convert

    def make(archive: Path, folder: Path) -> None:
        convert(next(archive.glob("*.gguf")), folder)

    return derived(name, f"safetensors-{CONVERSION}", make)


def _pinned(name: str) -> ChatModel:
    from agent.backends.transformers_chat import TransformersChat

    return TransformersChat(model_folder(name), name=NAMES[name])


def _from_folder(folder: Path) -> ChatModel:
    if _sees(folder):
        from agent.backends.llava import LlavaModel

        return LlavaModel(folder)
    from agent.backends.transformers_chat import TransformersChat

    return TransformersChat(folder)


def _sees(folder: Path) -> bool:
    """Whether the configuration in a model folder has a part for pictures."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False  # whoever opens the folder says what is wrong with it
    return isinstance(config, dict) and "vision_config" in config


__all__ = ["LARGE", "NAMES", "SMALL", "Choice", "chat_model", "choose", "model_folder"]
