"""Gradio, imported so that nothing is told to anybody, and in little more than half its time.

At each import Gradio parses the source of every component to keep a stub file beside it up to date for editors: a
second of the three in which the page is to be there. Where the package of the Model Context Protocol is installed, it
imports that too, for a server that is not used here, and does without where it is not: a third of a second more.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from starlette.routing import Mount

from ui.errors.refusals import Forbidden

if TYPE_CHECKING:
    from fastapi import FastAPI
    from gradio import Blocks
    from starlette.types import ASGIApp

logger = logging.getLogger(__name__)

WRITER = "gradio.component_meta"
UNUSED = "mcp"
FETCHES = ("async_ssrf_protected_download", "save_url_to_cache", "ssrf_protected_download", "unsafe_download")


class _WithoutStubs(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        module.create_or_modify_pyi = lambda *_: None  # type: ignore[attr-defined]


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == UNUSED:
            raise ModuleNotFoundError(f"{name} is not used here.", name=name)
        spec = PathFinder.find_spec(name, path, target) if name == WRITER else None
        if spec is None or spec.origin is None:
            return None
        spec.loader = _WithoutStubs(name, spec.origin)
        return spec


class _Logged:
    """Where Gradio would print an error of a page with its words, which may be somebody's, it goes into our log."""

    @staticmethod
    def print_exc() -> None:
        logger.exception("A step of the page failed.")


def _fetch_nothing(*_: object, **__: object) -> NoReturn:
    raise Forbidden("The page fetches nothing from an address.", "Send the file itself.")


def import_gradio() -> None:
    """Import Gradio as one that fetches nothing, and does not say at each start that it turns off what is not on."""
    warnings.filterwarnings("ignore", message="SSR mode is not supported")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        from gradio import processing_utils, queueing, routes
    finally:
        sys.meta_path.remove(finder)
    for module in (queueing, routes):
        module.traceback = _Logged  # type: ignore[attr-defined]
    for fetch in FETCHES:
        setattr(processing_utils, fetch, _fetch_nothing)


@contextmanager
def laid_out() -> Iterator[None]:
    """Keep Gradio from making a web application at the end of each page that is laid out: none of them is used."""
    from gradio.routes import App

    make, unused = App.__dict__["create_app"], App()
    App.create_app = staticmethod(lambda *_, **__: unused)  # type: ignore[method-assign]
    try:
        yield
    finally:
        App.create_app = make  # type: ignore[method-assign]


def answer_by_the_mounted(app: FastAPI, page: Blocks, stand_before: Callable[[ASGIApp], ASGIApp]) -> None:
    """Have a page's queue use the application that was just mounted: the one that lets go of visitors who have left.

    Args:
        stand_before: Makes what calls come to in place of that application.
    """
    from gradio.routes import App

    # without this, which only `launch` sets, Gradio takes files from anywhere on this machine
    page.has_launched = True
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, App):
            page.app = route.app
            route.app = stand_before(route.app)
