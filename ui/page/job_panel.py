"""Long work on a page: how it stands, and a button that stops it. It goes on when the page is left."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.jobs import JobState
from ui.page.job_view import job_html
from ui.page.words import Words, label
from ui.service import Service

POLL_S = 0.7
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class JobPanel:
    """The job of the server, wherever it was started.

    Attributes:
        parts: What `view` gives new values for.
        timer: Ticks while a job is running, and not otherwise.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        shown = gr.HTML()
        stop = gr.Button(label("job.stop"), variant="stop", visible=False, size="sm")
        self.timer = gr.Timer(POLL_S, active=False)
        self.parts: list[Any] = [shown, stop, self.timer]
        stop.click(self._stop, outputs=self.parts, **PRIVATE)

    @property
    def state(self) -> JobState | None:
        """How the present or latest job stands."""
        job = self._service.jobs.current
        return None if job is None else job.state

    @property
    def running(self) -> bool:
        """Whether a job is at work."""
        state = self.state
        return state is not None and state.phase == "running"

    def view(self, words: Words) -> list[Any]:
        """Values of `parts`."""
        running = self.running
        return [job_html(self.state, words), gr.update(visible=running), gr.Timer(active=running)]

    def _stop(self, request: gr.Request) -> list[Any]:
        if (job := self._service.jobs.current) is not None:
            job.cancel()
        return self.view(Words.of(request))
