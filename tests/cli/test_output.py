"""What people see: items in their order, notes, progress on stderr, and JSON that any program reads."""

from __future__ import annotations

import json

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
    MustHave,
    Named,
    Question,
    Recommendation,
    Request,
    Twin,
)
from agent.cli import output
from agent.ingest.catalog import IngestReport
from retrieval.catalog.problems import RowProblem
from retrieval.items import Item

LAMP = Item("1", "Brass lamp", category="Lighting", price=39.5, attributes={"brand": "Lund"})
CLAIM = Claim("price: 39.5", (Evidence("field", "/item/price", "39.5"),))


def recommendation(rank: int, **fields: object) -> Recommendation:
    explanation = Explanation(f"Reason {rank}.", (CLAIM,))
    return Recommendation(LAMP, rank, 0.75, explanation, {}, rank, **fields)  # type: ignore[arg-type]  # by name


def answer(*ranks: int, **fields: object) -> Answer:
    return Answer(Request("lamp", "lamp", "en"), tuple(map(recommendation, ranks)), **fields)  # type: ignore[arg-type]


def test_json_is_one_document_that_keeps_its_letters(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"title": "红色的灯"})
    text = capsys.readouterr().out
    assert "红色的灯" in text
    assert json.loads(text) == {"title": "红色的灯"}
    with pytest.raises(ValueError, match="JSON"):
        output.print_json({"score": float("nan")})


def test_items_are_printed_in_their_order_however_they_get_ready(capsys: pytest.CaptureFixture[str]) -> None:
    events = [Event("item", 1.0, recommendation=recommendation(rank)) for rank in (2, 3, 1)]
    show = output.AnswerPrinter()
    for event in events[:2]:
        show(event)
    assert "Reason" not in capsys.readouterr().out
    show(events[2])
    text = capsys.readouterr().out
    assert text.index("Reason 1.") < text.index("Reason 2.") < text.index("Reason 3.")


def test_what_was_understood_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    request = Request(
        "Lampe unter 50",
        "lamp under 50",
        "de",
        heard=Heard("Lampe", "de", "lamp"),
        seen=("It shows a lamp.",),
        must_haves=(MustHave("price<50", "understood", "unter 50", 0.9), MustHave("tags has sea", "stated", "x", 1.0)),
        named=(Named("1", "Brass lamp", False),),
    )
    show = output.AnswerPrinter()
    for at_s in (0.1, 0.2):
        show(Event("candidates", at_s, request=request))
    assert capsys.readouterr().out.splitlines() == [
        "  heard: “Lampe” (lamp)",
        "  saw: It shows a lamp.",
        "  must have: price<50 (you said “unter 50”)",
        "  must have: tags has sea",
        "  unlike: Brass lamp",
    ]


def test_an_item_is_told_with_its_facts_and_its_reason_and_claims_where_they_are_wanted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    card = ["  1. Brass lamp", "     Lund · Lighting · 39.5 · id 1 · score 0.75", "     Reason 1."]
    output.print_recommendation(recommendation(1, twins=(Twin("2", "Another"),)))
    assert capsys.readouterr().out.splitlines() == [*card, "     and 1 more like this"]
    show = output.AnswerPrinter(why=True)
    show(Event("item", 1.0, recommendation=recommendation(1)))
    assert capsys.readouterr().out.splitlines() == [*card, "       - price: 39.5"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                "What counted: the words of your request 67 %, its picture 33 %",
                "Counted against it: the language model's opinion",
            ],
        ),
        ("zh", ["起作用的：您说的词语占 67 %、它的图片占 33 %", "对它不利的：语言模型的意见"]),
    ],
)
def test_what_counted_is_told_in_the_words_of_the_page(
    capsys: pytest.CaptureFixture[str], language: str, told: list[str]
) -> None:
    parts = {"words": Contribution(0.2, 67), "picture": Contribution(0.1, 33), "model": Contribution(-0.05, 0)}
    decided = Decided({"text": Influence(0.1, 7), "picture": Influence(0.0, 1)}, {}, 0.5, parts)
    output.print_why(recommendation(1, decided=decided), language)
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == [
        "- price: 39.5",
        *told,
        "number 7 without text, number 1 without picture",
    ]


