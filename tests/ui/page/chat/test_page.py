"""The chat page laid out: what its parts begin with, and which step answers what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.support.apishelf import OpenService
from tests.support.layouts import laid
from ui.guard.visitors import VISITOR_COOKIE
from ui.page.chat.page import chat_page
from ui.page.chat.talks import Talks
from ui.page.chat.view import NOWHERE
from ui.service.service import Status

ADA: Any = SimpleNamespace(headers={}, cookies={VISITOR_COOKIE: "ada's secret"}, client=None)
UNCHANGED = gr.skip()
Press = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def page(shop: OpenService) -> gr.Blocks:
    def lay() -> gr.Blocks:
        made: gr.Blocks
        with gr.Blocks(analytics_enabled=False) as made:
            chat_page(made, shop, Talks(shop), gr.Timer(1.0))
        return made

    return laid(lay)


@pytest.fixture
def press(page: gr.Blocks) -> Press:
    """What the step of a pressed button gives."""
    step: Any = next(step.fn for step in page.fns.values() if step.name == "press")

    def pressed(**data: object) -> list[tuple[Any, ...]]:
        async def collected(steps: AsyncIterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
            return [step async for step in steps]

        return asyncio.run(collected(step(dict(NOWHERE), 3, 0.5, ADA, SimpleNamespace(_data=data or None))))

    return pressed


def parts(page: gr.Blocks, kind: type[Any]) -> list[Any]:
    return [part for part in page.blocks.values() if isinstance(part, kind)]


def test_a_box_takes_pictures_sound_and_clips_and_the_settings_begin_with_the_services_own(
    page: gr.Blocks, shop: OpenService
) -> None:
    (box,) = parts(page, gr.MultimodalTextbox)
    assert (box.file_types, box.file_count) == (["image", "audio", "video"], "multiple")
    k, variety = parts(page, gr.Slider)
    assert (k.minimum, k.maximum, k.value) == (1, 12, 3)
    assert (variety.minimum, variety.maximum, variety.value) == (0, 1, shop.config.diversity)


def test_no_step_waits_for_another_visitors_step_or_is_open_to_programs(page: gr.Blocks) -> None:
    steps = list(page.fns.values())
    assert {step.name for step in steps} == {"arrive", "look", "send", "press"}
    assert {step.concurrency_limit for step in steps} == {None}
    assert {step.api_visibility for step in steps} == {"private"}


def test_a_button_without_meaning_changes_nothing(press: Press) -> None:
    assert press() == press(act="nonsense") == [(UNCHANGED,) * 7]


def test_a_button_that_begins_long_work_has_the_page_look_again(press: Press, shop: OpenService) -> None:
    *_, calm = press(act="new")[-1]
    assert calm == UNCHANGED
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shop, "_status", Status("starting"))
        *_, looking = press(act="new")[-1]
    assert looking.active
