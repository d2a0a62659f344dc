"""Which models run, and why: decided from the settings and from what is there, without loading anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from agent.backends.loading.model_spec import ModelSpec, parse_spec
from agent.errors import ConfigError
from agent.weights.weights import Places, cached, derived

if TYPE_CHECKING:
    from agent.backends.chat.local_chat import LocalChat
    from agent.backends.loading.memory import Room
    from agent.backends.protocols import ChatModel

SMALL, LARGE = "smollm2-135m", "qwen2.5-1.5b"
NAMES = {SMALL: "smollm2-135m-instruct", LARGE: "qwen2.5-coder-1.5b-instruct"}
EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The language model that the settings lead to.

    Attributes:
        pinned: Name of the archive it comes from.
        model: Model that was named instead; neither this nor `pinned` is set when there is to be no language model.
        reason: Why, in words for a person.
        adapter: Folder of what a pinned model learnt beside its weights.
    """

    pinned: str | None
    model: ModelSpec | None
    reason: str
    adapter: str | None = None

    @property
    def name(self) -> str:
        """What people call the model."""
        return f"{self.pinned}+{self.adapter}" if self.adapter else self.pinned or str(self.model or "none")


@dataclass(frozen=True, slots=True)
class VisionChoice:
    """What writes down what pictures show.

    Attributes:
        model: A vision-language model; None for the embedded describer.
        reason: Why, in words for a person.
    """

    model: ModelSpec | None
    reason: str


def choose(llm: str, vlm: str = EMBEDDED) -> ModelChoice:
    """Decide which language model the settings stand for. Loads nothing.

    Args:
        llm: `auto`, `none`, the name of a pinned model, or a model as `parse_spec` reads it.
        vlm: The setting of what looks at pictures: a vision-language model does both unless `llm` says otherwise.

    Raises:
        ConfigError: it is none of these.
    """
    spec = parse_spec(llm)
    if spec.source in ("none", *NAMES) and spec.format != "auto":  # pinned models are converted to one format
        raise ConfigError(f"{spec.source} has no other number format.", f"Say {spec.source} alone.")
    _check_adapter(spec)
    if spec.source == "none":
        return ModelChoice(None, None, "switched off: reasons are worded by rules and nothing is reranked")
    if spec.source in NAMES:
        return ModelChoice(spec.source, None, "named in the settings", spec.adapter)
    if spec.source == "auto":
        return _auto(choose_sight(vlm))
    if _can_be_model(spec):
        return ModelChoice(None, spec, "named in the settings")
    raise ConfigError(
        f"There is no language model {llm!r}.",
        f"Say auto, none, {SMALL}, {LARGE}, a model folder, owner/name or openai:URL#MODEL.",
    )


def choose_sight(vlm: str) -> VisionChoice:
    """Decide what looks at pictures. Loads nothing.

    `auto` costs nothing where no GPU is; elsewhere it asks for the GPU's free memory, and perhaps the model hub.

    Raises:
        ConfigError: the setting is none.
    """
    spec = parse_spec(vlm)
    _check_adapter(spec)
    if vlm == EMBEDDED:
        return VisionChoice(None, "labels, colours and text, worded by template")
    if spec.source == "auto":
        return decided_sight(vlm)
    if spec.source not in ("none", EMBEDDED, *NAMES) and _can_be_model(spec):
        return VisionChoice(spec, "named in the settings")
    raise ConfigError(
        f"There is no vision-language model {vlm!r}.",
        "Say embedded, auto, a model folder, owner/name or openai:URL#MODEL.",
    )


@cache  # what is loaded meanwhile takes the memory that this is decided by: a process keeps to it
def decided_sight(vlm: str) -> VisionChoice:
    """What `auto`, perhaps with a number format, stands for in this process."""
    return auto_sight(parse_spec(vlm))


def auto_sight(
    spec: ModelSpec, room: Room | None = None, reachable: Callable[[str, str | None], bool] | None = None
) -> VisionChoice:
    """The known LLaVA where a GPU holds it and its files can be had; else the embedded describer.

    Args:
        spec: `auto`, perhaps with a number format.
        room: Free memory; looked up when not given.
        reachable: Whether the files of a model, in a revision, are on this machine or can be fetched.
    """
    from agent.backends.loading import memory
    from agent.backends.loading.gpu import may_have_gpu
    from agent.backends.loading.known_models import the_llava
    from agent.backends.loading.memory import Room, gib
    from agent.backends.loading.placement import GPU_RESERVE

    # In the order of what it takes to find out: the network is asked last, and only where a model could run.
    llava, nothing = the_llava(), Room((), 0)
    room = room or (memory.free_room() if may_have_gpu() else nothing)
    if not room.gpus:
        return VisionChoice(None, f"no GPU is here for {llava.id}: labels, colours and text, worded by template")
    held_in = "nf4" if spec.format == "auto" else spec.format
    least, free = llava.bytes_by_format((held_in,))[held_in] + GPU_RESERVE, max(room.gpus)
    if free < least:
        return VisionChoice(None, f"{llava.id} needs {gib(least)} in {held_in} and {gib(free)} of the GPU is free")
    if not (reachable or _can_be_had)(llava.id, llava.revision):
        return VisionChoice(None, f"{llava.id} is neither on this machine nor to be had from the model hub")
    return VisionChoice(ModelSpec(llava.id, spec.format), f"a GPU with {gib(free)} free is here")


