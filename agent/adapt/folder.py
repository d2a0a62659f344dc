"""Adapter folders as they are written: weights, what they are, what they came to, and a card for people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agent.adapt.lessons import Job
from agent.adapt.proof import AnswerFigures
from agent.adapt.training import Learnt, TrainingPlan
from agent.backends.loading.adapter import CARD, CONFIG, MANIFEST, PREFIX, WEIGHTS

FORMAT = 1
PACKAGES = ("tastemaker", "peft", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class BaseModel:
    """The model beneath an adapter: its name, and the hash of its weights."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ExampleCounts:
    """The examples of a training.

    Attributes:
        sha256: Hash of their file.
        learnt: How many were learnt from.
        held: How many judged.
        left_out: How many of domains that were left out judged apart.
        bad: How many could not be used.
    """

    sha256: str
    learnt: int
    held: int
    left_out: int
    bad: int


@dataclass(frozen=True, slots=True)
class AdapterManifest:
    """What an adapter is and came to; figures are None until it was judged."""

    job: Job
    base: BaseModel
    examples: ExampleCounts
    plan: TrainingPlan
    seconds: float
    before: AnswerFigures | None = None
    after: AnswerFigures | None = None
    left_out_domains: tuple[str, ...] = ()
    left_out_before: AnswerFigures | None = None
    left_out_after: AnswerFigures | None = None


def write_adapter(folder: Path, learnt: Learnt, manifest: AdapterManifest) -> None:
    """Write weights, configuration and manifest into an empty folder."""
    import torch
    from safetensors.torch import save_file

    weights = {f"{PREFIX}{name}": value.to(torch.bfloat16).contiguous() for name, value in learnt.weights.items()}
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
    config = {**learnt.config, "base_model_name_or_path": manifest.base.name}
    (folder / CONFIG).write_text(_json(_plain(config)), encoding="utf-8")
    write_manifest(folder, manifest)


def write_manifest(folder: Path, manifest: AdapterManifest) -> None:
    """Write what an adapter came to, beside its weights, and the card of it."""
    with (folder / WEIGHTS).open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    document = {
        "format": FORMAT,
        "sha256": sha256,
        **asdict(replace(manifest, seconds=round(manifest.seconds, 1))),
        "versions": {name: version(name) for name in PACKAGES},
        "date": datetime.now(UTC).date().isoformat(),
    }
    (folder / MANIFEST).write_text(_json(document), encoding="utf-8")
    (folder / CARD).write_text(card(manifest, document["date"]), encoding="utf-8")


def card(manifest: AdapterManifest, date: str) -> str:
    """The model card, as Markdown."""
    examples, plan = manifest.examples, manifest.plan
    purpose = "words why an item fits" if manifest.job == "wording" else "writes what a picture shows"
    sections = [
        f"# {manifest.job.capitalize()} for {manifest.base.name}",
        f"A low-rank adapter (rank {plan.rank}) with which {manifest.base.name} {purpose}. Say"
        f" `{'--llm' if manifest.job == 'wording' else '--vlm'} {manifest.base.name}+FOLDER`.",
        f"Trained on {examples.learnt} examples ({examples.bad} could not be used), {plan.epochs} times each, with"
        f" seed {plan.seed}, in {manifest.seconds / 60:.0f} minutes, on {date}.",
        _table(manifest),
        "It is meant for examples like those that it was trained on. What it writes is checked like all else that a"
        " model writes.",
    ]
    return "\n\n".join(sections) + "\n"


def _table(manifest: AdapterManifest) -> str:
    rows = [("held back", manifest.before, manifest.after)]
    if manifest.left_out_domains:
        apart = f"of {', '.join(manifest.left_out_domains)}, left out"
        rows.append((apart, manifest.left_out_before, manifest.left_out_after))
    lines = ["| examples | n | loss before | after | answers that pass before | after |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {name} | {before.n} | {before.loss:.3f} | {after.loss:.3f} | {before.passing:.2f} | {after.passing:.2f} |"
        for name, before, after in rows
        if before and after
    ]
    return "\n".join(lines)


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration as JSON has it: what peft keeps as sets or names of its own as lists and text."""
    return {
        name: sorted(value) if isinstance(value, set) else str(value.value) if hasattr(value, "value") else value
        for name, value in config.items()
    }


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


__all__ = ["AdapterManifest", "BaseModel", "ExampleCounts", "card", "write_adapter", "write_manifest"]
