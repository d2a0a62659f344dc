"""`python -m benchmarks.turn_states --workspaces FOLDER`: the state after each turn of whole conversations.

FOLDER holds a workspace per catalog under its name (demo, eshop, recipes, movies, icecat), made by `tastemaker ingest`;
a catalog without one is left out, and said so. Half of the conversations, by the hash of their name, was held back
while the reader was made, and opened later; those named `fresh-` were written after it, and only figures are shown.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agent import Answer, RecommendationAgent, load_config
from agent.answers import StateView
from agent.errors import TastemakerError
from agent.understand.kinds.names import kind_names
from agent.understand.tokens import forms
from benchmarks.turns import PARTS, GoldTurn, gold_turns
from retrieval.errors import FilterError
from retrieval.filters import NEGATIVE, parse_filter
from retrieval.schema import Schema

ALIKE = {"film": "movie", "picture": "painting", "artwork": "painting", "notebook": "laptop", "rucksack": "backpack"}
K = 3


@dataclass(frozen=True, slots=True)
class JudgedTurn:
    """What was right of a turn, part by part, and whether a wrong one was admitted."""

    turn: GoldTurn
    parts: dict[str, bool]
    asked: bool
    admitted: bool
    came: str

    @property
    def right(self) -> bool:
        """Whether the whole state is right."""
        return all(right for part, right in self.parts.items() if part not in ("act", "shows"))


def hold(agent: RecommendationAgent, turns: Sequence[GoldTurn]) -> Iterator[JudgedTurn]:
    """A conversation, turn by turn."""
    talk = agent.conversation()
    schema = agent.pipeline.schema
    for turn in turns:
        answer, problem = None, ""
        try:
            answer = talk.say(turn.say, k=K)
        except TastemakerError as error:
            problem = str(error.what)
        yield judged(turn, answer, problem, schema)


def judged(turn: GoldTurn, answer: Answer | None, problem: str, schema: Schema) -> JudgedTurn:
    """A turn judged by its answer; a refusal counts as asking back."""
    gold = turn.gold
    if answer is None or answer.dialogue is None or answer.dialogue.understood is None:
        return JudgedTurn(turn, {"act": "unclear" in turn.acts, "state": False}, True, True, problem)
    view, act = answer.dialogue.understood, answer.dialogue.act
    parts = {
        "act": act in turn.acts or (act == "several" and bool(gold["roles"])),
        "kind": _same_kind(view, gold["kind"]) or bool(gold["roles"]),
        "must": _stated(view.must_haves, schema) == _stated(gold["must"] or (), schema) or bool(gold["roles"]),
        "denied": _denied(view.denied, gold["denied"] or ()),
        "order": view.order.replace(" ", "") == (gold["order"] or "").replace(" ", ""),
        "refers": set(view.refers) == set(gold["refers"] or ()),
        "roles": bool(answer.groups) == bool(gold["roles"]) or turn.acts[0] != "several",
        "shows": _shows(answer, gold["shows"]),
    }
    asked = bool(answer.choices)
    came = f"{act} kind={view.kind} must={view.must_haves} denied={view.denied} order={view.order} refers={view.refers}"
    return JudgedTurn(turn, parts, asked, asked or bool(answer.notes), came)


def _same_kind(view: StateView, gold: str | None) -> bool:
    if not gold:
        return not view.kind
    if not view.kind:
        return False
    ours, theirs = _canonical(view.kind), _canonical(gold)
    wider = kind_names().wider
    return ours == theirs or ours in wider.get(theirs, ()) or theirs in wider.get(ours, ())


def _canonical(kind: str) -> str:
    words = forms(kind)
    known = kind_names().known(words, "en")
    name = known or " ".join(words)
    return ALIKE.get(name, name)


def _stated(texts: Sequence[str], schema: Schema) -> set[str]:
    """Conditions in canonical form, without those that only say of one field what is denied anyway."""
    filters = set()
    for text in texts:
        with suppress(FilterError):  # a condition on a field that cannot be filtered is nobody's to read
            condition = parse_filter(text, schema)
            if condition.op not in NEGATIVE:
                filters.add(str(condition))
    return filters


def _denied(ours: Sequence[str], gold: Sequence[str]) -> bool:
    """Whether all that is denied is known and nothing else; words of one stem are one, as are a diet and its thing."""
    mine, theirs = ({_stem(str(word)) for word in words} for words in (ours, gold))
    return mine == theirs


def _stem(word: str) -> str:
    words = forms(word.casefold().removesuffix("-free"))
    return (words[-1] if words else "").removesuffix("e")[:6]


def _shows(answer: Answer, gold: str | Sequence[str] | None) -> bool:
    wanted = {gold} if isinstance(gold, str) else set(gold or ())
    if not wanted:
        return True
    if answer.groups:
        return "groups" in wanted
    if answer.choices:
        return bool(wanted & {"ask", "same", "none"})
    return bool(wanted & {"new", "groups"}) if answer.recommendations else bool(wanted & {"same", "none", "new"})


def main() -> None:
    """Hold all conversations and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspaces", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=None, help="catalogs")
    parser.add_argument("--errors", action="store_true", help="list what went wrong, of the half that may be seen")
    options = parser.parse_args()
    conversations = defaultdict[tuple[str, str], list[GoldTurn]](list)
    for turn in gold_turns():
        conversations[turn.catalog, turn.conversation].append(turn)
    results = list[JudgedTurn]()
    for catalog in dict.fromkeys(catalog for catalog, _ in conversations):
        folder = options.workspaces / catalog
        if not folder.is_dir() or (options.only and catalog not in options.only):
            print(f"{catalog}: left out, no workspace {folder}")
            continue
        with tempfile.TemporaryDirectory() as work:
            copy = shutil.copytree(folder, Path(work) / catalog)
            with RecommendationAgent.open(copy, load_config(llm="none")) as agent:
                for (name, _), turns in conversations.items():
                    if name == catalog:
                        results += hold(agent, turns)
    _report(results)
    if options.errors:
        _list_errors(results)


def _report(results: Sequence[JudgedTurn]) -> None:
    for half in PARTS:
        mine = [result for result in results if result.turn.half == half]
        if not mine:
            continue
        parts = Counter[str]()
        for result in mine:
            parts.update(part for part, right in result.parts.items() if right)
        shares = ", ".join(f"{part} {parts[part] / len(mine):.3f}" for part in mine[0].parts)
        whole = sum(result.right for result in mine) / len(mine)
        asked = sum(result.asked for result in mine) / len(mine)
        silent = sum(not result.parts.get("act") and not result.admitted for result in mine) / len(mine)
        print(
            f"{half}: {len(mine)} turns; whole state {whole:.3f}; {shares}; asked back {asked:.3f}; "
            f"acted on wrongly and not admitted {silent:.3f}"
        )


def _list_errors(results: Sequence[JudgedTurn]) -> None:
    for result in results:
        wrong = [part for part, right in result.parts.items() if not right]
        if result.turn.half == "dev" and wrong:
            gold = {name: value for name, value in result.turn.gold.items() if value}
            print(f"{result.turn.conversation}.{result.turn.number} {result.turn.say!r}")
            print(f"   wrong {wrong}; came {result.came}")
            print(f"   right {','.join(result.turn.acts)} {gold}")


if __name__ == "__main__":
    main()
