"""The page for people, in Gradio."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.service import Service


def mount_page(app: FastAPI, service: Service) -> None:
    """Show the page at `/`."""
    # read when gradio is imported: nothing is told to anybody, no other host is looked up
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gradio as gr

    from ui.page.layout import build_page

    gr.mount_gradio_app(
        app,
        build_page(service),
        path="/",
        footer_links=[],
        max_file_size=service.limits.upload_bytes,
        ssr_mode=False,
        show_error=False,
    )
