"""What every route needs: the service, and who calls."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from agent.errors import RequestError
from ui.errors.refusals import NotReady
from ui.service.service import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def known_query(request: Request) -> None:
    """Refuse a parameter in the address that the call does not have: it may be a misspelling.

    Raises:
        RequestError: there is one.
    """
    known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    strange = next((name for name in request.query_params if name not in known), None)
    if strange is not None:
        names = ", ".join(sorted(known)) or "none"
        raise RequestError(f"The call has no parameter {strange[:60]!r}.", f"Those in the address are: {names}.")


Served = Annotated[Service, Depends(_service)]


def _filled(service: Served) -> Service:
    if service.status().phase == "empty":
        raise NotReady("The workspace holds no items yet.", "Add some with POST /v1/items, or bring in a catalog.")
    return service


Filled = Annotated[Service, Depends(_filled)]
"""The service of a workspace that holds items."""
