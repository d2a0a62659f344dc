"""The OpenAPI document says what can fail, and the HTTP API keeps to it, whatever is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.support.apishelf import BEARER, ROWS, TOKEN, OpenService, word_agent
from ui.api.openapi import answers, document
from ui.app import create_app
from ui.guard.access import Access

Operation = APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]
LEAST_CASES = 1_000
EXAMPLES = {GenerationMode.POSITIVE: 48, GenerationMode.NEGATIVE: 24}  # of each operation
KNOWN = {"item_id": "1", "user_id": "ada"}
HARD_TO_MEET = ("images", "audio", "video", "filters", "value")  # what is drawn for them is hardly ever usable


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Operation]]:
    agent = word_agent(tmp_path_factory.mktemp("api") / "workspace")
    agent.put_items(ROWS)
    agent.feedback("ada", "1", "like")
    service = OpenService(agent)
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", create_app(service, Access(token=TOKEN), page=False), headers=BEARER
    )
    yield [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # else the document is broken
    service.close()


def cases(operation: Operation, mode: GenerationMode) -> st.SearchStrategy[Case]:
    """Calls of an operation; some well-formed ones are about what is there, and ask for what can be met."""
    drawn = operation.as_strategy(mode)
    if mode is GenerationMode.NEGATIVE:
        return drawn
    return st.one_of(drawn, st.builds(_meetable, drawn))


def _meetable(case: Case) -> Case:
    case.path_parameters = {name: KNOWN.get(name, value) for name, value in (case.path_parameters or {}).items()}
    if isinstance(case.body, dict):
        body: dict[str, Any] = {name: value for name, value in case.body.items() if name not in HARD_TO_MEET}
        for name, value in (("text", "a red chair"), ("item_id", "1"), ("item_ids", ["1", "3"]), ("user", "ada")):
            body |= {name: value} if name in body else {}
        if case.operation.label == "PUT /v1/items/{item_id}":
            body |= {"id": "1", "title": "Boating"}
        if isinstance(body.get("items"), list):
            body["items"] = [{**row, "id": f"{at}", "title": "Thing"} for at, row in enumerate(body["items"])]
        case.body = body
    return case


def test_the_api_keeps_to_its_document_whatever_is_sent(operations: list[Operation]) -> None:
    n_cases, statuses = Counter[str](), Counter[int]()
    for operation in operations:
        for mode, examples in EXAMPLES.items():

            @given(cases(operation, mode))
            @settings(
                max_examples=examples,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def call(case: Case) -> None:
                # a well-formed call may be refused: it may ask for nothing, or name what is not there
                answer = case.call_and_validate(headers=BEARER, excluded_checks=[positive_data_acceptance])
                n_cases[case.operation.label] += 1
                statuses[answer.status_code] += 1

            try:
                call()
            except Unsatisfiable:  # there is nothing that can be wrong with a call without arguments
                assert mode is GenerationMode.NEGATIVE
    assert n_cases.total() >= LEAST_CASES, n_cases
    assert statuses[200] >= LEAST_CASES / 4, statuses


class Parcel(BaseModel):
    weight: int


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The document of a small app."""
    app = FastAPI()
    app.post("/parcels", responses=answers(Parcel, 413, 429, image_webp={"schema": {"type": "string"}}))(
        lambda parcel: None
    )

    @app.put("/parcels")
    def put(parcel: Parcel) -> Parcel:
        return parcel

    app.get("/healthz")(lambda: "ok")
    app.get("/v1/models")(lambda: "one")
    document(app)
    return app.openapi()


def test_every_call_says_that_any_failure_is_a_problem(described: dict[str, Any]) -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["responses"]["default"]["content"] == problem
    responses = described["paths"]["/parcels"]["post"]["responses"]
    assert [responses[status]["description"] for status in ("413", "429")] == [
        "Request Entity Too Large",
        "Too Many Requests",
    ]
    assert set(responses["200"]["content"]) == {"application/json", "image/webp"}


def test_what_the_framework_says_of_failures_is_said_by_nobody(described: dict[str, Any]) -> None:
    assert {"Parcel", "Problem"} == set(described["components"]["schemas"])
    assert "ValidationError" not in str(described)
    assert described["paths"]["/parcels"]["put"]["responses"]["422"]["description"] in (
        "Unprocessable Entity",
        "Unprocessable Content",
    )


def test_every_call_needs_the_token_but_those_that_are_open_to_all(described: dict[str, Any]) -> None:
    assert described["security"] == [{"token": []}]
    assert described["paths"]["/healthz"]["get"]["security"] == []
    assert "security" not in described["paths"]["/v1/models"]["get"]


def test_a_call_that_no_visitor_may_make_says_that_it_needs_the_operators_token(described: dict[str, Any]) -> None:
    assert set(described["components"]["securitySchemes"]) == {"token", "operator"}
    assert described["paths"]["/parcels"]["put"]["security"] == [{"operator": []}]
