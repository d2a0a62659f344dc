"""JSON: what is written is what is documented, and can be read by anything."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from agent.answers import (
    Answer,
    Claim,
    Decided,
    Dialogue,
    Event,
    Evidence,
    Explanation,
    Group,
    Heard,
    Influence,
    Named,
    Option,
    Question,
    Recommendation,
    Request,
    StateView,
    Together,
    Twin,
)
from agent.cli.main import main
from agent.doctor import Diagnosis
from agent.evaluate.batch import BatchProblem, BatchReport
from agent.evaluate.check import CheckFailure, CheckReport
from agent.evaluate.understanding import Agreement, UnderstandingFigure
from agent.ingest.catalog import IngestReport
from agent.people.feedback import Feedback
from agent.people.objections import Objection
from agent.people.person_profile import Mark, Profile, Trait
from agent.people.privacy import Forgotten, profile_json
from agent.serialise import SCHEMA_VERSION, answer_json, event_json, item_json, plain, recommendation_json
from retrieval.candidates import ChannelScore
from retrieval.catalog.problems import RowProblem
from retrieval.importers.features import FeatureFile
from retrieval.importers.importing import EventProblem, ImportReport
from retrieval.items import Description, Item, Media, Span
from tests.support.places import ROOT
from tests.support.shelf import fill, numbered, units

DOCUMENT = ROOT / "docs" / "json.md"


ITEM = Item(
    "7",
    "Vase 花瓶",
    price=9.5,
    attributes={"tags": ("a", "b"), "year": 1874, "framed": True},
    media=(Media("image", "/catalog/a.jpg", "a.jpg", sha256="a"),),
    descriptions=(Description("a", "image", "model", "1", "It shows a vase.", (Span("label", "shows vase", 0.9),)),),
)
CLAIM = Claim("its picture shows vase", (Evidence("span", "/item/descriptions/0/spans/0", "shows vase", "a.jpg"),))
RECOMMENDATION = Recommendation(
    ITEM,
    1,
    0.123456789,
    Explanation("Its picture shows vase.", (CLAIM,)),
    {"text": ChannelScore(0.5, 1, 1.0, 0.5)},
    2,
    -3.5,
)
REQUEST = Request(
    "eine Vase", "a vase", "de", ("price<=50",), Heard("eine Vase", "de", "a vase"), ("It shows a vase.",)
)
GROUP = Group("lamp", ("1",), "1")
ANSWER = Answer(REQUEST, (RECOMMENDATION,), ("a note",), {"llm": "none"}, {"retrieve": 0.1})
EVENT = Event("final", 0.1, "", REQUEST, (ITEM,), RECOMMENDATION, ANSWER, "One.", (Group("vase", ("7",), "7"),))
NOBODY = Profile("ada", False, 0, (), (), (), (), (), (), (), {})
JSON = answer_json(ANSWER)
FIRST = JSON["recommendations"][0]


def documented(heading: str) -> list[str]:
    """Fields of the table under a heading of the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    section = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, heading
    return re.findall(r"^\| `(\w+)` \|", section[1], re.MULTILINE)


def names(type_: type) -> list[str]:
    return [field.name for field in fields(type_)]


