"""A child process that handles files from outside, as its parent sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from agent.media import wire

_INHERITED = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")  # nothing else of ours is the child's business
# Each arena of the allocator reserves address space, which is what the child's memory is limited by.
_FRUGAL = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_START_S = 60.0  # loading numpy, or a model, on a very busy machine
_DYING_S = 2.0  # a child whose pipe has closed is on its way out
_ROOT = str(Path(__file__).parents[2])


class ConfinedTimeout(Exception):
    """The child took too long and was killed."""


class ConfinedDeath(Exception):
    """The child died or answered nonsense; the message says how."""


class ConfinedProcess:
    """Starts at the first exchange and again after every death. Lease it to one thread at a time.

    Args:
        module: The program, a module of ours that answers as `agent.media.confined.serve` does.
        settings: What it is started with, as JSON.
    """

    def __init__(self, module: str, settings: Mapping[str, object]) -> None:
        self._module = module
        self._settings = json.dumps(settings)
        self._process: subprocess.Popen[bytes] | None = None

    def exchange(
        self, request: wire.Header, data: bytes | None, timeout_s: float
    ) -> tuple[wire.Header, list[bytearray]]:
        """Send one request and wait for its answer.

        Raises:
            ConfinedTimeout: no answer within `timeout_s`, or the kernel stopped it for its use of the processor.
            ConfinedDeath: the child died or its answer cannot be read.
        """
        if self._process is None:
            self._process = self._started()
            self._converse(self._process, None, [], _START_S)
        return self._converse(self._process, request, [] if data is None else [data], timeout_s)

    def _converse(
        self, process: subprocess.Popen[bytes], request: wire.Header | None, blobs: list[bytes], timeout_s: float
    ) -> tuple[wire.Header, list[bytearray]]:
        """Send a request, or none when the child speaks first, and wait for what it says."""
        with _killed_after(process, timeout_s) as timed_out:
            try:
                if request is not None:
                    wire.send(cast(BinaryIO, process.stdin), request, blobs)
                return wire.receive(cast(BinaryIO, process.stdout))
            except (EOFError, OSError, ValueError, LookupError, TypeError) as error:
                code = self._end()
                if timed_out.is_set() or code == -signal.SIGXCPU:
                    raise ConfinedTimeout from error
                raise ConfinedDeath(_death(code)) from error

    def stop(self) -> None:
        """End the child if it runs."""
        if self._process is not None:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return subprocess.Popen(  # noqa: S603 - our own module, our own arguments
            [sys.executable, "-P", "-m", self._module, self._settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**inherited, **_FRUGAL, "PYTHONPATH": _ROOT},
        )

    def _end(self) -> int:
        """Make sure the child is gone.

        Returns:
            Its exit code, negative for a signal.
        """
        process, self._process = self._process, None
        if process is None:
            return 0
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was still to be written to a dead child
                cast(BinaryIO, pipe).close()
        try:
            return process.wait(_DYING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


@contextmanager
def _killed_after(process: subprocess.Popen[bytes], timeout_s: float) -> Iterator[threading.Event]:
    """Kill the process unless the block ends in time; the event says whether that happened."""
    timed_out = threading.Event()

    def kill() -> None:
        timed_out.set()
        process.kill()

    timer = threading.Timer(timeout_s, kill)
    timer.start()
    try:
        yield timed_out
    finally:
        timer.cancel()


def _death(code: int) -> str:
    if code == -signal.SIGKILL:
        return "was stopped by the system, probably for want of memory"
    return f"ended with {signal.Signals(-code).name if code < 0 else f'exit code {code}'}"
