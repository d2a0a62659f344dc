"""The one agent of a process: opened in the background, shared by the page, the HTTP API and other agents."""

from __future__ import annotations

import logging
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from agent.config import AgentConfig
from agent.errors import TastemakerError
from ui.jobs import Job, Jobs, Report
from ui.limits import MIB, Limits
from ui.refusals import Busy, NotReady, TurnTimeout
from ui.uploads import Uploads

if TYPE_CHECKING:
    from agent.answers import Event
    from agent.ingest import IngestReport
    from agent.recommender import RecommendationAgent

logger = logging.getLogger(__name__)

Phase = Literal["starting", "empty", "ready", "failed", "stopping"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Status:
    """How the server stands.

    Attributes:
        phase: `starting` (models are loading), `empty` (no items yet), `ready`, `failed` or `stopping`.
        text: What is being done, or what went wrong.
        hint: What to do about it.
        models: Which model does which job, once they are loaded.
        device: Where the language model runs: `CPU` or the name of the GPU; empty until that is known.
    """

    phase: Phase
    text: str = ""
    hint: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    device: str = ""


class Service:
    """One workspace and its agent, as many callers share them.

    Attributes:
        workspace: The folder.
        jobs: Long work.
        uploads: Files that people and programs sent.
        limits: How much callers may ask.
    """

    def __init__(self, workspace: Path, config: AgentConfig, limits: Limits | None = None) -> None:
        self.workspace = workspace
        self.config = config
        self.limits = limits or Limits()
        self.jobs = Jobs()
        self.uploads = Uploads(Path(tempfile.mkdtemp(prefix="tastemaker-")), self.limits)
        self._agent: RecommendationAgent | None = None
        self._report: Report | None = None
        self._status = Status("starting", "starting")
        self._turns = Turns(self.limits)

    def start(self) -> None:
        """Open the workspace and load the models in the background; returns at once."""
        threading.Thread(target=self._open, name="opening", daemon=True).start()

    def status(self) -> Status:
        """How the server stands."""
        return self._status

    @property
    def agent(self) -> RecommendationAgent:
        """The agent of the workspace, as soon as it is open; it may hold no items yet.

        Raises:
            NotReady: the workspace is not open yet, or could not be opened.
        """
        if self._agent is None:
            status = self._status
            waiting = status.phase == "starting"
            raise NotReady(
                "The models are not loaded yet." if waiting else status.text,
                "Try again in a few seconds." if waiting else status.hint,
            )
        return self._agent

    def stream(self, ask: Callable[[RecommendationAgent], Iterator[Event]]) -> Iterator[Event]:
        """The events of one turn, made in one of a few worker threads; a slow reader holds up nobody.

        Closing the iterator ends the turn at its next event.

        Raises:
            NotReady: nothing can be asked yet.
            Busy: too many turns are waiting.
            TurnTimeout: while it is read, when the turn takes longer than the limits say.
        """
        agent = self.agent
        return self._turns.stream(lambda: ask(agent))

    def run(self, do: Callable[[RecommendationAgent], T]) -> T:
        """What `do` returns, run as a turn is.

        Raises:
            NotReady: nothing can be asked yet.
            Busy: too many turns are waiting.
            TurnTimeout: it takes longer than the limits say.
        """
        agent = self.agent
        return next(self._turns.stream(lambda: iter((do(agent),))))

    def open_demo(self) -> Job:
        """Begin to fill the workspace with the demo catalog.

        Raises:
            NotReady: the workspace is not open.
            JobRunning: another job has not ended.
        """
        agent = self.agent

        def work(report: Report) -> object:
            from agent.demo.artworks import STAFF_TAGS, artworks

            report("fetching the pictures")
            folder = artworks(lambda name, done, total: report(f"fetching {name}", done, total))
            return self.ingest(agent, folder / "catalog.jsonl", report, exclude=[STAFF_TAGS])

        return self.jobs.start("demo", work)

    def ingest(
        self, agent: RecommendationAgent, catalog: Path, report: Report, *, exclude: Sequence[str] = ()
    ) -> IngestReport:
        """Bring the workspace up to date with a catalog, as a job does.

        Raises:
            CatalogError: the catalog cannot be read.
            WorkspaceError: the workspace cannot be written; what was reported done is kept.
        """
        self._report = report
        try:
            return agent.ingest(
                catalog, exclude=exclude, progress=lambda step: report(step.stage, step.done, step.total)
            )
        finally:
            self._report = None
            self.settle()

    def close(self) -> None:
        """Let turns in work end, stop jobs, and give the workspace back."""
        self._status = Status("stopping", "The server is stopping.", "Ask again when it runs.")
        self._turns.close(self.limits.stop_s)
        self.jobs.close(self.limits.stop_s)
        self.uploads.close()
        if self._agent is not None:
            self._agent.close()
            self._agent = None

    def _open(self) -> None:
        from agent.models import Models
        from agent.recommender import RecommendationAgent
        from retrieval.storage.workspace import Workspace

        try:
            self._status = Status("starting", "opening the workspace")
            workspace = Workspace.open(self.workspace, create=True)
            self._agent = RecommendationAgent(workspace, Models(self.config, self._fetched))
            self._status = Status("starting", "loading the models")
            self.settle()
        except TastemakerError as error:
            logger.error("%s %s", error.what, error.hint)
            self._status = Status("failed", error.what, error.hint)

    def settle(self) -> None:
        """See whether anything can be asked, and have the models loaded by a first request.

        Raises:
            TastemakerError: that request cannot be answered.
        """
        agent = self.agent
        first = next(agent.workspace.store.items(), None)
        if first is None:
            self._status = Status("empty", "The workspace holds no items yet.", "Bring in a catalog, or open the demo.")
            return
        answer = agent.recommend(first.title, k=1)
        self._status = Status("ready", models=dict(answer.backends), device="CPU")

    def _fetched(self, name: str, done_bytes: int, total_bytes: int) -> None:
        """Tell of weights that arrive, to whoever waits for them."""
        if self._report is not None:
            self._report(f"fetching {name}", done_bytes, total_bytes)
        else:
            self._status = Status("starting", f"fetching {name}, {done_bytes // MIB} of {total_bytes // MIB} MB")


class Turns:
    """A few worker threads, and a queue before them that is not endless."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pool = ThreadPoolExecutor(limits.at_once, thread_name_prefix="turn")
        self._lock = threading.Lock()
        self._pending: set[threading.Event] = set()
        self._mean_s = 1.0

    @property
    def pending(self) -> int:
        """Turns in work or waiting."""
        return len(self._pending)

    def stream(self, make: Callable[[], Iterator[T]]) -> Iterator[T]:
        """What `make` yields in a worker thread.

        Raises:
            Busy: too many are waiting.
        """
        stop, made = threading.Event(), queue.SimpleQueue[T | None]()
        self._admit(stop)
        work = self._pool.submit(self._work, make, stop, made)
        return self._relay(work, stop, made, time.monotonic() + self._limits.turn_s)

    def close(self, within_s: float) -> None:
        """Take no more turns; those in work may end by themselves for `within_s` seconds."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        end = time.monotonic() + within_s
        while self._pending and time.monotonic() < end:
            time.sleep(0.02)
        for stop in list(self._pending):
            stop.set()

    def _admit(self, stop: threading.Event) -> None:
        with self._lock:
            if len(self._pending) >= self._limits.at_once + self._limits.waiting:
                wait = max(1, round(self._mean_s * self._limits.waiting / self._limits.at_once))
                raise Busy(
                    f"{len(self._pending)} requests are being answered or waiting already.",
                    f"Ask again in {wait} seconds.",
                    wait,
                )
            self._pending.add(stop)

    def _work(self, make: Callable[[], Iterator[T]], stop: threading.Event, made: queue.SimpleQueue[T | None]) -> None:
        started = time.monotonic()
        try:
            for one in make():
                if stop.is_set():
                    return
                made.put(one)
        finally:
            with self._lock:
                self._pending.discard(stop)
                self._mean_s += (time.monotonic() - started - self._mean_s) / 8
            made.put(None)

    def _relay(
        self, work: Future[None], stop: threading.Event, made: queue.SimpleQueue[T | None], end: float
    ) -> Iterator[T]:
        try:
            while True:
                try:
                    one = made.get(timeout=max(0.0, end - time.monotonic()))
                except queue.Empty:
                    raise TurnTimeout(
                        f"The answer took longer than {self._limits.turn_s:.0f} seconds.",
                        "Ask for less, or again later.",
                    ) from None
                if one is None:
                    work.result()
                    return
                yield one
        finally:
            stop.set()
            if work.cancel():
                with self._lock:
                    self._pending.discard(stop)
