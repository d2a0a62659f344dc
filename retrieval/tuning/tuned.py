"""What tuning found, as it is kept in a workspace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from retrieval.evaluation.significance import Interval
from retrieval.tuning.guard import Verdict
from retrieval.tuning.setting import FusionSetting, LearnedSetting, RankingSetting

VERSION = 2
RANKING = "rerank_weight"  # what a finding is about that says how a language model ranks

_NOTHING: Mapping[str, FusionSetting] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TuningFinding:
    """What was tried for one thing, and what held-back requests said.

    Attributes:
        about: A kind of request, `diversity` or `rerank_weight`.
        default: What is used without tuning, in words.
        chosen: What the search chose, in words.
        n_trials: Settings tried, in all rounds.
        n_search: Requests that the setting was chosen on.
        made_of: What the requests were.
        verdict: Of requests on what was chosen without them.
        fusion: The setting, for a kind of request, where it is kept.
        value: The number, for the others, where it is kept.
        learned: The fusion that was trained, whether or not it is kept: it can be asked for by its name.
        ranking: How the language model ranks, where it was tuned, kept or not; `value` is its weight.
    """

    about: str
    default: str
    chosen: str
    n_trials: int
    n_search: int
    made_of: str
    verdict: Verdict
    fusion: FusionSetting | None = None
    value: float | None = None
    learned: LearnedSetting | None = None
    ranking: RankingSetting | None = None


@dataclass(frozen=True, slots=True)
class Tuned:
    """All findings, with how they were made: without a date, so that the same search gives the same bytes."""

    method: str
    trials: int
    seed: int
    findings: tuple[TuningFinding, ...]
    fusions: Mapping[str, FusionSetting] = field(init=False, default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        fusions = {
            finding.about: finding.fusion
            for finding in self.findings
            if finding.verdict.kept and finding.fusion is not None
        }
        object.__setattr__(self, "fusions", MappingProxyType(fusions))

    @property
    def values(self) -> Mapping[str, float]:
        """The number that replaces a default, by the setting's name; of a model's say, `rankings` tells."""
        return {
            finding.about: finding.value
            for finding in self.findings
            if finding.verdict.kept and finding.value is not None and finding.about != RANKING
        }

    @property
    def rankings(self) -> Mapping[str, RankingSetting]:
        """How a language model ranks, by the identity of the model for which that was found."""
        return {
            finding.ranking.model: finding.ranking
            for finding in self.findings
            if finding.verdict.kept and finding.ranking is not None
        }

    @property
    def learned(self) -> Mapping[str, LearnedSetting]:
        """The learned fusion that answers a kind of request, by kind."""
        return {
            finding.about: finding.learned
            for finding in self.findings
            if finding.verdict.kept and finding.learned is not None
        }

    def trained(self, fusion: str) -> Mapping[str, LearnedSetting]:
        """The learned fusion of this name, by the kinds of request it was trained for, kept or not."""
        learned = ((finding.about, finding.learned) for finding in self.findings)
        return {about: setting for about, setting in learned if setting is not None and setting.fusion == fusion}

    def to_json(self) -> str:
        """All findings as text, from which `from_json` makes the same."""
        document = {"version": VERSION, "method": self.method, "trials": self.trials, "seed": self.seed}
        return json.dumps(
            {**document, "findings": [finding_json(finding) for finding in self.findings]}, ensure_ascii=False
        )

    @classmethod
    def from_json(cls, text: str) -> Tuned | None:
        """What `to_json` wrote; None where another version of it did."""
        document: dict[str, Any] = json.loads(text)
        # what an older version found is found again sooner than it is translated
        if document.get("version") != VERSION:
            return None
        findings = tuple(finding_from_json(row) for row in document["findings"])
        return cls(document["method"], document["trials"], document["seed"], findings)


def finding_json(finding: TuningFinding) -> dict[str, Any]:
    """A finding as plain values."""
    fusion = finding.fusion
    return {
        "about": finding.about,
        "default": finding.default,
        "chosen": finding.chosen,
        "n_trials": finding.n_trials,
        "n_search": finding.n_search,
        "made_of": finding.made_of,
        "verdict": asdict(finding.verdict),
        "fusion": {"fusion": fusion.fusion, "weights": dict(fusion.weights)} if fusion else None,
        "value": finding.value,
        "learned": asdict(finding.learned) if finding.learned else None,
        "ranking": asdict(finding.ranking) if finding.ranking else None,
    }


def finding_from_json(row: dict[str, Any]) -> TuningFinding:
    """The finding that `finding_json` made plain."""
    verdict = {**row["verdict"], **{name: Interval(**row["verdict"][name]) for name in ("default", "tuned", "gain")}}
    fusion = FusionSetting.of(**row["fusion"]) if row["fusion"] else None
    learned = LearnedSetting(row["learned"]["fusion"], tuple(row["learned"]["channels"])) if row["learned"] else None
    ranking = RankingSetting(**row["ranking"]) if row.get("ranking") else None  # older findings name no model
    return TuningFinding(
        **{**row, "verdict": Verdict(**verdict), "fusion": fusion, "learned": learned, "ranking": ranking}
    )
