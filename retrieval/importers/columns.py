"""Which column of a file of events holds what: by name, in several languages, or as somebody says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from retrieval.errors import InteractionsError
from retrieval.importers.words import LANGUAGES, by_language, folded

WHATS = ("user", "item", "value", "kind", "time")
NEEDED = ("user", "item")
_ASKED_AS = {"rating": "value"}  # what people call it on the command line
_SHOWN = 300  # characters of the names of columns


@dataclass(slots=True)
class EventColumns:
    """Finds the columns of one file.

    Attributes:
        given: By `user`, `item`, `value`, `kind`, `time` the column that somebody says holds it, as far as they do.
        taken: The columns that were found, by the same names.
        purchases: Whether a column tells that rows are purchases.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    purchases: bool = False
    _known: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    @property
    def numbered(self) -> bool:
        """Whether columns are given by their numbers, from 1, as for a file without a header."""
        return bool(self.given) and all(name.isdecimal() for name in self.given.values())

    def of(self, names: Sequence[str]) -> dict[str, str]:
        """By `user`, `item`, ... the name that the file uses; those that none has are left out.

        Raises:
            InteractionsError: a column that was given is not there.
        """
        key = tuple(names)
        if key not in self._known:
            if len(self._known) > 1_000:  # objects whose keys are made of data
                self._known.clear()
            self._known[key] = self._found(key)
        return self._known[key]

    def places(self, source: str, names: Sequence[str]) -> dict[str, int]:
        """The number of the column in which each thing stands.

        Raises:
            InteractionsError: no column names a user, or none an item, or one that was given is not there.
        """
        if self.numbered:
            return self._numbered(source, len(names))
        columns = self.of(names)
        for needed in NEEDED:
            if needed not in columns:
                raise InteractionsError(
                    f"{source} names no column with the {needed}; its columns are {_listed(names)}.",
                    f"Say which it is with --map {needed}=COLUMN, or call it one of {', '.join(names_of(needed)[:8])}.",
                )
        return {what: list(names).index(name) for what, name in columns.items()}

    def _found(self, names: Sequence[str]) -> dict[str, str]:
        spelled: dict[str, str] = {}
        for name in names:
            spelled.setdefault(plain(name), name)
        columns = {what: _given(spelled, names, what, name) for what, name in self.given.items()}
        free = {key: name for key, name in spelled.items() if name not in columns.values()}
        for what, name in _named(free).items():
            columns.setdefault(what, name)
        if "item" not in columns and (only := _only_id(free, columns)):
            columns["item"] = only
        self.taken.update(columns)
        self.purchases = self.purchases or not spelled.keys().isdisjoint(_words("purchases"))
        return {what: columns[what] for what in WHATS if what in columns}

    def _numbered(self, source: str, width: int) -> dict[str, int]:
        places = {what: int(name) - 1 for what, name in self.given.items()}
        for what, place in places.items():
            if not 0 <= place < width:
                raise InteractionsError(
                    f"{source} has {width} columns, and {what} is to be number {place + 1}.", "Count columns from 1."
                )
        if missing := [needed for needed in NEEDED if needed not in places]:
            raise InteractionsError(f"It is not said which column holds the {missing[0]}.", f"Add {missing[0]}=NUMBER.")
        self.taken.update({what: f"column {place + 1}" for what, place in places.items()})
        return places


def parse_columns(texts: Sequence[str]) -> dict[str, str]:
    """Which column holds what, as `user=customer,item=sku,rating=stars` says.

    Raises:
        InteractionsError: it does not say so.
    """
    given: dict[str, str] = {}
    for part in (part for text in texts for part in text.split(",") if part.strip()):
        asked, equals, name = part.partition("=")
        what = _ASKED_AS.get(asked.strip().lower(), asked.strip().lower())
        if not equals or not name.strip() or what not in WHATS:
            raise InteractionsError(
                f"{part.strip()!r} says of no column what it holds.",
                "Write --map user=COLUMN,item=COLUMN,rating=COLUMN,kind=COLUMN,time=COLUMN, as many as needed.",
            )
        given[what] = name.strip()
    return given


@cache
def names_of(part: str) -> tuple[str, ...]:
    """What columns of this part of an event are called, English names first."""
    return tuple(name for language in LANGUAGES for name in by_language("columns")[part][language])


def plain(name: str) -> str:
    """A column's name as it is compared: without case, accents, spaces and punctuation."""
    return "".join(character for character in folded(name) if character.isalnum())


def _named(spelled: Mapping[str, str]) -> dict[str, str]:
    """The columns that are called by a known name, each thing by the first of its names."""
    doubtful = set(_doubtful(spelled))
    columns: dict[str, str] = {}
    for what in WHATS:
        for name in map(plain, names_of(what)):
            if name in spelled and name not in doubtful and spelled[name] not in columns.values():
                columns[what] = spelled[name]
                break
    return columns


def _doubtful(spelled: Mapping[str, str]) -> Iterator[str]:
    """Names that another language would understand otherwise, of languages that no other column is named in."""
    for language in LANGUAGES:
        words = set(map(plain, by_language("columns")["doubtful"][language]))
        others = {plain(name) for what in NEEDED for name in by_language("columns")[what][language]} - words
        if others.isdisjoint(spelled):
            yield from words


def _only_id(spelled: Mapping[str, str], columns: Mapping[str, str]) -> str | None:
    """The one column left that is named like an id, as `vinyl_id`."""
    ids = [
        name
        for key, name in spelled.items()
        if key.endswith("id") and name not in columns.values() and key not in _words("user") | _words("purchases")
        if name.endswith(("ID", "Id", "_id", " id", "-id", ".id"))
    ]
    return ids[0] if len(ids) == 1 else None


@cache
def _words(part: str) -> frozenset[str]:
    return frozenset(map(plain, names_of(part)))


def _given(spelled: Mapping[str, str], names: Sequence[str], what: str, name: str) -> str:
    if name in names:
        return name
    if (found := spelled.get(plain(name))) is None:
        raise InteractionsError(
            f"There is no column {name!r} for the {what}; the columns are {_listed(names)}.", "Check --map."
        )
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)[:_SHOWN] or "none"
