"""Decoding of one padded batch, shared by text models and models that see.

The loop is ours because it yields every chat's text as it comes, in one batch, and stops the moment nobody listens;
the models it drives are transformers' own. A batch may come with `PAST`: what the model already read of its beginning.
The attention mask then covers that beginning too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.backends.generation.forward import PAST, forward
from agent.backends.generation.prompt_lookup import Copying, confirmed, width

if TYPE_CHECKING:
    import torch

    from agent.backends.generation.constrained import Constraint
    from agent.backends.protocols import Sampling

    Inputs = Mapping[str, Any]
    Choose = Callable[[torch.Tensor], torch.Tensor]  # logits, shape (rows, vocabulary), to tokens, shape (rows,)

PROMPTS = "prompts"  # of a batch whose answers may be guessed ahead: token ids of each row
_HALF_CHARACTER = "\ufffd"  # what decoding gives for bytes whose character is not complete yet


class StreamedAnswer:
    """One answer that grows token by token, and says which of its text can be shown already.

    The pieces given out, joined, are the text before the first stop string, stripped: never half a character, never
    the beginning of a stop string.

    Args:
        decode: Text of token ids, special tokens left out.
        stop: Strings that end the answer.
        end_ids: Tokens that end the answer.
    """

    def __init__(self, decode: Callable[[list[int]], str], stop: Sequence[str], end_ids: Sequence[int]) -> None:
        self._decode = decode
        self._stop = tuple(filter(None, stop))
        self._end_ids = frozenset(end_ids)
        self._ids: list[int] = []
        self._sent = 0
        self.finished = False

    @property
    def begun(self) -> bool:
        """Whether any of it was given out."""
        return self._sent > 0

    def add(self, token: int) -> str:
        """Take the next token. Returns: the text that became certain with it, perhaps none."""
        if self.finished:
            return ""
        if token in self._end_ids:
            return self.finish()
        self._ids.append(token)
        text = self._text()
        cut = _first(text, self._stop)
        if cut is not None:
            self.finished = True
            return self._next(text[:cut].strip())
        return self._next(text[: len(text) - _held_back(text, self._stop)].strip())

    def finish(self) -> str:
        """End the answer. Returns: the text that was held back."""
        if self.finished:
            return ""
        self.finished = True
        return self._next(self._text().strip())

    def _text(self) -> str:
        return self._decode(self._ids).rstrip(_HALF_CHARACTER)

    def _next(self, text: str) -> str:
        piece = text[self._sent :]
        self._sent = max(self._sent, len(text))
        return piece


def _first(text: str, stop: Sequence[str]) -> int | None:
    places = [place for place in (text.find(string) for string in stop) if place >= 0]
    return min(places, default=None)


def _held_back(text: str, stop: Sequence[str]) -> int:
    """Length of the longest end of `text` that may become a stop string."""
    return max(
        (
            length
            for string in stop
            for length in range(1, min(len(string), len(text) + 1))
            if text.endswith(string[:length])
        ),
        default=0,
    )


def decode_batch(
    model: Any,
    inputs: Inputs,
    answers: Sequence[StreamedAnswer],
    *,
    max_new_tokens: int,
    sampling: Sampling | None = None,
    constraint: Constraint | None = None,
    repeats: Sequence[int] | None = None,
) -> Iterator[tuple[int, str]]:
    """Decode one left-padded batch, yielding (row, piece of text) until every answer is finished.

    An empty piece ends a row. Rows that have ended leave the batch as soon as they are half of it. Where the prompts
    come with the batch and the likeliest tokens are taken, an answer that copies gets several at once.

    Args:
        sampling: How to draw; the likeliest token each time when not given. A row is drawn as it would be alone.
        constraint: What may come next in each row.
        repeats: How often each row has stood there before, so that equal ones are drawn apart.

    Raises:
        ModelError: a row has no token that may come next.
    """
    step = dict(inputs)
    prompts = step.pop(PROMPTS, None)
    draw = _drawing(sampling, repeats or [0] * len(answers))
    likeliest = sampling is None and constraint is None
    copying = [Copying(prompt) for prompt in prompts] if prompts and likeliest else None
    written = list(range(len(answers)))  # which answer each row of the batch writes
    left = [max_new_tokens] * len(answers)

    def choose(logits: torch.Tensor) -> torch.Tensor:
        """The next token of each row of the batch."""
        return draw(constraint.restrict(logits) if constraint else logits, written)

    def staying() -> list[int]:
        """Places of the rows that go on; all of them as long as fewer than half have ended."""
        places = [place for place, row in enumerate(written) if not answers[row].finished]
        # To leave, all keys and values of those that stay are copied: that must be worth it.
        if 2 * len(places) > len(written):
            return list(range(len(written)))
        written[:] = [written[place] for place in places]
        if constraint:
            constraint.keep(places)
        return places

    def guess() -> list[list[int]]:
        """What may come next in each row."""
        if copying is None:
            return [[]] * len(written)
        most = width(len(written))
        return [[] if answers[row].finished else copying[row].guess(most) for row in written]

    for chosen in _steps(model, step, choose, staying, guess):
        if constraint:
            constraint.take([tokens[0] for tokens in chosen], [not answers[row].finished for row in written])
        for row, tokens in zip(tuple(written), chosen, strict=True):
            if answers[row].finished:
                continue
            if copying:
                copying[row].add(tokens)
            piece = "".join(answers[row].add(token) for token in tokens[: left[row]])
            left[row] -= len(tokens)
            if left[row] <= 0:
                piece += answers[row].finish()
            if piece:
                yield row, piece
            if answers[row].finished:
                yield row, ""
        if all(answer.finished for answer in answers):
            return


def _steps(
    model: Any,
    inputs: Inputs,
    choose: Choose,
    staying: Callable[[], Sequence[int]],
    guess: Callable[[], Sequence[Sequence[int]]],
) -> Iterator[list[list[int]]]:
    """Next tokens of each row of the batch, one or more, step by step, without end.

    Args:
        staying: Says which rows go on after a step.
        guess: What may come next in each row; none unless the likeliest token is chosen and the batch has positions.
    """
    import torch

    step: dict[str, Any] = dict(inputs)
    mask, places = inputs["attention_mask"], inputs.get("position_ids")
    guesses: Sequence[Sequence[int]] = [()] * len(mask)
    while True:
        ahead = max(map(len, guesses))
        with torch.inference_mode():  # entered anew each step: a generator must not hold it while its reader works
            output = forward(model, step, n_logits=1 + ahead, keep_past=True)
            next_tokens = output.logits.argmax(dim=-1) if ahead else choose(output.logits[:, -1])[:, None]
            past = output.past
        chosen = [confirmed(guessed, row) for guessed, row in zip(guesses, next_tokens.tolist(), strict=True)]
        if ahead and places is not None:
            mask, places = _without_wrong(past, mask, places, ahead, [len(tokens) for tokens in chosen])
        yield chosen
        can_leave = hasattr(past, "batch_select_indices")  # some kinds of models keep what cannot be taken apart
        stay = staying() if can_leave else range(len(chosen))
        if len(stay) < len(chosen):
            past.batch_select_indices(torch.tensor(stay))
            chosen, mask = [chosen[row] for row in stay], mask[stay]
            places = None if places is None else places[..., stay, :]
        guesses = guess()
        ahead = max(map(len, guesses))
        ids = [
            [tokens[-1], *guessed, *[0] * (ahead - len(guessed))]
            for tokens, guessed in zip(chosen, guesses, strict=True)
        ]
        mask = torch.cat([mask, mask.new_ones(len(mask), 1 + ahead)], dim=1)
        step = {"input_ids": mask.new_tensor(ids), "attention_mask": mask, PAST: past}
        if places is not None:
            step["position_ids"] = places = places[..., -1:] + torch.arange(1, 2 + ahead, device=places.device)


def _without_wrong(
    past: Any, mask: torch.Tensor, places: torch.Tensor, ahead: int, right: Sequence[int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Forget the guesses that were wrong: the mask hides them, and what no row needs is cut off.

    Args:
        past: Keys and values; what is cut off is cut off here too.
        ahead: How many tokens the last step read behind one of each row.
        right: How many of these, with that one, each row keeps.

    Returns:
        The mask, and the position of the last token of each row.
    """
    import torch

    keeps = torch.tensor(right, device=mask.device)[:, None]
    mask = mask.clone()
    mask[:, -1 - ahead :] = torch.arange(1 + ahead, device=mask.device) < keeps
    if wrong := 1 + ahead - max(right):
        past.crop(-wrong)
        mask = mask[:, :-wrong]
    return mask, places.gather(-1, keeps - 1)


