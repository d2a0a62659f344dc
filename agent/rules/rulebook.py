"""The rules of a workspace, and what they do to one request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np

from agent.errors import FilterError
from agent.rules.rule import Rule
from retrieval.snapshot import Rows, Snapshot
from retrieval.storage.store import Store
from retrieval.text.words import placed_words, words

SETTING = "rules"
_NO_ROWS: Rows = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Sway:
    """What rules do to one request; items as rows.

    Attributes:
        pinned: First in the list, in this order.
        boosted: By row, how many places an item rises at most.
        buried: Last in the list.
        hidden: Not to be shown, ascending.
    """

    pinned: tuple[int, ...] = ()
    boosted: Mapping[int, int] = field(default_factory=dict)
    buried: frozenset[int] = frozenset()
    hidden: Rows = field(default_factory=lambda: _NO_ROWS)

    @property
    def promotes(self) -> frozenset[int]:
        """What is shown further up than it would be."""
        return frozenset(self.pinned) | self.boosted.keys()


NO_SWAY = Sway()


@dataclass(frozen=True, slots=True)
class _Wording:
    """A way to say something, and what it means in the catalog."""

    tokens: tuple[str, ...]
    means: str


class Rulebook:
    """The rules over one state of the items; it never changes.

    Attributes:
        rules: In their order.
        idle: Those among them whose conditions the catalog's schema no longer knows: they do nothing.
    """

    def __init__(self, rules: Sequence[Rule], snapshot: Snapshot) -> None:
        self.rules = tuple(rules)
        self.idle: tuple[Rule, ...] = ()
        self._snapshot = snapshot
        self._rows = {id(rule): self._meant(rule) for rule in self.rules if rule.do != "synonym"}
        self._phrases = {id(rule): [tuple(words(phrase)) for phrase in rule.when] for rule in self.rules}

    def sway(self, text: str, day: date | None = None) -> Sway:
        """What the rules do to a request.

        Args:
            text: Its words; rules with `when` hold where it has one of theirs.
            day: Today where None.
        """
        holding = [rule for rule in self._in_force(day) if rule.do != "synonym" and self._is_met(rule, words(text))]
        hidden = set(self._of(holding, "hide"))
        pinned = [row for row in dict.fromkeys(self._of(holding, "pin")) if row not in hidden]
        boosted: dict[int, int] = {}
        for rule in holding:
            for row in self._rows[id(rule)] if rule.do == "boost" else ():
                boosted[row] = max(rule.places, boosted.get(row, 0))
        for row in (*pinned, *hidden):
            boosted.pop(row, None)
        buried = frozenset(self._of(holding, "bury")) - boosted.keys() - set(pinned)
        return Sway(tuple(pinned), boosted, buried, np.array(sorted(hidden), dtype=np.intp))

    def translate(self, text: str, day: date | None = None) -> tuple[str, tuple[tuple[str, str], ...]]:
        """A text with the words of synonyms put as the catalog has them, and which were: as written, and as read."""
        ways = [
            _Wording(phrase, rule.means)
            for rule in self._in_force(day)
            if rule.do == "synonym"
            for phrase in self._phrases[id(rule)]
        ]
        read, replaced = text, list[tuple[str, str]]()
        for start, end, means in reversed(list(_places(text, ways))):
            replaced.append((text[start:end], means))
            read = f"{read[:start]}{means}{read[end:]}"
        return read, tuple(reversed(replaced))

    def _in_force(self, day: date | None) -> list[Rule]:
        today = day or datetime.now(UTC).date()
        return [rule for rule in self.rules if rule.holds_on(today)]

    def _is_met(self, rule: Rule, tokens: Sequence[str]) -> bool:
        phrases = self._phrases[id(rule)]
        return not phrases or any(_at(tokens, phrase) for phrase in phrases)

    def _of(self, rules: Iterable[Rule], deed: str) -> Iterator[int]:
        for rule in rules:
            if rule.do == deed:
                yield from self._rows[id(rule)]

    def _meant(self, rule: Rule) -> tuple[int, ...]:
        """The rows of the items that a rule means: those named in their order, then those that meet its conditions."""
        named = [self._snapshot.rows[item] for item in rule.items if item in self._snapshot.rows]
        if not rule.where:
            return tuple(named)
        try:
            met = self._snapshot.allowed(rule.filters(self._snapshot.schema))
        except FilterError:
            self.idle = (*self.idle, rule)
            return tuple(named)
        matching = [] if met is None else np.flatnonzero(met).tolist()
        return tuple(row for row in dict.fromkeys([*named, *matching]))


def load_rules(store: Store) -> tuple[Rule, ...]:
    """The rules that a workspace keeps, in their order."""
    saved = store.setting(SETTING)
    return tuple(Rule.model_validate(value) for value in json.loads(saved)) if saved else ()


def save_rules(store: Store, rules: Sequence[Rule]) -> None:
    """Keep these rules, and no others."""
    values = [rule.model_dump(mode="json", exclude_defaults=True) for rule in rules]
    store.set_setting(SETTING, json.dumps(values, ensure_ascii=False))


def _at(tokens: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether tokens hold a phrase, one word after the other."""
    n = len(phrase)
    return any(tuple(tokens[at : at + n]) == tuple(phrase) for at in range(len(tokens) - n + 1))


def _places(text: str, ways: Sequence[_Wording]) -> Iterator[tuple[int, int, str]]:
    """Where in a text something is said in one of these ways, the longest first, none over another."""
    tokens = list(placed_words(text))
    at = 0
    while at < len(tokens):
        fitting = [way for way in ways if tuple(t for t, _, _ in tokens[at : at + len(way.tokens)]) == way.tokens]
        if not fitting:
            at += 1
            continue
        way = max(fitting, key=lambda way: len(way.tokens))
        yield tokens[at][1], tokens[at + len(way.tokens) - 1][2], way.means
        at += len(way.tokens)


__all__ = ["NO_SWAY", "Rulebook", "Sway", "load_rules", "save_rules"]
