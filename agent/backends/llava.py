"""LLaVA, or any model that transformers reads as image-text-to-text, as a chat model that sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.backends import loading
from agent.backends.fitting import check_room
from agent.backends.halving import BatchSize
from agent.backends.hub import model_path
from agent.backends.local_chat import LocalChat
from agent.backends.memory import Room
from agent.backends.model_spec import Format
from agent.backends.placed import checked_format, open_placed
from agent.backends.plain_text import PlainText
from agent.backends.protocols import Message
from agent.errors import ModelError
from agent.perception.media import Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agent.backends.protocols import Chat, Sampling

MOST_ROWS_GPU, MOST_ROWS_CPU = 64, 4  # chats at once; more is no faster
LONGEST_SIDE_PX = 1_024  # of a decoded picture
QUESTION_AND_ANSWER = 768  # tokens beside a picture: what is asked and the longest answer


class LlavaModel(LocalChat):
    """A vision-language model, placed where it fits.

    Args:
        source: Model folder, or the model hub's `owner/name`.
        number_format: What weights are held in: `auto` for what this machine computes fastest and has room for, `int8`
            and `nf4` through bitsandbytes, on a GPU or a CPU.
        revision: Commit of the model hub; the one that is known to work when not given.
        name: Identity shown to people; the folder's or the hub's name when not given.
        room: Free memory; looked up when not given.

    Raises:
        ConfigError: there is no such number format.
        ModelError: the source does not hold such a model, whole and as safetensors, or it fits nowhere.
    """

    def __init__(
        self,
        source: str | Path,
        *,
        number_format: Format = "auto",
        revision: str | None = None,
        name: str | None = None,
        room: Room | None = None,
    ) -> None:
        checked_format(number_format)
        folder = model_path(source, revision)
        loading.check_folder(folder)
        self._processor = _load_processor(folder)
        named = name or (folder.name if folder == Path(source).expanduser() else str(source))
        placed = open_placed(
            folder,
            "AutoModelForImageTextToText",
            name=str(source),
            wanted=number_format,
            n_tokens=self._picture_tokens() + QUESTION_AND_ANSWER,
            room=room,
        )
        self.placement = placed.placement
        worth_saying = number_format != "auto" or self.placement.held_in in ("int8", "nf4")
        said = f" ({self.placement.held_in})" if worth_saying else ""
        super().__init__(named + said, placed.model, self._processor.tokenizer)
        most = MOST_ROWS_GPU if self.placement.gpus else MOST_ROWS_CPU
        self._size = BatchSize(min(self.placement.rows, most))

    def generate(
        self,
        chats: Sequence[Chat],
        *,
        max_new_tokens: int,
        stop: Sequence[str] = (),
        sampling: Sampling | None = None,
        json_schema: Mapping[str, object] | None = None,
    ) -> list[str]:
        """Answer all chats, as many at once as memory holds."""
        texts = [""] * len(chats)

        def answer(rows: list[int]) -> None:
            for row in rows:
                texts[row] = ""
            pieces = LocalChat.stream(
                self,
                [chats[row] for row in rows],
                max_new_tokens=max_new_tokens,
                stop=stop,
                sampling=sampling,
                json_schema=json_schema,
            )
            for number, piece in pieces:
                texts[rows[number]] += piece

        self._size.run(by_size(chats), answer)
        return texts

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """Mean log-probability per token of each continuation as the answer to its chat."""
        if len(chats) != len(continuations):
            raise ValueError(f"There are {len(chats)} chats and {len(continuations)} continuations.")
        scores = np.empty(len(chats), dtype=np.float64)

        def score(rows: list[int]) -> None:
            scores[rows] = LocalChat.score(self, [chats[row] for row in rows], [continuations[row] for row in rows])

        self._size.run(by_size(chats), score)
        return scores

    def _to_answer(self, chats: Sequence[Chat], room: int) -> Mapping[str, Any]:
        inputs = self._inputs(chats)
        check_room(self, int(inputs["attention_mask"].sum(dim=1).max()), room)
        return inputs

    def _to_score(self, chats: Sequence[Chat], rooms: Sequence[int]) -> Iterator[tuple[list[int], Mapping[str, Any]]]:
        if chats:
            yield list(range(len(chats))), self._to_answer(chats, max(rooms))

    def _picture_tokens(self) -> int:
        """Tokens of the largest picture that a decoder gives."""
        side = LONGEST_SIDE_PX
        blank = Picture("0" * 64, np.zeros((side, side, 3), dtype=np.uint8), side, side)
        chat = (Message("user", "", (blank,)),)
        return int(self._tensors([as_turns(chat, str)], [as_images(chat)])["input_ids"].shape[1])

    def _inputs(self, chats: Sequence[Chat]) -> dict[str, Any]:
        """One left-padded batch with its pictures, where the model is."""
        turns = [as_turns(chat, self._plain) for chat in chats]
        inputs = self._tensors(turns, [as_images(chat) for chat in chats])
        return dict(inputs.to(self._model.device, dtype=self._model.dtype))

    def _tensors(self, turns: list[list[dict[str, Any]]], pictures: list[list[Any]]) -> Any:
        texts = self._processor.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        first = self._processor.tokenizer.bos_token
        return self._processor(
            text=texts,
            images=pictures if any(pictures) else None,
            padding=True,
            add_special_tokens=first is None or not texts[0].startswith(first),
            return_tensors="pt",
        )


def by_size(chats: Sequence[Chat]) -> list[int]:
    """Numbers of the chats, those with like pictures and like lengths beside each other: little is spent on padding."""

    def size(number: int) -> tuple[list[tuple[int, ...]], int]:
        messages = chats[number]
        shapes = [picture.rgb.shape for message in messages for picture in message.pictures]
        return shapes, sum(len(message.text) for message in messages)

    return sorted(range(len(chats)), key=size)


def as_turns(chat: Chat, plain: PlainText | type[str]) -> list[dict[str, Any]]:
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
    processor.tokenizer.padding_side = "left"
    if processor.tokenizer.pad_token is None:
        processor.tokenizer.pad_token = processor.tokenizer.eos_token
    return processor


__all__ = ["Format", "LlavaModel", "as_images", "as_turns", "by_size"]
