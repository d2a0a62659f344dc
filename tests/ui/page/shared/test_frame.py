"""The head of every page: where one is, where one can go, and how the server stands."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.support.apishelf import OpenService
from tests.support.layouts import laid
from ui.page.shared.frame import PAGES, frame, header, panel
from ui.page.shared.words import Words
from ui.service.jobs import BackgroundJob
from ui.service.service import Status

EN, ZH = Words("en"), Words("zh")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def look(shop: OpenService) -> Callable[[], tuple[str, gr.Timer]]:
    """What the head of the catalog page shows at a look, and whether it will look again."""

    def lay() -> gr.Blocks:
        page: gr.Blocks
        with gr.Blocks(analytics_enabled=False) as page:
            frame(page, shop, "catalog")
        return page

    (step,) = laid(lay).fns.values()
    assert step.fn is not None
    answer: Any = step.fn
    return lambda: answer(SimpleNamespace(headers={"accept-language": "en"}))


@pytest.mark.parametrize(("name", "address"), PAGES)
def test_every_page_leads_to_all_and_says_which_it_is(name: str, address: str) -> None:
    shown = header(Status("ready"), name, 0, EN)
    assert re.findall(r'<a href="([^"]*)"', shown) == [path for _, path in PAGES]
    assert re.findall(r'href="([^"]*)" aria-current="page"', shown) == [address]


def test_a_server_without_a_language_model_says_so() -> None:
    shown = header(Status("ready", models={"llm": "none"}, device="CPU"), "chat", 0, EN)
    assert "no language model · CPU" in shown
    assert "无语言模型 · CPU" in header(Status("ready", models={}, device="CPU"), "chat", 0, ZH)


def test_models_are_named_once_they_run(shop: OpenService) -> None:
    assert "tm-models" not in header(Status("starting", "loading", models={"llm": "tiny"}), "chat", 3, EN)
    assert "tiny" in header(Status("ready", models={"llm": "tiny"}), "chat", 3, EN)


def test_what_went_wrong_is_told_with_what_to_do_and_never_as_markup() -> None:
    shown = header(Status("failed", HOSTILE, f"Mend {HOSTILE}"), "chat", 0, EN)
    assert "<script" not in shown
    assert "Mend &lt;script&gt;" in shown


def test_a_panel_is_found_by_its_name_and_is_empty_until_something_is_shown() -> None:
    made = panel("chips")
    assert (made.elem_id, made.value) == ("tm-chips", "")


def test_a_page_looks_again_while_something_goes_on_and_not_otherwise(
    look: Callable[[], tuple[str, gr.Timer]], shop: OpenService, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, timer = look()
    assert 'href="/catalog" aria-current="page"' in shown
    assert not timer.active
    gate = threading.Event()
    job = BackgroundJob("tuning", lambda _: gate.wait(20))
    monkeypatch.setattr(shop.jobs, "_job", job)
    assert look()[1].active
    gate.set()
    assert job.wait(20).phase == "done"
    assert not look()[1].active
    monkeypatch.setattr(shop, "_status", Status("starting", "loading the models"))
    shown, timer = look()
    assert "Starting: loading the models" in shown
    assert timer.active