def _drawing(
    sampling: Sampling | None, repeats: Sequence[int]
) -> Callable[[torch.Tensor, Sequence[int]], torch.Tensor]:
    """The likeliest token, or one drawn by the Gumbel-max trick: the likeliest after noise that only the seed decides.

    Equal rows have noise of their own, all others the same, so what is drawn for a row depends on
    the seed and the row alone, and hardly on the rounding that differs with the batch.

    Args:
        repeats: How often each row has stood there before.
    """
    import torch

    if sampling is None:
        return lambda logits, _: logits.argmax(dim=-1)
    temperature = sampling.temperature
    generators = [torch.Generator().manual_seed(sampling.seed + at) for at in range(1 + max(repeats, default=0))]
    if temperature <= 0:
        raise ValueError(f"The temperature {temperature} is not above 0.")

    def draw(logits: torch.Tensor, rows: Sequence[int]) -> torch.Tensor:
        noises = [torch.empty(logits.shape[-1]).exponential_(generator=own).log() for own in generators]
        noise = torch.stack(noises)[[repeats[row] for row in rows]]
        return (logits.float() / temperature - noise.to(logits.device)).argmax(dim=-1)

    return draw


def positions(mask: torch.Tensor) -> torch.Tensor:
    """Position of each token within its own row, whatever the padding. Shape as `mask`, int64."""
    return (mask.cumsum(dim=1) - 1).clamp_min(0)


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """What the model keeps of the tokens that all rows of a batch begin with. It serves one batch, which adds to it."""

    length: int
    past: Any

    def before(self, inputs: Inputs) -> dict[str, Any]:
        """The batch `inputs`, which holds the rest of each row, behind this beginning."""
        import torch

        with torch.inference_mode():
            self.past.batch_repeat_interleave(len(inputs["input_ids"]))
        mask = inputs["attention_mask"]
        mask = torch.cat([mask.new_ones(len(mask), self.length), mask], dim=1)
        return {
            **inputs,
            "attention_mask": mask,
            "position_ids": positions(mask)[:, self.length :],
            PAST: self.past,
        }


def batches(lengths: Sequence[int], token_budget: int) -> list[list[int]]:
    """Indices grouped so that no padded group is longer than `token_budget` tokens unless it holds one row only.

    Rows of like length share a group, so that little is spent on padding.
    """
    groups: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if groups and (len(groups[-1]) + 1) * lengths[index] <= token_budget:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


__all__ = [
    "PROMPTS",
    "Beginning",
    "StreamedAnswer",
    "batches",
    "decode_batch",
    "positions",
]
