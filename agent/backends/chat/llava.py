"""LLaVA, or any model that transformers reads as image-text-to-text, as a chat model that sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from agent.backends.chat.fitting import check_room
from agent.backends.chat.local_chat import LocalChat, by_size
from agent.backends.chat.plain_text import PlainText
from agent.backends.chat.processor import load_processor
from agent.backends.generation.batch_decode import positions
from agent.backends.generation.prompt_reader import KEPT_BYTES, SCORE_TOKENS, PromptReader, fixed_ids
from agent.backends.loading import model_files
from agent.backends.loading.hub import model_path
from agent.backends.loading.memory import Room
from agent.backends.loading.model_spec import Format
from agent.backends.loading.open_model import LoadingPlan, open_placed, plan
from agent.backends.loading.placement import Placement
from agent.backends.protocols import ChatMessage
from agent.errors import MediaError
from agent.media.decoded import Picture

if TYPE_CHECKING:
    import torch

    from agent.backends.protocols import Chat

MOST_ROWS_GPU, MOST_ROWS_CPU = 64, 4  # chats at once; more is no faster
SCORE_TOKENS_GPU = 8 * SCORE_TOKENS
LONGEST_SIDE_PX = 1_024  # of a decoded picture
QUESTION_AND_ANSWER = 768  # tokens beside a picture: what is asked and the longest answer


class LlavaModel(LocalChat):
    """A vision-language model, placed where it fits.

    Args:
        source: Model folder, or the model hub's `owner/name`.
        number_format: What weights are held in: `auto` for what this machine computes fastest and has room for, `int8`
            and `nf4` through bitsandbytes, on a GPU or a CPU.
        revision: Commit of the model hub; the pinned one of a known model when not given.
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
        folder = model_path(source, revision)
        model_files.check_folder(folder)
        self._processor = load_processor(folder)
        planned = _plan(folder, self._processor, str(source), number_format, room)
        self.placement = planned.placement
        named = name or (folder.name if folder == Path(source).expanduser() else str(source))
        # What the machine computes in anyway is no news; other formats explain why an answer is slower or less exact.
        worth_saying = number_format != "auto" or self.placement.held_in in ("int8", "nf4")
        format_note = f" ({self.placement.held_in})" if worth_saying else ""
        on_gpu = bool(self.placement.gpus)
        rows = min(self.placement.rows, MOST_ROWS_GPU if on_gpu else MOST_ROWS_CPU)
        super().__init__(named + format_note, open_placed(planned), self._processor.tokenizer, rows=rows)
        self._reader = PromptReader(
            self._model,
            self._tokenizer,
            kept_bytes=self.placement.cache_bytes or KEPT_BYTES,
            score_tokens=SCORE_TOKENS_GPU if on_gpu else SCORE_TOKENS,
        )

    @property
    def at_once(self) -> int:
        """How many chats with a picture it answers at the same time."""
        return self._size.rows

    def _to_answer(self, chats: Sequence[Chat], room: int) -> Mapping[str, Any]:
        if not any(map(_has_pictures, chats)):
            prompts = [self._text_ids(chat, room) for chat in chats]
            return self._reader.to_answer(prompts, fixed_ids(chats, self._ids_of))
        inputs = self._inputs(chats)
        check_room(self, int(inputs["attention_mask"].sum(dim=1).max()), room)
        return inputs

    def _to_score(self, chats: Sequence[Chat], rooms: Sequence[int]) -> Iterator[tuple[list[int], Mapping[str, Any]]]:
        """Batches with the numbers of their chats; a chat without pictures that was scored lately is not read again."""
        seeing = [row for row in by_size(chats) if _has_pictures(chats[row])]
        reading = [row for row, chat in enumerate(chats) if not _has_pictures(chat)]
        prompts = [self._text_ids(chats[row], rooms[row]) for row in reading]
        fixed = fixed_ids([chats[row] for row in reading], self._ids_of)
        for numbers, inputs in self._reader.to_score(prompts, [rooms[row] for row in reading], fixed):
            yield [reading[number] for number in numbers], inputs
        for start in range(0, len(seeing), self._size.rows):
            rows = seeing[start : start + self._size.rows]
            yield rows, self._to_answer([chats[row] for row in rows], max(rooms[row] for row in rows))

    def _text_ids(self, chat: Chat, room: int) -> list[int]:
        ids = self._ids_of(chat)
        check_room(self, len(ids), room)
        return ids

    def _ids_of(self, chat: Chat) -> list[int]:
        with self._tokenizing:
            tensors = _tensors(self._processor, [as_turns(chat, self._plain)], [[]])
        ids: list[int] = tensors["input_ids"][0].tolist()
        return ids

    def _inputs(self, chats: Sequence[Chat]) -> dict[str, Any]:
        """One left-padded batch with its pictures, where the model is."""
        inputs = self._to_learn(chats)
        return inputs | {"position_ids": self._places(inputs)}

    def _places(self, batch: Mapping[str, Any]) -> torch.Tensor:
        return token_places(self._model, batch)

    def _rendered(self, chat: Chat) -> str:
        return _text(self._processor, [as_turns(chat, self._plain)], answered=chat[-1].role == "assistant")[0]

    def _to_learn(self, chats: Sequence[Chat]) -> dict[str, Any]:
        turns = [as_turns(chat, self._plain) for chat in chats]
        pictures = [as_images(chat) for chat in chats]
        try:
            with self._tokenizing:
                tensors = _tensors(self._processor, turns, pictures)
        except (ValueError, TypeError, ArithmeticError, LookupError, OSError) as error:
            raise _refused(self.name, chats, error) from error
        return dict(tensors.to(self._model.device, dtype=self._model.dtype))


