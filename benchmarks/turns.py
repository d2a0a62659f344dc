"""`python -m benchmarks.turns`: how well turns of conversations are read, on conversations written for it.

The acts alone are judged without a catalog. Half of the conversations, by the hash of their name, was not looked at
while the reader was made; those named `fresh-` were written after it, and of them, too, only the figures are shown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent.config import load_config
from agent.models import Models
from agent.understand.acts import ActReader, TurnActs, TurnContext
from agent.understand.acts.features import ActEncoders
from agent.understand.validation import clean

FOLDER = Path(__file__).parent / "understanding"
CONVERSATIONS = FOLDER / "conversations"
PARTS = ("dev", "held", "fresh")


@dataclass(frozen=True, slots=True)
class GoldTurn:
    """A turn of a conversation and what is right after it."""

    conversation: str
    catalog: str
    number: int
    say: str
    acts: tuple[str, ...]
    shown: bool
    offered: bool
    gold: dict[str, Any]

    @property
    def half(self) -> str:
        """`held` for conversations that were not looked at, `fresh` for those that were written later."""
        return half_of(self.conversation)


def half_of(name: str) -> str:
    """The part a conversation belongs to: a half by its hash, or `fresh` by its name."""
    if name.startswith("fresh-"):
        return "fresh"
    return "held" if hashlib.sha256(name.encode()).digest()[0] % 2 else "dev"


def gold_turns(folder: Path = CONVERSATIONS) -> Iterator[GoldTurn]:
    """All turns, each with the state in force after it."""
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        state: dict[str, Any] = {"kind": None, "must": [], "denied": [], "order": None}
        shown = False
        for number, turn in enumerate(content["turns"], start=1):
            state = {**state, **{name: turn[name] for name in state if name in turn}}
            gold = {
                **state,
                "refers": turn.get("refers", []),
                "roles": turn.get("roles", []),
                "shows": turn.get("shows"),
            }
            offered = bool(set(turn["acts"]) & {"agree"})
            yield GoldTurn(
                content["id"], content["catalog"], number, str(turn["say"]), tuple(turn["acts"]), shown, offered, gold
            )
            shows = turn.get("shows") or []
            shown = shown or bool({"new", "groups"} & set([shows] if isinstance(shows, str) else shows))


def native_turns(folder: Path = FOLDER / "native") -> dict[str, list[GoldTurn]]:
    """By language, turns that were written in it."""
    by_language: dict[str, list[GoldTurn]] = {}
    for path in sorted(folder.glob("*.yaml")):
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        by_language[path.stem] = [_native_turn(path.stem, at, row) for at, row in enumerate(rows)]
    return by_language


def _native_turn(language: str, number: int, row: dict[str, Any]) -> GoldTurn:
    acts = tuple(row["acts"])
    return GoldTurn(language, "", number, str(row["say"]), acts, bool(row.get("shown")), "agree" in acts, row)


def film_turns(data: Path, labels: Path = FOLDER / "film_dialogues.yaml") -> list[GoldTurn]:
    """Turns of real dialogues about films: the texts come with the data, the labels are ours."""
    acts = yaml.safe_load(labels.read_text(encoding="utf-8"))
    rows = (json.loads(line) for line in (data / "movies" / "queries.jsonl").open(encoding="utf-8"))
    return [
        # Whoever goes on after somebody recommended something has been shown something.
        GoldTurn(row["qid"], "movies", 0, row["text"], tuple(acts[row["qid"]]), len(row["context"]) > 1, False, {})
        for row in rows
        if row["qid"] in acts
    ]


def share_right(turns: Sequence[GoldTurn], reader: ActReader) -> tuple[float, float]:
    """How often the top act of turns is right, and how often one is wrong and no doubt is felt."""
    read = [reader.read(clean(turn.say), TurnContext(turn.shown, turn.offered)).main for turn in turns]
    hits = [main.act in turn.acts for main, turn in zip(read, turns, strict=True)]
    sure = [not hit and not main.doubtful for main, hit in zip(read, hits, strict=True)]
    return sum(hits) / len(hits), sum(sure) / len(sure)


def judge_acts(turns: Sequence[GoldTurn], reader: ActReader) -> None:
    """Print how often the top act is right, what it is taken for, and how long reading takes."""
    right, total, doubtful = Counter[str](), Counter[str](), Counter[str]()
    confusion = defaultdict[str, Counter[str]](Counter)
    wrong_sure = Counter[str]()
    started = time.process_time()
    read = [(turn, reader.read(clean(turn.say), TurnContext(turn.shown, turn.offered))) for turn in turns]
    spent = (time.process_time() - started) / max(1, len(turns))
    for turn, acts in read:
        main = acts.main
        hit = main.act in turn.acts
        for key in (turn.half, f"{turn.half} {turn.acts[0]}"):
            total[key] += 1
            right[key] += hit
            doubtful[key] += main.doubtful
            wrong_sure[key] += not hit and not main.doubtful
        if not hit:
            confusion[turn.acts[0]][main.act] += 1
    for half in PARTS:
        if total[half]:
            print(
                f"{half}: {total[half]} turns, act right {right[half] / total[half]:.3f}, doubtful "
                f"{doubtful[half] / total[half]:.3f}, wrong and not doubtful {wrong_sure[half] / total[half]:.3f}"
            )
    print(f"reading {1000 * spent:.1f} ms of processor time a turn")


def show_errors(turns: Sequence[GoldTurn], reader: ActReader) -> None:
    """Print the turns of the half that may be looked at whose act is read wrongly."""
    for turn in turns:
        if turn.half != "dev":
            continue
        acts = reader.read(clean(turn.say), TurnContext(turn.shown, turn.offered))
        if acts.main.act not in turn.acts:
            parts = " | ".join(f"{clause.act} {clause.sure:.2f}" for clause in acts.clauses)
            print(f"{','.join(turn.acts)}: {turn.say!r} -> {parts}")


def main() -> None:
    """Judge what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list what is read wrongly, of the half that may be seen")
    parser.add_argument("--data", type=Path, help="folder of the kit `movies`, for turns of real dialogues")
    options = parser.parse_args()
    models = Models(load_config())
    turns, reader = list(gold_turns()), ActReader(ActEncoders(models.multilingual, models.text))
    judge_acts(turns, reader)
    for language, native in native_turns().items():
        right, sure = share_right(native, reader)
        print(f"{language}: {len(native)} turns, act right {right:.3f}, wrong and not doubtful {sure:.3f}")
    if options.data:
        films = film_turns(options.data)
        right, sure = share_right(films, reader)
        print(f"film dialogues: {len(films)} turns, act right {right:.3f}, wrong and not doubtful {sure:.3f}")
    if options.errors:
        show_errors(turns, reader)


__all__ = ["PARTS", "GoldTurn", "TurnActs", "gold_turns", "half_of"]

if __name__ == "__main__":
    main()
