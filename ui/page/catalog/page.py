"""The catalog page: choose a catalog, look at it, bring it in, and see what the machine saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from agent.errors import TastemakerError
from agent.ingest.catalog import IngestReport
from ui.guard.visitors import known_visitor, visitor_of
from ui.page.catalog.seen import seen_section
from ui.page.catalog.view import ingested_html, preview_html
from ui.page.shared.frame import panel
from ui.page.shared.job_panel import PRIVATE, JobPanel, JobWatch
from ui.page.shared.job_view import failure_html, line_html
from ui.page.shared.words import Words, label
from ui.service.catalogs import FOLDER, Catalogs, Chosen, media_paths, pointed
from ui.service.preview import declare, declare_columns, preview, uses_in

if TYPE_CHECKING:
    from ui.guard.access import Access
    from ui.service.jobs import Report
    from ui.service.service import Service

FILE_TYPES = [".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".item", ".xlsx", ".ods", ".parquet", ".zip"]
ROW = '{"id": "7", "title": "Harbour lamp", "image": "lamp.jpg", "price": 39, "material": "brass"}'


def catalog_page(service: Service, access: Access) -> None:
    """Lay the page out, and have it answer."""
    with gr.Column(elem_classes="tm-page"):
        gr.Markdown(label("catalog.h1"))
        gr.Markdown(label("catalog.hint"))
        gr.Markdown(f"```\n{ROW}\n```")  # without a language: its colours are too pale to read
        job = JobPanel(service)
        _choosing(CatalogAnswers(service, job.watch, local=access.token is None), job)
        gr.Markdown(label("catalog.seen_h2"))
        seen_section(service, job)


def _choosing(answers: CatalogAnswers, job: JobPanel) -> None:
    resume = gr.Button(label("catalog.resume"), visible=False, size="sm")
    report, chosen = panel("ingested"), gr.State(None)
    with gr.Row(equal_height=True):
        with gr.Column(min_width=280):
            file = gr.File(label=label("catalog.file"), file_types=FILE_TYPES, type="filepath", height=160)
        with gr.Column(min_width=280, visible=answers.local):
            path = gr.Textbox(label=label("catalog.path"), info=label("catalog.path_info"))
    look = gr.Button(label("catalog.preview"))
    notice, shown = panel("catalog-told"), panel("preview")
    for happens in (file.upload, look.click, path.submit):
        # as it was sent: what Gradio makes of a file leaves an empty one behind each time
        happens(answers.look, [file, path], [chosen, notice, shown], preprocess=False, api_visibility="private")
    stands = [*job.parts, resume, report]
    shown.click(answers.press, [chosen], [notice, shown, *stands], **PRIVATE)
    resume.click(answers.go_on, None, [notice, shown, *stands], **PRIVATE)
    job.timer.tick(answers.view, None, stands, queue=False, **PRIVATE)
    gr.on(None, answers.view, None, stands, **PRIVATE)


class CatalogAnswers:
    """What becomes of choosing, looking and bringing in.

    Attributes:
        local: Whether a catalog may be one of the server's own files.
    """

    def __init__(self, service: Service, watch: JobWatch, *, local: bool) -> None:
        self.local = local
        self._service = service
        self._watch = watch
        self._catalogs = Catalogs(service.workspace / FOLDER, self._named)
        service.traces.register("catalogs looked at", self._catalogs)

    def look(self, file: Mapping[str, Any] | None, path: str, request: gr.Request) -> list[Any]:
        """The path of what was sent or pointed at, what was wrong with it, and its beginning."""
        words = Words.of(request)
        try:
            catalog = self._sent(file, request) if file else self._pointed_at(path)
            if catalog is None:
                return [None, line_html(words("catalog.nothing_chosen"), words), ""]
            return [str(catalog), "", preview_html(preview(catalog), catalog.name, words)]
        except TastemakerError as error:
            return [None, failure_html(error, words), ""]

    def press(self, catalog: str | None, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Declare what a form changed, and begin to bring the catalog in."""
        form: dict[str, Any] = event._data or {}
        if catalog is not None and form.get("act") == "columns":
            return [*self._taken_otherwise(Path(catalog), form, Words.of(request)), *self.view(request)]
        if catalog is None or form.get("act") != "ingest":
            return [gr.skip(), gr.skip(), *self.view(request)]

        def choose() -> Chosen:
            path = self._catalogs.present(Path(catalog))
            return Chosen(path, declare(path, preview(path).schema, uses_in(form)))

        return self._start(choose, request)

    def _taken_otherwise(self, catalog: Path, form: Mapping[str, object], words: Words) -> list[Any]:
        """What was wrong with the columns that a form chooses, and the beginning of the catalog by them."""
        try:
            path = self._catalogs.present(catalog)
            declare_columns(path, preview(path).taken, form)
            return ["", preview_html(preview(path), path.name, words)]
        except TastemakerError as error:
            return [failure_html(error, words), gr.skip()]

    def go_on(self, request: gr.Request) -> list[Any]:
        """Bring in the rest of what was begun last."""
        return self._start(self._catalogs.unfinished, request)

    def view(self, request: gr.Request) -> list[Any]:
        """How the job stands, whether there is something to go on with, and what came of it."""
        words, state = Words.of(request), self._watch.state
        waiting = not self._watch.running and self._catalogs.unfinished() is not None
        result = state.result if state is not None else None
        report = ingested_html(result, words) if isinstance(result, IngestReport) else ""
        return [*self._watch.view(words), gr.update(visible=waiting), report]

    def _sent(self, file: Mapping[str, Any], request: gr.Request) -> Path:
        """A catalog that this visitor sent."""
        upload = self._service.uploads.at(str(file["path"]), known_visitor(request.cookies))
        return self._catalogs.stage(upload.path, upload.name, visitor_of(request.cookies) or "")

    def _pointed_at(self, path: str) -> Path | None:
        return pointed(path) if self.local and path.strip() else None

    def _named(self) -> set[str]:
        return media_paths(self._service.agent.workspace.store.items())

    def _start(self, choose: Callable[[], Chosen | None], request: gr.Request) -> list[Any]:
        shown: list[Any] = ["", ""]
        try:
            agent, chosen = self._service.agent, choose()
            if chosen is not None:

                def work(report: Report) -> IngestReport:
                    # only now, when no other ingest can be reading what lies there
                    kept = Chosen(self._catalogs.keep(chosen.path), chosen.exclude)
                    self._catalogs.remember(kept)  # first, so that a stop or a crash leaves something to go on with
                    done = self._service.ingest(agent, kept.path, report, exclude=kept.exclude)
                    self._catalogs.remember(kept, finished=True)
                    self._catalogs.tidy(kept.path)
                    return done

                self._service.jobs.start("ingest", work)
        except TastemakerError as error:
            shown = [failure_html(error, Words.of(request)), gr.skip()]
        return [*shown, *self.view(request)]
