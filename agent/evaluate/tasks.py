"""Tasks of a workspace: what its interactions, a file of judged requests, or the catalog itself can judge by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from agent.errors import EvaluationError, TastemakerError
from agent.evaluate.batch import BatchProblem, read_requests
from agent.evaluate.known_items.requests import KnownItems, known_items
from agent.recommender import RecommendationAgent
from retrieval.cases import Case
from retrieval.evaluation.judgments import leaks, read_qrels
from retrieval.evaluation.task import CatalogFacts, Lessons, Part, Task, two_sides, with_all_channels
from retrieval.retriever import Retriever

OTHERS = 1_000  # added to the seed, so that no request is one that the weights in use were tuned by
TEST_SHARE = 0.5  # of requests made from the catalog; the others are lessons
TRAIN_SHARE = 0.8  # of the lessons; the others say when to stop

Tell = Callable[[str], None]


def known_item_task(agent: RecommendationAgent, seed: int, tell: Tell) -> Task:
    """Requests made from the catalog itself, for catalogs without judgments and without interactions.

    Raises:
        EvaluationError: nothing could be made of it.
    """
    tell("making requests from the catalog")
    known = _make_known_items(agent, seed)
    lessons, test = two_sides(known.cases, 1 - TEST_SHARE, seed)
    if not test:
        raise EvaluationError(
            "No requests could be made from this catalog.", "Give judged requests with --queries and --qrels."
        )
    sorts = sorted({known.sorts[case.id] for case in test})
    protocol = (
        f"no labels: {len(test):,} requests made from the catalog itself ({', '.join(sorts)}), each answered by the"
        f" items it was made of; {len(lessons):,} others, about other items, are what learned fusions learn from"
    )
    return _task("known items", protocol, agent.retriever, test, lambda: lessons, known.notes, seed)


def judged_task(agent: RecommendationAgent, queries: Path, qrels: Path, seed: int, tell: Tell) -> Task:
    """Requests of a file, judged by TREC judgments; learned fusions learn from requests made from the catalog.

    Raises:
        EvaluationError: no request has a relevant item in the catalog, or a file cannot be read.
        RequestError: the file of requests cannot be read.
    """
    retriever = agent.retriever
    gains = read_qrels(qrels)
    judged = _read_judged(agent, queries, gains, tell)
    if not judged.cases:
        raise EvaluationError(
            f"No request of {queries} has a relevant item of this catalog in {qrels}.",
            "Check that the ids of requests and items are the same in both files and in the catalog.",
        )
    given_away = leaks(retriever.snapshot.items, retriever.snapshot.schema, judged.words, gains)
    warnings = (*judged.problems, *(str(leak) for leak in given_away))
    protocol = f"{len(judged.cases):,} judged requests of {queries.name}; learned fusions learn from known items only"
    return _task(
        "judged requests",
        protocol,
        retriever,
        judged.cases,
        lambda: _make_known_items(agent, seed).cases,
        warnings,
        seed,
    )


@dataclass(frozen=True, slots=True)
class _JudgedRequests:
    """Requests of a file that have a relevant item, their words, and what was wrong with others."""

    cases: tuple[Case, ...]
    words: Mapping[str, str]
    problems: tuple[str, ...]


def _read_judged(
    agent: RecommendationAgent, queries: Path, gains: Mapping[str, Mapping[str, float]], tell: Tell
) -> _JudgedRequests:
    rows = agent.retriever.snapshot.rows
    cases: list[Case] = []
    words: dict[str, str] = {}
    problems: list[str] = []
    absent: set[str] = set()
    for request in read_requests(queries, k=1):
        if isinstance(request, BatchProblem):
            problems.append(f"Line {request.line} of {queries.name}: {request.what}")
            continue
        gains_by_id = gains.get(request.query_id, {})
        absent |= gains_by_id.keys() - rows.keys()
        relevant = {rows[item_id]: gain for item_id, gain in sorted(gains_by_id.items()) if item_id in rows}
        if not relevant:
            continue
        tell(f"reading request {len(cases) + 1:,}")
        try:
            query = agent.query(request.turn)
            cases.append(Case(request.query_id, query, relevant, query.hidden))
        except TastemakerError as error:
            problems.append(f"Line {request.line} of {queries.name}: {error.what}")
            continue
        words[request.query_id] = request.turn.text
    if absent:
        problems.append(f"{len(absent):,} judged items are not in the catalog, such as {min(absent)!r}.")
    return _JudgedRequests(tuple(cases), words, tuple(problems))


def _make_known_items(agent: RecommendationAgent, seed: int) -> KnownItems:
    holdings = agent.pipeline.holdings
    return known_items(holdings.snapshot, agent.models, holdings.ridge, seed=seed + OTHERS)


def _task(
    name: str,
    protocol: str,
    retriever: Retriever,
    cases: tuple[Case, ...],
    lessons: Callable[[], Sequence[Case]],
    warnings: Sequence[str],
    seed: int,
) -> Task:
    opened = with_all_channels(retriever)  # contenders give weight to channels that the default plans leave out

    def parts() -> Iterator[Part]:
        # Made at most once, and only where something learns: a small catalog has too few, which stops nobody else.
        yield Part(opened, cases, cache(lambda: _lessons(opened, lessons(), seed)))

    return Task(
        name=name,
        protocol=protocol,
        n_cases=len(cases),
        parts=parts,
        facts=CatalogFacts.of(retriever.snapshot),
        identity=_identity(cases, seed),
        warnings=tuple(warnings),
    )


def _lessons(retriever: Retriever, cases: Sequence[Case], seed: int) -> Lessons:
    train, valid = two_sides(cases, TRAIN_SHARE, seed + 1)
    if not train or not valid:
        raise EvaluationError(
            f"The catalog is too small to learn from: it gives {len(cases)} requests.", "Leave learned fusions out."
        )
    return Lessons.of([(retriever, train)], (retriever, valid))


def _identity(cases: Sequence[Case], seed: int) -> str:
    # Finished rows are found again by it, so it takes in all that a request consists of.
    digest = sha256(str(seed).encode())
    for case in cases:
        query = case.query
        digest.update(repr((case.id, query.kind, query.words, sorted(case.gains.items()), query.filters)).encode())
        for name, vectors in sorted(query.vectors.items()):
            digest.update(name.encode() + vectors.tobytes())
        digest.update(case.hidden.tobytes())
    return digest.hexdigest()
