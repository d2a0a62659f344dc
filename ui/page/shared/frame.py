"""What stands on every page: its name, the way to the others, and how the server is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import gradio as gr

from ui.page.shared.templating import html
from ui.page.shared.words import Words

if TYPE_CHECKING:
    from ui.service.service import Service, Status

LOOK_S = 1.0
DRAWN = (
    "(function go() { window.tastemaker ? tastemaker.mount(element, trigger, props, watch) : setTimeout(go, 15) })()"
)


def panel(name: str) -> gr.HTML:
    """A part of the page that our script draws, and whose buttons tell the server what was pressed."""
    return gr.HTML("", html_template="", js_on_load=DRAWN, elem_id=f"tm-{name}", apply_default_css=False)


def frame(page: gr.Blocks, service: Service, here: str) -> gr.Timer:
    """Lay the head of a page out.

    Args:
        page: All pages; the one that is laid out now is its present one.
        here: Name of the page.

    Returns:
        Ticks until the server has started, or while a job runs.
    """
    began = time.monotonic()
    top = panel(f"top-{here}")
    timer = gr.Timer(LOOK_S)

    def look(request: gr.Request) -> tuple[str, gr.Timer]:
        status, job = service.status(), service.jobs.current
        busy = status.phase == "starting" or (job is not None and job.state.phase == "running")
        return header(status, here, int(time.monotonic() - began), Words.of(request)), gr.Timer(active=busy)

    gr.on(
        [timer.tick, page.load],
        look,
        None,
        [top, timer],
        show_progress="hidden",
        api_visibility="private",
        queue=False,
    )
    return timer


PAGES = (("chat", "/"), ("catalog", "/catalog"), ("evaluation", "/evaluation"), ("profile", "/profile"))


def header(status: Status, here: str, seconds: int, words: Words) -> str:
    """Name, pages and status line.

    Args:
        here: Name of the page.
        seconds: Since the server began to start.
    """
    text = words(f"status.{status.phase}", text=status.text, hint=status.hint, seconds=seconds)
    llm = status.models.get("llm", "none")
    name = words("status.no_model") if llm == "none" else llm
    models = words("status.runs", llm=name, device=status.device) if status.phase == "ready" else ""
    names = {part: words(f"chat.{part}") for part in PARTS}
    return html("header", words, pages=PAGES, here=here, phase=status.phase, text=text, models=models, names=names)


PARTS = ("box", "send", "stop", "attach", "record", "remove_file")  # of the box, which Gradio leaves without a name
