"""Many requests at once: JSONL in, a TREC run out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.answers import UserTurn
from agent.errors import RequestError, TastemakerError
from agent.recommender import RecommendationAgent
from retrieval.evaluation.trec import Ranking, write_run

TAG = "tastemaker"
_MEDIA = ("image", "audio", "video")
_KEYS = ("text", *_MEDIA, "user")


@dataclass(frozen=True, slots=True)
class BatchProblem:
    """A line of the batch that could not be answered; `query_id` is empty where the line has none."""

    line: int
    query_id: str
    what: str


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How a batch went."""

    answered: int
    problems: tuple[BatchProblem, ...]


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """A line that is a request."""

    line: int
    query_id: str
    turn: UserTurn


def run_batch(
    agent: RecommendationAgent, queries: Path, run: Path, k: int, progress: Callable[[int], None] = lambda _: None
) -> BatchReport:
    """Answer every request of a file and write the rankings as a TREC run.

    Reasons are not given: a run has no place for them. A line that cannot be read or answered has no lines in the run
    and is reported.

    Args:
        queries: JSONL with `qid` and at least one of `text`, `image`, `audio`, `video` per line; media paths are
            relative to the file.
        progress: Told the number of requests answered so far.

    Raises:
        RequestError: a file cannot be read or written.
        TastemakerError: an item's id cannot stand in a TREC run.
    """
    problems: list[BatchProblem] = []
    requests = read_requests(queries, k)  # before the run is opened: a bad file must not cost the run of another day
    try:
        with run.open("w", encoding="utf-8") as file:
            answered = write_run(_rankings(agent, requests, problems, progress), file, TAG)
    except OSError as error:
        raise RequestError(f"The run {run} cannot be written: {error}.", "Name a file that can be written.") from error
    return BatchReport(answered, tuple(problems))


def read_requests(queries: Path, k: int) -> Iterator[BatchRequest | BatchProblem]:
    """The requests of a JSONL file, as `run_batch` answers them, with the lines that are none.

    Raises:
        RequestError: the file cannot be read.
    """
    return _read(_lines(queries), queries.parent, k)


def _rankings(
    agent: RecommendationAgent,
    requests: Iterable[BatchRequest | BatchProblem],
    problems: list[BatchProblem],
    progress: Callable[[int], None],
) -> Iterator[Ranking]:
    answered = 0
    for request in requests:
        if isinstance(request, BatchProblem):
            problems.append(request)
            continue
        try:
            ranked = agent.rank(request.turn)
        except TastemakerError as error:
            problems.append(BatchProblem(request.line, request.query_id, error.what))
            continue
        yield Ranking(request.query_id, [(scored.candidate.item.id, scored.score) for scored in ranked])
        answered += 1
        progress(answered)


def _lines(queries: Path) -> list[str]:
    try:
        # not `splitlines`: JSON may hold other line separators within a text
        return queries.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{queries} cannot be read: {error}.", "Give a JSONL file in UTF-8.") from error


def _read(lines: Iterable[str], folder: Path, k: int) -> Iterator[BatchRequest | BatchProblem]:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        query_id = ""  # stays so where the line fails before it has shown one
        try:
            row = _row(line)
            query_id = _query_id(row, seen)
            yield BatchRequest(number, query_id, _turn(row, folder, k))
        except RequestError as error:
            yield BatchProblem(number, query_id, error.what)


def _row(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"The line is not JSON: {error}.", "Write one object a line.") from error
    if not isinstance(row, dict):
        raise RequestError("The line is not a JSON object.", f"Write an object with qid and {', '.join(_KEYS)}.")
    return row


def _query_id(row: dict[str, object], seen: set[str]) -> str:
    value = row.get("qid")
    query_id = "" if value is None else str(value)
    if not query_id or re.search(r"\s", query_id):
        raise RequestError(f"The qid is {value!r}.", "Give every request a qid of its own, without white space.")
    if query_id in seen:
        raise RequestError(f"The qid {query_id!r} was used on an earlier line.", "Give every request its own.")
    seen.add(query_id)
    return query_id


def _turn(row: dict[str, object], folder: Path, k: int) -> UserTurn:
    values = {key: row[key] for key in _KEYS if row.get(key) is not None}
    for key, value in values.items():
        if not isinstance(value, str | int | float):
            raise RequestError(f"The {key} is {value!r}, not text.", "Write one text.")
    media = {key: str(folder / str(values[key])) for key in _MEDIA if values.get(key)}
    return UserTurn(
        text=str(values.get("text", "")),
        images=(media["image"],) if "image" in media else (),
        audio=media.get("audio"),
        video=media.get("video"),
        user=str(values["user"]) if values.get("user") else None,
        k=k,
    )
