"""LLaVA, or any model that transformers reads as image-text-to-text, as describer and as chat model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

import prompts
from agent.backends import loading
from agent.backends.chats import as_chat
from agent.backends.decoding import Answer, decode_batch, mean_log_probs
from agent.backends.dtype import compute_dtype, device
from agent.backends.hub import model_path
from agent.backends.plain_text import PlainText
from agent.backends.protocols import Chat, PictureFeatures
from agent.errors import ConfigError, ModelError
from retrieval.catalog.cleaning import clean_text
from retrieval.items import Description, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agent.perception.media import Picture

Format = Literal["auto", "fp32", "bf16", "fp16", "int8", "nf4"]

BATCH = 4  # pictures at once
DESCRIPTION_TOKENS = 160


class LlavaModel:
    """A vision-language model.

    Args:
        source: Model folder, or the model hub's `owner/name` or `owner/name@revision`.
        number_format: What weights are held in: `auto` for what this machine computes fastest, `int8` and `nf4`
            through bitsandbytes, on a GPU or a CPU.
        name: Identity shown to people; the folder's or the hub's name when not given.

    Raises:
        ConfigError: there is no such number format.
        ModelError: the source does not hold such a model, whole and as safetensors.
    """

    def __init__(self, source: str | Path, *, number_format: Format = "auto", name: str | None = None) -> None:
        folder = model_path(source)
        loading.check_folder(folder)
        self._name = name or (folder.name if isinstance(source, Path) else source)
        self._format = number_format
        self._prompt = prompts.load("describe_picture")
        self._processor = _load_processor(folder)
        self._model = _load_model(folder, number_format)
        tokenizer = self._processor.tokenizer
        tokenizer.padding_side = "left"
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        self._plain = PlainText(tokenizer.get_added_vocab())
        self._end_ids = loading.end_ids(self._model, tokenizer)

    @property
    def name(self) -> str:
        """Identity shown to people."""
        return self._name

    @property
    def origin(self) -> str:
        """Identity of the model, written into each description."""
        return self._name if self._format == "auto" else f"{self._name} ({self._format})"

    @property
    def version(self) -> str:
        """Version of the prompt that descriptions are asked for with."""
        return str(self._prompt.version)

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:  # noqa: ARG002
        """Describe each picture on its own, a few at once. A picture without a usable answer gets an empty text."""
        asked = self._prompt.render()
        texts: list[str] = []
        for start in range(0, len(pictures), BATCH):
            group = pictures[start : start + BATCH]
            chats = [as_chat(asked, (picture,)) for picture in group]
            texts += map(clean_text, self.generate(chats, max_new_tokens=DESCRIPTION_TOKENS))
        return [self._description(picture, text) for picture, text in zip(pictures, texts, strict=True)]

    def generate(self, chats: Sequence[Chat], *, max_new_tokens: int, stop: Sequence[str] = ()) -> list[str]:
        """Answer all chats in one padded batch, greedily."""
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
        tokenizer = self._processor.tokenizer
        decode = partial(tokenizer.decode, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        answers = [Answer(decode, stop, self._end_ids) for _ in chats]
        yield from decode_batch(self._model, self._inputs(chats), answers, max_new_tokens=max_new_tokens)

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """Mean log-probability per token of each continuation as the answer to its chat.

        Raises:
            ValueError: a continuation is empty, or there is not one for each chat.
        """
        ids = [self._ids(text) for text in continuations]
        if not all(ids):
            raise ValueError("A continuation has no text to score.")
        if len(ids) != len(chats):
            raise ValueError(f"There are {len(chats)} chats and {len(ids)} continuations.")
        scores: list[float] = []
        for start in range(0, len(chats), BATCH):
            rows = slice(start, start + BATCH)
            scores += mean_log_probs(self._model, self._inputs(chats[rows]), ids[rows])
        return np.array(scores, dtype=np.float64)

    def _description(self, picture: Picture, text: str) -> Description:
        text = " ".join(text.split())
        if not self._prompt.accepts(text):
            return Description(picture.sha256, "image", self.origin, self.version, "")
        span = Span("caption", text, start_s=picture.start_s)
        return Description(picture.sha256, "image", self.origin, self.version, text, (span,))

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._processor.tokenizer(self._plain(text), add_special_tokens=False)["input_ids"]
        return ids

    def _inputs(self, chats: Sequence[Chat]) -> dict[str, Any]:
        """One left-padded batch with its pictures."""
        texts = self._processor.apply_chat_template(
            [as_turns(chat, self._plain) for chat in chats], add_generation_prompt=True, tokenize=False
        )
        pictures = [as_images(chat) for chat in chats]
        begun = self._processor.tokenizer.bos_token is not None and texts[0].startswith(
            self._processor.tokenizer.bos_token
        )
        inputs = self._processor(
            text=texts,
            images=pictures if any(pictures) else None,
            padding=True,
            add_special_tokens=not begun,
            return_tensors="pt",
        )
        return dict(inputs.to(self._model.device, dtype=self._model.dtype))


def as_turns(chat: Chat, plain: PlainText) -> list[dict[str, Any]]:
    """A chat in the form that processors' templates read: the places of the pictures, then the text."""
    return [
        {
            "role": message.role,
            "content": [
                *({"type": "image"} for _ in message.pictures),
                {"type": "text", "text": plain(message.text)},
            ],
        }
        for message in chat
    ]


def as_images(chat: Chat) -> list[Any]:
    """The chat's pictures as PIL images, in order."""
    from PIL import Image

    return [Image.fromarray(picture.rgb) for message in chat for picture in message.pictures]


def _load_processor(folder: Path) -> Any:
    with loading.opening(f"The processor of the vision-language model in {folder}"):
        processor = loading.library().AutoProcessor.from_pretrained(folder, **loading.SAFE)
    if not hasattr(processor, "image_processor"):
        raise ModelError(
            f"The model in {folder} has no processor for pictures.",
            "Use a vision-language model saved together with its processor.",
        )
    if processor.chat_template is None:
        raise ModelError(f"The model in {folder} has no chat template.", "Use an instruction-tuned model.")
    return processor


def _load_model(folder: Path, number_format: Format) -> Any:
    with loading.opening(f"The vision-language model in {folder}"):
        model = loading.library().AutoModelForImageTextToText.from_pretrained(
            folder,
            device_map="auto" if device() == "cuda" else {"": "cpu"},
            use_safetensors=True,
            **_held_in(number_format),
            **loading.SAFE,
        )
    return model.eval()


def _held_in(number_format: Format) -> dict[str, Any]:
    """Arguments of `from_pretrained` for a number format."""
    import torch

    bits_and_bytes = loading.library().BitsAndBytesConfig
    plain = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16, "auto": compute_dtype()}
    if number_format in plain:
        return {"dtype": plain[number_format]}
    if number_format == "int8":
        # its kernels compute in float16 whatever the rest is held in, and complain when that is something else
        return {"dtype": torch.float16, "quantization_config": bits_and_bytes(load_in_8bit=True)}
    if number_format == "nf4":
        four_bits = bits_and_bytes(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=compute_dtype())
        return {"dtype": compute_dtype(), "quantization_config": four_bits}
    raise ConfigError(f"There is no number format {number_format!r}.", f"Say one of {', '.join(get_args(Format))}.")


__all__ = ["Format", "LlavaModel", "as_images", "as_turns"]
