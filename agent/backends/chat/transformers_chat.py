"""Any causal language model folder behind the `ChatModel` protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backends.chat.fitting import check_room
from agent.backends.chat.local_chat import LocalChat
from agent.backends.generation.prompt_reader import PromptReader, fixed_ids
from agent.backends.loading import model_files
from agent.backends.loading.dtype import compute_dtype, device
from agent.errors import ModelError

if TYPE_CHECKING:
    import torch

    from agent.backends.loading.model_spec import Format
    from agent.backends.protocols import Chat


LONGEST_CHAT = 2_048  # tokens, for which memory is set aside


class TransformersChat(LocalChat):
    """A text model read from a local folder: SmolLM2, Qwen2.5 or any other with a chat template.

    Args:
        folder: Model folder with safetensors weights, tokenizer and chat template.
        name: Identity shown to people; the folder's name when not given.
        dtype: What to compute in; measured on this machine when not given.
        number_format: What weights are held in, instead of `dtype`, for a model that may be too large for the machine:
            it is placed where it fits.

    Raises:
        ConfigError: there is no such number format.
        ModelError: the folder does not hold such a model, whole, or it fits nowhere.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str | None = None,
        dtype: torch.dtype | None = None,
        number_format: Format | None = None,
    ) -> None:
        model_files.check_folder(folder)
        transformers = model_files.library()
        with model_files.opening(f"The language model in {folder}"):
            tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder, **model_files.SAFE)
        if tokenizer.chat_template is None:
            raise ModelError(f"The model in {folder} has no chat template.", "Use an instruction-tuned model.")
        named = name or folder.name
        model = _loaded(folder, dtype) if number_format is None else _placed(folder, named, number_format)
        super().__init__(named, model, tokenizer)
        self._reader = PromptReader(self._model, tokenizer)

    def _to_answer(self, chats: Sequence[Chat], room: int) -> dict[str, Any]:
        return self._reader.to_answer([self._prompt_ids(chat, room) for chat in chats], fixed_ids(chats, self._ids_of))

    def _to_score(self, chats: Sequence[Chat], rooms: Sequence[int]) -> Iterator[tuple[list[int], dict[str, Any]]]:
        prompts = [self._prompt_ids(chat, room) for chat, room in zip(chats, rooms, strict=True)]
        yield from self._reader.to_score(prompts, rooms, fixed_ids(chats, self._ids_of))

    def _to_learn(self, chats: Sequence[Chat]) -> dict[str, Any]:
        return self._reader.whole([self._ids_of(chat) for chat in chats])

    def _rendered(self, chat: Chat) -> str:
        text: str = self._templated(chat, tokenize=False)
        return text

    def _prompt_ids(self, chat: Chat, room: int) -> list[int]:
        ids = self._ids_of(chat)
        check_room(self, len(ids), room)
        return ids

    def _ids_of(self, chat: Chat) -> list[int]:
        if any(message.pictures for message in chat):
            raise ModelError(f"{self.name} cannot see pictures.", "Use a vision-language model for them.")
        ids: list[int] = self._templated(chat, tokenize=True)
        return ids

    def _templated(self, chat: Chat, *, tokenize: bool) -> Any:
        turns = [{"role": message.role, "content": self._plain(message.text)} for message in chat]
        with self._tokenizing:
            return self._tokenizer.apply_chat_template(
                turns, add_generation_prompt=chat[-1].role != "assistant", tokenize=tokenize, return_dict=False
            )


def _loaded(folder: Path, dtype: torch.dtype | None) -> Any:
    with model_files.opening(f"The language model in {folder}"):
        model = model_files.library().AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype or compute_dtype(), use_safetensors=True, **model_files.SAFE
        )
    return model.to(device()).eval()


def _placed(folder: Path, name: str, number_format: Format) -> Any:
    from agent.backends.loading.open_model import open_placed, plan

    return open_placed(plan(folder, "AutoModelForCausalLM", name=name, wanted=number_format, n_tokens=LONGEST_CHAT))


__all__ = ["TransformersChat"]