@pytest.mark.parametrize(
    ("heading", "real"),
    [
        ("Answer", list(JSON)),
        ("Request", list(JSON["request"])),
        ("Named", names(Named)),
        ("Together", names(Together)),
        ("Decided", names(Decided)),
        ("Influence", names(Influence)),
        ("Twin", names(Twin)),
        ("Group", names(Group)),
        ("Dialogue", names(Dialogue)),
        ("State", names(StateView)),
        ("Question", names(Question)),
        ("Option", names(Option)),
        ("Heard", list(JSON["request"]["heard"])),
        ("Recommendation", list(FIRST)),
        ("Channel score", list(FIRST["channels"]["text"])),
        ("Item", list(FIRST["item"])),
        ("Medium", list(FIRST["item"]["media"][0])),
        ("Description", list(FIRST["item"]["descriptions"][0])),
        ("Span", list(FIRST["item"]["descriptions"][0]["spans"][0])),
        ("Explanation", list(FIRST["explanation"])),
        ("Claim", list(FIRST["explanation"]["claims"][0])),
        ("Evidence", list(FIRST["explanation"]["claims"][0]["evidence"][0])),
        ("Event", list(event_json(EVENT))),
        ("Ingest report", ["workspace", *plain(IngestReport())]),
        ("Row problem", names(RowProblem)),
        ("Import report", ["workspace", "file", *plain(ImportReport("csv")), "repeated", "model"]),
        ("Event problem", names(EventProblem)),
        ("Feature file", names(FeatureFile)),
        ("Feedback", names(Feedback)),
        ("Profile", list(profile_json(NOBODY))),
        ("Trait", names(Trait)),
        ("Objection", names(Objection)),
        ("Mark", names(Mark)),
        ("Export", ["vectors", "conversations", "rows"]),
        ("Forgotten", names(Forgotten)),
        ("Batch report", ["run", *plain(BatchReport(0, ()))]),
        ("Batch problem", names(BatchProblem)),
        ("Finding", names(Diagnosis)),
        ("Understanding figure", names(UnderstandingFigure)),
        ("Check report", ["file", *names(CheckReport)]),
        ("Check failure", names(CheckFailure)),
        ("Agreement", names(Agreement)),
    ],
)
def test_every_field_is_documented_in_its_place(heading: str, real: list[str]) -> None:
    assert documented(heading) == real


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, object]:
    """Exit code and document of a command."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0), json.loads(capsys.readouterr().out)


def test_an_error_is_documented(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, found = printed(capsys, "recommend", "boats", "--workspace", tmp_path / "nowhere", "--json")
    assert code == 1
    assert isinstance(found, dict)
    assert list(found) == ["error"]
    assert list(found["error"]) == documented("Error")


def test_the_list_of_models_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    _, found = printed(capsys, "models", "list", "--json")
    assert isinstance(found, list)
    assert all(list(one) == documented("Model") for one in found)


def test_the_index_report_is_documented(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fill(tmp_path / "w", numbered(2), {"text": {"0": units(1), "1": units(2)}}).close()
    code, found = printed(capsys, "rebuild-index", "--workspace", tmp_path / "w", "--json")
    assert code == 0
    assert isinstance(found, dict)
    assert list(found) == documented("Index report")
    assert found["channels"] == {"text": 3}


def test_links_within_the_document_lead_to_headings() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    headings = [
        re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-") for one in re.findall(r"^#+ (.*)$", text, re.M)
    ]
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= set(headings)


# What is written


def test_an_answer_can_be_read_back_from_json() -> None:
    assert json.loads(json.dumps(JSON, allow_nan=False)) == JSON
    assert JSON["schema_version"] == SCHEMA_VERSION
    assert FIRST["score"] == 0.123457
    assert FIRST["item"]["attributes"] == {"tags": ["a", "b"], "year": 1874, "framed": True}
    assert FIRST["item"]["category"] is None


def test_an_item_of_an_answer_is_written_as_an_item_alone() -> None:
    assert FIRST["item"] == item_json(ITEM) == plain(ITEM)
    assert FIRST == recommendation_json(RECOMMENDATION) == plain(RECOMMENDATION)


def test_an_event_leaves_out_what_it_does_not_say() -> None:
    assert event_json(Event("status", 0.5, "listening")) == {"kind": "status", "at_s": 0.5, "text": "listening"}
    assert list(event_json(Event("candidates", 0.5, request=REQUEST, items=(ITEM,)))) == [
        "kind",
        "at_s",
        "text",
        "request",
        "items",
    ]
    assert event_json(Event("final", 1.0, answer=ANSWER))["answer"] == JSON


def test_a_report_is_plain() -> None:
    problem = RowProblem(7, None, "not JSON", "It is not JSON.", "Correct it.", "skipped")
    found = plain(IngestReport(added=2, absent=("9",), problems=[problem]))
    assert (found["added"], found["absent"], found["problems"][0]["line"]) == (2, ["9"], 7)
    assert json.loads(json.dumps(found)) == found
