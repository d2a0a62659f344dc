"""What every route needs: the service, and who calls."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from ui.refusals import NotReady
from ui.service import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Served = Annotated[Service, Depends(_service)]


def _filled(service: Served) -> Service:
    if service.status().phase == "empty":
        raise NotReady("The workspace holds no items yet.", "Add some with POST /v1/items, or bring in a catalog.")
    return service


Filled = Annotated[Service, Depends(_filled)]
"""The service of a workspace that holds items."""
