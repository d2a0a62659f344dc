"""Gradio, imported so that nothing is told to anybody, and in two thirds of its time.

At each import Gradio parses the source of every component to keep a stub file beside it up to date for editors: a
second of the three in which the page is to be there.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

WRITER = "gradio.component_meta"


class _WithoutStubs(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        module.create_or_modify_pyi = lambda *_: None  # type: ignore[attr-defined]


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == WRITER else None
        if spec is None or spec.origin is None:
            return None
        spec.loader = _WithoutStubs(name, spec.origin)
        return spec


def import_gradio() -> None:
    """Import it, and keep it from saying at each start that it turns off what is not on."""
    warnings.filterwarnings("ignore", message="SSR mode is not supported")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        import gradio  # noqa: F401
    finally:
        sys.meta_path.remove(finder)
