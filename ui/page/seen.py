"""What the machine saw in each picture, to be looked through and put right."""

from __future__ import annotations

from typing import Any

import gradio as gr

from agent.errors import RequestError, TastemakerError
from retrieval.items import Item
from ui.page.catalog_view import AT_ONCE, Seen, one_line, seen_html, seen_in
from ui.page.frame import panel
from ui.page.job_panel import PRIVATE, JobPanel
from ui.page.job_view import failure_html, line_html
from ui.page.words import Words, label
from ui.refusals import NotReady
from ui.service import Service

SHOWN = "() => ({visible: true, __type__: 'update'})"  # of a button, once there is something to save


def seen_section(service: Service, job: JobPanel) -> None:
    """Lay it out, and have it answer.

    Args:
        job: After whose end there is more to see.
    """
    _SeenSection(service, job)


class _Slot:
    """Room for one description."""

    def __init__(self, number: int) -> None:
        with gr.Row(visible=False, elem_classes="tm-slot") as self.group:
            with gr.Column(scale=1, min_width=180):
                self.shown = panel(f"seen-{number}")
            with gr.Column(scale=2, min_width=240):
                self.text = gr.Textbox(lines=3, max_lines=8)
                self.save = gr.Button(label("catalog.save_description"), size="sm", visible=False)
        self.text.input(None, None, self.save, js=SHOWN, api_visibility="private")

    @property
    def parts(self) -> list[Any]:
        return [self.group, self.shown, self.text, self.save]


class _SeenSection:
    def __init__(self, service: Service, job: JobPanel) -> None:
        self._service = service
        self._job = job
        self._at = gr.State(0)
        self._keys = gr.State([])
        with gr.Row():
            self._asked = gr.Textbox(label=label("catalog.search_seen"), scale=3)
            find = gr.Button(label("catalog.find"), scale=1)
        self._told = panel("seen-told")
        self._slots = [_Slot(number) for number in range(AT_ONCE)]
        with gr.Row():
            back = gr.Button(label("catalog.back"), size="sm")
            on = gr.Button(label("catalog.on"), size="sm")
        self._outputs = [self._at, self._keys, self._told, *(part for slot in self._slots for part in slot.parts)]
        for happens in (find.click, self._asked.submit):
            happens(self._first, [self._asked], self._outputs, **PRIVATE)
        back.click(self._back, [self._asked, self._at], self._outputs, **PRIVATE)
        on.click(self._on, [self._asked, self._at], self._outputs, **PRIVATE)
        for number, slot in enumerate(self._slots):
            saved = [self._told, slot.shown, slot.save]
            slot.save.click(self._saver(number), [self._keys, slot.text], saved, **PRIVATE)
        gr.on(None, self._opened, None, self._outputs, **PRIVATE)
        job.timer.tick(self._after, [self._asked, self._at], self._outputs, queue=False, **PRIVATE)

    def _after(self, asked: str, at: int, request: gr.Request) -> list[Any]:
        return [gr.skip()] * len(self._outputs) if self._job.ticking else self._page(asked, at, Words.of(request))

    def _opened(self, request: gr.Request) -> list[Any]:
        return self._page("", 0, Words.of(request))

    def _first(self, asked: str, request: gr.Request) -> list[Any]:
        return self._page(asked, 0, Words.of(request))

    def _back(self, asked: str, at: int, request: gr.Request) -> list[Any]:
        return self._page(asked, at - AT_ONCE, Words.of(request))

    def _on(self, asked: str, at: int, request: gr.Request) -> list[Any]:
        return self._page(asked, at + AT_ONCE, Words.of(request))

    def _page(self, asked: str, at: int, words: Words) -> list[Any]:
        """The descriptions from number `at` on, as values of the outputs."""
        found = seen_in(self._items(), asked)
        at = max(0, min(at, (len(found) - 1) // AT_ONCE * AT_ONCE))
        shown = found[at : at + AT_ONCE]
        keys = [(one.item_id, one.media) for one in shown]
        told = words("catalog.seen_of", first=at + 1, last=at + len(shown), n=f"{len(found):,}")
        parts = [part for one in shown for part in self._filled(one, words)]
        empty = [gr.update(visible=False), "", "", gr.update(visible=False)] * (AT_ONCE - len(shown))
        line = line_html(told if shown else words("catalog.nothing_seen"), words)
        return [at, keys, line, *parts, *empty]

    def _items(self) -> list[Item]:
        try:
            return list(self._service.agent.steps.snapshot.items)
        except (NotReady, RequestError):  # nothing is there yet
            return []

    def _filled(self, one: Seen, words: Words) -> list[Any]:
        name = words("catalog.description_of", title=one.title)
        text = gr.update(value=one.text, label=name)
        return [gr.update(visible=True), seen_html(one, words), text, gr.update(visible=False)]

    def _saver(self, number: int) -> Any:
        def save(keys: list[tuple[str, str]], text: str, request: gr.Request) -> tuple[Any, Any, Any]:
            words = Words.of(request)
            if number >= len(keys):
                return gr.skip(), gr.skip(), gr.skip()
            item_id, media = keys[number]
            try:
                item = self._service.run(lambda agent: agent.edit_description(item_id, media, text))
            except TastemakerError as error:
                return failure_html(error, words), gr.skip(), gr.skip()
            edited = next(one for one in seen_in([item], "") if one.media == media)
            line = line_html(words("catalog.saved", title=one_line(item.title)), words)
            return line, seen_html(edited, words), gr.update(visible=False)

        return save
