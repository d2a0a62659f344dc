"""What a child process that handles files from outside does: it limits itself, then answers over its pipes."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from agent.media import wire

Answer = tuple[wire.Header, Sequence[NDArray[Any]]]


def private_stdout() -> BinaryIO:
    """Keep the answers' pipe to ourselves, so that nothing a library prints can get into it."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers


def limit_memory(n_bytes: int) -> None:
    """Allow this process so much address space beyond what it has, and no file on any disk."""
    # What is loaded by now does not count, and nothing is written to disk, not even what a crash leaves.
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    cap = pages * resource.getpagesize() + n_bytes
    resource.setrlimit(resource.RLIMIT_AS, (cap, cap))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_cpu(seconds: float) -> None:
    """Allow this much more processor time from now; the kernel ends the process beyond it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    # The hard limit stays open: once lowered it could not be raised for the next file.
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def serve(requests: BinaryIO, answers: BinaryIO, reply: Callable[[wire.Header, list[bytearray]], Answer]) -> None:
    """Say that this process is ready, then answer requests one by one until nobody asks any more."""
    wire.send(answers, {})
    while True:
        try:
            request, blobs = wire.receive(requests)
        except EOFError:
            return
        header, arrays = reply(request, blobs)
        wire.send(answers, header, [bytes_of(array) for array in arrays])


def bytes_of(array: NDArray[Any]) -> memoryview:
    """The bytes of an array, in its own order."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
