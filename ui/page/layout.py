"""What is on the page, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from ui.page.catalog.page import catalog_page
from ui.page.chat.page import chat_page
from ui.page.chat.talks import Talks
from ui.page.evaluation.page import evaluation_page
from ui.page.overview.page import overview_page
from ui.page.person.page import profile_page
from ui.page.shared.frame import frame

if TYPE_CHECKING:
    from ui.guard.access import Access
    from ui.service.service import Service

HERE = Path(__file__).parent


def build_page(service: Service, access: Access) -> gr.Blocks:
    """All pages."""
    age = int(service.limits.upload_age_s)
    talks = Talks(service)
    page: gr.Blocks
    with gr.Blocks(title=service.shop.name, delete_cache=(min(age, 600), age), analytics_enabled=False) as page:
        chat_page(page, service, talks, frame(page, service, "chat"))
    with page.route("Catalog", "/catalog", show_in_navbar=False):
        frame(page, service, "catalog")
        catalog_page(service, access)
    with page.route("Overview", "/overview", show_in_navbar=False):
        frame(page, service, "overview")
        overview_page(service)
    with page.route("Evaluation", "/evaluation", show_in_navbar=False):
        frame(page, service, "evaluation")
        evaluation_page(service)
    with page.route("Profile", "/profile", show_in_navbar=False):
        frame(page, service, "profile")
        profile_page(service)
    # how many may ask is the service's to say, in words that people understand
    page.queue(max_size=None, default_concurrency_limit=None)
    return page
