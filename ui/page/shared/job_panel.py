"""Long work on a page: how it stands, and a button that stops it. It goes on when the page is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from ui.page.shared.frame import panel
from ui.page.shared.job_view import job_html
from ui.page.shared.words import Words, label

if TYPE_CHECKING:
    from ui.service.jobs import JobState
    from ui.service.service import Service

POLL_S = 0.7
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def starting(service: Service) -> bool:
    """Whether models are still being loaded, so that a page has to be filled later."""
    return service.status().phase == "starting"


class JobWatch:
    """The job of the server, wherever it was started."""

    def __init__(self, service: Service) -> None:
        self._service = service

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

    @property
    def ticking(self) -> bool:
        """Whether the page is to be filled again later."""
        return self.running or starting(self._service)

    def view(self, words: Words) -> list[Any]:
        """How it stands, whether it can be stopped, and whether to look again: values of a panel's parts."""
        ticking = self.ticking  # before the state is read: what ends in between is shown by one more tick
        shown = job_html(self.state, words)
        return [shown, gr.update(visible=self.running), gr.Timer(active=ticking)]

    def stop(self, request: gr.Request) -> list[Any]:
        """Have the job end, and show how it stands."""
        self._service.jobs.cancel()
        return self.view(Words.of(request))


class JobPanel:
    """A job on a page.

    Attributes:
        watch: Says how it stands.
        parts: What `watch.view` gives new values for.
        timer: Ticks while the server starts or a job is running, once more after that, and not otherwise.
    """

    def __init__(self, service: Service) -> None:
        self.watch = JobWatch(service)
        shown = panel("job")
        stop = gr.Button(label("job.stop"), variant="stop", visible=False, size="sm")
        self.timer = gr.Timer(POLL_S, active=False)
        self.parts: list[Any] = [shown, stop, self.timer]
        stop.click(self.watch.stop, None, self.parts, **PRIVATE)
