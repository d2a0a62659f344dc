"""The commands that serve others: the page with its HTTP API."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.cli import init_command, options


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    init_command.TABLES["shop"] = "ui.shop.settings:ShopSettings"
    app.command()(serve)
    app.command()(mcp)


Host = Annotated[str, typer.Option("--host", help="Address to listen at; any but this machine's needs a token.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen at; 0 for any that is free.")]
Token = Annotated[
    str | None, typer.Option("--token", envvar="TASTEMAKER_TOKEN", help="Secret that the operator shows.")
]
VisitorToken = Annotated[
    str | None,
    typer.Option(
        "--visitor-token", envvar="TASTEMAKER_VISITOR_TOKEN", help="Secret of who may ask, and change nothing."
    ),
]
Public = Annotated[
    bool,
    typer.Option(
        "--public", help="Open chat and profile to anybody, without a token; all else is for who shows the operator's."
    ),
]
TrustedProxy = Annotated[
    list[str] | None,
    typer.Option(
        "--trusted-proxy",
        envvar="TASTEMAKER_TRUSTED_PROXY",
        help="Address or network of a reverse proxy that is believed who calls; may be given again.",
    ),
]
AllowOrigin = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-origin",
        envvar="TASTEMAKER_ALLOW_ORIGIN",
        help="Address of a page that may call this server, as https://shop.example; may be given again.",
    ),
]
RootPath = Annotated[
    str,
    typer.Option(
        "--root-path",
        envvar="TASTEMAKER_ROOT_PATH",
        help="Path under which a reverse proxy shows the server, as /shop; the proxy may leave it on calls or not.",
    ),
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    typer.Option("--log-level", help="How much of the log is written to stderr; it never holds what people say."),
]

RemoteUrls = Annotated[
    bool, typer.Option("--allow-remote-urls", help="Fetch pictures, sounds and videos that callers give by address.")
]


def serve(
    workspace: options.Workspace = Path("workspace"),
    host: Host = "127.0.0.1",
    port: Port = 7860,
    token: Token = None,
    visitor_token: VisitorToken = None,
    public: Public = False,
    trusted_proxy: TrustedProxy = None,
    allow_origin: AllowOrigin = None,
    root_path: RootPath = "",
    llm: options.Llm = None,
    vlm: options.Vlm = None,
    text_encoder: options.TextEncoder = None,
    picture_encoder: options.PictureEncoder = None,
    sound_encoder: options.SoundEncoder = None,
    fusion: options.Fusion = None,
    log_level: LogLevel = "warning",
    allow_remote_urls: RemoteUrls = False,
) -> None:
    """Open the page in which people ask, and the HTTP API for programs; Ctrl-C stops it."""
    from agent.config import load_config
    from ui.guard.access import Access
    from ui.guard.origins import origins
    from ui.shop.settings import load_shop

    proxies, pages = tuple(trusted_proxy or ()), origins(allow_origin or ())
    access = Access(host, token, visitor_token, proxies, pages, public=public, root_path=root_path)
    encoders = options.encoders(text_encoder, picture_encoder, sound_encoder)
    config = load_config(llm=llm, vlm=vlm, fusion=fusion, **encoders)
    shop = load_shop()

    signal.signal(signal.SIGTERM, lambda _, __: sys.exit(0))  # while the server is not there yet to be stopped
    from ui.server import serve as run
    from ui.service.limits import Limits
    from ui.service.service import Service
    from ui.telemetry.requests import log_to_stderr

    log_to_stderr(log_level)
    service = Service(workspace, config, Limits(remote_urls=allow_remote_urls), shop)
    run(service, access, port, lambda address: typer.echo(f"Tastemaker is at {address}"))
    _leave()


def mcp(
    workspace: options.Workspace = Path("workspace"),
    llm: options.Llm = None,
    vlm: options.Vlm = None,
    text_encoder: options.TextEncoder = None,
    picture_encoder: options.PictureEncoder = None,
    sound_encoder: options.SoundEncoder = None,
    fusion: options.Fusion = None,
    log_level: LogLevel = "warning",
) -> None:
    """Give the tools of this catalog to another agent, in the Model Context Protocol over stdin and stdout."""
    from agent.config import load_config
    from ui.mcp.stdio import run
    from ui.telemetry.requests import log_to_stderr

    encoders = options.encoders(text_encoder, picture_encoder, sound_encoder)
    config = load_config(llm=llm, vlm=vlm, fusion=fusion, **encoders)
    log_to_stderr(log_level)
    if not run(workspace, config):
        _leave()


def _leave() -> None:
    """End the process now: a model in the middle of its work, and the libraries' own tidying up, take many seconds."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