def test_pointers_are_for_json_alone(capsys: pytest.CaptureFixture[str]) -> None:
    show = output.AnswerPrinter(why=True)
    show(Event("item", 1.0, recommendation=recommendation(1)))
    assert "/item/" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("shown", "wording"),
    [
        (answer(1), "reasons worded by rules"),
        (
            Answer(Request("a", "a", "en"), (Recommendation(LAMP, 1, 1, Explanation("R", (), "model"), {}, 1),)),
            "reasons worded by the model",
        ),
        (
            Answer(
                Request("a", "a", "en"),
                (recommendation(1), Recommendation(LAMP, 2, 1, Explanation("R", (), "model"), {}, 2)),
            ),
            "1 of 2 reasons worded by the model, the rest by rules",
        ),
    ],
)
def test_who_worded_the_reasons_is_said(capsys: pytest.CaptureFixture[str], shown: Answer, wording: str) -> None:
    output.AnswerPrinter().end(shown)
    assert capsys.readouterr().out.rstrip().endswith(f"; {wording}")


def test_where_nothing_is_shown_nothing_is_said_of_wording(capsys: pytest.CaptureFixture[str]) -> None:
    output.AnswerPrinter().end(answer(reply="Hello!"))
    assert capsys.readouterr().out.splitlines() == ["Hello!", "  0.0 s"]


def test_notes_criticism_and_a_question_end_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    dialogue = Dialogue("talk", 2, True, ("brighter",), Question("Which colour?", "colour", (), 1.0))
    output.AnswerPrinter().end(answer(1, notes=("Only one fits.",), dialogue=dialogue, timings_s={"a": 0.2, "b": 0.3}))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["  now: brighter", "  note: Only one fits.", "  Which colour?"]
    assert lines[3].startswith("  0.5 s; ")


def test_the_reply_comes_first_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    show, whole = output.AnswerPrinter(), answer(1, reply="One that fits. Dear, though.", notes=("Dear, though.",))
    show(Event("item", 1.0, recommendation=recommendation(1), reply=whole.reply))
    show.end(whole)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["One that fits. Dear, though.", "  1. Brass lamp"]
    assert sum("Dear" in line for line in lines) == 1


def test_an_answer_in_words_is_its_reply_with_what_may_be_meant_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    output.AnswerPrinter().end(answer(reply="Which do you mean?", choices=("show me others", "start over")))
    assert capsys.readouterr().out.splitlines() == [
        "Which do you mean?",
        "  - show me others",
        "  - start over",
        "  0.0 s",
    ]


def test_how_an_item_fits_and_what_its_data_leaves_open_stand_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_recommendation(recommendation(1, fit=0.9, untold=("nuts",)))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "  1. Brass lamp (fits)"
    assert lines[3] == "     Its data does not say whether it holds nuts."


def test_several_things_stand_under_their_names_and_the_proposed_ones_are_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    groups = (Group("lamp", ("1", "1"), "1"), Group("sofa", (), None), Group("rug", ("1",), None))
    show = output.AnswerPrinter()
    for rank in (1, 2, 3):
        show(Event("item", 1.0, recommendation=recommendation(rank), groups=groups))
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("    ")]
    assert lines == ["  lamp", "  1. Brass lamp (proposed)", "  2. Brass lamp (proposed)", "  rug", "  3. Brass lamp"]


def test_a_report_tells_twenty_problems_and_counts_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [RowProblem(at, None, "kind", "It is wrong.", "Mend it.", "skipped") for at in range(1, 24)]
    report = IngestReport(
        1_200, 2, 3, ("gone",), "1,205 items", ("secrte",), problems, "words find pictures by class names", seconds=1.5
    )
    output.print_report(report)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1,200 added, 2 updated, 3 unchanged in 1.5 s (1,205 items)"
    assert lines[1] == "  line 1, skipped: It is wrong. Mend it."
    assert lines[21:] == [
        "  … and 3 more; --json lists all",
        "  no row has the excluded column secrte",
        "  1 item of the workspace is not in this catalog; it stays",
        "  words find pictures by class names",
    ]


def test_without_a_terminal_a_download_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with output.download_progress() as progress:
        assert progress is not None
        for done in (0, 5_000_000, 10_000_000):
            progress("minilm-l6", done, 10_000_000)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "fetching minilm-l6 (10 MB)\n")


def test_without_a_terminal_progress_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with output.ingest_progress() as progress, output.count_progress("requests answered") as count:
        assert progress is None
        count(5)
    assert capsys.readouterr() == ("", "")
