"""The chat: asked in words, pictures and sound; answered in cards, which can be answered in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui.page.chat.handlers import Acts
from ui.page.chat.view import NOWHERE, ChatView, Shown, Where
from ui.page.shared.frame import panel
from ui.page.shared.words import label

if TYPE_CHECKING:
    from ui.page.chat.talks import Talks
    from ui.service.service import Service


def chat_page(page: gr.Blocks, service: Service, talks: Talks, timer: gr.Timer) -> None:
    """Lay the page out, and have it answer.

    Args:
        page: On which all that stands.
        talks: The visitors' conversations.
        timer: Ticks until the server has started, or while a job runs.
    """
    chat = ChatView(service, talks)
    acts = Acts(chat)
    gr.HTML(f"<h1 class='tm-hidden'>{escape(service.shop.name)}</h1>", apply_default_css=False)
    with gr.Row(elem_id="tm-columns"):
        with gr.Column(elem_id="tm-side", min_width=0):
            history = panel("history")
        with gr.Column(elem_id="tm-middle", min_width=0):
            past = panel("past")
            present = panel("present")
            with gr.Column(elem_id="tm-composer"):
                chips = panel("chips")
                box = _box()
                k, variety = _settings(service)
    where = gr.JSON(NOWHERE, visible="hidden")
    parts = [past, present, chips, history, where, box]
    quiet: dict[str, Any] = {
        "outputs": parts,
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_limit": None,
    }

    async def arrive(talk_id: str, request: gr.Request) -> AsyncIterator[Shown]:
        async for shown in acts.arrive(talk_id, request):
            yield shown

    async def look(here: Where, request: gr.Request) -> AsyncIterator[Shown]:
        async for shown in acts.look(here, request):
            yield shown

    async def send(
        content: Mapping[str, Any], here: Where, k: float, variety: float, request: gr.Request
    ) -> AsyncIterator[Shown]:
        async for shown in acts.send(content, here, k, variety, request):
            yield shown

    async def press(
        here: Where, k: float, variety: float, request: gr.Request, event: gr.EventData
    ) -> AsyncIterator[Shown]:
        async for shown in acts.press(here, k, variety, request, event._data or {}):
            looking = gr.Timer(active=True) if chat.busy else gr.skip()  # a pressed button may have begun long work
            yield (*shown, looking)

    came = gr.Textbox("", visible="hidden")
    page.load(
        arrive,
        came,
        js="() => window.tastemaker ? tastemaker.arrive() : new URL(location.href).searchParams.get('c') || ''",
        **quiet,
    )
    timer.tick(look, where, **quiet)
    box.submit(send, [box, where, k, variety], **quiet)
    for part in (past, present, chips, history):
        part.click(press, [where, k, variety], **{**quiet, "outputs": [*parts, timer]})


def _box() -> gr.MultimodalTextbox:
    return gr.MultimodalTextbox(
        label=label("chat.box"),
        placeholder=label("chat.placeholder"),  # type: ignore[arg-type] # it is translated as labels are
        show_label=False,
        sources=["upload", "microphone"],
        file_types=["image", "audio", "video"],
        file_count="multiple",
        max_lines=8,
        max_plain_text_length=100_000,
        elem_id="tm-box",
        autofocus=True,
    )


def _settings(service: Service) -> tuple[gr.Slider, gr.Slider]:
    with gr.Accordion(label("chat.settings"), open=False, elem_id="tm-settings"), gr.Row():
        k = gr.Slider(1, 12, 3, step=1, label=label("chat.k"), buttons=[])
        variety = gr.Slider(
            0,
            1,
            service.config.diversity,
            step=0.05,
            label=label("chat.variety"),
            info=label("chat.variety_info"),
            buttons=[],
        )
    return k, variety
