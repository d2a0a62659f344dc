"""Cards: what models were found to do on the gold sets that ship, job by job, beside what does the job without them.

`tastemaker models judge` writes one for each model: beside the weights of a model folder, so that it goes where they
go; in the cache of all others. Seconds belong to the machine that they were measured on.
"""

from __future__ import annotations

import hashlib
import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self, get_args

from agent.backends.factory import ModelChoice
from agent.backends.identity import CARD, model_identity
from agent.weights.weights import Places
from retrieval.files.private import write_text

Job = Literal["describe", "rerank", "word", "read"]
JOBS: tuple[Job, ...] = get_args(Job)
BETTER = 0.02  # by which a share of some forty rows must lie above another to be more than chance may be
LONGEST_S: Mapping[Job, float] = {"describe": 10.0, "rerank": 3.0, "word": 15.0, "read": 3.0}
"""Seconds that a job may take: of one picture, of one request's list, of five reasons, of one turn."""

FEWEST, FAR_TOO_LONG = 5, 3.0


def is_hopeless(job: Job, seconds: Sequence[float]) -> bool:
    """Whether a model took so much more than it may on the first rows that it need not be tried on the others."""
    return len(seconds) >= FEWEST and statistics.median(seconds) > FAR_TOO_LONG * LONGEST_S[job]


@dataclass(frozen=True, slots=True)
class JobFigures:
    """How well one job was done.

    Attributes:
        n: On how many rows of the gold set; a model that is far too slow is tried on the first few alone.
        model: What the model came to, in [0, 1].
        ours: What does the job without it came to.
        ours_is: What that is, in words.
        measure: What was measured, in words.
        seconds: That the model takes for one, median.
        ours_seconds: That ours takes.
        passes: Whether it may do the job by other terms than being better, as wording has its own; None without such.
        failed: Rows on which it gave no usable answer.
    """

    n: int
    model: float
    ours: float
    ours_is: str
    measure: str
    seconds: float
    ours_seconds: float = 0.0
    passes: bool | None = None
    failed: int = 0

    def better(self) -> bool:
        """Whether the model does the job better than ours does, by more than chance may, or passes by its own terms."""
        return self.model - self.ours >= BETTER - 1e-9 if self.passes is None else self.passes

    def told(self) -> str:
        """The figures in words for a person."""
        return (
            f"{self.model:.2f} against {self.ours:.2f} of {self.ours_is} ({self.measure}, {self.n} rows), "
            f"{self.seconds:.1f} s"
        )


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What one model was found to do.

    Attributes:
        model: Its identity.
        name: What people call it.
        gold: Digest of the gold sets.
        jobs: By job; those that it cannot do, or was not tried on, are missing.
        proof: How it words, as a row of `proofs.yaml`; empty where that was not tried.
    """

    model: str
    name: str
    gold: str
    jobs: Mapping[Job, JobFigures]
    proof: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """A card from its JSON."""
        jobs = {job: JobFigures(**row["jobs"][job]) for job in JOBS if job in row["jobs"]}
        return cls(row["model"], row["name"], row["gold"], jobs, row.get("proof", {}))

    def plain(self) -> dict[str, Any]:
        """The card as JSON has it."""
        return asdict(self)


@cache
def gold_digest() -> str:
    """Digest of the gold sets: figures of others are not compared with these."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in _gold())).hexdigest()[:12]


def _gold() -> Iterator[Any]:
    gold = files("agent").joinpath("evaluate", "gold")
    sets = (path for path in gold.joinpath("judge").iterdir() if path.name.endswith(".yaml"))
    yield from sorted(sets, key=lambda path: path.name)
    yield gold.joinpath("reasons.yaml")


def card_of(choice: ModelChoice) -> ModelCard | None:
    """The card of a model, whole and of these gold sets; None where there is none. Loads nothing."""
    identity = model_identity(choice)
    if identity is None:
        return None
    try:
        card = ModelCard.of(json.loads(_card_path(choice, identity).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # none, or not one of ours: it is as unproved
        return None
    return card if card.model == identity and card.gold == gold_digest() else None


def keep_card(choice: ModelChoice, card: ModelCard) -> Path:
    """Keep a card, with what is known of jobs that it does not tell. Returns: its file.

    Raises:
        OSError: it cannot be written.
    """
    before = card_of(choice)
    if before is not None:
        proof = card.proof or before.proof
        card = ModelCard(card.model, card.name, card.gold, {**before.jobs, **card.jobs}, proof)
    path = _card_path(choice, card.model)
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".new")
    write_text(whole, json.dumps(card.plain(), ensure_ascii=False, indent=1) + "\n")
    whole.replace(path)
    return path


def _card_path(choice: ModelChoice, identity: str) -> Path:
    """Beside the weights of a folder that a person named; of all else in the cache, by identity and gold sets."""
    if choice.model and not choice.model.is_endpoint and not choice.model.adapter:
        folder = Path(choice.model.source).expanduser()
        if folder.is_dir():
            return folder / CARD
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    return cards_folder() / f"{key}-{gold_digest()}.json"


def cards_folder() -> Path:
    """Where cards lie of models that have no folder of their own."""
    return Places.from_environment().cache / "cards"


__all__ = [
    "BETTER",
    "JOBS",
    "LONGEST_S",
    "Job",
    "JobFigures",
    "ModelCard",
    "card_of",
    "cards_folder",
    "gold_digest",
    "is_hopeless",
    "keep_card",
]
