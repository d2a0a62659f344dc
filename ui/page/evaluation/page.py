"""The evaluation page: which fusion and which weights are good for this catalog, measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import gradio as gr

from agent.errors import TastemakerError
from agent.evaluate.evaluate import KNOWN_ITEMS
from retrieval.evaluation.splits import SPLITS
from retrieval.fusion.catalogue import NAMES
from ui.errors.refusals import NotReady
from ui.page.evaluation.view import compared_html, in_use_html, judged_by_html, report_html, when
from ui.page.shared.frame import panel
from ui.page.shared.job_panel import PRIVATE, JobPanel, JobWatch, starting
from ui.page.shared.job_view import failure_html, line_html
from ui.page.shared.words import Words, label
from ui.service.experiments import apply_tuning, evaluation, reset_tuning, tuned_of, tuning
from ui.service.reports import KeptReport, Reports
from ui.service.service import Service

ALL = "all"
JUDGES = [*sorted(SPLITS), KNOWN_ITEMS]
MOST_TRIALS, MOST_K, MOST_SECONDS = 500, 100, 24 * 3600


def evaluation_page(service: Service) -> None:
    """Lay the page out, and have it answer."""
    with gr.Column(elem_classes="tm-page"):
        gr.Markdown(label("evaluation.h1"))
        judged = panel("judged")
        job = JobPanel(service)
        answers = EvaluationAnswers(service, job.watch)
        notice = panel("told")
        with gr.Row():
            with gr.Column(min_width=300):
                splits = _evaluating(answers, [notice, *job.parts])
            with gr.Column(min_width=300):
                in_use = _tuning(answers, notice, [notice, *job.parts])
        gr.Markdown(label("evaluation.results_h2"))
        _results(answers, job, notice, [judged, splits, in_use])


def _evaluating(answers: EvaluationAnswers, begun: list[Any]) -> gr.Dropdown:
    """Lay out what evaluates. Returns: the splits, which are there where people did something."""
    gr.Markdown(label("evaluation.evaluate_h2"))
    fusions = gr.Dropdown([ALL, *NAMES], value=["weighted"], multiselect=True, label=label("evaluation.fusions"))
    ablate = gr.Checkbox(value=True, label=label("evaluation.ablate"))
    splits = gr.Dropdown(JUDGES, value=[], multiselect=True, label=label("evaluation.splits"), visible=False)
    with gr.Row():
        k = gr.Number(10, label=label("evaluation.k"), precision=0, minimum=1, maximum=MOST_K, min_width=100)
        seed = gr.Number(0, label=label("evaluation.seed"), precision=0, minimum=0, min_width=100)
    go = gr.Button(label("evaluation.evaluate"), variant="primary")
    go.click(answers.evaluate, [fusions, ablate, splits, k, seed], begun, **PRIVATE)
    return splits


def _tuning(answers: EvaluationAnswers, notice: gr.HTML, begun: list[Any]) -> gr.HTML:
    """Lay out what tunes. Returns: what is in use."""
    gr.Markdown(label("tuning.h2"))
    in_use = panel("in-use")
    trials = gr.Slider(5, MOST_TRIALS, value=60, step=5, label=label("tuning.trials"))
    with gr.Row():
        within = gr.Number(
            600, label=label("tuning.within"), precision=0, minimum=5, maximum=MOST_SECONDS, min_width=100
        )
        seed = gr.Number(0, label=label("evaluation.seed"), precision=0, minimum=0, min_width=100)
    go = gr.Button(label("tuning.tune"), variant="primary")
    reset = gr.Button(label("tuning.reset"), size="sm")
    go.click(answers.tune, [trials, within, seed], begun, **PRIVATE)
    reset.click(answers.reset, None, [notice, in_use], **PRIVATE)
    return in_use


def _results(answers: EvaluationAnswers, job: JobPanel, notice: gr.HTML, state: list[Any]) -> None:
    newest = gr.State("")
    with gr.Row():
        first = gr.Dropdown(label=label("evaluation.report"), choices=[], value=None)
        second = gr.Dropdown(label=label("evaluation.compare_with"), choices=[], value=None)
    apply = gr.Button(label("tuning.apply"), variant="primary", visible=False)
    shown = panel("results")
    looked = [*job.parts, newest, first, second]
    job.timer.tick(answers.look, [newest], looked, queue=False, **PRIVATE)
    job.timer.tick(answers.after, None, state, queue=False, **PRIVATE)
    gr.on(None, answers.look, None, looked, **PRIVATE)
    gr.on(None, answers.state, None, state, **PRIVATE)
    for chosen in (first, second):
        chosen.change(answers.show, [first, second], [shown, apply], **PRIVATE)
    apply.click(answers.put_to_use, [first], [notice, state[-1]], **PRIVATE)


class EvaluationAnswers:
    """What becomes of evaluating, tuning, and looking at reports."""

    def __init__(self, service: Service, watch: JobWatch) -> None:
        self._service = service
        self._watch = watch
        self._reports = Reports(service.workspace)

    # What is done

    def evaluate(
        self, fusions: list[str], ablate: bool, splits: list[str], k: float, seed: float, request: gr.Request
    ) -> list[Any]:
        """Begin to evaluate."""

        def start() -> None:
            from agent.evaluate.evaluate import Wanted
            from retrieval.evaluation.judging import Rules

            rules = Rules(_between(k, 1, MOST_K, 10), _between(seed, 0, 2**31, 0))
            wanted = Wanted(fusions=fusions or ["weighted"], ablate=ablate, splits=splits, rules=rules)
            self._service.jobs.start("evaluation", evaluation(self._service.agent, wanted, self._reports))

        return self._begin(start, request)

    def tune(self, trials: float, within: float, seed: float, request: gr.Request) -> list[Any]:
        """Begin to search settings."""

        def start() -> None:
            from retrieval.tuning.fusions import Effort

            effort = Effort(trials=_between(trials, 2, MOST_TRIALS, 60), seed=_between(seed, 0, 2**31, 0))
            seconds = _between(within, 5, MOST_SECONDS, 600)
            self._service.jobs.start("tuning", tuning(self._service.agent, effort, seconds, self._reports))

        return self._begin(start, request)

    def _begin(self, start: Callable[[], None], request: gr.Request) -> list[Any]:
        words, failure = Words.of(request), ""
        try:
            start()
        except TastemakerError as error:
            failure = failure_html(error, words)
        return [failure, *self._watch.view(words)]

    def put_to_use(self, first: str | None, request: gr.Request) -> list[Any]:
        """Have what a tuning found used from now on."""

        def change() -> str:
            report = self._reports.find(first or "")
            if report is not None:
                self._service.run(lambda agent: apply_tuning(agent, report))
            return "tuning.applied"

        return self._change(change, request)

    def reset(self, request: gr.Request) -> list[Any]:
        """Go back to the defaults."""

        def change() -> str:
            self._service.run(reset_tuning)
            return "tuning.was_reset"

        return self._change(change, request)

    def _change(self, change: Callable[[], str], request: gr.Request) -> list[Any]:
        words = Words.of(request)
        try:
            line = line_html(words(change()), words)
        except TastemakerError as error:
            return [failure_html(error, words), gr.skip()]
        return [line, self._in_use(words)]

    # What is seen

    def after(self, request: gr.Request) -> list[Any]:
        """The state once a job has ended."""
        return [gr.skip()] * 3 if self._watch.ticking else self.state(request)

    def state(self, request: gr.Request) -> list[Any]:
        """By what is judged here, and what is in use."""
        words = Words.of(request)
        if starting(self._service):
            return [gr.skip()] * 3
        try:
            state = self._service.agent.workspace.store.interaction_state()
        except NotReady as error:
            return [failure_html(error, words), gr.skip(), ""]
        judged = judged_by_html(state.n_events, state.n_users, words)
        return [judged, gr.update(visible=state.n_events > 0), self._in_use(words)]

    def _in_use(self, words: Words) -> str:
        return in_use_html(self._service.agent.pipeline.tuned, words)

    def look(self, request: gr.Request, newest: str = "") -> list[Any]:
        """How the job stands; and once there is a new report, that one."""
        ids = self._reports.ids()
        panel = self._watch.view(Words.of(request))
        # reports are read only when there is a new one: this is asked for again and again
        reports = self._existing(ids) if ids[:1] != [newest] else []
        if not reports:
            return [*panel, gr.skip(), gr.skip(), gr.skip()]
        choices = [(when(report), report.id) for report in reports]
        others = gr.update(choices=[("–", ""), *choices])
        return [*panel, reports[0].id, gr.update(choices=choices, value=reports[0].id), others]

    def show(self, first: str | None, second: str | None, request: gr.Request) -> tuple[str, Any]:
        """One report, or two side by side; and whether the first can be put to use."""
        words = Words.of(request)
        reports = self._existing(dict.fromkeys((first or "", second or "")))
        compared = compared_html(reports[0], reports[1], words) if len(reports) == 2 else ""
        return compared + "".join(report_html(report, words) for report in reports), gr.update(visible=_useful(reports))

    def _existing(self, ids: Iterable[str]) -> list[KeptReport]:
        return [report for id in ids if (report := self._reports.find(id)) is not None]


def _useful(reports: list[KeptReport]) -> bool:
    """Whether the first report has something to put to use."""
    tuned = tuned_of(reports[0]) if reports else None
    return tuned is not None and any(finding.verdict.kept for finding in tuned.findings)


def _between(given: float | None, low: int, high: int, usual: int) -> int:
    return usual if given is None else max(low, min(high, int(given)))
