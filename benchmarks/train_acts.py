"""`python -m benchmarks.train_acts`: train the classifier of acts on the sentences of `understanding/training`.

The weights go to `agent/understand/acts/acts.npz`, the figures of the run to `card.md` beside them. A run on the same
sentences gives the same weights.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from agent.config import load_config
from agent.models import Models
from agent.understand.acts.act import ACTS, Act, TurnContext
from agent.understand.acts.features import N_CUES, N_HASHED, ActEncoders, assembled
from agent.understand.acts.model import WEIGHTS, ActModel
from agent.understand.validation import clean
from benchmarks.turns import gold_turns

TRAINING = Path(__file__).parent / "understanding" / "training"
ROOM = Path(__file__).parents[1] / "agent" / "understand" / "acts"
FOLDS = 5
STRENGTHS = (0.1, 0.3, 0.6)  # of the penalty on weights, tried by cross-validation
LEAST_PARTS = 14  # trigrams of a sentence that may be compared with those that are tested
ALIKE = 0.55  # share of trigrams in common, from which it is the same sentence
ALSO = 0.3  # share of a sentence's weight that its further acts get together


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the training set in one context, and the acts that are right, the main one first."""

    text: str
    acts: tuple[Act, ...]
    context: TurnContext
    english: bool = False

    @property
    def fold(self) -> int:
        """Which part of the cross-validation it belongs to; the same for all contexts of a text."""
        return hashlib.sha256(self.text.casefold().encode()).digest()[1] % FOLDS


def sentences(folder: Path = TRAINING) -> list[Sentence]:
    """All sentences, each in a context in which it may be said; none that a test set has nearly as well."""
    every = [sentence for path in sorted(folder.glob("*.yaml")) for sentence in _of_file(path)]
    tested = [_trigrams(clean(turn.say)) for turn in gold_turns()]
    by_part = defaultdict[str, set[int]](set)
    for at, parts in enumerate(tested):
        for part in parts:
            by_part[part].add(at)
    return [sentence for sentence in every if not _is_tested(_trigrams(sentence.text), tested, by_part)]


def _trigrams(text: str) -> frozenset[str]:
    plain = f" {' '.join(text.casefold().split())} "
    return frozenset(plain[at : at + 3] for at in range(len(plain) - 2))


def _is_tested(parts: frozenset[str], tested: Sequence[frozenset[str]], by_part: Mapping[str, set[int]]) -> bool:
    """Whether a test set has a turn that shares most of its letters; short ones (`thanks`) are everybody's."""
    if len(parts) < LEAST_PARTS:
        return False
    shared = Counter(at for part in parts for at in by_part.get(part, ()))
    return any(n / len(parts | tested[at]) > ALIKE for at, n in shared.most_common(3))


def _of_file(path: Path) -> Iterator[Sentence]:
    main, code = path.name.split(".")[:2]
    if main not in ACTS:
        raise ValueError(f"{path}: {main!r} is no act.")
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        row = {"say": entry} if isinstance(entry, str) else entry
        acts = (main, *row.get("also", ()))
        for context in _contexts(row):
            english = code.startswith("en")
            yield Sentence(row["say"], acts, context, english=english)  # type: ignore[arg-type]
            # Some once more as if they were not known to be English: short ones may be taken for another language.
            if english and hashlib.sha256(row["say"].encode()).digest()[3] % 4 == 0:
                yield Sentence(row["say"], acts, context)  # type: ignore[arg-type]


def _contexts(row: dict[str, object]) -> Iterator[TurnContext]:
    """The context of a sentence; where any will do, one that its own letters choose."""
    offered = bool(row.get("offered"))
    by_chance = hashlib.sha256(str(row["say"]).encode()).digest()[2] % 3 > 0
    yield TurnContext(bool(row.get("shown", offered or by_chance)), offered)


def targets(examples: Sequence[Sentence]) -> NDArray[np.float64]:
    """The distribution over acts that each sentence is trained towards, shape (n, len(ACTS))."""
    wanted = np.zeros((len(examples), len(ACTS)))
    for row, example in zip(wanted, examples, strict=True):
        further = example.acts[1:]
        row[ACTS.index(example.acts[0])] = 1.0 - (ALSO if further else 0.0)
        for act in further:
            row[ACTS.index(act)] += ALSO / len(further)
    return wanted


def importance(examples: Sequence[Sentence]) -> NDArray[np.float64]:
    """How much each sentence counts: one for all contexts of a text together, rare acts a little more."""
    contexts = Counter(example.text for example in examples)
    texts = Counter(example.acts[0] for example in examples)
    middle = float(np.median(list(texts.values())))
    return np.array(
        [(middle / texts[example.acts[0]]) ** 0.5 / contexts[example.text] for example in examples], dtype=np.float64
    )


class _Table:
    """Features as a dense part, the vectors and cues, and a sparse one, the n-grams, of which a sentence has few."""

    def __init__(self, x: NDArray[np.float32]) -> None:
        start = x.shape[1] - N_CUES - N_HASHED
        self._hashed = slice(start, start + N_HASHED)
        self._dense = np.delete(x, np.r_[self._hashed], axis=1)
        self._sparse = csr_matrix(x[:, self._hashed])
        self._backwards = self._sparse.T.tocsr()
        self._start = start

    def times(self, w: NDArray[np.float32]) -> NDArray[np.float32]:
        """Their product with weights, shape (n, n_acts)."""
        rest = np.delete(w, np.r_[self._hashed], axis=0)
        return np.asarray(self._dense @ rest + self._sparse @ w[self._hashed], dtype=np.float32)

    def back(self, error: NDArray[np.float32]) -> NDArray[np.float32]:
        """The product of their transpose with errors, shape (n_features, n_acts)."""
        dense = self._dense.T @ error
        return np.concatenate([dense[: self._start], self._backwards @ error, dense[self._start :]])


