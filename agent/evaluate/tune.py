"""Tune: give a catalog its own fusions and weights, by requests made from the catalog itself and by what people did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from agent.errors import ConfigError, EvaluationError, FusionError, ModelError
from agent.evaluate.known_items.requests import MIX, KnownItems, Sort, known_items
from agent.evaluate.tune_diversity import tune_diversity
from agent.evaluate.tune_rerank import RankingTrial, tune_rerank
from agent.models import Models
from agent.rerank.item_pictures import pictures_of, sees
from agent.rerank.setting import ranking_model, ranking_of
from agent.retrieve.plans import channels_present, default_plans, features_of
from agent.retrieve.tuned import fusion_blob, load_tuned, save_tuned, tuned_plans
from retrieval.cases import Case
from retrieval.channels.registry import POPULARITY
from retrieval.collaborative.catalogue import fit_default
from retrieval.evaluation.history_tasks import history_task
from retrieval.evaluation.splits import Fold, liked_of, split
from retrieval.evaluation.task import Part
from retrieval.fusion.catalogue import LEARNED
from retrieval.fusion.checkpoint import to_bytes
from retrieval.interactions import Interaction
from retrieval.query import RequestKind
from retrieval.retriever import Retriever
from retrieval.tuning.fusions import Effort, Sides, asking, content_channels, sides_of, tune_fusion
from retrieval.tuning.guard import FEWEST
from retrieval.tuning.learning import Course, Round, learn
from retrieval.tuning.panel import Panel, by_kind
from retrieval.tuning.tuned import Tuned, TuningFinding, finding_from_json, finding_json

if TYPE_CHECKING:
    from agent.recommender import RecommendationAgent
    from retrieval.fusion.settings import TrainingProgress

PROGRESS = "tuning"  # the setting that keeps findings of a search that was stopped
IN_WORDS: tuple[Sort, ...] = ("title", "reworded title", "sentence", "reworded sentence", "facet", "spoken")
PICTURED: tuple[tuple[Sort, ...], ...] = (("picture",), ("pictured title", "pictured facet"))
MOST_PEOPLE = 400  # asked on each side
LATEST = "leave-one-out"
NEXT_LIKED = "what a person liked next"
LEARNING = "learned fusions"


@dataclass(frozen=True, slots=True)
class TuneProgress:
    """How far a search is: `done` of `total` in a stage; 0 of 0 where that is not known."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class TuneReport:
    """What a search came to.

    Attributes:
        tuned: All findings; those that are kept are in use from now on when `written`.
        notes: What could not be tuned, and why.
        stopped: Whether it was stopped before its end; run again, it goes on.
        written: Whether the workspace was changed.
    """

    tuned: Tuned
    notes: tuple[str, ...]
    stopped: bool
    written: bool


def tune(
    agent: RecommendationAgent,
    effort: Effort,
    *,
    dry_run: bool = False,
    progress: Callable[[TuneProgress], None] = lambda _: None,
) -> TuneReport:
    """Search settings for every kind of request that the catalog can be asked, and keep those that prove better.

    Ctrl-C ends the search: what was finished and proven is put to use where nothing was tuned before, what was not
    finished is left out, and the next call with the same effort goes on behind it.

    Args:
        effort: How hard to search.
        dry_run: Report only, and leave the workspace as it is.
        progress: Told how far it is.

    Raises:
        ConfigError: a fusion is to learn that does not exist, or that has nothing to learn.
        RequestError: the workspace holds no items.
    """
    for name in effort.learn:
        if name not in LEARNED:
            raise ConfigError(f"The fusion {name!r} is none that learns.", f"Choose among {', '.join(LEARNED)}.")
    return _Tuning(agent, effort, dry_run, progress).run()


