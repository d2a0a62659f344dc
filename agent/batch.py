"""Many requests at once: JSONL in, a TREC run out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.answers import UserTurn
from agent.errors import RequestError, TastemakerError
from agent.recommender import RecommendationAgent, final_answer
from retrieval.evaluation.trec import Ranking, write_run

TAG = "tastemaker"
_KEYS = ("text", "image", "audio", "video", "user")


@dataclass(frozen=True, slots=True)
class BatchProblem:
    """A request of the batch that could not be answered."""

    line: int
    query_id: str
    what: str


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How a batch went."""

    answered: int
    problems: tuple[BatchProblem, ...]


def run_batch(
    agent: RecommendationAgent, queries: Path, run: Path, k: int, progress: Callable[[int], None] = lambda _: None
) -> BatchReport:
    """Answer every request of a file and write the rankings as a TREC run.

    Reasons are not worded: a run has no place for them. A request that cannot be answered has no lines in the run and
    is reported.

    Args:
        queries: JSONL with `qid` and at least one of `text`, `image`, `audio`, `video` per line; media paths are
            relative to the file.
        progress: Told the number of requests answered so far.

    Raises:
        RequestError: the file cannot be read.
    """
    problems: list[BatchProblem] = []

    def rankings() -> Iterator[Ranking]:
        for line, query_id, turn in _turns(queries, k):
            try:
                answer = final_answer(agent.answer(turn, worded=False))
            except TastemakerError as error:
                problems.append(BatchProblem(line, query_id, error.what))
                continue
            yield Ranking(query_id, [(one.item.id, one.score) for one in answer.recommendations])
            progress(line)

    with run.open("w", encoding="utf-8") as file:
        answered = write_run(rankings(), file, TAG)
    return BatchReport(answered, tuple(problems))


def _turns(queries: Path, k: int) -> Iterator[tuple[int, str, UserTurn]]:
    try:
        lines = queries.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{queries} cannot be read: {error}.", "Give a JSONL file in UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            query_id, turn = _turn(line, number, queries, k)
            yield number, query_id, turn


def _turn(line: str, number: int, queries: Path, k: int) -> tuple[str, UserTurn]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise RequestError(f"{queries}, line {number} is not JSON: {error}.", "Write one object a line.") from error
    if not isinstance(row, dict) or "qid" not in row:
        raise RequestError(f"{queries}, line {number} has no qid.", f"Write an object with qid and {', '.join(_KEYS)}.")
    given = {key: str(row[key]) for key in _KEYS if row.get(key)}
    media = {key: str(queries.parent / given[key]) for key in ("image", "audio", "video") if key in given}
    turn = UserTurn(
        text=given.get("text", ""),
        images=(media["image"],) if "image" in media else (),
        audio=media.get("audio"),
        video=media.get("video"),
        user=given.get("user"),
        k=k,
    )
    return str(row["qid"]), turn
