"""Any causal language model folder behind the `ChatModel` protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.backends import loading, prompt_cache
from agent.backends.decoding import (
    Answer,
    Beginning,
    batches,
    decode_batch,
    mean_log_probs,
    positions,
    shared_length,
)
from agent.backends.dtype import compute_dtype, device
from agent.backends.plain_text import PlainText
from agent.backends.prompt_cache import Kept, PromptCache
from agent.errors import ModelError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from agent.backends.protocols import Chat

KEPT_BYTES = 256 << 20  # of prompts read while scoring: about a hundred items of 100 tokens in a small model
SCORE_TOKENS = 2_048  # padded tokens in one forward pass while scoring: bounds memory, and larger is not faster
WORTH_SHARING = 64  # tokens that need not be read again; fewer do not pay for a pass of their own


class TransformersChat:
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
        self._name = name or folder.name
        with loading.opening(f"The language model in {folder}"):
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder, **loading.SAFE)
            model = transformers.AutoModelForCausalLM.from_pretrained(
                folder, dtype=dtype or compute_dtype(), use_safetensors=True, **loading.SAFE
            )
            self._model: Any = model.to(device()).eval()
        if self._tokenizer.chat_template is None:
            raise ModelError(f"The model in {folder} has no chat template.", "Use an instruction-tuned model.")
        self._tokenizer.padding_side = "left"
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        self._plain = PlainText(self._tokenizer.get_added_vocab())
        self._keeps = prompt_cache.can_be_kept(transformers.DynamicCache(config=model.config.get_text_config()))
        self._kept = PromptCache(KEPT_BYTES)
        self._end_ids = loading.end_ids(self._model, self._tokenizer)

    @property
    def name(self) -> str:
        """Identity shown to people."""
        return self._name

    @property
    def context_tokens(self) -> int:
        """How many tokens a chat and its answer may have together."""
        return int(self._model.config.get_text_config().max_position_embeddings)

    def count_tokens(self, text: str) -> int:
        """Number of tokens of a text, without any chat template around it."""
        return len(self._ids(text))

    def generate(self, chats: Sequence[Chat], *, max_new_tokens: int, stop: Sequence[str] = ()) -> list[str]:
        """Answer all chats in one padded batch, greedily.

        Raises:
            ModelError: a chat holds a picture, or is too long for the model.
        """
        texts = [""] * len(chats)
        for row, piece in self.stream(chats, max_new_tokens=max_new_tokens, stop=stop):
            texts[row] += piece
        return texts

    def stream(
        self, chats: Sequence[Chat], *, max_new_tokens: int, stop: Sequence[str] = ()
    ) -> Iterator[tuple[int, str]]:
        """Like `generate`, yielding (number of the chat, next piece of its text) as soon as it is there."""
        if not chats:
            return
        prompts = [self._prompt_ids(chat, room=max_new_tokens) for chat in chats]
        inputs = self._inputs(prompts, self._beginning(prompts))
        decode = partial(self._tokenizer.decode, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        answers = [Answer(decode, stop, self._end_ids) for _ in chats]
        yield from decode_batch(self._model, inputs, answers, max_new_tokens=max_new_tokens)

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """Mean log-probability per token of each continuation as the answer to its chat, in padded batches.

        A chat that was scored lately is not read again: only the new continuation is.

        Returns:
            Natural logarithms, shape (len(chats),), in the order given.

        Raises:
            ModelError: a chat holds a picture, or is too long for the model.
            ValueError: a continuation is empty, or there is not one for each chat.
        """
        tails = [self._ids(text) for text in continuations]
        if not all(tails):
            raise ValueError("A continuation has no text to score.")
        prompts = [self._prompt_ids(chat, len(tail)) for chat, tail in zip(chats, tails, strict=True)]
        scores = np.empty(len(prompts), dtype=np.float64)
        if not prompts:
            return scores
        lengths = [len(prompt) + len(tail) for prompt, tail in zip(prompts, tails, strict=True)]
        for rows in batches(lengths, SCORE_TOKENS):
            inputs = self._read([prompts[row] for row in rows])
            scores[rows] = mean_log_probs(self._model, inputs, [tails[row] for row in rows])
        return scores

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(self._plain(text), add_special_tokens=False)["input_ids"]
        return ids

    def _prompt_ids(self, chat: Chat, room: int) -> list[int]:
        if any(message.pictures for message in chat):
            raise ModelError(f"{self.name} cannot see pictures.", "Use a vision-language model for them.")
        turns = [{"role": message.role, "content": self._plain(message.text)} for message in chat]
        ids: list[int] = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, tokenize=True, return_dict=False
        )
        if len(ids) + room > self.context_tokens:
            raise ModelError(
                f"A chat of {len(ids):,} tokens and {room:,} more do not fit into the {self.context_tokens:,} "
                f"tokens that {self.name} can read.",
                "Shorten the request or the text of the items.",
            )
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