class _Tuning:
    """One search over everything that can be tuned, step by step."""

    def __init__(
        self, agent: RecommendationAgent, effort: Effort, dry_run: bool, progress: Callable[[TuneProgress], None]
    ) -> None:
        self._agent, self._effort, self._dry_run, self._tell = agent, effort, dry_run, progress
        self._store = agent.workspace.store
        # The search starts from the defaults, whatever was tuned before: what it finds must not hang on an earlier run.
        self._retriever = replace(agent.retriever, plans=default_plans())
        self._findings_of: dict[str, list[TuningFinding]] = {}
        self._notes: dict[str, list[str]] = {}
        self._requests_of: dict[Sequence[Sort], KnownItems] = {}
        self._fusions: dict[str, bytes] = {}

    def run(self) -> TuneReport:
        steps: Mapping[str, Callable[[], Iterator[TuningFinding]]] = {
            "requests in words": self._in_words,
            "requests with a picture": lambda: self._by_kind(self._known_items(PICTURED[0])),
            "requests with a picture and words": lambda: self._by_kind(self._known_items(PICTURED[1])),
            "people's histories": self._histories,
            "diversity": self._diversity,
            "the language model": self._rerank,
            LEARNING: self._learn,  # the last one: what it learns is written with the findings, not before
        }
        self._resume()
        stopped = False
        try:
            for name, step in steps.items():
                if name not in self._findings_of:
                    self._notes[name] = []
                    self._stage = name
                    self._findings_of[name] = list(step())
                    if name != LEARNING:  # its weights are in memory alone, so a run that goes on has to learn again
                        self._remember()
        except KeyboardInterrupt:
            stopped = True
        return self._report(stopped)

    def _report(self, stopped: bool) -> TuneReport:
        tuned = Tuned(self._effort.method, self._effort.trials, self._effort.seed, tuple(self._findings))
        # half a search does not take the place of a whole one
        written = not self._dry_run and not (stopped and load_tuned(self._store))
        if written:
            save_tuned(self._store, tuned, self._fusions)
            self._agent.reread()
            if not stopped:
                self._store.set_setting(PROGRESS, "")
        notes = tuple(dict.fromkeys(note for of_step in self._notes.values() for note in of_step))
        return TuneReport(tuned, notes, stopped, written)

    # The steps

    def _in_words(self) -> Iterator[TuningFinding]:
        yield from self._by_kind(self._worded)

    def _by_kind(self, known: KnownItems) -> Iterator[TuningFinding]:
        for kind, cases in by_kind(known.cases).items():
            sides = sides_of(cases, known.sorts, self._retriever, self._effort.seed, self._step("asking the channels"))
            if sides is None:
                self._note(f"{len(cases)} requests of the kind {kind!r} could be made: too few to tune by.")
                continue
            yield from self._tune_channels(cast(RequestKind, kind), sides)

    def _histories(self) -> Iterator[TuningFinding]:
        """What people liked next: searched by the item before their latest one, judged by the latest one."""
        try:
            latest = self._next_liked()
            if latest is None:
                return
            later, fold = latest
            earlier = self._part(fold.train, ())
            panels = self._panel(earlier), self._panel(later)
        except EvaluationError as error:
            self._note(error.what)
            return
        if len(later.cases) < FEWEST:
            self._note(f"{len(later.cases)} people liked more than one item: too few to tune by.")
            return
        ids = [entry.case.id for panel in panels for entry in panel.cases]
        yield from self._tune_channels("history", Sides(*panels, dict.fromkeys(ids, NEXT_LIKED), in_order=True))

    def _next_liked(self) -> tuple[Part, Fold] | None:
        """Everybody asked for the latest item they liked; None where nobody did anything.

        Raises:
            EvaluationError: nobody liked enough.
        """
        if not self._store.interaction_state().n_events:
            return None
        self._step("learning from what people did")(0, 0)
        rows = self._retriever.snapshot.rows
        events = [event for event in self._store.interactions() if event.item_id in rows]
        (fold,) = split(LATEST, events, liked_of(events), self._effort.seed)
        return self._part(events, (fold,)), fold

    def _part(self, events: Sequence[Interaction], folds: Sequence[Fold]) -> Part:
        return next(history_task(LATEST, events, self._retriever, fit_default, self._effort.seed, folds).parts())

    def _panel(self, part: Part) -> Panel:
        cases = self._draw_cases(part)
        tell, n_asked = self._step("asking the channels"), 0

        def step() -> None:
            nonlocal n_asked
            n_asked += 1
            tell(n_asked, len(cases))

        # where a history speaks, popularity falls silent
        channels = frozenset(channel.name for channel in part.retriever.channels) - {POPULARITY.name}
        return Panel.of(cases, asking(part.retriever, channels), step)

    def _draw_cases(self, part: Part) -> list[Case]:
        drawn = np.sort(np.random.default_rng(self._effort.seed).permutation(len(part.cases))[:MOST_PEOPLE])
        return [part.cases[at] for at in drawn.tolist()]

    def _tune_channels(self, kind: RequestKind, sides: Sides) -> Iterator[TuningFinding]:
        finding = tune_fusion(kind, sides, self._effort, self._step(f"weighing channels for the kind {kind!r}"))
        if finding is None:
            self._note(f"Only one channel answers requests of the kind {kind!r}: there is nothing to weigh.")
        else:
            yield finding

    def _diversity(self) -> Iterator[TuningFinding]:
        cases, config = self._english, self._agent.models.config
        progress = self._step("trying how unlike listed items are")
        finding = tune_diversity(cases, self._worded.sorts, self._in_use, config, self._effort.seed, progress)
        yield from [finding] if finding else []

    def _rerank(self) -> Iterator[TuningFinding]:
        try:
            trial = self._trial()
            if trial is None:
                self._note("No language model ranks: its weight was not tuned.")
                return
            progress = self._step("asking the language model")
            sorts, seed = self._worded.sorts, self._effort.seed
            finding = tune_rerank(self._english, sorts, self._in_use, trial, seed, progress)
        except ModelError as error:
            self._note(f"The language model's weight was not tuned. {error.what}")
            return
        yield from [finding] if finding else []

    def _trial(self) -> RankingTrial | None:
        """The language model and how it ranks without tuning; None where none is to.

        Raises:
            ModelError: it cannot be loaded.
        """
        models = self._agent.models
        config = ranking_of(models.config, None)
        identity, model = ranking_model(config), models.chat
        if model is None or identity is None or not config.n_rerank or not config.max_shift:
            return None
        if not sees(model, Models.seeing.peek(models)):
            return RankingTrial(model, identity, config)
        n_pictures = max(1, config.rerank_pictures)
        return RankingTrial(model, identity, config, pictures_of(models.decoder, n_pictures), n_pictures)

    def _learn(self) -> Iterator[TuningFinding]:
        if not self._effort.learn:
            return
        features = features_of(self._store, self._retriever.snapshot)
        for course in self._courses():
            usual = self._in_use.plans[course.kind]  # what this very run has found is to be beaten, not the defaults
            try:
                trained = learn(
                    course, self._effort.learn, usual, self._effort.seed, self._training_progress(course.kind)
                )
            except FusionError as error:
                self._note(f"Nothing was learned for requests of the kind {course.kind!r}. {error.what}")
                continue
            for fitted in trained:
                self._fusions[fusion_blob(course.kind, fitted.fusion.name)] = to_bytes(fitted.fusion, features)
                yield fitted.finding

    def _courses(self) -> Iterator[Course]:
        """Histories where people did something, else requests made from the catalog, which say nothing of taste."""
        try:
            latest = self._next_liked()
            if latest is not None:
                yield self._course_of_people(latest[0])
                return
        except EvaluationError as error:
            self._note(error.what)
            return
        for sorts in (IN_WORDS, *PICTURED):
            known = self._known_items(sorts)
            for name, cases in by_kind(known.cases).items():
                kind, channels = cast(RequestKind, name), content_channels(self._retriever)
                course = Course.of(kind, cases, known.sorts, self._retriever, channels, self._effort.seed)
                if course is None:
                    self._note(f"{len(cases)} requests of the kind {kind!r} could be made: too few to learn from.")
                else:
                    yield course

    def _course_of_people(self, part: Part) -> Course:
        exam, channels = self._draw_cases(part), frozenset(channel.name for channel in part.retriever.channels)
        if len(exam) < FEWEST:
            raise EvaluationError(
                f"{len(exam)} people liked more than one item: too few to learn from.", "Import more interactions."
            )
        made_of = {case.id: NEXT_LIKED for case in exam}
        return Course("history", channels, [Round(part.lessons(), exam, part.retriever)], None, made_of)

    def _training_progress(self, kind: RequestKind) -> Callable[[TrainingProgress], None]:
        def tell(progress: TrainingProgress) -> None:
            self._step(f"training {progress.fusion} for the kind {kind!r}")(progress.epoch, progress.epochs)

        return tell

    # What the steps share

    @property
    def _worded(self) -> KnownItems:
        return self._known_items(IN_WORDS)

    @property
    def _english(self) -> list[Case]:
        return [case for case in self._worded.cases if case.query.kind == "text"]

    @property
    def _in_use(self) -> Retriever:
        """The retriever as it will be with what has been found so far."""
        tuned = Tuned(self._effort.method, self._effort.trials, self._effort.seed, tuple(self._findings))
        tuned_so_far = tuned_plans(tuned, channels_present(self._retriever.snapshot))
        return replace(self._retriever, plans={**default_plans(), **tuned_so_far})

    @property
    def _findings(self) -> list[TuningFinding]:
        return [finding for of_step in self._findings_of.values() for finding in of_step]

    def _known_items(self, sorts: Sequence[Sort]) -> KnownItems:
        if sorts not in self._requests_of:
            self._requests_of[sorts] = self._make(sorts)
        return self._requests_of[sorts]

    def _make(self, sorts: Sequence[Sort]) -> KnownItems:
        known = known_items(
            self._retriever.snapshot,
            self._agent.models,
            self._agent.pipeline.holdings.ridge,
            seed=self._effort.seed,
            mix={sort: MIX[sort] for sort in sorts},
            progress=self._step("making requests from the catalog"),
        )
        for note in known.notes:
            self._note(note)
        return known

    def _step(self, doing: str) -> Callable[[int, int], None]:
        stage = f"{self._stage}: {doing}"
        return lambda done, total: self._tell(TuneProgress(stage, done, total))

    def _note(self, note: str) -> None:
        self._notes[self._stage].append(note)

    # Stop and go on

    def _remember(self) -> None:
        if self._dry_run:
            return
        done = {name: [finding_json(finding) for finding in findings] for name, findings in self._findings_of.items()}
        state = {"identity": self._identity, "done": done, "notes": self._notes}
        self._store.set_setting(PROGRESS, json.dumps(state, ensure_ascii=False))

    def _resume(self) -> None:
        saved = self._store.setting(PROGRESS)
        state = json.loads(saved) if saved else {}
        if state.get("identity") == self._identity:  # findings about another catalog or effort are worth nothing here
            self._findings_of = {name: [finding_from_json(row) for row in rows] for name, rows in state["done"].items()}
            self._notes = {name: list(notes) for name, notes in state["notes"].items()}

    @cached_property
    def _identity(self) -> str:
        """Changes with the catalog, what people did, the models and the search."""
        identity = hashlib.sha256(repr((self._effort, self._store.interaction_state().n_events)).encode())
        identity.update(repr(self._agent.models.config).encode())
        for item_id, digest in self._store.digests().items():
            identity.update(f"{item_id} {digest}\n".encode())
        return identity.hexdigest()


__all__ = ["TuneProgress", "TuneReport", "tune"]
