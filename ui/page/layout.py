"""What is on the page, and where."""

from __future__ import annotations

import gradio as gr

from ui.page.chat import chat_tab
from ui.service import Service


def build_page(service: Service) -> gr.Blocks:
    """The whole page."""
    age = int(service.limits.upload_age_s)
    page: gr.Blocks
    with gr.Blocks(title="Tastemaker", delete_cache=(min(age, 600), age), analytics_enabled=False) as page:
        chat_tab(service)
    page.queue(
        max_size=service.limits.at_once + service.limits.waiting, default_concurrency_limit=service.limits.at_once
    )
    return page
