"""`python -m benchmarks.train_acts`: train the classifier of acts on the sentences of `understanding/training`.

The weights go to `agent/understand/acts/acts.npz`, the figures of the run to `card.md` beside them. A run on the same
sentences gives the same weights.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import yaml
from numpy.typing import NDArray

from agent.config import load_config
from agent.models import Models
from agent.understand.acts import ActReader
from agent.understand.acts.act import ACTS, Act, TurnContext
from agent.understand.acts.features import ActEncoders, assembled
from agent.understand.acts.model import WEIGHTS, ActModel
from agent.understand.validation import clean
from benchmarks.turns import film_turns, gold_turns, native_turns, share_right

TRAINING = Path(__file__).parent / "understanding" / "training"
ROOM = Path(__file__).parents[1] / "agent" / "understand" / "acts"
FOLDS = 5
N_HIDDEN, BATCH, EPOCHS = 192, 256, 20
RATE, DECAY, DROPPED_FEATURES, DROPPED_UNITS = 2e-3, 0.4, 0.05, 0.5
LEAST_PARTS = 14  # trigrams of a sentence that may be compared with those that are tested
ALIKE = 0.55  # share of trigrams in common, from which it is the same sentence
ALSO = 0.3  # share of a sentence's weight that its further acts get together
N_FITS = 2  # networks that are trained apart and joined
CHAINED = 4  # in so many pairs of sentences that may follow each other, one is trained on as a turn of its own
MOST_CHAINED = 90  # characters of a sentence in a chain

# What a turn of two sentences is for: whoever says thanks and asks for boots is shown boots.
_FIRST: tuple[Act, ...] = (
    *("request", "critique", "refine", "ask_item", "ask_catalog", "ask_shop", "choose", "more", "again", "forget"),
    *("none", "owned", "dislike", "like", "bye", "thanks", "greet", "chat"),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the training set in one context, and the acts that are right, the main one first."""

    text: str
    acts: tuple[Act, ...]
    context: TurnContext
    english: bool = False
    begins: str = ""  # what a chain of two sentences begins with; it belongs to its fold

    @property
    def fold(self) -> int:
        """Which part of the cross-validation it belongs to; the same for all contexts of a text."""
        return _byte(self.begins or self.text, 1) % FOLDS


def sentences(folder: Path = TRAINING) -> list[Sentence]:
    """All sentences, each in a context in which it may be said; none that a test set has nearly as well."""
    every = [sentence for path in sorted(folder.glob("*.yaml")) for sentence in _of_file(path)]
    tested = [_trigrams(clean(turn.say)) for turn in gold_turns()]
    by_part = defaultdict[str, set[int]](set)
    for at, parts in enumerate(tested):
        for part in parts:
            by_part[part].add(at)
    return [sentence for sentence in every if not _is_tested(_trigrams(sentence.text), tested, by_part)]


def chains(examples: Sequence[Sentence]) -> list[Sentence]:
    """Turns of two sentences that may follow each other, drawn by their letters; both belong to one fold."""
    groups = defaultdict[tuple[object, ...], list[Sentence]](list)
    for example in sorted(examples, key=lambda example: hashlib.sha256(f"chain {example.text}".encode()).digest()):
        if example.acts[0] in _FIRST and len(example.text) <= MOST_CHAINED and not example.context.offered:
            groups[example.fold, example.context, example.english, _is_chinese(example.text)].append(example)
    pairs = (pair for group in groups.values() for pair in zip(group[::2], group[1::2], strict=False))
    return [
        _chain(first, then)
        for first, then in pairs
        if first.acts[0] != then.acts[0] and not _byte(then.text, 4) % CHAINED
    ]


def _chain(first: Sentence, then: Sentence) -> Sentence:
    acts: list[Act] = sorted([first.acts[0], then.acts[0]], key=_FIRST.index)
    text = f"{first.text}{'' if first.text[-1] in '.!?。！？' else '. '} {then.text}".replace("  ", " ")
    return Sentence(text, tuple(acts), first.context, then.english, begins=first.text)


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= sign <= "\u9fff" for sign in text)


def _byte(text: str, at: int) -> int:
    """A number that a text's letters choose, 0 to 255."""
    return hashlib.sha256(text.casefold().encode()).digest()[at]


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


