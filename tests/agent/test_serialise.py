"""JSON: what is written is what is documented, and can be read by anything."""

from __future__ import annotations

import copy
import json
import pickle
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from agent.answers import (
    Answer,
    Claim,
    Contribution,
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
    Reviewed,
    StateView,
    Together,
    Twin,
)
from agent.cli.main import main
from agent.doctor import Diagnosis
from agent.evaluate.batch import BatchProblem, BatchReport
from agent.evaluate.check import CheckFailure, CheckReport
from agent.evaluate.understanding import Agreement, UnderstandingFigure
from agent.explain.proofs import MannerFigures, ModelProof
from agent.ingest.catalog import IngestReport
from agent.language.messages import Note
from agent.people.feedback import Feedback
from agent.people.objections import Objection
from agent.people.person_profile import Mark, Profile, Trait
from agent.people.privacy import Forgotten, profile_json
from agent.serialise import SCHEMA_VERSION, item_json, plain
from retrieval.candidates import ChannelScore
from retrieval.catalog import Taken
from retrieval.catalog.problems import RowProblem
from retrieval.importers.features import FeatureFile
from retrieval.importers.importing import EventProblem, ImportReport
from retrieval.importers.reviews import ReviewReport
from retrieval.items import Description, Item, Media, Span
from retrieval.reviews.digest import AspectDigest
from tests.support.places import ROOT
from tests.support.shelf import fill, numbered, units
from tests.support.worded import shop, worded_agent

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
JSON = ANSWER.to_dict()
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
        ("Contribution", names(Contribution)),
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
        ("Event", list(EVENT.to_dict())),
        ("Ingest report", ["workspace", *plain(IngestReport())]),
        ("Columns taken", [*plain(Taken())]),
        ("Row problem", names(RowProblem)),
        ("Import report", ["workspace", "file", *plain(ImportReport("csv")), "repeated", "model"]),
        ("Review report", ["workspace", "file", *plain(ReviewReport())]),
        ("Reviewed", names(Reviewed)),
        ("Aspect reviewed", names(AspectDigest)),
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
        ("Wording proof", [*names(ModelProof), "chosen", "kept"]),
        ("Manner figures", names(MannerFigures)),
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
    assert FIRST == RECOMMENDATION.to_dict() == plain(RECOMMENDATION)


def test_an_event_leaves_out_what_it_does_not_say() -> None:
    assert Event("status", 0.5, "listening").to_dict() == {"kind": "status", "at_s": 0.5, "text": "listening"}
    assert list(Event("candidates", 0.5, request=REQUEST, items=(ITEM,)).to_dict()) == [
        "kind",
        "at_s",
        "text",
        "request",
        "items",
    ]
    assert Event("final", 1.0, answer=ANSWER).to_dict()["answer"] == JSON


def test_a_report_is_plain() -> None:
    problem = RowProblem(7, None, "not JSON", "It is not JSON.", "Correct it.", "skipped")
    found = plain(IngestReport(added=2, absent=("9",), problems=[problem]))
    assert (found["added"], found["absent"], found["problems"][0]["line"]) == (2, ["9"], 7)
    assert json.loads(json.dumps(found)) == found


# An answer in the hands of whoever writes Python


def test_an_answer_is_iterable_sized_and_there_even_where_it_is_empty() -> None:
    assert list(ANSWER) == [RECOMMENDATION]
    assert len(ANSWER) == 1
    empty = Answer(REQUEST, (), reply="We have no kayaks.")
    assert (len(empty), list(empty), bool(empty)) == (0, [], True)


def test_an_answer_is_short_where_it_is_printed() -> None:
    assert repr(ANSWER) == "<Answer to 'eine Vase': 1 item: Vase 花瓶>"
    assert repr(Answer(REQUEST, ())) == "<Answer to 'eine Vase': 0 items>"
    assert repr(Answer(REQUEST, (RECOMMENDATION,) * 4)).endswith("Vase 花瓶, …>")
    assert repr(RECOMMENDATION) == "<Recommendation 1: 'Vase 花瓶' (id 7), score 0.12>"


def test_its_json_is_its_dict() -> None:
    assert json.loads(ANSWER.to_json()) == ANSWER.to_dict()
    assert "花瓶" in ANSWER.to_json(indent=2)


def test_notes_are_plain_text_in_what_is_written() -> None:
    noted = Answer(REQUEST, (), notes=(Note("nothing to undo"),), reply=Note("undone"))
    document = noted.to_dict()
    assert {type(text) for text in (document["reply"], *document["notes"])} == {str}


def test_whatever_comes_out_pickles(tmp_path_factory: pytest.TempPathFactory) -> None:
    noted = replace(
        ANSWER,
        notes=(Note("undone"),),
        recommendations=(RECOMMENDATION, replace(RECOMMENDATION, item=Item("8", "Bowl"))),
    )
    again = pickle.loads(pickle.dumps(noted))
    assert again == noted
    assert again.notes[0].text_in("zh") == noted.notes[0].text_in("zh")  # type: ignore[attr-defined]
    with worded_agent(tmp_path_factory.mktemp("pickled") / "w", shop()[:6]) as agent:
        real = agent.recommend("a red lamp, not blue, below 50", k=3)
        talked = agent.conversation().say("a lamp")
    for answer in (real, talked):
        assert pickle.loads(pickle.dumps(answer)) == answer
        assert copy.deepcopy(answer) == answer
