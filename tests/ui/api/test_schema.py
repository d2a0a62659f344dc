"""What is sent and what comes back: nothing that is misspelled, nothing that is not declared."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, ValidationError

from ui.api import schema
from ui.api.schema import (
    AnswerOut,
    Body,
    ExplainBody,
    ExplanationsOut,
    ExportOut,
    HitsOut,
    ItemOut,
    ItemsBody,
    ItemsPage,
    OptOutBody,
    ProfileOut,
    RecommendBody,
    SearchBody,
)


@pytest.mark.parametrize(
    ("kind", "body", "place"),
    [
        (RecommendBody, {"txt": "a boat"}, "txt"),
        (RecommendBody, {"k": "3"}, "k"),
        (RecommendBody, {"k": True}, "k"),
        (RecommendBody, {"k": 1001}, "k"),
        (RecommendBody, {"stream": "yes"}, "stream"),
        (RecommendBody, {"diversity": 1.5}, "diversity"),
        (SearchBody, {"stream": True}, "stream"),
        (SearchBody, {"images": ["data:,"] * 9}, "images"),
        (ExplainBody, {"text": "a boat", "item_ids": []}, "item_ids"),
        (ItemsBody, {"items": [{}] * 1001}, "items"),
        (OptOutBody, {"opted_out": 1}, "opted_out"),
    ],
)
def test_what_may_be_a_mistake_is_refused_at_its_place(kind: type[Body], body: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(body)
    assert [error["loc"][0] for error in caught.value.errors()] == [place]


def test_every_example_in_the_document_can_be_sent() -> None:
    bodies = [kind for kind in vars(schema).values() if isinstance(kind, type) and issubclass(kind, Body)]
    examples = [(kind, example) for kind in bodies for example in kind.model_json_schema().get("examples", ())]
    assert {kind.__name__ for kind, _ in examples} == {"RecommendBody", "SearchBody", "FeedbackBody", "ReviewBody"}
    for kind, example in examples:
        kind.model_validate(example)


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/v1/recommend", {"text": "a chair under 90", "k": 2}, AnswerOut),
        ("/v1/recommend", {"text": "a chair", "filters": ["price<=1"]}, AnswerOut),
        ("/v1/search", {"text": "a chair", "k": 2}, HitsOut),
        ("/v1/explain", {"text": "a chair", "item_ids": ["3"]}, ExplanationsOut),
        ("/v1/items", None, ItemsPage),
        ("/v1/items/3", None, ItemOut),
        ("/v1/users/nobody/profile", None, ProfileOut),
        ("/v1/users/nobody", None, ExportOut),
    ],
)
def test_an_answer_holds_what_is_declared_and_nothing_else(
    programs: TestClient, path: str, body: dict[str, Any] | None, kind: type[BaseModel]
) -> None:
    answer = programs.get(path) if body is None else programs.post(path, json=body)
    assert answer.status_code == 200
    kind.model_validate(answer.json())
