"""Making: journeys drawn from a catalog by lot; what must hold after each turn is taken from the items themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np

from agent.dialogue.conversation import USUAL_K
from agent.dialogue.host import Host
from agent.errors import RequestError
from agent.evaluate.check.journey import Journey, JourneyTurn
from agent.evaluate.check.spoken_catalog import SpokenCatalog, SpokenKind, round_up
from retrieval.files.yaml_text import parsed

TRIES = 20  # of each sort of journey, before it is taken for impossible here
USUAL_LANGUAGE = "en"

T = TypeVar("T")
Turns = list[dict[str, Any]]


def make_journeys(agent: Host, n: int, seed: int = 0) -> tuple[Journey, ...]:
    """So many journeys, of every sort that the catalog allows; fewer where it does not give so many.

    Args:
        seed: The same draws the same from the same catalog.

    Raises:
        RequestError: none can be drawn.
    """
    maker = JourneyMaker(SpokenCatalog(agent.pipeline), np.random.default_rng(seed))
    made = dict[str, Journey]()
    sorts = list(maker.sorts)
    while sorts and len(made) < n:
        for sort in tuple(sorts):
            journey = maker.journey(sort, set(made))
            if journey is None:
                sorts.remove(sort)
            elif len(made) < n:
                made[journey.name] = journey
    if not made:
        raise RequestError(
            "No journeys can be drawn from this catalog: it has no field of kinds, prices or years.",
            "Write some by hand; docs/conversation.md says how.",
        )
    return tuple(made.values())


class JourneyMaker:
    """Draws journeys; each sort of them is a method that gives its turns, or None where the lot fell badly."""

    def __init__(self, facts: SpokenCatalog, lot: np.random.Generator) -> None:
        language = facts.language()
        self._language = language if language in _sentences() else USUAL_LANGUAGE
        self._say: Mapping[str, Any] = _sentences()[self._language]
        self._facts = facts
        self._lot = lot
        self._kinds = facts.kinds(self._language)
        self._lacking = facts.lacking(self._language)
        self.sorts: Mapping[str, Callable[[], Turns | None]] = {
            "limit": self._limit,
            "refusal": self._refusal,
            "order": self._order,
            "others": self._others,
            "lacking": self._lacked,
            "question": self._question,
            "undo": self._undo,
        }

    def journey(self, sort: str, names: set[str]) -> Journey | None:
        """A journey of a sort, of none of these names; None where none can be drawn."""
        for _ in range(TRIES):
            turns = self.sorts[sort]()
            name = f"{sort}: {turns[-1 if sort == 'limit' else 0]['say']}" if turns else ""
            if turns and name not in names:
                return Journey(name=name, turns=tuple(JourneyTurn(**turn) for turn in turns))
        return None

    # The sorts

    def _limit(self) -> Turns | None:
        drawn = self._drawn_limit()
        if drawn is None:
            return None
        kind, say, condition = drawn
        return [
            {"say": say, "kind": kind.head, "must": [condition], "shows": "new", "every": [condition, kind.condition]}
        ]

    def _refusal(self) -> Turns | None:
        kind, role = self._any(self._kinds), self._any(list(self._say["refusals"]))
        refusable = self._facts.refusable(role, kind) if kind and role else []
        if kind is None or not refusable:
            return None
        _, value = self._draw(refusable)
        say = self._draw(self._say["refusals"][role]).format(kind=kind.words, value=value)
        return [{"say": say, "kind": kind.head, "denied": [value], "shows": "new", "holds_none": [value]}]

    def _order(self) -> Turns | None:
        drawn = self._drawn_order()
        return None if drawn is None else [drawn[1]]

    def _others(self) -> Turns | None:
        kind = self._any([kind for kind in self._kinds if len(kind.items) >= 2 * USUAL_K])
        if kind is None:
            return None
        bare = {"say": self._draw(self._say["bare"]).format(kind=kind.words), "kind": kind.head, "shows": "new"}
        others = {"say": self._draw(self._say["others"]), "kind": kind.head, "shows": "others"}
        return [{**bare, "every": [kind.condition]}, {**others, "every": [kind.condition]}]

    def _lacked(self) -> Turns | None:
        kind = self._any(self._lacking)
        if kind is None:
            return None
        return [{"say": self._draw(self._say["lacking"]).format(kind=kind), "nothing": True}]

    def _question(self) -> Turns | None:
        """What a field says of the first of a list whose first is known."""
        drawn, role = self._drawn_order(), self._draw(list(self._say["asks"]))
        told = self._facts.told(role, drawn[2]) if drawn else None
        if drawn is None or told is None:
            return None
        asked = {"say": self._draw(self._say["asks"][role]), "act": "ask_item", "refers": [1], "shows": "same"}
        return [drawn[1], {**asked, "answers": told}]

    def _undo(self) -> Turns | None:
        drawn = self._drawn_limit()
        if drawn is None:
            return None
        kind, say, condition = drawn
        bare = {"say": self._draw(self._say["bare"]).format(kind=kind.words), "kind": kind.head, "must": []}
        back = {"say": self._draw(self._say["undo"]), "act": "undo", "kind": kind.head, "must": [], "order": None}
        return [bare, {"say": say, "kind": kind.head, "must": [condition]}, back]

    # Their parts

    def _drawn_limit(self) -> tuple[SpokenKind, str, str] | None:
        """A kind, a wish for it within a limit that some of its items keep, and the condition."""
        kind, role = self._any(self._kinds), self._draw(list(self._say["limits"]))
        known = self._facts.amounts(role, kind) if kind else None
        if kind is None or known is None or len({value for value, _ in known[1]}) < 2:
            return None
        field, amounts = known
        values = [value for value, _ in amounts if value < amounts[-1][0]]
        amount = round_up(self._draw(values), [value for value, _ in amounts])
        limit = self._say["limits"][role]
        return (
            kind,
            self._draw(limit["say"]).format(kind=kind.words, amount=amount),
            f"{field.name}{limit['op']}{amount}",
        )

    def _drawn_order(self) -> tuple[SpokenKind, dict[str, Any], Any] | None:
        """A kind, a turn that asks for it in an order, and the item that is first in it."""
        kind, role = self._any(self._kinds), self._draw(list(self._say["orders"]))
        known = self._facts.amounts(role, kind) if kind else None
        if kind is None or known is None or len(known[1]) < 2:
            return None
        field, amounts = known
        direction = self._draw(list(self._say["orders"][role]))
        (first, item), (second, _) = amounts[:2] if direction == "asc" else amounts[:-3:-1]
        if first == second:
            return None
        say = self._draw(self._say["orders"][role][direction]).format(kind=kind.words)
        order = f"{field.name} {direction}"
        turn = {"say": say, "kind": kind.head, "order": order, "has": [item.id], "every": [kind.condition]}
        return kind, turn, item

    def _draw(self, among: Sequence[T]) -> T:
        return among[int(self._lot.integers(len(among)))]

    def _any(self, among: Sequence[T]) -> T | None:
        return self._draw(among) if among else None


@cache
def _sentences() -> Mapping[str, Mapping[str, Any]]:
    content: Mapping[str, Mapping[str, Any]] = parsed(
        (files("agent.evaluate.check") / "made.yaml").read_text(encoding="utf-8")
    )
    return content


__all__ = ["JourneyMaker", "make_journeys"]
