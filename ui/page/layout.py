"""What is on the page, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from ui.page.catalog import catalog_page
from ui.page.chat import chat_page
from ui.page.evaluation import evaluation_page
from ui.page.frame import frame
from ui.page.profile import profile_page
from ui.page.talks import Talks

if TYPE_CHECKING:
    from ui.access import Access
    from ui.service import Service

HERE = Path(__file__).parent


def build_page(service: Service, access: Access) -> gr.Blocks:
    """All pages."""
    age = int(service.limits.upload_age_s)
    talks = Talks(service)
    page: gr.Blocks
    with gr.Blocks(title="Tastemaker", delete_cache=(min(age, 600), age), analytics_enabled=False) as page:
        chat_page(page, service, talks, frame(page, service, "chat"))
    with page.route("Catalog", "/catalog", show_in_navbar=False):
        frame(page, service, "catalog")
        catalog_page(service, access)
    with page.route("Evaluation", "/evaluation", show_in_navbar=False):
        frame(page, service, "evaluation")
        evaluation_page(service)
    with page.route("Profile", "/profile", show_in_navbar=False):
        frame(page, service, "profile")
        profile_page(service, talks)
    # how many may ask is the service's to say, in words that people understand
    page.queue(max_size=None, default_concurrency_limit=None)
    return page
