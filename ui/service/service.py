"""The one agent of a process: opened in the background, shared by the page, the HTTP API and other agents."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from agent.config import AgentConfig
from agent.errors import ConfigError, TastemakerError, WeightsError, WorkspaceError, WorkspaceLocked
from agent.people.traces import Traces
from ui.errors.problems import unexpected
from ui.errors.refusals import NotReady
from ui.service.allowance import Allowance
from ui.service.chat_history import Histories
from ui.service.commands import CommandSocket
from ui.service.jobs import BackgroundJob, Jobs, Report
from ui.service.limits import MIB, Limits
from ui.service.turns import Turns, stopping
from ui.service.uploads import Uploads, private_folder
from ui.shop.settings import NO_SHOP, ShopSettings
from ui.telemetry.metrics import Metrics
from ui.telemetry.spans import traced

if TYPE_CHECKING:
    from agent.answers import Event
    from agent.ingest.catalog import IngestReport
    from agent.models import Models
    from agent.recommender import RecommendationAgent
    from retrieval.storage.workspace import Workspace

logger = logging.getLogger(__name__)

Phase = Literal["starting", "empty", "ready", "failed", "stopping"]
T = TypeVar("T")
LOCKED_S = 1.0  # between two tries for a workspace that another process has


@dataclass(frozen=True, slots=True)
class Status:
    """How the server stands.

    Attributes:
        phase: `starting` (models are loading), `empty` (no items yet), `ready`, `failed` or `stopping`.
        text: What is being done, or what went wrong.
        hint: What to do about it.
        models: Which model does which job, once they are loaded.
        device: Where models run: `CPU` or the name of the GPU; empty until that is known.
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
        turns: What is being answered.
        allowance: How much more people may say of items.
        histories: What is known of chats that their callers keep.
        metrics: What has been counted and timed.
        traces: What holds something of people beside the workspace; the agent has them forgotten there.
        limits: How much callers may ask.
        shop: How the page shows itself.
        address: Where it is served, if it is.
        failure: Why the workspace could not be opened.
    """

    def __init__(
        self,
        workspace: Path,
        config: AgentConfig,
        limits: Limits | None = None,
        shop: ShopSettings = NO_SHOP,
    ) -> None:
        self.workspace = workspace
        self.config = config
        self.limits = limits or Limits()
        self.shop = shop
        self.jobs = Jobs()
        self.uploads = Uploads(private_folder(), self.limits)
        self.metrics = Metrics()
        self.turns = Turns(self.limits)
        self.histories = Histories()
        self.allowance = Allowance(config.hourly_words_per_person, config.hourly_words_per_address)
        self.address: str | None = None
        self.failure: TastemakerError | None = None
        self.traces = Traces()
        self.traces.register("uploads", self.uploads)
        self.traces.register("chat histories", self.histories)
        self._agent: RecommendationAgent | None = None
        self._report: Report | None = None
        self._models: dict[str, str] = {}
        self._status = Status("starting", "starting")
        self._after_s = 0.0
        self._stopping = threading.Event()
        self._commands = CommandSocket(self)
        self._opening = threading.Thread(target=self._open, name="opening", daemon=True)

    def start(self, after_s: float = 0.0) -> None:
        """Open the workspace and load the models in the background; returns at once.

        Args:
            after_s: Seconds to wait before that, in which others have the processor to themselves.
        """
        # Read when torch is loaded. Turns share the cores: threads that wait for their next piece of work must not spin
        # meanwhile, or four turns on two cores take ten times as long.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        self._after_s = after_s
        self._opening.start()
        threading.Thread(target=self._sweep, name="sweeping", daemon=True).start()

    def status(self) -> Status:
        """How the server stands."""
        return self._status

    @property
    def model_servers(self) -> tuple[str, ...]:
        """What is wrong with servers that models run on: answers do without these meanwhile."""
        agent = self._agent
        return agent.models.standings() if agent else ()

    @property
    def open(self) -> bool:
        """Whether the workspace is open, and this process its owner."""
        return self._agent is not None

    @property
    def agent(self) -> RecommendationAgent:
        """The agent of the workspace, as soon as it is open; it may hold no items yet.

        Raises:
            NotReady: the workspace is not open yet, or could not be opened.
        """
        status = self._status
        if status.phase == "starting" and self._agent is None:
            raise NotReady("The models are not loaded yet.", "Try again in a few seconds.")
        if status.phase in ("failed", "stopping") or self._agent is None:
            raise NotReady(status.text, status.hint)
        return self._agent

    def opted_out(self, user: str) -> bool:
        """Whether nothing of a person may be kept; False while nobody can know."""
        return self._agent is not None and self._agent.workspace.store.opted_out(user)

    def stream(self, ask: Callable[[RecommendationAgent], Iterator[Event]]) -> Iterator[Event]:
        """The events of one turn, made in one of a few worker threads; a slow reader holds up nobody.

        Closing the iterator ends the turn at its next event.

        Raises:
            NotReady: nothing can be asked yet.
            Busy: too many turns are waiting.
            TurnTimeout: while it is read, when the turn takes longer than the limits say.
        """
        agent = self.agent
        return self.turns.stream(lambda: traced(ask(agent), self.metrics))

    def run(self, do: Callable[[RecommendationAgent], T]) -> T:
        """What `do` returns, run as a turn is.

        Raises:
            NotReady: nothing can be asked yet.
            Busy: too many turns are waiting.
            TurnTimeout: it takes longer than the limits say.
        """
        agent = self.agent
        (result,) = next(self.turns.stream(lambda: iter([(do(agent),)])))  # wrapped: None would be the end of a turn
        return result

    def open_demo(self) -> BackgroundJob:
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

    def stop(self) -> None:
        """Begin to stop: nothing new is taken on, jobs end at their next report; turns in work may go on."""
        self._tell(Status("stopping", stopping().what, stopping().hint))
        self._stopping.set()
        self._commands.close()
        self.jobs.cancel()

    def close(self, within_s: float | None = None) -> bool:
        """Let turns in work end, stop jobs, and give the workspace back; a second call does nothing.

        Args:
            within_s: Seconds all that may take; as the limits say when None.

        Returns:
            Whether all had ended by then; else threads are still in work.
        """
        end = time.monotonic() + (self.limits.stop_s if within_s is None else within_s)
        self.stop()
        self.turns.close(max(0.0, end - time.monotonic()) / 2)
        ended = self.turns.wait(max(0.0, end - time.monotonic()))
        ended &= self.jobs.wait(max(0.0, end - time.monotonic()))
        if self._opening.is_alive():
            self._opening.join(max(0.0, end - time.monotonic()))
            ended &= not self._opening.is_alive()
        self.uploads.close()
        agent, self._agent = self._agent, None
        if agent is not None:
            agent.close()
        return ended

    def settle(self) -> None:
        """See whether anything can be asked, and have the models loaded by a first request."""
        from agent.dialogue.warming import warm_up

        agent = self._agent
        if agent is None or self._stopping.is_set():
            return
        if agent.workspace.store.count() == 0:
            empty = Status("empty", "The workspace holds no items yet.", "Bring in a catalog, or open the demo.")
            self._tell(empty)
            return
        try:
            answer = warm_up(agent)
        except TastemakerError as error:
            self._fail(error)
        else:
            self._models |= answer.backends
            self._tell(Status("ready", models=dict(self._models), device=device()))

    def _open(self) -> None:
        from agent.models import Models
        from agent.recommender import RecommendationAgent

        if self._stopping.wait(self._after_s):
            return
        try:
            self._tell(Status("starting", "opening the workspace"))
            workspace = self._own()
            if workspace is None:
                return
            if self.address:
                workspace.answers_at(self.address)
            agent = RecommendationAgent(workspace, Models(self.config, self._tell_download))
            self._adopt(agent)
            self.failure = None
            self._tell(Status("starting", "loading the models"))
            self.settle()
            self._warm(agent.models)
        except TastemakerError as error:
            if not self._stopping.is_set():
                self._fail(error)
        except Exception as error:  # the last border of this thread: nothing may leave the server waiting for ever
            if not self._stopping.is_set():
                logger.exception("The workspace cannot be opened.")
                self._fail(unexpected(error))

    def _adopt(self, agent: RecommendationAgent) -> None:
        agent.traces = self.traces
        self._agent = agent
        self._commands.open()

    def _own(self) -> Workspace | None:
        """The workspace, as soon as no other process has it; None when the server is stopped before."""
        from retrieval.storage.workspace import Workspace

        while True:
            try:
                workspace = Workspace.open(self.workspace, create=True)
            except WorkspaceLocked as error:
                if self.failure is None:
                    self._fail(error)
                if self._stopping.wait(LOCKED_S):
                    return None
            else:
                if self._stopping.is_set():
                    workspace.close()
                    return None
                return workspace

    def _warm(self, models: Models) -> None:
        """Load also what only some requests need, rather than when somebody waits for it."""
        loads: Mapping[str, Callable[[], str]] = {
            "llm": lambda: _language_models(models),
            "describer": lambda: models.request_describer.origin,
            "pictures": lambda: models.pictures.id,
            "multilingual": lambda: models.multilingual.id,
            "transcriber": lambda: models.transcriber.origin,
        }
        for job, load in loads.items():
            if self._status.phase != "ready":
                return
            try:
                self._models[job] = load()
            except TastemakerError as error:  # whoever needs it is told; others need it not
                logger.warning("The %s does not load: %s", job, loggable(error))
            self._tell(replace(self._status, models=dict(self._models)))

    def _fail(self, error: TastemakerError) -> None:
        logger.error("Nothing can be answered: %s", loggable(error))
        self.failure = error
        self._tell(Status("failed", error.what, error.hint))

    def _tell(self, status: Status) -> None:
        if not self._stopping.is_set():
            self._status = status

    def _tell_download(self, name: str, done_bytes: int, total_bytes: int) -> None:
        """Tell of weights that arrive, to whoever waits for them."""
        if self._report is not None:
            self._report(f"fetching {name}", done_bytes, total_bytes)
        elif self._status.phase == "starting":
            self._tell(Status("starting", f"fetching {name}, {done_bytes // MIB} of {total_bytes // MIB} MB"))

    def _sweep(self) -> None:
        while not self._stopping.wait(min(60.0, self.limits.upload_age_s)):
            self.uploads.expire()


def device() -> str:
    """Where models run: `CPU`, or the name of the GPU."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"


def loggable(error: TastemakerError) -> str:
    """An error as the log may hold it: the words of some kinds may be those of a person or of an item."""
    if isinstance(error, ConfigError | WeightsError | WorkspaceError):
        return str(error)
    return type(error).__name__


def _language_models(models: Models) -> str:
    """The names of the language models that do any job, loaded by asking for them."""
    doing = filter(None, (models.doing(job) for job in ("rerank", "word", "read")))
    return "; ".join(dict.fromkeys(model.name for model in doing)) or "none"
