"""How good explanations are: whether claims are so, what they tell of the request, and how the language model words.

Every claim is checked once more, not by what made it but by the answer's JSON: each pointer must resolve, what it
cites must stand there, and the check of its words must have found all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.answers import Answer, Claim
from agent.errors import RequestError
from agent.evaluate.cards import CardFigures, card_figures
from agent.evaluate.known_items.words import Maker, facet_requests, sentence_requests, title_requests
from agent.explain.claims import resolve
from agent.serialise import item_json
from agent.verify import verify
from retrieval.text.words import words

if TYPE_CHECKING:
    from agent.recommender import RecommendationAgent
    from retrieval.snapshot import Snapshot

MAKERS: tuple[Maker, ...] = (title_requests, facet_requests, sentence_requests)
PER_MAKER = 10
_EXACT = re.compile(r"\d+(?:[.,]\d+)*|\b[A-Z][^\W\d_]+")


@dataclass(frozen=True, slots=True)
class ExplanationFigures:
    """What was counted over all explanations of all requests.

    Attributes:
        requests: How many were answered.
        explanations: How many explanations they got.
        claims: How many claims these hold.
        faithful: Share of claims whose pointers resolve, whose citations stand there, and whose words are supported.
        exact: Share of the numbers and names in claims that stand in what they cite, in the request or in a label.
        coverage: Share of the words of a request that some explanation of its answer tells, mean over requests.
        distinct: 1 less the mean Jaccard likeness of the texts of one answer.
        length: Words of an explanation, mean.
        cards: How the sentences read that stand on cards.
        by_model: Share of explanations that the language model worded.
        passed: Share of the language model's sentences that passed the check; None where it wrote none.
        unfaithful: Claims that are not faithful, each with why; at most 20.
        refused: Sentences of the model that were refused, each with why; at most 20.
        verified: How many claims and sentences were held against the catalog once more, by `agent.verify`.
        false: Those of them that are not so, each with why; at most 20.
    """

    requests: int
    explanations: int
    claims: int
    faithful: float
    exact: float
    coverage: float
    distinct: float
    length: float
    cards: CardFigures
    by_model: float
    passed: float | None
    unfaithful: tuple[str, ...]
    refused: tuple[str, ...]
    verified: int = 0
    false: tuple[str, ...] = ()


def requests_of(snapshot: Snapshot, seed: int = 0, per_maker: int = PER_MAKER) -> list[str]:
    """Requests in words that the catalog's own items answer, the same for the same seed."""
    groups = [islice(maker(snapshot, np.random.default_rng(seed)), per_maker) for maker in MAKERS]
    return list(dict.fromkeys(request.text for group in groups for request in group))


def read_requests(path: Path) -> list[str]:
    """The texts of a JSONL of requests.

    Raises:
        RequestError: it cannot be read, or holds no text.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        texts = [str(row["text"]) for row in rows if isinstance(row, dict) and row.get("text")]
    except (OSError, ValueError) as error:
        raise RequestError(f"{path} cannot be read: {error}.", "Give a file with one JSON object a line.") from error
    if not texts:
        raise RequestError(f"{path} holds no request in words.", "Give each line a 'text'.")
    return texts


def explanation_figures(
    agent: RecommendationAgent,
    requests: Sequence[str],
    k: int = 5,
    progress: Callable[[int], None] | None = None,
) -> ExplanationFigures:
    """Ask every request, and judge what its answer says.

    Raises:
        TastemakerError: as `recommend` does.
        RequestError: no request got an item.
    """
    answers: list[Answer] = []
    for number, text in enumerate(requests, start=1):
        answers.append(agent.recommend(text, k=k))
        if progress:
            progress(number)
    rows = [row for answer in answers for row in verify(answer.to_dict(), partial(_stored, agent))]
    false = tuple(f"{row.text} ({row.fault})" for row in rows if row.fault)
    return replace(judge_answers(answers), verified=len(rows), false=false[:20])


def _stored(agent: RecommendationAgent, item_id: str) -> Mapping[str, Any] | None:
    """The catalog's own entry of an item."""
    item = agent.workspace.store.item(item_id)
    return None if item is None else item_json(item)


