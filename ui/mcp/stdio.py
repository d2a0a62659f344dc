"""The tools for other agents over stdin and stdout, by a process that owns the workspace itself."""

from __future__ import annotations

import time
from pathlib import Path

from agent.config import AgentConfig
from agent.errors import ConfigError, WorkspaceError, WorkspaceLocked
from ui.mcp.endpoint import INSTALL, MISSING, PATH, installed
from ui.service.service import Service

LOOK_S = 0.05


def run(path: Path, config: AgentConfig) -> bool:
    """Answer until the caller closes the pipe; stdout holds nothing but the protocol.

    Returns:
        Whether all threads had ended when the workspace was given back.

    Raises:
        ConfigError: the package that speaks the protocol is not installed.
        WorkspaceError: there is no workspace, or it cannot be opened.
        WorkspaceLocked: another process owns it; where that can be asked instead, it says so.
    """
    if not installed():
        raise ConfigError(MISSING, INSTALL)
    from ui.mcp.server import mcp_server
    from ui.service.thumbnails import Thumbnails

    if not path.is_dir():
        raise WorkspaceError(
            f"There is no workspace at {path}.", f"Make one with `tastemaker ingest CATALOG --workspace {path}`."
        )
    service = Service(path, config)
    service.start()
    try:
        _wait_until_open(service)
        mcp_server(service, Thumbnails()).run("stdio")
    finally:
        ended = service.close(service.limits.stop_s / 4)
    return ended


def _wait_until_open(service: Service) -> None:
    """Wait until the workspace is this process's own; models may still be loading then."""
    while service.status().phase == "starting" and not service.open:
        time.sleep(LOOK_S)
    if isinstance(service.failure, WorkspaceLocked):
        locked = service.failure
        where = f"{locked.address}{PATH}" if locked.address else f"{PATH} at the address that `tastemaker serve` told"
        hint = f"Connect over HTTP to {where}, or stop that process."
        raise WorkspaceLocked(locked.what, hint, locked.address)
    if service.failure is not None:
        raise service.failure
