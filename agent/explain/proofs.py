"""Proofs: what models were found to do with reasons on the gold set, and which manner of wording follows from that.

A model words where its sentences pass the check, where it words the cards, and where it tells and admits no less than
rules do. What the pinned models proved ships in `proofs.yaml`; what `tastemaker evaluate --explanations --llm MODEL`
measures is kept in the workspace, in a file of the same form, and comes first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import yaml

from agent.errors import ConfigError
from agent.explain.drafts import Manner
from agent.explain.rewriting import REWRITE, WORD
from agent.language.messages import Note
from agent.recent import recent
from retrieval.files.private import write_text
from retrieval.files.yaml_text import parsed

FILE = "proofs.yaml"
LEAST_PASSED, LEAST_WORDED, LEAST_CHANGED = 0.97, 0.95, 0.5
CHANCE = 0.02  # by which a share of some eighty wishes is no less than another
PROMPTS: Mapping[Manner, str] = {"free": WORD, "rewritten": REWRITE}  # the better manner first


@dataclass(frozen=True, slots=True)
class MannerFigures:
    """What one manner of wording came to on the gold set.

    Attributes:
        passed: Share of the likeliest sentences that pass the check; 1 for rules.
        worded: Share of the cards that the model worded.
        changed: Share of these on which it does not merely repeat the planner's sentence.
        told: Share of the wishes met that the model's sentences tell.
        admitted: Share of the wishes missed that they admit.
        words: Of a reason, median.
        first_s: Seconds until the first of five reasons, median.
        five_s: Until the last of them.
        prompt: Hash of what the model was asked; empty for rules.
    """

    passed: float
    worded: float
    changed: float
    told: float
    admitted: float
    words: float
    first_s: float
    five_s: float
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class ModelProof:
    """What one model proved.

    Attributes:
        model: Its identity.
        cards: How many items it was tried on.
        manners: By manner; `planned` is what rules alone come to.
    """

    model: str
    cards: int
    manners: Mapping[Manner, MannerFigures]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """A row of the file."""
        return cls(row["model"], row["cards"], {name: MannerFigures(**row["manners"][name]) for name in row["manners"]})

    def plain(self) -> dict[str, Any]:
        """The row of the file."""
        manners = {name: _rounded(asdict(figures)) for name, figures in self.manners.items()}
        return {"model": self.model, "cards": self.cards, "manners": manners}

    def figures(self, manner: Manner) -> MannerFigures | None:
        """What a manner came to; None where it was tried with another prompt than ours is now."""
        figures = self.manners.get(manner)
        return figures if figures and figures.prompt == prompt_hash(manner) else None


@dataclass(frozen=True, slots=True)
class ChosenManner:
    """Who words reasons.

    Attributes:
        why: The same for people, in a sentence.
    """

    manner: Manner
    why: Note


def choose_manner(model: str, name: str, proofs: Sequence[ModelProof], *, by_hand: bool) -> ChosenManner:
    """The manner that a model has proved; of one that nothing is known of, what it was chosen for.

    Args:
        model: Its identity.
        name: What people call it.
        proofs: What is known of models, the newest first.
        by_hand: Whether somebody named this model.
    """
    proof = next((proof for proof in proofs if proof.model == model and _tried(proof)), None)
    if proof is None and by_hand:
        return ChosenManner("rewritten", Note("words unproved", model=name))
    if proof is None:
        return ChosenManner("planned", Note("words untried", model=name))
    passing = [(manner, figures) for manner, figures in _tried(proof) if failing(figures, proof, name) is None]
    if passing:
        manner, figures = max(passing, key=lambda entry: _worth(entry[1]))
        return ChosenManner(manner, Note(f"words {manner}", model=name, passed=_share(figures.passed)))
    best = max((figures for _, figures in _tried(proof)), key=_worth)
    return ChosenManner("planned", Note("words planned", why=failing(best, proof, name)))


def failing(figures: MannerFigures, proof: ModelProof, name: str) -> Note | None:
    """Why a manner is not good enough; None where it is."""
    rules = proof.manners["planned"]
    for what, value, least, chance in (
        ("told", figures.told, rules.told, CHANCE),
        ("admitted", figures.admitted, rules.admitted, CHANCE),
        ("passed", figures.passed, LEAST_PASSED, 0.0),
        ("worded", figures.worded, LEAST_WORDED, 0.0),
        ("changed", figures.changed, LEAST_CHANGED, 0.0),
    ):
        if value < least - chance:
            return Note(f"falls short {what}", model=name, value=_share(value), least=_share(least))
    return None


def read_proofs(workspace: Path | None = None) -> tuple[ModelProof, ...]:
    """What is known of models: what the workspace's own file says, then what ships.

    Raises:
        ConfigError: the file in the workspace cannot be read.
    """
    own = workspace / FILE if workspace else None
    return (*(_known(own, own.stat().st_mtime_ns) if own and own.is_file() else ()), *_shipped())


def keep_proof(workspace: Path, proof: ModelProof) -> Path:
    """Keep what a model proved, in the place of what was known of it. Returns: the file it is kept in."""
    path = workspace / FILE
    others = [known for known in (_read(path) if path.is_file() else ()) if known.model != proof.model]
    whole = path.with_suffix(".new")
    write_text(whole, proofs_text([*others, proof]))
    whole.replace(path)
    return path


def proofs_text(proofs: Sequence[ModelProof]) -> str:
    """The text of a file of proofs."""
    return str(yaml.safe_dump([proof.plain() for proof in proofs], sort_keys=False, allow_unicode=True, width=120))


@cache
def prompt_hash(manner: Manner) -> str:
    """Hash of what a model is asked; empty for rules, which ask none."""
    if manner == "planned":
        return ""
    content = (files("prompts") / f"{PROMPTS[manner]}.yaml").read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


@cache
def _shipped() -> tuple[ModelProof, ...]:
    rows = parsed((files("agent.explain") / FILE).read_text(encoding="utf-8"))
    return tuple(map(ModelProof.of, rows or ()))


@recent(8)
def _known(path: Path, changed_ns: int) -> tuple[ModelProof, ...]:  # noqa: ARG001 - read anew once it has changed
    return _read(path)


def _read(path: Path) -> tuple[ModelProof, ...]:
    try:
        return tuple(map(ModelProof.of, parsed(path.read_text(encoding="utf-8")) or ()))
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {' '.join(str(error).split())}.", "Remove it, and measure the model anew."
        ) from error


def _tried(proof: ModelProof) -> list[tuple[Manner, MannerFigures]]:
    return [(manner, figures) for manner in PROMPTS if (figures := proof.figures(manner))]


def _worth(figures: MannerFigures) -> tuple[float, ...]:
    """What the better manner has more of; a tie leaves the first."""
    return round(figures.told + figures.admitted, 2), figures.worded + figures.passed


def _rounded(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()}


def _share(value: float) -> str:
    return f"{value:.2f}"


__all__ = [
    "ChosenManner",
    "MannerFigures",
    "ModelProof",
    "choose_manner",
    "failing",
    "keep_proof",
    "prompt_hash",
    "proofs_text",
    "read_proofs",
]