def judge_answers(answers: Sequence[Answer]) -> ExplanationFigures:
    """The figures of these answers.

    Raises:
        RequestError: they hold no explanation.
    """
    explanations = [recommendation.explanation for answer in answers for recommendation in answer.recommendations]
    if not explanations:
        raise RequestError("No request was answered by any item.", "Give requests that the catalog can answer.")
    claims = [entry for answer in answers for entry in _claims(answer)]
    reasons = [(claim, _why_unfaithful(claim, document)) for claim, document, _ in claims]
    exact = [so for claim, _, allowed in claims for so in _exact(claim, allowed)]
    by_model = sum(explanation.wording == "model" for explanation in explanations)
    refused = [sentence for explanation in explanations for sentence in explanation.rejected]
    sentences = by_model + len(refused)
    return ExplanationFigures(
        requests=len(answers),
        explanations=len(explanations),
        claims=len(claims),
        faithful=sum(not why for _, why in reasons) / max(1, len(reasons)),
        exact=float(np.mean(exact)) if exact else 1.0,
        coverage=float(np.mean([_coverage(answer) for answer in answers])),
        distinct=float(np.mean([difference for answer in answers for difference in _differences(answer)] or [1.0])),
        length=float(np.mean([len(explanation.text.split()) for explanation in explanations])),
        cards=card_figures(answers),
        by_model=by_model / len(explanations),
        passed=by_model / sentences if sentences else None,
        unfaithful=tuple(f"{claim.text} ({why})" for claim, why in reasons if why)[:20],
        refused=tuple(refused[:20]),
    )


def _claims(answer: Answer) -> Iterator[tuple[Claim, Mapping[str, Any], str]]:
    """Each claim, the document its pointers lead into, and what it may repeat of the request."""
    document = answer.to_dict()
    for recommendation, rendered in zip(answer.recommendations, document["recommendations"], strict=True):
        for claim in recommendation.explanation.claims:
            labels = " ".join(recommendation.item.attributes)
            yield claim, {**document, **rendered}, f"{answer.request.text} {answer.request.english} {labels}"


def _why_unfaithful(claim: Claim, document: Mapping[str, Any]) -> str:
    """Why a claim is not faithful; empty when it is."""
    if claim.verdict != "supported" or not claim.evidence:
        return "its words are not in its evidence"
    for evidence in claim.evidence:
        try:
            target = resolve(evidence.pointer, document)
        except KeyError:
            return f"{evidence.pointer} leads nowhere"
        if not _stands(evidence.value, target):
            return f"“{evidence.value}” does not stand at {evidence.pointer}"
    return ""


def _stands(value: str, target: object) -> bool:
    """Whether a citation stands in what its pointer leads to, be it cut, joined or rounded."""
    if isinstance(target, Mapping):
        return any(_stands(value, part) for part in target.values())
    if isinstance(target, bool):
        return value == str(target).lower()
    if isinstance(target, int | float):
        number = value.split(" ")[0]  # behind it there may be a unit
        return number in (str(target), f"{target:g}", f"{target:.2f}", str(int(target)))
    text = ", ".join(map(str, target)) if isinstance(target, list) else str(target)
    return " ".join(value.strip("…").split()) in " ".join(text.split())


def _exact(claim: Claim, allowed: str) -> Iterator[bool]:
    cited = " ".join(evidence.value for evidence in claim.evidence).casefold()
    # Claims name whole seconds, and what they cite stands in fractions.
    seconds = " ".join(str(round(evidence.start_s)) for evidence in claim.evidence if evidence.start_s is not None)
    stated = f"{cited} {seconds} {allowed}".casefold()
    for match in _EXACT.finditer(claim.text):
        yield match[0].casefold() in stated


def _coverage(answer: Answer) -> float:
    request_words = set(words(answer.request.english or answer.request.text))
    explained = {word for recommendation in answer.recommendations for word in words(recommendation.explanation.text)}
    return len(request_words & explained) / len(request_words) if request_words else 1.0


def _differences(answer: Answer) -> Iterator[float]:
    texts = [set(words(recommendation.explanation.text)) for recommendation in answer.recommendations]
    for first, second in combinations(texts, 2):
        yield 1 - len(first & second) / max(1, len(first | second))


__all__ = ["ExplanationFigures", "explanation_figures", "judge_answers", "read_requests", "requests_of"]
