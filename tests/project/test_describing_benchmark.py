"""The benchmark of the embedded describer: its halves, its fit, its truth, and one small run."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agent.backends.pictures.label_groups import KINDS, WIDER
from agent.backends.pictures.labels import PAINTED, Curve
from agent.media.palette import ANCHORS
from benchmarks import runner
from benchmarks.described_truth import COLOURS, TRUTH
from benchmarks.describing import fit_curve, is_held_back, kind_of
from benchmarks.settings import Settings
from retrieval.items import Span
from retrieval.text.words import words


def test_about_half_of_a_kit_is_held_back_and_always_the_same() -> None:
    held = [is_held_back("kit", str(number)) for number in range(2_000)]
    assert held == [is_held_back("kit", str(number)) for number in range(2_000)]
    assert 900 < sum(held) < 1_100
    assert held != [is_held_back("other", str(number)) for number in range(2_000)]


def test_a_curve_that_made_the_data_is_found_again() -> None:
    random = np.random.default_rng(0)
    true, log_odds = Curve(0.7, -1.0), random.normal(0, 3, 20_000)
    right = random.random(20_000) < 1 / (1 + np.exp(-(true.slope * log_odds + true.intercept)))
    found = fit_curve(log_odds, right)
    assert (found.slope, found.intercept) == (pytest.approx(0.7, abs=0.05), pytest.approx(-1.0, abs=0.05))


def test_there_is_truth_for_every_kind_that_can_be_said() -> None:
    assert TRUTH.keys() == {*KINDS, *WIDER, PAINTED}
    assert all(words(told) for told in TRUTH.values())
    assert all(set(names) <= ANCHORS.keys() for names in COLOURS.values())
    assert all(words(word) == [word] for word in COLOURS)


def test_a_label_is_reduced_to_its_kind() -> None:
    assert kind_of(Span("label", "looks like a dog")) == kind_of(Span("label", "may show a dog")) == "a dog"


def test_the_benchmark_runs_on_a_few_artworks(tmp_path: Path, weights: Callable[[str], Path]) -> None:
    for name in ("minilm-l6", "efficientnet-lite2", "imagenet-names", "artworks"):
        weights(name)
    rows = runner.measure("describing", Settings(cache=tmp_path, n_artworks=12))
    assert len(rows) == 4
    assert all(row.ours is not None and math.isfinite(row.ours) and 0 <= row.ours <= 1 for row in rows)
