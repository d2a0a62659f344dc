"""Batches: every good line is answered, every bad one reported, and the run is one that tools read."""

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest

from agent.answers import UserTurn
from agent.errors import RequestError, TastemakerError
from agent.evaluate.batch import BatchProblem, BatchReport, run_batch
from agent.rerank.scored import Scored
from retrieval.items import Item
from tests.support.shelf import candidate, numbered


class Echo:
    """Answers with the same items always, and remembers what it was asked."""

    def __init__(self, items: list[Item] | None = None) -> None:
        self.turns: list[UserTurn] = []
        self._items = numbered(3) if items is None else items

    def rank(self, turn: UserTurn) -> list[Scored]:
        self.turns.append(turn)
        if turn.text == "impossible":
            raise RequestError("It is impossible.", "Ask otherwise.")
        return [Scored(candidate(item), 0.9, rank) for rank, item in enumerate(self._items[: turn.k], start=1)]


def batch(folder: Path, *lines: object, agent: Echo | None = None, k: int = 3, **more: object) -> BatchReport:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "queries.jsonl").write_text(text + "\n", encoding="utf-8")
    return run_batch(agent or Echo(), folder / "queries.jsonl", folder / "out.trec", k, **more)  # type: ignore[arg-type]


def run_lines(folder: Path) -> list[str]:
    return (folder / "out.trec").read_text().splitlines()


def test_a_standard_tool_scores_the_run(tmp_path: Path) -> None:
    report = batch(tmp_path, {"qid": "q1", "text": "boats"}, {"qid": 2, "text": "ships"})
    assert report == BatchReport(2, ())
    run = list(ir_measures.read_trec_run(str(tmp_path / "out.trec")))
    qrels = [ir_measures.Qrel("q1", "0", 1), ir_measures.Qrel("2", "1", 1)]
    assert ir_measures.calc_aggregate([ir_measures.RR], qrels, run)[ir_measures.RR] == pytest.approx(0.75)


def test_bad_lines_are_reported_and_the_others_answered(tmp_path: Path) -> None:
    report = batch(
        tmp_path,
        {"qid": "q1", "text": "boats"},
        "not json",
        "",
        [1],
        {"text": "no qid"},
        {"qid": None, "text": "no qid"},
        {"qid": "", "text": "no qid"},
        {"qid": "q 2", "text": "white space"},
        {"qid": "q1", "text": "again"},
        {"qid": "q3", "text": ["a", "b"]},
        {"qid": "q4", "text": "impossible"},
        "[" * 100_000,
        {"qid": "q5", "text": "ships"},
    )
    assert report.answered == 2
    assert {line.split()[0] for line in run_lines(tmp_path)} == {"q1", "q5"}
    assert [(problem.line, problem.query_id) for problem in report.problems] == [
        (2, ""), (4, ""), (5, ""), (6, ""), (7, ""), (8, ""), (9, ""), (10, "q3"), (11, "q4"), (12, ""),
    ]  # fmt: skip
    what = {problem.line: problem.what for problem in report.problems}
    assert "not JSON" in what[2]
    assert "not a JSON object" in what[4]
    assert "None" in what[5]
    assert "'q 2'" in what[8]
    assert "earlier line" in what[9]
    assert "['a', 'b']" in what[10]
    assert report.problems[8] == BatchProblem(11, "q4", "It is impossible.")


def test_media_are_relative_to_the_file_of_requests(tmp_path: Path) -> None:
    agent = Echo()
    row = {"qid": "q", "image": "photos/a.jpg", "audio": "a.ogg", "video": "/abs/c.mp4", "user": "ada", "text": None}
    batch(tmp_path, row, agent=agent, k=7)
    folder = str(tmp_path)
    assert agent.turns == [UserTurn("", (f"{folder}/photos/a.jpg",), f"{folder}/a.ogg", "/abs/c.mp4", "ada", (), 7)]


def test_a_text_may_hold_other_line_separators(tmp_path: Path) -> None:
    agent = Echo()
    assert batch(tmp_path, {"qid": "q", "text": "a\u2028b\x85c"}, agent=agent).answered == 1
    assert agent.turns[0].text == "a\u2028b\x85c"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_bytes(
        '\ufeff{"qid": "q", "text": "a"}\r\n{"qid": "r", "text": "b"}\r\n'.encode()
    )
    report = run_batch(Echo(), tmp_path / "queries.jsonl", tmp_path / "out.trec", 3)  # type: ignore[arg-type]
    assert report == BatchReport(2, ())


def test_progress_counts_what_was_answered(tmp_path: Path) -> None:
    counts: list[int] = []
    batch(tmp_path, "", {"qid": "a", "text": "x"}, "bad", {"qid": "b", "text": "y"}, progress=counts.append)
    assert counts == [1, 2]


def test_an_empty_file_gives_an_empty_run(tmp_path: Path) -> None:
    assert batch(tmp_path) == BatchReport(0, ())
    assert run_lines(tmp_path) == []


@pytest.mark.parametrize("make", ["missing", "folder", "latin"])
def test_a_file_of_requests_that_cannot_be_read_costs_no_run(tmp_path: Path, make: str) -> None:
    queries, run = tmp_path / "queries.jsonl", tmp_path / "out.trec"
    run.write_text("an earlier run\n")
    if make == "folder":
        queries.mkdir()
    elif make == "latin":
        queries.write_bytes(b'{"qid": "q", "text": "caf\xe9"}')
    with pytest.raises(RequestError, match=r"queries\.jsonl cannot be read"):
        run_batch(Echo(), queries, run, 3)  # type: ignore[arg-type]
    assert run.read_text() == "an earlier run\n"


def test_a_run_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text('{"qid": "q", "text": "a"}')
    with pytest.raises(RequestError, match=r"The run .*nowhere/out\.trec cannot be written"):
        run_batch(Echo(), tmp_path / "queries.jsonl", tmp_path / "nowhere" / "out.trec", 3)  # type: ignore[arg-type]


def test_an_item_id_that_a_run_cannot_hold_is_named(tmp_path: Path) -> None:
    with pytest.raises(TastemakerError, match="'my vase' cannot stand in a TREC run"):
        batch(tmp_path, {"qid": "q", "text": "a"}, agent=Echo([Item("my vase", "Vase")]))