def _can_be_had(repository: str, revision: str | None) -> bool:
    """Whether a model's files are here, or may be fetched and the model hub says that it has them."""
    from agent.backends.loading import hub

    if Places.from_environment().offline:
        return hub.at_hand(repository, revision) is not None
    return hub.reachable(repository, revision)


def chat_model(spec: str) -> ChatModel | None:
    """Load the language model that a setting stands for; None for `none`.

    Raises:
        ConfigError: the setting stands for nothing.
        ModelError: the model cannot be loaded.
        WeightsError: a pinned model's files cannot be had.
    """
    choice = choose(spec)
    if choice.pinned:
        return pinned_model(choice.pinned, choice.adapter)
    return open_model(choice.model) if choice.model else None


def pinned_model(name: str, adapter: str | None = None) -> LocalChat:
    """Load a language model that comes from a pinned archive.

    Args:
        adapter: Folder of what it learnt beside its weights.

    Raises:
        ModelError: the adapter cannot be used.
        WeightsError: its files cannot be had.
    """
    from agent.backends.chat.transformers_chat import TransformersChat

    folder = model_folder(name)
    return _adapted(TransformersChat(folder, name=NAMES[name]), folder, adapter)


def model_folder(name: str) -> Path:
    """Safetensors folder of a pinned language model, converted from its GGUF archive the first time.

    Raises:
        WeightsError: the archive cannot be had, or there is no room for the folder.
    """
    from agent.backends.loading.gguf import CONVERSION, convert

    def make(archive: Path, folder: Path) -> None:
        convert(next(archive.glob("*.gguf")), folder)

    return derived(name, f"safetensors-{CONVERSION}", make)


def open_model(spec: ModelSpec) -> ChatModel:
    """Load a model that a person named: with a part for pictures if it has one.

    Raises:
        ModelError: it cannot be had, or cannot be loaded.
    """
    if spec.is_endpoint:
        from agent.backends.chat.endpoint import endpoint_model

        return endpoint_model(spec.source)
    return open_local(spec)


def open_local(spec: ModelSpec) -> LocalChat:
    """Load a model that runs on this machine.

    Raises:
        ModelError: it cannot be had, or cannot be loaded.
    """
    folder = local_folder(spec)
    if _sees(folder):
        return _opened(spec)
    from agent.backends.chat.transformers_chat import TransformersChat

    name = str(replace(spec, adapter=None)) if spec.is_hub_id and not Path(spec.source).is_dir() else folder.name
    return _adapted(TransformersChat(folder, name=name, number_format=spec.format), folder, spec.adapter)


def local_folder(spec: ModelSpec) -> Path:
    """Folder of a model that a person named, fetched from the model hub if need be.

    Raises:
        ModelError: it cannot be had.
    """
    from agent.backends.loading.hub import model_path

    return model_path(_source(spec), spec.revision)


def open_sight(spec: ModelSpec) -> ChatModel:
    """Load a model to look at pictures with.

    Raises:
        ModelError: it cannot be had, cannot be loaded, or cannot see.
    """
    return open_model(spec) if spec.is_endpoint else _opened(spec)


def _opened(spec: ModelSpec) -> LocalChat:
    from agent.backends.chat.llava import LlavaModel

    model = LlavaModel(_source(spec), number_format=spec.format, revision=spec.revision)
    return _adapted(model, local_folder(spec), spec.adapter)


def _adapted(model: LocalChat, folder: Path, adapter: str | None) -> LocalChat:
    """The model, with what it learnt put into its weights."""
    if adapter:
        from agent.backends.loading.adapter import read_adapter

        model.take_on(read_adapter(Path(adapter).expanduser(), folder))
    return model


def _check_adapter(spec: ModelSpec) -> None:
    """Make sure that what a model learnt is there, and that the model is named that learnt it."""
    if not spec.adapter:
        return
    if spec.source in ("none", "auto", EMBEDDED):
        raise ConfigError(f"{spec.source} can have no adapter.", "Name the model that it was made for.")
    if not Path(spec.adapter).expanduser().is_dir():
        raise ConfigError(
            f"There is no adapter folder {spec.adapter}.", "Give the folder that `tastemaker adapt` wrote."
        )


def _can_be_model(spec: ModelSpec) -> bool:
    return spec.is_endpoint or spec.is_hub_id or Path(spec.source).expanduser().is_dir()


def _source(spec: ModelSpec) -> str | Path:
    """A folder as a path, so that nothing that looks like one is asked for on the hub."""
    folder = Path(spec.source).expanduser()
    return folder if folder.is_dir() else spec.source


def _auto(sight: VisionChoice) -> ModelChoice:
    if sight.model is not None:
        return ModelChoice(None, sight.model, "the model that looks at pictures also reads and writes")
    if cached(LARGE) is not None:
        return ModelChoice(LARGE, None, "the larger of the two pinned models is on this machine")
    return ModelChoice(SMALL, None, f"always there; `tastemaker models pull {LARGE}` brings a better one")


def _sees(folder: Path) -> bool:
    """Whether the configuration in a model folder has a part for pictures."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False  # whoever opens the folder says what is wrong with it
    return isinstance(config, dict) and "vision_config" in config


__all__ = [
    "EMBEDDED",
    "LARGE",
    "NAMES",
    "SMALL",
    "ModelChoice",
    "VisionChoice",
    "auto_sight",
    "chat_model",
    "choose",
    "choose_sight",
    "decided_sight",
    "local_folder",
    "model_folder",
    "open_local",
    "open_model",
    "open_sight",
    "pinned_model",
]
