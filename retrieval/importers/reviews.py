"""Take up a file of reviews: rows become reviews, people's names and addresses pseudonyms, each review once."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from retrieval.catalog.lines import LINE_LIMIT
from retrieval.catalog.problems import RowRefused, shown
from retrieval.errors import InteractionsError
from retrieval.importers.arrays import array_rows
from retrieval.importers.columns import EventColumns, plain
from retrieval.importers.formats import format_of
from retrieval.importers.importing import MAX_PROBLEMS, MAX_SHOWN, EventProblem
from retrieval.importers.objects import object_rows
from retrieval.importers.parquet import parquet_rows
from retrieval.importers.ratings import rating_of
from retrieval.importers.times import seconds
from retrieval.importers.words import by_language, is_missing
from retrieval.interactions import top_of_scale, unseen_character
from retrieval.reviews.review import MAX_TEXT_CHARS, MAX_TITLE_CHARS, Review, tidied
from retrieval.storage.store import Store
from retrieval.text.contacts import holds_contact

PARTS = ("item", "person", "address", "name", "stars", "title", "text", "time", "media")
_ASKED_AS = {"user": "person", "rating": "stars", "at": "time", "email": "address", "body": "text"}
BATCH = 5_000  # reviews stored in one transaction
LOOKED_AT = 2_000  # rows by which the column of the item is chosen
MAX_ID_CHARS = 512
_DAY_S = 86_400.0
Rows = Iterator[tuple[int, Mapping[str, object] | RowRefused]]


@dataclass(slots=True)
class ReviewReport:
    """What an import of reviews did.

    Attributes:
        read: Reviews in the file that could be read.
        added: Of these, how many were not in the workspace.
        items: Items in it.
        people: People who can be told apart.
        nameless: Reviews of nobody in particular.
        unknown_items: Items that the catalog does not hold; their reviews wait for them.
        unknown_examples: The first of these.
        top: The upper end of the scale that the stars were taken to be on; None where there are none.
        columns: Which column was taken for what.
        with_media: Rows that name pictures or recordings, which are not looked at.
        skipped: Rows that gave no review.
        problems: The first of these.
        unwanted: Reviews of people who opted out, which are not kept.
        seconds: Wall clock.
    """

    read: int = 0
    added: int = 0
    items: int = 0
    people: int = 0
    nameless: int = 0
    unknown_items: int = 0
    unknown_examples: tuple[str, ...] = ()
    top: float | None = None
    columns: dict[str, str] = field(default_factory=dict)
    with_media: int = 0
    skipped: int = 0
    problems: list[EventProblem] = field(default_factory=list)
    unwanted: int = 0
    seconds: float = 0.0


def import_reviews(
    path: Path,
    store: Store,
    *,
    columns: Mapping[str, str] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ReviewReport:
    """Bring the workspace up to date with a file of reviews; run again, no review counts twice.

    Args:
        columns: By part of `PARTS` the column that holds it; those left out are told by name.
        progress: Told the number of reviews read so far.

    Raises:
        InteractionsError: the file cannot be read, or holds no review.
        WorkspaceError: the workspace cannot be written; what was reported done is kept.
    """
    started, known, report = time.monotonic(), store.digests(), ReviewReport()
    taken = _columns(path, known, columns or {})
    report.columns, report.top = taken, _scale(path, taken)
    people, items, out = set[str](), Counter[str](), _out(store)
    batch: list[Review] = []
    pseudonyms = _Pseudonyms(store)
    for line, row in raw_rows(path):
        try:
            if isinstance(row, RowRefused):
                raise row
            parts = {part: row.get(name) for part, name in taken.items()}
            review = review_of(parts, report.top, pseudonyms)
        except RowRefused as refused:
            report.skipped += 1
            if len(report.problems) < MAX_PROBLEMS:
                report.problems.append(EventProblem(line, refused.kind, refused.reason, refused.hint))
            continue
        if review.user in out:
            report.unwanted += 1
            continue
        report.read += 1
        report.with_media += bool(parts.get("media")) and not is_missing(str(parts["media"])) and parts["media"] != "[]"
        report.nameless += review.user is None
        people.update([review.user] if review.user else [])
        items[review.item_id] += 1
        batch.append(review)
        if len(batch) == BATCH:
            report.added += store.put_reviews(batch)
            batch = []
            progress(report.read)
    report.added += store.put_reviews(batch)
    progress(report.read)
    if not report.read and not report.unwanted:
        why = f" The first problem: {report.problems[0].reason}" if report.problems else ""
        raise InteractionsError(f"{path} holds no review.{why}", "Say which column holds what with --map.")
    unknown = [item for item in items if item not in known]
    report.items, report.people = len(items), len(people)
    report.unknown_items, report.unknown_examples = len(unknown), tuple(unknown[:MAX_SHOWN])
    report.seconds = time.monotonic() - started
    return report


def parse_review_columns(texts: Sequence[str]) -> dict[str, str]:
    """Which column holds what, as `item=sku,user=customer,stars=note,text=avis` says.

    Raises:
        InteractionsError: it does not say so.
    """
    given: dict[str, str] = {}
    for entry in (entry for text in texts for entry in text.split(",") if entry.strip()):
        asked, equals, name = entry.partition("=")
        part = _ASKED_AS.get(asked.strip().lower(), asked.strip().lower())
        if not equals or not name.strip() or part not in PARTS:
            raise InteractionsError(
                f"{entry.strip()!r} says of no column what it holds.",
                "Write --map item=COLUMN,user=COLUMN,stars=COLUMN,title=COLUMN,text=COLUMN,time=COLUMN.",
            )
        given[part] = name.strip()
    return given


def review_of(row: Mapping[str, object], top: float | None, pseudonym: Callable[[str], str]) -> Review:
    """The review that a row tells, by part of `PARTS`.

    Raises:
        RowRefused: it names no item, or says nothing.
    """
    item = _text(row.get("item"))
    if not item or is_missing(item) or len(item) > MAX_ID_CHARS:
        raise RowRefused("no item", f"The item is {shown(row.get('item'))}.", "Give every review the id of its item.")
    title = tidied(_text(row.get("title")), MAX_TITLE_CHARS)
    text = tidied(_text(row.get("text")), MAX_TEXT_CHARS)
    stars = _stars(row.get("stars"))
    if top is not None and stars == 0 and top >= 5:
        stars = None  # stars begin at one: nothing was given
    if stars is None and not title and not text:
        raise RowRefused("says nothing", "The review has neither stars nor words.", "Leave it out.")
    return Review(item, _who(row, pseudonym), stars, top if stars is not None else None, title, text, _moment(row))


def raw_rows(path: Path) -> Rows:
    """The rows of a file, each with its line and all that it holds, by column.

    Raises:
        InteractionsError: it is of no known format, or damaged.
    """
    name = format_of(path)
    if name == "csv":
        return _csv_rows(path)
    readers = {"jsonl": object_rows, "json": array_rows, "parquet": parquet_rows}
    if name not in readers:
        raise InteractionsError(
            f"{path} is of the format {name}, which holds no reviews.", "Give JSONL, CSV or Parquet."
        )
    return readers[name](path, _AllColumns())


class _AllColumns(EventColumns):
    """All columns of a file, by their own names."""

    def of(self, names: Sequence[str]) -> dict[str, str]:
        return {name: name for name in names}

    def places(self, source: str, names: Sequence[str]) -> dict[str, int]:  # noqa: ARG002
        return {name: at for at, name in enumerate(names)}


class _Pseudonyms:
    """What stands for each name of a file, asked of the store once for each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = self._store.pseudonym(name)
        return self._known[name]


