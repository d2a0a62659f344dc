"""How a model folder is opened: what must be in it, and one sentence for everything that can be wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.backends.loading.silence import is_wanted_in_call
from agent.errors import ModelError

SAFE: dict[str, Any] = {"trust_remote_code": False, "local_files_only": True}


def library() -> Any:
    """The package transformers, which is typed only in part and slow to import."""
    import transformers

    for handler in logging.getLogger("transformers").handlers:
        handler.addFilter(is_wanted_in_call)
    return transformers


def check_folder(folder: Path) -> None:
    """Make sure that a folder holds a configuration and safetensors weights.

    Raises:
        ModelError: the folder, its `config.json` or its safetensors weights are missing.
    """
    if not folder.is_dir():
        raise ModelError(f"There is no model folder {folder}.", "Give the path of an existing model folder.")
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} has no config.json.", "Give the folder that a model was saved to.")
    if any(folder.glob("*.safetensors")):
        return
    if any(folder.glob("*.bin")) or any(folder.glob("*.pt")) or any(folder.glob("*.pth")):
        raise ModelError(
            f"{folder} holds its weights as pickle files only, which can run code when they are opened.",
            "Use a copy of the model with .safetensors files.",
        )
    raise ModelError(f"{folder} has no .safetensors weights.", "Fetch the model again; its download is incomplete.")


@contextmanager
def opening(what: str) -> Iterator[None]:
    """Translate what goes wrong inside transformers and safetensors while `what` is opened, and keep them quiet.

    Raises:
        ModelError: in place of the library's own exception, which stays its cause.
    """
    from huggingface_hub.errors import HFValidationError
    from safetensors import SafetensorError

    try:
        with quiet():
            yield
    except SafetensorError as error:
        raise ModelError(
            f"The weights of {what} are damaged: {error}.", "Delete the model's folder and fetch it again."
        ) from error
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, HFValidationError) as error:
        raise ModelError(
            f"{what} could not be opened: {first_line(error)}.",
            "Check that the folder is complete and holds the kind of model that is wanted.",
        ) from error


def first_line(error: BaseException) -> str:
    """What an error of a library says first, to be put into a sentence."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars and no advice from the libraries that load models: both would reach the terminal."""
    settings = library().utils.logging
    bits_and_bytes = logging.getLogger("bitsandbytes")
    levels, bars = (settings.get_verbosity(), bits_and_bytes.level), settings.is_progress_bar_enabled()
    settings.set_verbosity(logging.ERROR)
    bits_and_bytes.setLevel(logging.ERROR)
    settings.disable_progress_bar()
    try:
        yield
    finally:
        settings.set_verbosity(levels[0])
        bits_and_bytes.setLevel(levels[1])
        if bars:
            settings.enable_progress_bar()


def end_ids(model: Any, tokenizer: Any) -> list[int]:
    """Ids of the tokens that end an answer, from the generation settings and the tokenizer."""
    # Some models end a turn with one token and a text with another, and name only one of them in either place.
    configured = model.generation_config.eos_token_id
    tokens = configured if isinstance(configured, list) else [configured]
    return [int(token) for token in dict.fromkeys([*tokens, tokenizer.eos_token_id]) if token is not None]


__all__ = ["SAFE", "check_folder", "end_ids", "first_line", "library", "opening", "quiet"]
