"""What every route needs: the service, and who calls."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from agent.errors import RequestError
from ui.errors.refusals import NotReady, OperatorOnly
from ui.guard.doors import NAMING_A_PERSON, OPERATOR, role_of
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


def check_naming(user: str | None, request: Request) -> None:
    """Refuse that a visitor speaks for somebody: whoever is named is known, and would be told of.

    Raises:
        OperatorOnly: somebody is named, and the caller may not do so.
    """
    if user is not None and role_of(request) < NAMING_A_PERSON:
        raise OperatorOnly("Visitors may not name a `user`.", "Leave it out, or show the operator's token.")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


Address = Annotated[str, Depends(_address)]
"""Where a call comes from."""
Served = Annotated[Service, Depends(_service)]


def _filled(service: Served) -> Service:
    if service.status().phase == "empty":
        raise NotReady("The workspace holds no items yet.", "Add some with POST /v1/items, or bring in a catalog.")
    return service


Filled = Annotated[Service, Depends(_filled)]
"""The service of a workspace that holds items."""


def _trusted(request: Request) -> bool:
    return role_of(request) is OPERATOR


Trusted = Annotated[bool, Depends(_trusted)]
"""Whether whoever calls is the operator, by a token or by where the call comes from."""
