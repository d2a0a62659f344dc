"""How much memory is free, on each GPU and on the machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

GIB, MIB = 1 << 30, 1 << 20
_MEMINFO = Path("/proc/meminfo")
_CGROUPS = Path("/sys/fs/cgroup")
_LIMITS = (  # limit and use of a container's memory, in versions 2 and 1 of control groups
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
)


@dataclass(frozen=True, slots=True)
class Companion:
    """What works beside a language model, in one process with it: an encoder, or speech recognition.

    Attributes:
        weights: Bytes in 16 bits; twice that, at most, on a processor.
        work_gpu: Bytes of the largest batch on a GPU.
        work_cpu: The same on a processor.
    """

    weights: int
    work_gpu: int
    work_cpu: int


# Weights from the files; work from the widest layer, what goes in and what comes out, times the largest batch: tokens
# of MiniLM (2 x 384 + 1,536 numbers each), pictures of EfficientNet-Lite2 (96 x 130 x 130 numbers each). Whisper base
# reads windows of 1,500 frames one by one.
COMPANIONS: tuple[Companion, ...] = (
    Companion(44 * MIB, 576 * MIB, 20 * MIB),
    Companion(12 * MIB, 792 * MIB, 100 * MIB),
    Companion(140 * MIB, 160 * MIB, 100 * MIB),
)


@dataclass(frozen=True, slots=True)
class Room:
    """Memory that a model may take.

    Attributes:
        gpus: Free bytes of each GPU, in the order of their numbers; empty without one.
        cpu: Free bytes of the machine, or of the container it is.
    """

    gpus: tuple[int, ...]
    cpu: int

    def beside(self, companions: Sequence[Companion], held: int = 0) -> Room:
        """What is left where others work too: on the first GPU, or on the processor where there is none.

        They take turns, so that the largest of their batches counts and the weights of all.

        Args:
            held: Bytes that this process holds there already, their own among them.
        """
        weights = sum(companion.weights for companion in companions)
        if self.gpus:
            taken = weights + max((companion.work_gpu for companion in companions), default=0)
            first, *others = self.gpus
            return Room((max(0, first - max(0, taken - held)), *others), self.cpu)
        taken = 2 * weights + max((companion.work_cpu for companion in companions), default=0)
        return Room((), max(0, self.cpu - max(0, taken - held)))


def free_room() -> Room:
    """What is free now for a language model, beside what the encoders and speech recognition still take.

    What torch holds on the first GPU is taken for theirs: it keeps what their batches needed.
    """
    import torch

    n_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    room = Room(tuple(torch.cuda.mem_get_info(number)[0] for number in range(n_gpus)), free_cpu_bytes())
    return room.beside(COMPANIONS, torch.cuda.memory_reserved(0) if n_gpus else 0)


def free_cpu_bytes(meminfo: Path = _MEMINFO, cgroups: Path = _CGROUPS) -> int:
    """What the kernel calls available, or less where the container's limit leaves less.

    Args:
        meminfo: The kernel's file of memory figures.
        cgroups: Folder of the container's control groups.
    """
    lines = (line.split() for line in meminfo.read_text(encoding="ascii").splitlines())
    available = next(int(words[1]) << 10 for words in lines if words[0] == "MemAvailable:")
    return max(0, min([available, *_left(cgroups)]))


def _left(cgroups: Path) -> Iterator[int]:
    for limit, used in _LIMITS:
        try:
            yield int((cgroups / limit).read_text(encoding="ascii")) - int((cgroups / used).read_text(encoding="ascii"))
        except (OSError, ValueError):  # no such control group, or its limit is the word `max`
            continue


def gib(size_bytes: float) -> str:
    """A size for people: GiB with one decimal, or MiB below a tenth of one."""
    return f"{size_bytes / GIB:.1f} GiB" if size_bytes >= GIB / 10 else f"{size_bytes / (1 << 20):.1f} MiB"


__all__ = ["COMPANIONS", "GIB", "Companion", "Room", "free_cpu_bytes", "free_room", "gib"]
