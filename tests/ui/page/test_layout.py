"""All pages laid out: each at its address, none a way in for programs, and nothing kept longer than it may be."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr
import pytest
from gradio.blocks import Block
from gradio.routes import App

from agent.config import load_config
from tests.support.layouts import laid
from ui.guard.access import Access
from ui.page.layout import build_page
from ui.page.shared.frame import PAGES
from ui.service.limits import Limits
from ui.service.service import Service

TOKEN = "a-token-of-many-characters"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    limits = Limits(upload_age_s=100.0)
    made = Service(tmp_path_factory.mktemp("layout") / "workspace", load_config(llm="none"), limits)
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(service: Service) -> gr.Blocks:
    return laid(lambda: build_page(service, Access()))


def is_shown(part: Block | None) -> bool:
    """Whether a part of a page and all around it are there to be seen."""
    while part is not None:
        if getattr(part, "visible", True) is not True:
            return False
        part = part.parent
    return True


def test_each_page_is_at_the_address_that_the_head_of_all_pages_names(page: gr.Blocks) -> None:
    assert [f"/{path}" for path, *_ in page.pages] == [address for _, address in PAGES]


def test_no_step_of_any_page_can_be_called_by_programs(page: gr.Blocks) -> None:
    assert len(page.fns) > 40
    assert {step.api_visibility for step in page.fns.values()} == {"private"}


def test_what_gradio_keeps_of_uploads_goes_when_they_expire(page: gr.Blocks) -> None:
    assert page.delete_cache == (100, 100)


@pytest.mark.parametrize(("access", "visible"), [(Access(), True), (Access("0.0.0.0", TOKEN), False)])
def test_only_where_nobody_else_can_call_is_a_catalog_pointed_at_on_this_machine(
    service: Service, access: Access, visible: bool
) -> None:
    made = laid(lambda: build_page(service, access))
    boxes = [part for part in made.blocks.values() if isinstance(part, gr.Textbox)]
    assert [is_shown(box) for box in boxes if '"catalog.path"' in str(box.label)] == [visible]


def test_laying_out_leaves_gradio_as_it_was(service: Service) -> None:
    before = App.__dict__["create_app"]
    laid(lambda: build_page(service, Access()))
    assert App.__dict__["create_app"] is before
