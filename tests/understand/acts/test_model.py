"""The classifier of acts: probabilities, and what is stored of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.understand.acts import ACTS
from agent.understand.acts.features import N_CUES, N_HASHED
from agent.understand.acts.model import ActModel, shipped


def made(n_features: int = 6, n_hidden: int = 4) -> ActModel:
    rng = np.random.default_rng(3)
    shapes = ((n_features, n_hidden), (n_hidden,), (n_hidden, len(ACTS)), (len(ACTS),))
    hidden, hidden_bias, weights, bias = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
    return ActModel(hidden, hidden_bias, weights, bias, 1.3)


def test_probabilities_of_every_row_sum_to_one() -> None:
    rows = made().probabilities(np.random.default_rng(4).normal(size=(5, 6)).astype(np.float32))
    assert rows.shape == (5, len(ACTS))
    assert np.allclose(rows.sum(axis=1), 1.0)


def test_what_is_read_again_answers_as_what_was_written(tmp_path: Path) -> None:
    model, x = made(), np.random.default_rng(5).normal(size=(4, 6)).astype(np.float32)
    model.write(tmp_path / "acts.npz")
    again = ActModel.read(tmp_path / "acts.npz")
    assert np.allclose(again.probabilities(x), model.probabilities(x), atol=0.02)
    assert again.temperature == pytest.approx(1.3)


def test_weights_of_other_acts_are_refused_with_the_command_that_makes_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "acts.npz"
    made().write(path)
    with np.load(path) as arrays:
        changed = {**arrays, "acts": np.array(["other", *ACTS[1:]])}
    np.savez(path, **changed)
    with pytest.raises(ValueError, match=r"python -m benchmarks\.train_acts"):
        ActModel.read(path)


def test_the_shipped_weights_fit_the_features() -> None:
    model = shipped()
    assert model.hidden.shape == (512 + 384 + N_HASHED + N_CUES, len(model.hidden_bias))
    assert model.weights.shape == (len(model.hidden_bias), len(ACTS))
    assert model.bias.shape == (len(ACTS),)
