"""Pages of Gradio laid out in this process, to be looked at without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from ui.page.gradio_import import laid_out

T = TypeVar("T")


def laid(lay: Callable[[], T]) -> T:
    """What `lay` makes, in a running event loop: where there is none Gradio begins one, and never closes it."""

    async def made() -> T:
        with laid_out():
            return lay()

    return asyncio.run(made())
