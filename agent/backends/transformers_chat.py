"""Any causal language model folder behind the `ChatModel` protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backends import loading
from agent.backends.dtype import compute_dtype, device
from agent.backends.fitting import check_room
from agent.backends.local_chat import LocalChat
from agent.backends.prompt_reader import PromptReader
from agent.errors import ModelError

if TYPE_CHECKING:
    import torch

    from agent.backends.protocols import Chat


class TransformersChat(LocalChat):
    """A text model read from a local folder: SmolLM2, Qwen2.5 or any other with a chat template.

    Args:
        folder: Model folder with safetensors weights, tokenizer and chat template.
        name: Identity shown to people; the folder's name when not given.
        dtype: What to compute in; measured on this machine when not given.

    Raises:
        ModelError: the folder does not hold such a model, whole.
    """

    def __init__(self, folder: Path, *, name: str | None = None, dtype: torch.dtype | None = None) -> None:
        loading.check_folder(folder)
        transformers = loading.library()
        with loading.opening(f"The language model in {folder}"):
            tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder, **loading.SAFE)
            model = transformers.AutoModelForCausalLM.from_pretrained(
                folder, dtype=dtype or compute_dtype(), use_safetensors=True, **loading.SAFE
            )
        if tokenizer.chat_template is None:
            raise ModelError(f"The model in {folder} has no chat template.", "Use an instruction-tuned model.")
        super().__init__(name or folder.name, model.to(device()).eval(), tokenizer)
        self._reader = PromptReader(self._model, tokenizer)

    def _to_answer(self, chats: Sequence[Chat], room: int) -> dict[str, Any]:
        return self._reader.to_answer([self._prompt_ids(chat, room) for chat in chats])

    def _to_score(self, chats: Sequence[Chat], rooms: Sequence[int]) -> Iterator[tuple[list[int], dict[str, Any]]]:
        prompts = [self._prompt_ids(chat, room) for chat, room in zip(chats, rooms, strict=True)]
        yield from self._reader.to_score(prompts, rooms)

    def _prompt_ids(self, chat: Chat, room: int) -> list[int]:
        if any(message.pictures for message in chat):
            raise ModelError(f"{self.name} cannot see pictures.", "Use a vision-language model for them.")
        turns = [{"role": message.role, "content": self._plain(message.text)} for message in chat]
        ids: list[int] = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, tokenize=True, return_dict=False
        )
        check_room(self, len(ids), room)
        return ids


__all__ = ["TransformersChat"]
