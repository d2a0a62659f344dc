"""`python -m benchmarks.giving_up --workspaces FOLDER`: what holds after a turn that gives up, replaces or keeps.

Each entry of `understanding/giving_up.yaml` says what holds before a turn and what after it. FOLDER holds a workspace
per catalog under its name (demo, eshop, recipes, movies); a catalog without one is left out, and said so. Half of the
entries, by the hash of the catalog and the turn, was not looked at while the reader was made.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent import RecommendationAgent, load_config
from agent.answers import MustHave, UserTurn
from agent.dialogue.interpreter import Interpreter
from agent.dialogue.state import State, WishText
from agent.errors import RequestError
from agent.perceive import Perceived
from agent.understand.denials import taxonomy
from agent.understand.parsed import Denied
from agent.understand.tokens import forms
from retrieval.filters import NEGATIVE, parse_filter
from retrieval.schema import Schema

TURNS = Path(__file__).parent / "understanding" / "giving_up.yaml"
HALVES = ("dev", "held")
N_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Change:
    """A turn, what holds before it, and what is right after it."""

    catalog: str
    language: str
    say: str
    must: tuple[str, ...]
    denied: tuple[str, ...]
    must_after: tuple[str, ...]
    denied_after: tuple[str, ...]

    @property
    def half(self) -> str:
        """`held` for turns that were not looked at."""
        return HALVES[hashlib.sha256(f"{self.catalog} {self.say}".encode()).digest()[0] % 2]


def changes() -> list[Change]:
    """All turns."""
    entries: list[dict[str, Any]] = yaml.safe_load(TURNS.read_text(encoding="utf-8"))
    return [_change(entry) for entry in entries]


def _change(entry: dict[str, Any]) -> Change:
    must, denied, leaves = tuple(entry["must"]), tuple(entry["denied"]), entry["leaves"]
    return Change(
        entry["catalog"],
        entry["language"],
        entry["say"],
        must,
        denied,
        tuple(leaves.get("must", must)),
        tuple(leaves.get("denied", denied)),
    )


def state_before(change: Change, agent: RecommendationAgent) -> State:
    """A conversation in which something was asked and shown."""
    schema = agent.pipeline.schema
    musts = tuple(MustHave(str(parse_filter(text, schema)), "understood", "", 1.0) for text in change.must)
    shown = tuple(item.id for item in agent.pipeline.snapshot.items[:N_SHOWN])
    return State(
        wishes=(WishText("something nice", "something nice"),),
        must_haves=musts,
        denied=tuple(Denied(term, _plain(term)) for term in change.denied),
        shown=shown,
        last=shown,
    )


def state_after(change: Change, agent: RecommendationAgent) -> State:
    """The state that a turn leaves."""
    before = state_before(change, agent)
    with suppress(RequestError):
        step = Interpreter(agent.pipeline, before).step(UserTurn(text=change.say), Perceived(), change.say)
        return step.state if step else State()
    return before


def is_right(change: Change, state: State, schema: Schema) -> bool:
    """Whether the must-haves and denials after a turn are those that should be."""
    filters = (parse_filter(must.filter, schema) for must in state.must_haves)
    musts = {str(condition) for condition in filters if condition.op not in NEGATIVE}
    wanted = (parse_filter(text, schema) for text in change.must_after)
    denied = {_plain(denial.term) for denial in state.denied}
    right_musts = musts == {str(condition) for condition in wanted if condition.op not in NEGATIVE}
    return right_musts and denied == set(map(_plain, change.denied_after))


def _plain(term: str) -> str:
    return taxonomy().named(term) or " ".join(forms(term))


def judged(folder: Path) -> Iterator[tuple[Change, bool, State]]:
    """Every turn, whether it is right, and what it leaves."""
    turns = changes()
    for catalog in dict.fromkeys(change.catalog for change in turns):
        if not (folder / catalog).is_dir():
            print(f"{catalog}: left out, no workspace {folder / catalog}")
            continue
        with tempfile.TemporaryDirectory() as work:
            copy = shutil.copytree(folder / catalog, Path(work) / catalog)
            with RecommendationAgent.open(copy, load_config(llm="none")) as agent:
                for change in turns:
                    if change.catalog == catalog:
                        state = state_after(change, agent)
                        yield change, is_right(change, state, agent.pipeline.schema), state


def main() -> None:
    """Judge all turns and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspaces", type=Path, required=True)
    parser.add_argument("--errors", action="store_true", help="list what went wrong, of the half that may be seen")
    options = parser.parse_args()
    results = list(judged(options.workspaces))
    _report(results)
    for change, right, state in results if options.errors else ():
        if change.half == "dev" and not right:
            musts, denied = [must.filter for must in state.must_haves], [denial.term for denial in state.denied]
            print(f"{change.catalog} {change.must} {change.denied} {change.say!r}")
            print(f"   came {musts} {denied}; right {change.must_after} {change.denied_after}")


def _report(results: Sequence[tuple[Change, bool, State]]) -> None:
    for half in HALVES:
        mine = [right for change, right, _ in results if change.half == half]
        if mine:
            print(f"{half}: {len(mine)} turns; right {sum(mine) / len(mine):.3f}")


if __name__ == "__main__":
    main()
