"""Where a model goes and in which number format, decided from sizes alone before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.backends.loading.memory import GIB, Room, gib
from agent.backends.loading.model_spec import Format, Held
from agent.errors import ModelError

GPU_RESERVE = GIB  # kept free on each GPU for its kernels, their workspaces and what memory is lost between blocks
CPU_RESERVE = GIB // 2
KEPT_SHARE = 8  # one part in this many of what is left on GPUs keeps prompts that were read lately
QUANTISING = 0.9  # share of the stated limit that transformers fills when it quantises while it loads
_QUANTISED = ("int8", "nf4")


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a model takes in one number format.

    Attributes:
        weights: Of all weights.
        row: Of one chat while it is answered.
    """

    weights: int
    row: int

    @property
    def least(self) -> int:
        """With one chat at a time."""
        return self.weights + self.row


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model goes.

    Attributes:
        held_in: Number format of its weights.
        gpus: Numbers of the GPUs it may use; empty for the processor alone.
        limits: Most bytes of weights for each of them, and for `cpu` what does not fit there.
        rows: Chats that fit at the same time, at least one.
        cache_bytes: For prompts that were read lately; 0 to leave it at the default.
        reason: Why, in words for a person.
    """

    held_in: Held
    gpus: tuple[int, ...]
    limits: Mapping[int | str, int]
    rows: int
    cache_bytes: int
    reason: str

    @property
    def device_map(self) -> str | dict[str, int | str]:
        """As transformers wants it: one device for the whole model, or `auto` to spread it by `limits`."""
        if not self.gpus:
            return {"": "cpu"}
        return {"": self.gpus[0]} if len(self.gpus) == 1 and "cpu" not in self.limits else "auto"


def place(name: str, needs: Mapping[Held, Need], room: Room, wanted: Format, native: Held) -> Placement:
    """Decide where a model goes.

    `auto` takes the format that the machine computes natively where it fits, since nf4 computes slower at any batch
    size on a large GPU (bitsandbytes' own figures for Llama 3.1 8B on an H100: 24 to 30 tokens a second against 41);
    where memory is short, nf4. On the processor nf4 is the way out too.

    Args:
        name: The model, for messages.
        needs: Bytes by number format.
        room: What is free.
        wanted: Format from the settings.
        native: What this machine computes fastest in.

    Raises:
        ModelError: it fits nowhere; the hint names a format that would.
    """
    formats: list[Held] = [native, "nf4"] if wanted == "auto" else [wanted]
    places = (_on_gpus, _on_cpu) if not room.gpus else (_on_gpus, _spread)
    for put in places:
        for held_in in formats:
            if placement := put(held_in, needs, room):
                return placement
    raise _too_large(name, needs, room, formats)


def _on_gpus(held_in: Held, needs: Mapping[Held, Need], room: Room) -> Placement | None:
    """All of it on the fewest GPUs."""
    need = needs[held_in]
    order = sorted(range(len(room.gpus)), key=lambda number: -room.gpus[number])
    for count in range(1, len(order) + 1):
        used = tuple(order[:count])
        limits: dict[int | str, int] = {n: max(0, room.gpus[n] - GPU_RESERVE - need.row) for n in used}
        total = sum(limits.values()) * (QUANTISING if held_in in _QUANTISED and count > 1 else 1)
        if need.weights <= total:
            left = sum(room.gpus[n] - GPU_RESERVE for n in used) - need.weights
            where = "the GPU" if len(room.gpus) == 1 else f"{count} of {len(room.gpus)} GPUs"
            reason = f"{_word_need(held_in, needs, room)} of {where}"
            cache_bytes = left // KEPT_SHARE
            return Placement(held_in, used, limits, max(1, (left - cache_bytes) // need.row), cache_bytes, reason)
    return None


def _spread(held_in: Held, needs: Mapping[Held, Need], room: Room) -> Placement | None:
    """What does not fit on the GPUs stays in the machine's memory and is sent over layer by layer: slow.

    Where no GPU has room for anything, all of it goes to the processor.
    """
    if held_in in _QUANTISED:  # bitsandbytes does not compute from there
        return None
    need = needs[held_in]
    beside = GPU_RESERVE + need.row
    used = tuple(number for number, free in enumerate(room.gpus) if free > beside)
    if not used:
        return _on_cpu(held_in, needs, Room((), room.cpu))
    limits: dict[int | str, int] = {number: room.gpus[number] - beside for number in used}
    limits["cpu"] = max(0, room.cpu - CPU_RESERVE)
    if need.weights > sum(limits.values()):
        return None
    reason = f"{_word_need(held_in, needs, room)} of all GPUs: the rest waits in the machine's memory, which is slow"
    return Placement(held_in, used, limits, 1, 0, reason)


def _on_cpu(held_in: Held, needs: Mapping[Held, Need], room: Room) -> Placement | None:
    need = needs[held_in]
    left = room.cpu - CPU_RESERVE - need.weights
    if left < need.row:
        return None
    reason = f"{_word_need(held_in, needs, room)} of the machine's memory"
    return Placement(held_in, (), {}, left // need.row, 0, reason)


def _word_need(held_in: Held, needs: Mapping[Held, Need], room: Room) -> str:
    free = max(room.gpus, default=0) if len(room.gpus) == 1 else sum(room.gpus)
    return f"{held_in} needs {gib(needs[held_in].least)} of the free {gib(free if room.gpus else room.cpu)}"


def _too_large(name: str, needs: Mapping[Held, Need], room: Room, formats: list[Held]) -> ModelError:
    sizes = " and ".join(f"{gib(needs[held_in].least)} in {held_in}" for held_in in dict.fromkeys(formats))
    free = f"{gib(room.cpu)} of memory is free"
    if room.gpus:
        free = f"{' + '.join(map(gib, room.gpus))} of GPU memory and {free}"
    smaller: tuple[Held, ...] = ("bf16", "int8", "nf4")
    fitting = [held_in for held_in in smaller if _fits(held_in, needs, room)]
    hint = (
        f"Say {name}:{fitting[0]}, which needs {gib(needs[fitting[0]].least)}."
        if fitting
        else f"It fits in no format; free memory, or take a smaller model than one of {gib(needs['nf4'].least)} in nf4."
    )
    return ModelError(f"{name} needs {sizes}, and {free}.", hint)


def _fits(held_in: Held, needs: Mapping[Held, Need], room: Room) -> bool:
    return bool(_on_gpus(held_in, needs, room) if room.gpus else _on_cpu(held_in, needs, room))


__all__ = ["CPU_RESERVE", "GPU_RESERVE", "Need", "Placement", "place"]
