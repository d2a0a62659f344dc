"""What the machine saw in each picture, to be looked through and put right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from agent.errors import RequestError, TastemakerError
from ui.errors.refusals import NotReady
from ui.page.catalog.view import AT_ONCE, Seen, one_line, seen_html, seen_in
from ui.page.shared.frame import panel
from ui.page.shared.job_panel import PRIVATE, JobPanel
from ui.page.shared.job_view import failure_html, line_html
from ui.page.shared.words import Words, label

if TYPE_CHECKING:
    from retrieval.items import Item
    from ui.service.service import Service

Keys = list[tuple[str, str]]  # item and medium of each description on the page
SHOWN = "() => ({visible: true, __type__: 'update'})"  # of a button, once there is something to save


def seen_section(service: Service, job: JobPanel) -> None:
    """Lay the section out, and have it answer.

    Args:
        job: After whose end there is more to see.
    """
    answers = SeenAnswers(service)
    at, keys = gr.State(0), gr.State([])
    with gr.Row(elem_classes="tm-search"):
        query = gr.Textbox(label=label("catalog.search_seen"), scale=3)
        find = gr.Button(label("catalog.find"), scale=0, min_width=110)
    notice = panel("seen-told")
    slots = [_Slot(number) for number in range(AT_ONCE)]
    with gr.Row():
        back = gr.Button(label("catalog.back"), size="sm")
        on = gr.Button(label("catalog.on"), size="sm")
    shown = [at, keys, notice, *(part for slot in slots for part in slot.parts)]
    for happens in (find.click, query.submit):
        happens(answers.find, [query], shown, **PRIVATE)
    back.click(answers.back, [query, at], shown, **PRIVATE)
    on.click(answers.on, [query, at], shown, **PRIVATE)
    for number, slot in enumerate(slots):
        slot.save.click(answers.saver(number), [keys, slot.text], [notice, slot.shown, slot.save], **PRIVATE)

    def after(query: str, at: int, request: gr.Request) -> list[Any]:
        return [gr.skip()] * len(shown) if job.watch.ticking else answers.page(query, at, Words.of(request))

    gr.on(None, answers.open, None, shown, **PRIVATE)
    job.timer.tick(after, [query, at], shown, queue=False, **PRIVATE)


class _Slot:
    """Room for one description."""

    def __init__(self, number: int) -> None:
        with gr.Row(visible=False, elem_classes="tm-slot") as self.row:
            with gr.Column(scale=2, min_width=180):
                self.shown = panel(f"seen-{number}")
            with gr.Column(scale=5, min_width=240):
                self.text = gr.Textbox(lines=3, max_lines=8)
                self.save = gr.Button(label("catalog.save_description"), size="sm", visible=False)
        self.text.input(None, None, self.save, js=SHOWN, api_visibility="private")

    @property
    def parts(self) -> list[Any]:
        return [self.row, self.shown, self.text, self.save]


class SeenAnswers:
    """What becomes of searching, turning over and saving."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def open(self, request: gr.Request) -> list[Any]:
        """The first descriptions of all."""
        return self.page("", 0, Words.of(request))

    def find(self, query: str, request: gr.Request) -> list[Any]:
        """The first descriptions that hold the words of a query."""
        return self.page(query, 0, Words.of(request))

    def back(self, query: str, at: int, request: gr.Request) -> list[Any]:
        """The descriptions before those that are shown."""
        return self.page(query, at - AT_ONCE, Words.of(request))

    def on(self, query: str, at: int, request: gr.Request) -> list[Any]:
        """The descriptions behind those that are shown."""
        return self.page(query, at + AT_ONCE, Words.of(request))

    def page(self, query: str, at: int, words: Words) -> list[Any]:
        """The descriptions from number `at` on: where that is, their keys, a line about them, and each one's parts."""
        matches = seen_in(self._items(), query)
        at = max(0, min(at, (len(matches) - 1) // AT_ONCE * AT_ONCE))
        shown = matches[at : at + AT_ONCE]
        keys = [(seen.item_id, seen.media) for seen in shown]
        where = words("catalog.seen_of", first=at + 1, last=at + len(shown), n=f"{len(matches):,}")
        parts = [part for seen in shown for part in _slot_of(seen, words)]
        empty = [gr.update(visible=False), "", "", gr.update(visible=False)] * (AT_ONCE - len(shown))
        line = line_html(where if shown else words("catalog.nothing_seen"), words)
        return [at, keys, line, *parts, *empty]

    def saver(self, number: int) -> Callable[[Keys, str, gr.Request], tuple[Any, Any, Any]]:
        """What saves the description with this number on the page."""

        def save(keys: Keys, text: str, request: gr.Request) -> tuple[Any, Any, Any]:
            words = Words.of(request)
            if number >= len(keys):
                return gr.skip(), gr.skip(), gr.skip()
            item_id, media = keys[number]
            try:
                item = self._service.run(lambda agent: agent.edit_description(item_id, media, text))
            except TastemakerError as error:
                return failure_html(error, words), gr.skip(), gr.skip()
            edited = next(seen for seen in seen_in([item], "") if seen.media == media)
            line = line_html(words("catalog.saved", title=one_line(item.title)), words)
            return line, seen_html(edited, words), gr.update(visible=False)

        return save

    def _items(self) -> list[Item]:
        try:
            return list(self._service.agent.pipeline.snapshot.items)
        except (NotReady, RequestError):  # nothing is there yet
            return []


def _slot_of(seen: Seen, words: Words) -> list[Any]:
    """New values for the parts of a slot, in which this description stands then."""
    text = gr.update(value=seen.text, label=words("catalog.description_of", title=seen.title))
    return [gr.update(visible=True), seen_html(seen, words), text, gr.update(visible=False)]
