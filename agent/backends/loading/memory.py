"""How much memory is free, on each GPU and on the machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GIB = 1 << 30
_MEMINFO = Path("/proc/meminfo")
_CGROUPS = Path("/sys/fs/cgroup")
_LIMITS = (  # limit and use of a container's memory, in versions 2 and 1 of control groups
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
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


def free_room() -> Room:
    """What is free now."""
    import torch

    n_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return Room(tuple(torch.cuda.mem_get_info(number)[0] for number in range(n_gpus)), free_cpu_bytes())


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


__all__ = ["GIB", "Room", "free_cpu_bytes", "free_room", "gib"]
