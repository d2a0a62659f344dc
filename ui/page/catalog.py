"""The catalog page: choose a catalog, look at it, bring it in, and see what the machine saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from agent.errors import TastemakerError
from agent.ingest import IngestReport
from ui.access import Access
from ui.catalogs import FOLDER, Catalogs, Chosen, pointed
from ui.jobs import Report
from ui.page.catalog_view import field_rows, ingested_html, preview_html
from ui.page.frame import panel
from ui.page.job_panel import PRIVATE, JobPanel
from ui.page.job_view import failure_html, line_html
from ui.page.seen import seen_section
from ui.page.words import Words, label
from ui.preview import declare, preview, uses_of
from ui.refusals import JobRunning
from ui.service import Service

FILE_TYPES = [".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".gz", ".parquet", ".zip"]
ROW = '{"id": "7", "title": "Harbour lamp", "image": "lamp.jpg", "price": 39, "material": "brass"}'
HEADERS = ("field", "type", "filterable", "searchable", "hidden", "left_out")


def catalog_page(service: Service, access: Access) -> None:
    """Lay the page out, and have it answer."""
    with gr.Column(elem_classes="tm-page"):
        gr.Markdown(label("catalog.h1"))
        gr.Markdown(label("catalog.hint"))
        gr.Markdown(f"```json\n{ROW}\n```", buttons=[])
        job = JobPanel(service)
        _CatalogPage(service, job, local=access.token is None)
        gr.Markdown(label("catalog.seen_h2"))
        seen_section(service, job)


class _CatalogPage:
    """Choosing, looking and bringing in."""

    def __init__(self, service: Service, job: JobPanel, *, local: bool) -> None:
        self._service = service
        self._catalogs = Catalogs(service.workspace / FOLDER)
        self._panel = job
        self._resume = gr.Button(label("catalog.resume"), visible=False, size="sm")
        self._report = panel("ingested")
        self._chosen = gr.State(None)
        with gr.Row(equal_height=True):
            with gr.Column(min_width=280):
                file = gr.File(label=label("catalog.file"), file_types=FILE_TYPES, type="filepath", height=160)
            with gr.Column(min_width=280, visible=local):
                path = gr.Textbox(label=label("catalog.path"), info=label("catalog.path_info"))
        look = gr.Button(label("catalog.preview"))
        self._preview = panel("preview")
        self._fields = gr.Dataframe(
            label=label("catalog.fields"),
            datatype=["str", "str", "bool", "bool", "bool", "bool"],
            type="array",
            static_columns=[0],
            column_count=len(HEADERS),
            interactive=True,
            visible=False,
            wrap=True,
            max_height=420,
        )
        self._ingest = gr.Button(label("catalog.ingest"), variant="primary", visible=False)
        self._wire(file, path, look, local=local)

    def _wire(self, file: gr.File, path: gr.Textbox, look: gr.Button, *, local: bool) -> None:
        given: list[Any] = [file, path] if local else [file]
        looked = [self._chosen, self._preview, self._fields, self._ingest]
        for happens in (file.upload, look.click, path.submit):
            happens(self._look if local else self._look_at_file, given, looked, api_visibility="private")
        running = [*self._panel.parts, self._resume, self._report]
        begun = [self._preview, self._fields, self._ingest, *running]
        self._ingest.click(self._begin, [self._chosen, self._fields], begun, **PRIVATE)
        self._resume.click(self._go_on, None, begun, **PRIVATE)
        self._panel.timer.tick(self._view, None, running, queue=False, **PRIVATE)
        gr.on(None, self._view, None, running, **PRIVATE)

    def _look_at_file(self, file: str | None, request: gr.Request) -> list[Any]:
        return self._look(file, "", request)

    def _look(self, file: str | None, path: str, request: gr.Request) -> list[Any]:
        """Keep what was sent, or find what was pointed at, and show its beginning."""
        words = Words.of(request)
        hidden = gr.update(visible=False)
        if not file and not path.strip():
            return [None, line_html(words("catalog.nothing_chosen"), words), hidden, hidden]
        try:
            if self._panel.running:
                raise JobRunning(words("catalog.busy"), words("catalog.busy_hint"))
            catalog = self._catalogs.keep(Path(file), Path(file).name) if file else pointed(path)
            found = preview(catalog)
        except TastemakerError as error:
            return [None, failure_html(error, words), hidden, hidden]
        headers = [words(f"catalog.field_{name}") for name in HEADERS]
        table = {"headers": headers, "data": field_rows(found)}
        shown = preview_html(found, catalog.name, words)
        return [str(catalog), shown, gr.update(value=table, visible=True), gr.update(visible=bool(found.items))]

    def _begin(self, catalog: str | None, fields: Sequence[Sequence[object]], request: gr.Request) -> list[Any]:
        """Declare what was changed, and begin to bring the catalog in."""

        def choose() -> Chosen:
            path = Path(catalog or "")
            return Chosen(path, declare(path, preview(path).schema, uses_of(fields)))

        return self._start(choose if catalog else self._catalogs.unfinished, request)

    def _go_on(self, request: gr.Request) -> list[Any]:
        return self._start(self._catalogs.unfinished, request)

    def _start(self, choose: Callable[[], Chosen | None], request: gr.Request) -> list[Any]:
        words, gone = Words.of(request), gr.update(visible=False)
        shown = ["", gone, gone]
        try:
            agent, chosen = self._service.agent, choose()
            if chosen is not None:

                def work(report: Report) -> IngestReport:
                    done = self._service.ingest(agent, chosen.path, report, exclude=chosen.exclude)
                    self._catalogs.remember(chosen, finished=True)
                    return done

                self._service.jobs.start("ingest", work)
                self._catalogs.remember(chosen)
        except TastemakerError as error:
            shown = [failure_html(error, words), gr.skip(), gr.skip()]
        return [*shown, *self._view(request)]

    def _view(self, request: gr.Request) -> list[Any]:
        """How the job stands, for this page."""
        words, state = Words.of(request), self._panel.state
        waiting = not self._panel.running and self._catalogs.unfinished() is not None
        result = state.result if state is not None else None
        report = ingested_html(result, words) if isinstance(result, IngestReport) else ""
        return [*self._panel.view(words), gr.update(visible=waiting), report]
