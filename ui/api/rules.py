"""Rules of the shop: what is pinned, boosted, buried, hidden or called otherwise."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from agent.rules import Rule
from ui.api.dependencies import Filled, known_query
from ui.api.openapi import answers
from ui.api.schema import RulesBody

router = APIRouter(prefix="/v1", tags=["rules"], dependencies=[Depends(known_query)])

FAILURES = (400, 401, 403, 408, 422, 503, 507)


@router.get("/rules", responses=answers(RulesBody, *FAILURES))
def get_rules(service: Filled) -> JSONResponse:
    """The shop's rules, in their order."""
    return _spelled(service.run(lambda agent: agent.rules))


@router.put("/rules", responses=answers(RulesBody, *FAILURES))
def put_rules(body: RulesBody, service: Filled) -> JSONResponse:
    """Keep these rules and no others; they count from the next request on."""
    return _spelled(service.run(lambda agent: agent.set_rules(body.rules)))


def _spelled(rules: tuple[Rule, ...]) -> JSONResponse:
    return JSONResponse({"rules": [rule.model_dump(mode="json") for rule in rules]})
