"""Long work in the background: one job at a time, with progress, and a way to stop it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from agent.errors import TastemakerError
from ui.errors.problems import unexpected
from ui.errors.refusals import JobRunning

logger = logging.getLogger(__name__)

Phase = Literal["running", "done", "failed", "stopped"]


class Report(Protocol):
    """Tells how far a job has come; the job ends there if it was to be stopped."""

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Tell it."""


class JobStopped(Exception):
    """Somebody stopped the job; what it had finished is kept."""


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands.

    Attributes:
        name: What it does: `demo`, `ingest`, `evaluation`, `tuning`.
        stage: What is being done now.
        done: Of `total`; both 0 where that is not known.
        started_s: Monotonic clock, when the present stage began.
        what: What went wrong, of a job that failed.
        hint: What to do about it.
        result: What came of it, once it is done.
    """

    name: str
    phase: Phase = "running"
    stage: str = ""
    done: int = 0
    total: int = 0
    started_s: float = 0.0
    what: str = ""
    hint: str = ""
    result: Any = None

    @property
    def left_s(self) -> float | None:
        """Seconds until the stage is likely to end; None while that is not known."""
        if self.phase != "running" or not 0 < self.done < self.total:
            return None
        return (time.monotonic() - self.started_s) / self.done * (self.total - self.done)


class BackgroundJob:
    """A piece of long work in a thread of its own."""

    def __init__(self, name: str, work: Callable[[Report], Any]) -> None:
        self._state = JobState(name, started_s=time.monotonic())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,), name=f"job-{name}", daemon=True)
        self._thread.start()

    @property
    def state(self) -> JobState:
        """How it stands."""
        return self._state

    def cancel(self) -> None:
        """Have it end at its next report; what it finished is kept."""
        self._stop.set()

    def wait(self, timeout_s: float | None = None) -> JobState:
        """How it stands once it has ended, or after `timeout_s`."""
        self._thread.join(timeout_s)
        return self._state

    def _run(self, work: Callable[[Report], Any]) -> None:
        try:
            result = work(self._report)
        except JobStopped:
            self._state = replace(self._state, phase="stopped")
        except TastemakerError as error:
            self._state = replace(self._state, phase="failed", what=error.what, hint=error.hint)
        except Exception as error:  # the last border of this thread: nothing may leave the job looking alive
            logger.exception("The job %s failed.", self._state.name)
            failure = unexpected(error)
            self._state = replace(self._state, phase="failed", what=failure.what, hint=failure.hint)
        else:
            self._state = replace(self._state, phase="done", result=result)

    def _report(self, stage: str, done: int = 0, total: int = 0) -> None:
        if self._stop.is_set():
            raise JobStopped
        # a new stage begins its own clock: how long the others took says nothing of it
        started = self._state.started_s if stage == self._state.stage else time.monotonic()
        self._state = replace(self._state, stage=stage, done=done, total=total, started_s=started)


class Jobs:
    """The long work of one server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: BackgroundJob | None = None

    @property
    def current(self) -> BackgroundJob | None:
        """The job that runs, else the last one; None when there was none."""
        return self._job

    def start(self, name: str, work: Callable[[Report], Any]) -> BackgroundJob:
        """Begin a job.

        Raises:
            JobRunning: another one has not ended.
        """
        with self._lock:
            running = self._job
            if running is not None and running.state.phase == "running":
                raise JobRunning(
                    f"Another job ({running.state.name}) is running.", "Wait until it has ended, or stop it."
                )
            self._job = BackgroundJob(name, work)
            return self._job

    def cancel(self) -> None:
        """Have the job that runs, if any, end at its next report."""
        if self._job is not None:
            self._job.cancel()

    def wait(self, within_s: float) -> bool:
        """Wait for the end of what runs. Returns: whether it has ended."""
        return self._job is None or self._job.wait(within_s).phase != "running"
