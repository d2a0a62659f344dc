"""One decoding child process, as its parent sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, cast

from agent.media import wire
from agent.media.limits import DecodeLimits

_INHERITED = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")  # nothing else of ours is a decoder's business
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_START_S = 60.0  # loading numpy on a very busy machine
_DYING_S = 2.0  # a child whose pipe has closed is on its way out
_ROOT = str(Path(__file__).parents[2])


class DecodeTimeout(Exception):
    """The child took too long and was killed."""


class DecodeDeath(Exception):
    """The child died or answered nonsense; the message says how."""


class DecodeProcess:
    """Starts at the first exchange and again after every death. Lease it to one thread at a time."""

    def __init__(self, limits: DecodeLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def exchange(
        self, request: wire.Header, data: bytes | None, timeout_s: float
    ) -> tuple[wire.Header, list[bytearray]]:
        """Send one request and wait for its answer.

        Raises:
            DecodeTimeout: no answer within `timeout_s`, or the kernel stopped it for its use of the processor.
            DecodeDeath: the child died or its answer cannot be read.
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
                    raise DecodeTimeout from error
                raise DecodeDeath(_death(code)) from error

    def stop(self) -> None:
        """End the child if it runs."""
        if self._process is not None:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return subprocess.Popen(  # noqa: S603 - our own module, our own arguments
            [sys.executable, "-P", "-m", "agent.media.decode_child", json.dumps(asdict(self._limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**inherited, **_ONE_THREAD, "PYTHONPATH": _ROOT},
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
