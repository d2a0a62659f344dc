"""Any causal language model folder behind the `ChatModel` protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backends import loading, prompt_cache
from agent.backends.decoding import Beginning, batches, positions, shared_length
from agent.backends.dtype import compute_dtype, device
from agent.backends.fitting import check_room
from agent.backends.local_chat import LocalChat
from agent.backends.prompt_cache import Kept, PromptCache
from agent.errors import ModelError

if TYPE_CHECKING:
    import torch

    from agent.backends.protocols import Chat

KEPT_BYTES = 256 << 20  # of prompts read while scoring: about a hundred items of 100 tokens in a small model
SCORE_TOKENS = 2_048  # padded tokens in one forward pass while scoring: bounds memory, and larger is not faster
WORTH_SHARING = 64  # tokens that need not be read again; fewer do not pay for a pass of their own


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
        self._keeps = prompt_cache.can_be_kept(transformers.DynamicCache(config=model.config.get_text_config()))
        self._kept = PromptCache(KEPT_BYTES)

    def _to_answer(self, chats: Sequence[Chat], room: int) -> dict[str, Any]:
        prompts = [self._prompt_ids(chat, room) for chat in chats]
        return self._inputs(prompts, self._beginning(prompts))

    def _to_score(self, chats: Sequence[Chat], rooms: Sequence[int]) -> Iterator[tuple[list[int], dict[str, Any]]]:
        """A chat that was scored lately is not read again: only what follows it is."""
        prompts = [self._prompt_ids(chat, room) for chat, room in zip(chats, rooms, strict=True)]
        lengths = [len(prompt) + room for prompt, room in zip(prompts, rooms, strict=True)]
        for rows in batches(lengths, SCORE_TOKENS):
            yield rows, self._read([prompts[row] for row in rows])

    def _prompt_ids(self, chat: Chat, room: int) -> list[int]:
        if any(message.pictures for message in chat):
            raise ModelError(f"{self.name} cannot see pictures.", "Use a vision-language model for them.")
        turns = [{"role": message.role, "content": self._plain(message.text)} for message in chat]
        ids: list[int] = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, tokenize=True, return_dict=False
        )
        check_room(self, len(ids), room)
        return ids

    def _beginning(self, prompts: Sequence[list[int]]) -> Beginning | None:
        """What all prompts begin with, when reading it once saves more than the extra pass costs."""
        length = shared_length(prompts)
        if length * (len(prompts) - 1) < WORTH_SHARING:
            return None
        return Beginning.read(self._model, prompts[0][:length])

    def _read(self, prompts: Sequence[list[int]]) -> dict[str, Any]:
        """One left-padded batch of prompts, of which the model now reads only those that it has not read lately."""
        if not self._keeps:
            return self._inputs(prompts, self._beginning(prompts))
        kept = {tuple(prompt[:-1]): self._kept.get(prompt[:-1]) for prompt in prompts}
        fresh = self._read_anew([list(start) for start, found in kept.items() if found is None])
        starts = [tuple(prompt[:-1]) for prompt in prompts]
        return prompt_cache.join([kept[start] or fresh[start] for start in starts], [prompt[-1] for prompt in prompts])

    def _read_anew(self, prompts: Sequence[list[int]]) -> dict[tuple[int, ...], Kept]:
        import torch

        if not prompts:
            return {}
        inputs = self._inputs(prompts, self._beginning(prompts))
        with torch.inference_mode():
            past = self._model(**inputs, use_cache=True, logits_to_keep=1).past_key_values
        fresh = dict(zip(map(tuple, prompts), prompt_cache.split(past, inputs["attention_mask"]), strict=True))
        for prompt, kept in fresh.items():
            self._kept.put(prompt, kept)
        return fresh

    def _inputs(self, prompts: Sequence[list[int]], beginning: Beginning | None) -> dict[str, Any]:
        """One left-padded batch."""
        rest = [prompt[beginning.length :] if beginning else prompt for prompt in prompts]
        padded = self._tokenizer.pad({"input_ids": rest}, padding_side="left", return_tensors="pt")
        inputs = {name: padded[name].to(self._model.device) for name in ("input_ids", "attention_mask")}
        if beginning:
            return beginning.before(inputs)
        return inputs | {"position_ids": positions(inputs["attention_mask"])}


__all__ = ["TransformersChat"]