def _csv_rows(path: Path) -> Rows:
    """A row may go over several lines: people write paragraphs."""
    try:
        path.read_text(encoding="utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        header = file.readline()
        delimiter = max(",;\t|", key=header.count)
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for cells in reader:
                if cells:
                    yield reader.line_num + 1, dict(zip(names, cells, strict=False))
        except csv.Error as error:
            yield reader.line_num + 1, RowRefused("not CSV", f"The row cannot be read: {error}.", "Correct the quotes.")


def _columns(path: Path, known: Container[str], given: Mapping[str, str]) -> dict[str, str]:
    """By part the column that holds it; of several that could name the item, the one whose ids the catalog has most."""
    first = [row for _, row in islice(raw_rows(path), LOOKED_AT) if not isinstance(row, RowRefused)]
    names = list(dict.fromkeys(name for row in first for name in row))
    spelled: dict[str, str] = {}
    for name in names:
        spelled.setdefault(plain(name), name)
    taken = {part: _given(spelled, part, name) for part, name in given.items()}
    for part in PARTS:
        free = [name for name in _called(part, spelled) if name not in taken.values()]
        if part not in taken and free:
            ids = {name: sum(_text(row.get(name)) in known for row in first) for name in free}
            taken[part] = max(free, key=lambda name: ids[name]) if part == "item" else free[0]
    if "item" not in taken:
        raise InteractionsError(
            f"{path} names no column with the item; its columns are {', '.join(names)[:300] or 'none'}.",
            "Say which it is with --map item=COLUMN.",
        )
    return taken


def _called(part: str, spelled: Mapping[str, str]) -> list[str]:
    listed = by_language("review_columns")[part].values()
    return [spelled[key] for key in dict.fromkeys(plain(name) for names in listed for name in names) if key in spelled]


def _given(spelled: Mapping[str, str], part: str, name: str) -> str:
    if (found := spelled.get(plain(name))) is None:
        columns = ", ".join(spelled.values())[:300]
        raise InteractionsError(
            f"There is no column {name!r} for the {part}; the columns are {columns}.", "Check --map."
        )
    return found


def _scale(path: Path, taken: Mapping[str, str]) -> float | None:
    """The upper end of the scale, by the highest stars of the file."""
    if "stars" not in taken:
        return None
    highest = None
    for _, row in raw_rows(path):
        if isinstance(row, RowRefused):
            continue
        stars = _stars(row.get(taken["stars"]))
        if stars is not None and 0 <= stars <= 100:
            highest = stars if highest is None else max(highest, stars)
    # nobody gives stars on a scale up to one: a file in which all are bad is on five
    return None if highest is None else top_of_scale(max(highest, 5.0) if highest >= 1 else highest)


def _out(store: Store) -> frozenset[str]:
    opted = store.who_opted_out()
    return frozenset((*opted, *map(store.pseudonym, opted)))


def _who(row: Mapping[str, object], pseudonym: Callable[[str], str]) -> str | None:
    """The person of a review: by an id as it is, by an address or a name under a pseudonym."""
    for part in ("person", "address", "name"):
        who = _text(row.get(part))
        if not who or is_missing(who) or len(who) > MAX_ID_CHARS or unseen_character(who):
            continue
        # an id with a blank or an @ in it is somebody's name or address after all
        is_id = part == "person" and not holds_contact(who) and not any(mark in who for mark in " @")
        return who if is_id else pseudonym(who)
    return None


def _text(value: object) -> str:
    if value is None or isinstance(value, bool | list | dict):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _stars(value: object) -> float | None:
    if isinstance(value, list | dict | bool):
        return None
    try:
        stars = rating_of(value)
    except (ValueError, OverflowError):
        return None
    return stars if stars is not None and stars >= 0 else None


def _moment(row: Mapping[str, object]) -> float | None:
    value = row.get("time")
    if value is None or (isinstance(value, str) and is_missing(value)):
        return None
    try:
        at_s = seconds(value, None)
    except (ValueError, OverflowError):
        return None
    return at_s if 0 < at_s <= time.time() + _DAY_S else None


__all__ = ["PARTS", "ReviewReport", "import_reviews", "parse_review_columns", "raw_rows", "review_of"]
