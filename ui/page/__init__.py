"""The page for people, in Gradio."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ui.page.gradio_import import answer_by_the_mounted, import_gradio, laid_out

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.guard.access import Access
    from ui.service.service import Service

HERE = Path(__file__).parent
STYLES = ("page.css", "pages.css")
SCRIPT, LOGO = "/page/page.js", "/page/logo"


def mount_page(app: FastAPI, service: Service, access: Access) -> None:
    """Show the page at `/`."""
    import_gradio()
    import gradio as gr
    from fastapi.responses import FileResponse, Response

    from ui.errors.refusals import NotFound
    from ui.page import export
    from ui.page.doors import FunctionGate, function_names
    from ui.page.layout import build_page
    from ui.page.shared.theme import theme
    from ui.page.shared.words import labels, language_tags
    from ui.page.wall import PageWall

    @app.get(SCRIPT, include_in_schema=False)
    def script() -> FileResponse:
        return FileResponse(HERE / "page.js", media_type="text/javascript", headers={"cache-control": "no-cache"})

    @app.get(LOGO, include_in_schema=False)
    def logo() -> Response:
        if service.shop.logo is None:
            raise NotFound("The shop has no logo.", "Give one in tastemaker.toml.")
        picture = service.shop.logo
        return Response(picture.data, media_type=picture.media_type, headers={"cache-control": "max-age=3600"})

    app.include_router(export.router)
    with laid_out():
        page = build_page(service, access)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        max_file_size=service.limits.upload_bytes,
        ssr_mode=False,
        root_path=access.root_path or None,
        show_error=False,
        i18n=labels(),
        theme=theme(),
        css="\n".join([*((HERE / name).read_text("utf-8") for name in STYLES), service.shop.style]),
        head=f'<script src=".{SCRIPT}" data-languages="{escape(json.dumps(language_tags()))}" defer></script>',
    )
    answer_by_the_mounted(app, page, lambda gradio: PageWall(gradio, service.uploads))
    app.add_middleware(FunctionGate, names=function_names(page))
