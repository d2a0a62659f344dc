"""Gradio as it is imported here: it fetches nothing, and holds its own check of paths too."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from tests.support.guarded import guard
from tests.support.layouts import laid
from ui.errors.refusals import Forbidden
from ui.page.gradio_import import FETCHES, answer_by_the_mounted, import_gradio

ADDRESS = "http://elsewhere.example/table.jsonl"


@pytest.mark.parametrize("name", FETCHES)
def test_nothing_is_fetched_from_an_address(name: str) -> None:
    import_gradio()
    from gradio import processing_utils

    with guard().over(), pytest.raises(Forbidden):
        getattr(processing_utils, name)(ADDRESS, "/nowhere")
    assert guard().called == []


def test_a_path_that_was_let_through_is_refused_by_gradio_too() -> None:
    import_gradio()
    import gradio as gr
    from fastapi import FastAPI
    from gradio.context import LocalContext
    from gradio.exceptions import InvalidPathError
    from gradio.processing_utils import async_move_files_to_cache

    app = FastAPI()

    def lay() -> gr.Blocks:
        page: gr.Blocks
        with gr.Blocks(analytics_enabled=False) as page:
            gr.File()
        return page

    page = laid(lay)
    (part,) = (part for part in page.blocks.values() if isinstance(part, gr.File))
    answer_by_the_mounted(app, page, lambda gradio: gradio)
    file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}

    async def moved() -> None:
        LocalContext.blocks.set(page)
        await async_move_files_to_cache(file, part, check_in_upload_folder=True)

    with guard().over("/etc/passwd"), pytest.raises(InvalidPathError):
        asyncio.run(moved())
    assert guard().opened == []


def test_what_stands_before_the_page_is_what_calls_come_to() -> None:
    import_gradio()
    from fastapi import FastAPI
    from gradio.routes import App

    app, gradio, wall, page = FastAPI(), laid(App), object(), SimpleNamespace()
    app.mount("/", gradio)
    answer_by_the_mounted(app, page, lambda stands_behind: wall)  # type: ignore[arg-type, return-value]
    assert page.app is gradio
    assert app.routes[-1].app is wall  # type: ignore[attr-defined]
    assert page.has_launched


def test_no_application_is_made_of_a_page_that_is_laid_out() -> None:
    import_gradio()
    from gradio.routes import App

    make = App.create_app
    assert laid(lambda: App.create_app) is not make
    assert App.create_app is make
