"""How well a language model words reasons: tried on a gold set of requests and items, in each manner there is."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from agent.answers import UserTurn
from agent.backends.protocols import ChatModel
from agent.config import AgentConfig
from agent.explain.drafts import Draft, Manner, Voice, drafts
from agent.explain.proofs import PROMPTS, MannerFigures, ModelProof, prompt_hash
from agent.explain.reasons import ItemReason
from agent.explain.sentence.grammar import stems_of
from agent.explain.wording import PLAIN_STYLE
from agent.perceive import Perceived
from agent.pipeline.journal import Journal
from agent.recommender import RecommendationAgent
from retrieval.files.yaml_text import parsed
from retrieval.text.words import words

Row = TypeVar("Row")
LANGUAGE = "en"
AT_ONCE = 5
RULES = "rules"


@dataclass(frozen=True, slots=True)
class GoldCard:
    """A request and an item, and what a good assistant says of it.

    Attributes:
        met: Wishes that the item meets.
        missed: Wishes that it does not meet, or does not tell of.
    """

    domain: str
    request: str
    item: Mapping[str, Any]
    met: tuple[str, ...]
    missed: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class PlannedCard:
    """A gold card with what we planned for it."""

    gold: GoldCard
    reason: ItemReason


@dataclass(slots=True)
class CardTrial:
    """What came of one card in one manner.

    Attributes:
        drafts: The model's sentences, in their order.
        at_s: When each came, seconds after the batch was begun.
    """

    drafts: list[Draft] = field(default_factory=list)
    at_s: list[float] = field(default_factory=list)

    @property
    def accepted(self) -> Draft | None:
        """The sentence that is shown."""
        return next((draft for draft in self.drafts if not draft.fault), None)

    @property
    def text(self) -> str:
        """The model's best: the sentence that is shown, else its likeliest."""
        draft = self.accepted or (self.drafts[0] if self.drafts else None)
        return draft.text if draft else ""


@cache
def gold_cards() -> tuple[GoldCard, ...]:
    """The rows of the gold set."""
    rows = parsed((files("agent.evaluate.gold") / "reasons.yaml").read_text(encoding="utf-8"))
    return tuple(GoldCard(**{**row, "met": tuple(row["met"]), "missed": tuple(row["missed"])}) for row in rows)


def planned_cards(cards: Sequence[GoldCard]) -> Iterator[PlannedCard]:
    """The cards with what we planned for each, from a catalog for every domain."""
    for _, group in groupby(sorted(cards, key=lambda card: card.domain), key=lambda card: card.domain):
        rows = list(group)
        with tempfile.TemporaryDirectory() as folder, _agent(rows, Path(folder)) as agent:
            pipeline = agent.pipeline
            for at, card in enumerate(rows):
                inquiry = pipeline.understand(UserTurn(text=card.request, k=1), Perceived(), Journal())
                selection = pipeline.select_rows(inquiry, [pipeline.snapshot.rows[str(at)]])
                yield PlannedCard(card, pipeline.item_reasons(selection)[0])


def _agent(cards: Sequence[GoldCard], folder: Path) -> RecommendationAgent:
    catalog = folder / "catalog.jsonl"
    lines = [json.dumps({"id": str(at), **card.item}, ensure_ascii=False) for at, card in enumerate(cards)]
    catalog.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return RecommendationAgent.from_catalog(catalog, folder / "workspace", AgentConfig(llm="none"))


def prove(
    cards: Sequence[PlannedCard],
    model: ChatModel | None,
    identity: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> ModelProof:
    """What a model comes to in each manner, and rules beside it; rules alone where there is no model.

    Raises:
        ModelError: the model fails.
    """
    manners: dict[Manner, MannerFigures] = {"planned": _planned_figures(cards)}
    for number, manner in enumerate(PROMPTS if model else ()):
        assert model is not None  # noqa: S101 - there is a manner
        trials = list[CardTrial]()
        for batch in _fives(cards):
            trials += _tried(batch, Voice(model, manner))
            if progress:
                progress(number * len(cards) + len(trials))
        manners[manner] = _figures(cards, trials, manner)
    return ModelProof(identity or RULES, len(cards), manners)


def _planned_figures(cards: Sequence[PlannedCard]) -> MannerFigures:
    texts = [card.reason.card.text for card in cards]
    told, admitted = _shares(cards, texts)
    return MannerFigures(1.0, 0.0, 0.0, told, admitted, _median_words(texts), 0.0, 0.0)


def _tried(cards: Sequence[PlannedCard], voice: Voice) -> list[CardTrial]:
    """One batch, as a list of that many is worded."""
    trials = [CardTrial() for _ in cards]
    began = time.perf_counter()
    for draft in drafts([card.reason for card in cards], voice, PLAIN_STYLE.max_new_tokens, []):
        trials[draft.number].drafts.append(draft)
        trials[draft.number].at_s.append(time.perf_counter() - began)
    return trials


def _figures(cards: Sequence[PlannedCard], trials: Sequence[CardTrial], manner: Manner) -> MannerFigures:
    texts = [trial.text for trial in trials]
    told, admitted = _shares(cards, texts)
    pairs = zip(cards, trials, strict=True)
    accepted = [(card.reason.card.clause, draft.text) for card, trial in pairs if (draft := trial.accepted)]
    likeliest = [trial.drafts[0] for trial in trials if trial.drafts]
    return MannerFigures(
        passed=_share(draft.fault not in ("form", "false") for draft in likeliest),
        worded=len(accepted) / max(1, len(cards)),
        changed=_share(words(text) != words(planned) for planned, text in accepted),
        told=told,
        admitted=admitted,
        words=_median_words(texts),
        first_s=_median(min(trial.at_s[-1] for trial in batch if trial.at_s) for batch in _batches(trials)),
        five_s=_median(max(trial.at_s[-1] for trial in batch if trial.at_s) for batch in _batches(trials)),
        prompt=prompt_hash(manner),
    )


def _batches(trials: Sequence[CardTrial]) -> list[Sequence[CardTrial]]:
    return [batch for batch in _fives(trials) if any(trial.at_s for trial in batch)]


def _fives(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _shares(cards: Sequence[PlannedCard], texts: Sequence[str]) -> tuple[float, float]:
    """The share of the wishes met that texts tell, the title above them counting too, and of those missed admitted."""
    told, admitted = list[bool](), list[bool]()
    for card, text in zip(cards, texts, strict=True):
        shown = stems_of(f"{text} {card.gold.item['title']}", LANGUAGE)
        told += [bool(stems_of(wish, LANGUAGE) & shown) for wish in card.gold.met]
        admitted += [bool(stems_of(wish, LANGUAGE) & stems_of(text, LANGUAGE)) for wish in card.gold.missed]
    return _share(told), _share(admitted)


def _share(states: Iterator[bool] | Sequence[bool]) -> float:
    listed = list(states)
    return sum(listed) / len(listed) if listed else 0.0


def _median(values: Iterator[float]) -> float:
    listed = list(values)
    return statistics.median(listed) if listed else 0.0


def _median_words(texts: Sequence[str]) -> float:
    return _median(float(len(text.split())) for text in texts)


__all__ = ["GoldCard", "PlannedCard", "gold_cards", "planned_cards", "prove"]