def fit(x: NDArray[np.float32], y: NDArray[np.float64], weight: NDArray[np.float64], strength: float) -> ActModel:
    """Multinomial logistic regression with a quadratic penalty.

    Source: Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4, with soft targets.
    """
    n_features, n_acts = x.shape[1], y.shape[1]
    table = _Table(x)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w = flat[:-n_acts].reshape(n_features, n_acts).astype(np.float32)
        scores = table.times(w).astype(np.float64) + flat[-n_acts:]
        scores -= scores.max(axis=1, keepdims=True)
        log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        error = weight[:, None] * (np.exp(log_p) - y)
        value = -(weight[:, None] * y * log_p).sum() + 0.5 * strength * float((w.astype(np.float64) ** 2).sum())
        gradient = table.back(error.astype(np.float32)).astype(np.float64) + strength * w
        return float(value), np.concatenate([gradient.ravel(), error.sum(axis=0)])

    start = np.zeros((n_features + 1) * n_acts)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200, "maxfun": 260})
    w = found.x[:-n_acts].reshape(n_features, n_acts)
    return ActModel(w.astype(np.float32), found.x[-n_acts:].astype(np.float32), 1.0)


def main() -> None:
    """Train, choose the strength by cross-validation, calibrate, and write weights and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOM, help="folder of weights and card")
    parser.add_argument("--quick", action="store_true", help="no cross-validation: the middle strength")
    options = parser.parse_args()
    examples = sentences()
    texts = [example.text for example in examples]
    vectors = _vectors(examples)
    x = assembled(texts, [example.context for example in examples], vectors)
    y, weight = targets(examples), importance(examples)
    strength, held = (STRENGTHS[1], None) if options.quick else _best_strength(x, y, weight, examples)
    model = fit(x, y, weight, strength)
    temperature = _temperature(held, y) if held is not None else 1.0
    model = ActModel(model.weights, model.bias, temperature)
    options.out.mkdir(parents=True, exist_ok=True)
    model.write(options.out / WEIGHTS)
    (options.out / "card.md").write_text(_card(examples, strength, temperature, held), encoding="utf-8")
    print((options.out / "card.md").read_text(encoding="utf-8"))


def _vectors(examples: Sequence[Sentence]) -> NDArray[np.float32]:
    """The sentence vectors of all examples; each text is embedded once."""
    models = Models(load_config())
    encoders = ActEncoders(models.multilingual, models.text)
    vectors: dict[tuple[bool, str], NDArray[np.float32]] = {}
    for english in (True, False):
        texts = list(dict.fromkeys(example.text for example in examples if example.english is english))
        rows = encoders.encode(texts, english=english)
        vectors |= {(english, text): row for text, row in zip(texts, rows, strict=True)}
    return np.stack([vectors[example.english, example.text] for example in examples])


def _best_strength(
    x: NDArray[np.float32], y: NDArray[np.float64], weight: NDArray[np.float64], examples: Sequence[Sentence]
) -> tuple[float, NDArray[np.float64]]:
    """The strength that does best on folds not trained on, and the scores that it gave there."""
    folds = np.array([example.fold for example in examples])
    best, best_scores, best_loss = STRENGTHS[0], np.zeros_like(y), np.inf
    for strength in STRENGTHS:
        scores = np.zeros_like(y)
        for fold in range(FOLDS):
            train, test = folds != fold, folds == fold
            model = fit(x[train], y[train], weight[train], strength)
            scores[test] = x[test] @ model.weights + model.bias
        loss = _loss(scores, y, 1.0)
        print(f"strength {strength}: loss {loss:.3f}, right {_right(scores, examples):.3f}")
        if loss < best_loss:
            best, best_scores, best_loss = strength, scores, loss
    return best, best_scores


def _loss(scores: NDArray[np.float64], y: NDArray[np.float64], temperature: float) -> float:
    scaled = scores / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    return float(-(y * (scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True)))).sum(axis=1).mean())


def _right(scores: NDArray[np.float64], examples: Sequence[Sentence]) -> float:
    return float(
        np.mean([ACTS[at] in example.acts for at, example in zip(scores.argmax(axis=1), examples, strict=True)])
    )


def _temperature(scores: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """The temperature at which the folds not trained on are likeliest. Source: Guo et al. 2017."""
    grid = np.linspace(0.3, 3.0, 55)
    return float(grid[np.argmin([_loss(scores, y, temperature) for temperature in grid])])


def _card(examples: Sequence[Sentence], strength: float, temperature: float, scores: NDArray[np.float64] | None) -> str:
    texts = {example.text: example.acts[0] for example in examples}
    counts = Counter(texts.values())
    lines = [
        "# Classifier of acts",
        "",
        "What a turn does, from the vectors of two sentence encoders, character n-grams, what other readers find in",
        "it, and what stands when it is said. Trained by `python -m benchmarks.train_acts` on sentences written for it",
        "(`benchmarks/understanding/training`); sentences that a test set has nearly as well are left out.",
        "",
        f"{len(texts):,} sentences; penalty {strength}, temperature {temperature:.2f}.",
    ]
    if scores is not None:
        guesses = [ACTS[at] for at in scores.argmax(axis=1)]
        lines += [
            f"On folds not trained on, {_right(scores, examples):.1%} right (any right act), by act:",
            "",
            "| act | sentences | recalled |",
            "|---|---|---|",
        ]
        for act in ACTS:
            mine = [
                guess in example.acts
                for guess, example in zip(guesses, examples, strict=True)
                if example.acts[0] == act
            ]
            lines.append(f"| {act} | {counts[act]} | {np.mean(mine) if mine else 0:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
