"""The head of every page: where one is, where one can go, and how the server stands."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.support.apishelf import OpenService
from tests.support.layouts import laid
from ui.guard.doors import GUEST, OPERATOR, VISITOR
from ui.page.shared.frame import PAGES, frame, header, panel
from ui.page.shared.reader import Reader
from ui.page.shared.words import Words
from ui.service.jobs import BackgroundJob
from ui.service.service import Status
from ui.shop.settings import ShopLogo, ShopSettings

EN, ZH = Reader(Words("en")), Reader(Words("zh"))
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
    request = SimpleNamespace(headers={"accept-language": "en"}, cookies={}, state=SimpleNamespace(role=OPERATOR))
    return lambda: answer(request)


@pytest.mark.parametrize(("name", "address"), PAGES)
def test_every_page_leads_to_all_and_says_which_it_is(name: str, address: str) -> None:
    shown = header(Status("ready"), name, 0, EN)
    assert re.findall(r'<a href="([^"]*)"', shown) == [f".{path}" for _, path in PAGES]
    assert re.findall(r'href="([^"]*)" aria-current="page"', shown) == [f".{address}"]


def test_a_visitor_is_shown_no_page_of_the_operator_and_who_logged_in_the_way_out() -> None:
    shown = header(Status("ready"), "chat", 0, EN, role=VISITOR, can_leave=True)
    assert re.findall(r'<a href="([^"]*)"', shown) == ["./", "./profile"]
    assert 'method="post" action="logout"' in shown
    assert "/logout" not in header(Status("ready"), "chat", 0, EN)


@pytest.mark.parametrize("phase", ["ready", "starting", "empty", "failed", "stopping"])
def test_a_visitor_is_told_nothing_of_models_machines_and_paths(phase: Any) -> None:
    inner = {"text": "fetching tiny-7b into /srv/shop", "hint": "Stop process 4711.", "models": {"llm": "tiny-7b"}}
    for reader in (EN, ZH):
        shown = header(Status(phase, device="H100", **inner), "chat", 3, replace(reader, operator=False), role=GUEST)
        assert not any(word in shown for word in ("tiny-7b", "/srv", "4711", "H100"))
        assert ("tm-dot" in shown) is (phase != "ready")


def test_a_shop_is_named_and_shows_its_logo() -> None:
    logo = ShopLogo(data=b"...", media_type="image/png")
    shown = header(Status("ready"), "chat", 0, replace(EN, shop=ShopSettings(name="Lamps & Co", logo=logo)))
    assert "<span>Lamps &amp; Co</span>" in shown
    assert 'src="./page/logo"' in shown


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
    assert 'href="./catalog" aria-current="page"' in shown
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
    monkeypatch.setattr(shop, "_status", Status("empty"))  # a catalog may be brought in anywhere
    assert look()[1].active