def plan_llava(folder: Path, name: str, wanted: Format = "auto", room: Room | None = None) -> Placement:
    """Where a vision-language model would go, and why, without loading its weights.

    Raises:
        ModelError: it fits nowhere, or the folder does not hold such a model, whole.
    """
    model_files.check_folder(folder)
    return _plan(folder, load_processor(folder), name, wanted, room).placement


def _plan(folder: Path, processor: Any, name: str, wanted: Format, room: Room | None) -> LoadingPlan:
    n_tokens = _picture_tokens(processor) + QUESTION_AND_ANSWER
    return plan(folder, "AutoModelForImageTextToText", name=name, wanted=wanted, n_tokens=n_tokens, room=room)


def _picture_tokens(processor: Any) -> int:
    """Tokens of the largest picture that a decoder gives."""
    side = LONGEST_SIDE_PX
    chat = (ChatMessage("user", "", (Picture("0" * 64, np.zeros((side, side, 3), dtype=np.uint8), side, side),)),)
    return int(_tensors(processor, [as_turns(chat, str)], [as_images(chat)])["input_ids"].shape[1])


def _refused(name: str, chats: Sequence[Chat], error: Exception) -> MediaError:
    """What is said when the processor, which is the model's own, does not take the pictures of some chats."""
    pictures = [picture for chat in chats for message in chat for picture in message.pictures]
    sizes = dict.fromkeys(f"{picture.rgb.shape[1]} x {picture.rgb.shape[0]}" for picture in pictures)
    why = model_files.first_line(error)
    return MediaError(f"{name} cannot read a picture of {' or '.join(sizes)} pixels: {why}.", "Use another picture.")


def _tensors(processor: Any, turns: list[list[dict[str, Any]]], pictures: list[list[Any]]) -> Any:
    """One left-padded batch, as the model's own processor makes it."""
    texts = _text(processor, turns)
    first = processor.tokenizer.bos_token  # many templates write it themselves, and it must not stand there twice
    return processor(
        text=texts,
        images=pictures if any(pictures) else None,
        padding=True,
        add_special_tokens=first is None or not texts[0].startswith(first),
        return_tensors="pt",
    )


def _text(processor: Any, turns: list[list[dict[str, Any]]], *, answered: bool = False) -> list[str]:
    """Chats as the model's own template writes them, up to where an answer begins unless they end with one."""
    texts: list[str] = processor.apply_chat_template(turns, add_generation_prompt=not answered, tokenize=False)
    return texts


def _has_pictures(chat: Chat) -> bool:
    return any(message.pictures for message in chat)


def token_places(model: Any, inputs: Mapping[str, Any]) -> torch.Tensor:
    """Place of each token within its own chat, whatever the padding.

    Returns:
        int64, shape (chats, tokens), or (3, chats, tokens) for a model whose pictures have a place in time, height and
        width.
    """
    find = getattr(model.model, "get_rope_index", None)
    if find is None or not any("grid" in name for name in inputs):
        return positions(inputs["attention_mask"])
    taken = signature(find).parameters
    places, _ = find(**{name: value for name, value in inputs.items() if name in taken})
    return cast("torch.Tensor", places)


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


__all__ = ["Format", "LlavaModel", "as_images", "as_turns", "plan_llava"]