def fit(x: NDArray[np.float32], y: NDArray[np.float64], weight: NDArray[np.float64], seed: int = 0) -> ActModel:
    """A layer of rectified units with dropout, trained towards soft targets by AdamW under a cosine schedule."""
    torch.manual_seed(seed)
    network = torch.nn.Sequential(
        torch.nn.Dropout(DROPPED_FEATURES),
        torch.nn.Linear(x.shape[1], N_HIDDEN),
        torch.nn.ReLU(),
        torch.nn.Dropout(DROPPED_UNITS),
        torch.nn.Linear(N_HIDDEN, y.shape[1]),
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    rows, wanted, counted = (torch.tensor(part, dtype=torch.float32) for part in (x, y, weight))
    for _ in range(EPOCHS):
        order = torch.randperm(len(rows))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            told = torch.log_softmax(network(rows[batch]), 1)
            loss = (-(wanted[batch] * told).sum(1) * counted[batch]).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        schedule.step()
    parts = [part.detach().numpy() for part in network.parameters()]
    return ActModel(parts[0].T.copy(), parts[1], parts[2].T.copy(), parts[3], 1.0)


def joined(models: Sequence[ActModel]) -> ActModel:
    """The model whose scores are the mean of those of others."""
    return ActModel(
        hidden=np.concatenate([model.hidden for model in models], axis=1),
        hidden_bias=np.concatenate([model.hidden_bias for model in models]),
        weights=np.concatenate([model.weights for model in models]) / np.float32(len(models)),
        bias=np.mean([model.bias for model in models], axis=0),
        temperature=1.0,
    )


def main() -> None:
    """Train, calibrate on a fold that was left out, and write weights and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOM, help="folder of weights and card")
    parser.add_argument("--data", type=Path, help="folder of the kit `movies`, for turns of real dialogues")
    options = parser.parse_args()
    written = sentences()
    examples = [*written, *chains(written)]
    texts = [example.text for example in examples]
    vectors = _vectors(examples)
    x = assembled(texts, [example.context for example in examples], vectors)
    y, weight = targets(examples), importance(examples)
    out = np.array([example.fold == 0 for example in examples])
    held = out & np.array([not example.begins for example in examples])
    judged = fit(x[~out], y[~out], weight[~out])
    scores = judged.scores(x[held]).astype(np.float64)
    networks = [fit(x, y, weight, seed) for seed in range(N_FITS)]
    model = replace(joined(networks), temperature=_temperature(scores, y[held]))
    options.out.mkdir(parents=True, exist_ok=True)
    model.write(options.out / WEIGHTS)
    lines = [
        *_card(examples, model.temperature, scores, held),
        "",
        *_judged(ActModel.read(options.out / WEIGHTS), options.data),
    ]
    (options.out / "card.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
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


def _card(
    examples: Sequence[Sentence], temperature: float, scores: NDArray[np.float64], held: NDArray[np.bool_]
) -> list[str]:
    counts = Counter({example.text: example.acts[0] for example in examples if not example.begins}.values())
    judged = [example for example, out in zip(examples, held, strict=True) if out]
    guesses = [ACTS[at] for at in scores.argmax(axis=1)]
    lines = [
        "# Classifier of acts",
        "",
        "What a turn does, from the vectors of two sentence encoders, character n-grams, what other readers find in",
        "it, and what stands when it is said. Trained by `python -m benchmarks.train_acts` on sentences written for it",
        "(`benchmarks/understanding/training`); sentences that a test set has nearly as well are left out.",
        "",
        f"{sum(counts.values()):,} sentences; temperature {temperature:.2f}. Of {len(judged):,} that were held back,",
        f"{_right(scores, judged):.1%} are told rightly, by act:",
        "",
        "| act | sentences | recalled |",
        "|---|---|---|",
    ]
    for act in ACTS:
        mine = [guess in one.acts for guess, one in zip(guesses, judged, strict=True) if one.acts[0] == act]
        lines.append(f"| {act} | {counts[act]} | {np.mean(mine) if mine else 0:.2f} |")
    return lines


def _judged(model: ActModel, data: Path | None) -> Iterator[str]:
    """A table of how well turns are read that none of the sentences was written from."""
    models = Models(load_config())
    reader = ActReader(ActEncoders(models.multilingual, models.text), model=model)
    turns = list(gold_turns())
    sets = {f"conversations, {half}": [turn for turn in turns if turn.half == half] for half in ("dev", "held")}
    sets |= {f"turns in {language}": native for language, native in native_turns().items()}
    if data:
        films = film_turns(data)
        sets |= {f"film dialogues, {half}": [turn for turn in films if turn.half == half] for half in ("dev", "held")}
    yield "On the sets of `python -m benchmarks.turns` (what is read wrongly was looked at in the half `dev` alone):"
    yield from ("", "| turns | n | act right | wrong and not doubtful |", "|---|---|---|---|")
    for name, rows in sets.items():
        right, sure = share_right(rows, reader)
        yield f"| {name} | {len(rows)} | {right:.3f} | {sure:.3f} |"


if __name__ == "__main__":
    main()
