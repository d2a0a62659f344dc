"""What stands on every page: its name, the way to the others, and how the server is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import gradio as gr

from ui.guard.access import LOGIN_COOKIE
from ui.guard.doors import OPERATOR, CallerRole, role_for_call, role_of
from ui.page.shared.reader import Reader
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
        Ticks until the server has something to answer from, and while a job runs.
    """
    began = time.monotonic()
    top = panel(f"top-{here}")
    timer = gr.Timer(LOOK_S)

    def look(request: gr.Request) -> tuple[str, gr.Timer]:
        status, job = service.status(), service.jobs.current
        # without a catalog too: one may be brought in here, on another page, or by somebody else
        busy = status.phase != "ready" or (job is not None and job.state.phase == "running")
        seconds, can_leave, role = int(time.monotonic() - began), LOGIN_COOKIE in request.cookies, role_of(request)
        reader = Reader(Words.of(request), service.shop, operator=role is OPERATOR)
        return header(status, here, seconds, reader, role=role, can_leave=can_leave), gr.Timer(active=busy)

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


PAGES = (
    ("chat", "/"),
    ("catalog", "/catalog"),
    ("overview", "/overview"),
    ("evaluation", "/evaluation"),
    ("profile", "/profile"),
)


def header(
    status: Status,
    here: str,
    seconds: int,
    reader: Reader,
    *,
    role: CallerRole = OPERATOR,
    can_leave: bool = False,
) -> str:
    """Name, pages and status line; visitors are told only what keeps them from asking.

    Args:
        here: Name of the page.
        seconds: Since the server began to start.
        role: Of the reader, who is shown the way to those pages that are theirs.
        can_leave: Whether the reader has logged in.
    """
    pages = [(name, address) for name, address in PAGES if role_for_call("GET", address) <= role]
    words = reader.words
    told = f"status.{status.phase}" if reader.operator else f"status.{status.phase}_for_visitors"
    text = words(told, text=status.text, hint=status.hint, seconds=seconds)
    models = _models(status, words) if reader.operator and status.phase == "ready" else ""
    names = {part: words(f"chat.{part}") for part in PARTS}
    state = {"phase": status.phase, "text": text, "models": models, "shop": reader.shop}
    return html("header", words, pages=pages, here=here, names=names, can_leave=can_leave, **state)


def _models(status: Status, words: Words) -> str:
    llm = status.models.get("llm", "none")
    return words("status.runs", llm=words("status.no_model") if llm == "none" else llm, device=status.device)


REFUSED = tuple(f"refused_{status}" for status in (403, 413, 422, 429, 507))
PARTS = (*("box", "send", "stop", "attach", "record", "remove_file", "problem"), *REFUSED)
"""Words that our script needs: names for parts of the box, which Gradio leaves without any, and refusals of files."""
