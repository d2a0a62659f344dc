"""Judgments in TREC form, and columns of a catalog that give them away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import EvaluationError
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.words import fold

GIVEN_AWAY = 0.8  # F1 of "the column says so" against the judgment
NOTABLE_SHARE = 0.1

Gains = Mapping[str, Mapping[str, float]]


def read_qrels(path: Path) -> dict[str, dict[str, float]]:
    """The gain of each relevant item, by query; grades of 0 and below are left out.

    Raises:
        EvaluationError: the file cannot be read, or a line is not `qid 0 docid grade`.
    """
    gains: dict[str, dict[str, float]] = defaultdict(dict)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read: {error}.", "Give TREC judgments in UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            query_id, _, item_id, grade = line.split()
            gain = float(grade)
        except ValueError as error:
            raise EvaluationError(
                f"Line {number} of {path} is {line!r}.", "Write `qid 0 docid grade`, separated by spaces."
            ) from error
        if gain > 0:
            gains[query_id][item_id] = gain
    return dict(gains)


@dataclass(frozen=True, slots=True)
class Leak:
    """A searched column that holds the answers.

    Attributes:
        field: Its name.
        n_given_away: Requests whose relevant items are, nearly, those that have its words there.
        n_requests: Requests with a relevant item.
    """

    field: str
    n_given_away: int
    n_requests: int

    def __str__(self) -> str:
        return (
            f"The column {self.field} gives the answers away: in {self.n_given_away:,} of {self.n_requests:,} requests"
            f" the relevant items are those that name the request there. Ingest with --exclude {self.field} to judge"
            " ranking itself."
        )


def leaks(items: Sequence[Item], schema: Schema, queries: Mapping[str, str], gains: Gains) -> list[Leak]:
    """Searched columns whose values match the judgments of many requests.

    Args:
        items: The catalog.
        schema: Its fields.
        queries: By query its words; for judgments by what people did, the name of the person.
        gains: By query the relevant items.
    """
    wanted = {
        query: (fold(words), frozenset(gains[query]))
        for query, words in queries.items()
        if gains.get(query) and words.strip()
    }
    leaking = []
    for field in schema.fields.values():
        # a title or description may well name what is asked for: that is what they are searched for
        if not field.searchable or field.name in ("title", "description"):
            continue
        holders = _holders(items, field.name, frozenset(text for text, _ in wanted.values()))
        given_away = sum(_f1(holders.get(text, frozenset()), rows) >= GIVEN_AWAY for text, rows in wanted.values())
        if given_away and given_away >= NOTABLE_SHARE * len(wanted):
            leaking.append(Leak(field.name, given_away, len(wanted)))
    return leaking


def _holders(items: Iterable[Item], field: str, wanted: frozenset[str]) -> dict[str, frozenset[str]]:
    """The items that have each value of a field, for values that are asked for."""
    holders: dict[str, set[str]] = defaultdict(set)
    for item in items:
        value = item.value(field)
        for entry in value if isinstance(value, tuple) else (value,):
            if entry is not None and (folded := fold(str(entry))) in wanted:
                holders[folded].add(item.id)
    return {value: frozenset(ids) for value, ids in holders.items()}


def _f1(held: frozenset[str], relevant: frozenset[str]) -> float:
    return 2 * len(held & relevant) / (len(held) + len(relevant))
