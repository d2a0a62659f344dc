"""What every route needs: the service, and who calls."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from ui.service import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Served = Annotated[Service, Depends(_service)]
