"""Take up a file of interactions: batch by batch, each event once, whatever was taken up before."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from retrieval.catalog.problems import RowRefused
from retrieval.errors import InteractionsError
from retrieval.importers.columns import EventColumns
from retrieval.importers.customs import LOOKED_AT, Customs, custom_notes, customs_of
from retrieval.importers.features import FeatureFile, feature_files
from retrieval.importers.formats import FORMATS, format_of
from retrieval.importers.rows import ReadEvent, Rows, event_of
from retrieval.interactions import OPINIONS, Interaction
from retrieval.storage.store import Store

BATCH = 10_000  # events stored in one transaction
MAX_SHOWN = 5  # examples of what was unknown or wrong
MAX_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True)
class EventProblem:
    """Why a row of the file gave no event.

    Attributes:
        line: Of the file, from 1 (row of a Parquet file).
        kind: Short name that problems of the same kind share.
        reason: One sentence of what is wrong, with the value.
        hint: One sentence of what to do.
    """

    line: int
    kind: str
    reason: str
    hint: str


@dataclass(slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        format: Of the file.
        read: Events in it that could be read.
        added: Of these, how many were not in the workspace.
        repeated: Of these, how many were: in the workspace before, or twice in the file.
        users: People in the file.
        items: Items in it.
        unknown_items: Of these, how many the catalog does not hold. Their events wait for them.
        unknown_examples: The first of these.
        waiting: Events in the file that wait.
        columns: Which column was taken for what; empty for formats in which each has its place.
        explicit: Events by which people say what they think, by kind: ratings with a value, likes, dislikes.
        implicit: Events that tell what people did, by kind; `unrated` are ratings without a value.
        untimed: Events without a time.
        left_out: Times that were not believed, by reason; the events count without a time.
        skipped: Rows that gave no event.
        problems: The first of these.
        features: Files of features beside an MMRec file; they are checked, and nothing is searched by them.
        notes: What the events cannot tell.
        seconds: Wall clock.
    """

    format: str
    read: int = 0
    added: int = 0
    users: int = 0
    items: int = 0
    unknown_items: int = 0
    unknown_examples: tuple[str, ...] = ()
    waiting: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    explicit: dict[str, int] = field(default_factory=dict)
    implicit: dict[str, int] = field(default_factory=dict)
    untimed: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    problems: list[EventProblem] = field(default_factory=list)
    features: list[FeatureFile] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def repeated(self) -> int:
        """Events that counted already."""
        return self.read - self.added


def import_interactions(
    path: Path,
    store: Store,
    *,
    format_name: str | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Bring the workspace up to date with a file of interactions.

    Events are stored in batches; an import that is stopped goes on when it is run again, as what is there is not
    counted twice.

    Args:
        format_name: Of `FORMATS`; told from the file when not given.
        columns: By `user`, `item`, `value`, `kind`, `time` the column that holds it; those left out are told by name.
        progress: Told the number of events read so far.

    Raises:
        InteractionsError: the file cannot be read, or holds no event.
        WorkspaceError: the workspace cannot be written; what was reported done is kept.
    """
    started = time.monotonic()
    if format_name is not None and format_name not in FORMATS:
        raise InteractionsError(f"There is no format {format_name!r}.", f"Formats are {', '.join(FORMATS)}.")
    name = format_of(path) if format_name is None else format_name
    found, known = EventColumns(columns or {}), store.digests()
    customs = _customs(FORMATS[name](path, found), known, found)
    report, tally, out = ImportReport(name), _Tally(customs), store.who_opted_out()
    features = feature_files(path) if name == "mmrec" else []
    batch: list[Interaction] = []
    for line, row in FORMATS[name](path, found):
        try:
            if isinstance(row, RowRefused):
                raise row
            read = event_of(row, time.time(), customs)
        except RowRefused as refused:
            _skip(report, line, refused)
            continue
        # passed over here and not only by the store, so that the report can tell of them
        if read.event.user in out:
            tally.unwanted += 1
            continue
        tally.count(read)
        batch.append(read.event)
        if len(batch) == BATCH:
            report.added += store.put_interactions(batch)
            batch = []
            progress(tally.read)
    report.added += store.put_interactions(batch)
    progress(tally.read)
    # a file of nobody but people who opted out is read well, and leaves nothing
    if not tally.read and not tally.unwanted:
        raise InteractionsError(_nothing(path, report), "See the formats with `tastemaker interactions import --help`.")
    tally.report_to(report, known)
    report.columns = dict(found.taken)
    report.features, report.seconds = features, time.monotonic() - started
    return report


def _customs(rows: Rows, known: Container[str], found: EventColumns) -> Customs:
    """What the cells of a file mean, told from its first rows."""
    first = [row for _, row in islice(rows, LOOKED_AT) if not isinstance(row, RowRefused)]
    return customs_of(first, known, purchases=found.purchases)


class _Tally:
    """Counts over all events of a file."""

    def __init__(self, customs: Customs) -> None:
        self.read = self.unwanted = 0
        self._customs = customs
        self._kinds: Counter[str] = Counter()
        self._unrated: Counter[float] = Counter()
        self._users: set[str] = set()
        self._items: Counter[str] = Counter()
        self._untimed = 0
        self._flaws: Counter[str] = Counter()
        self._values: set[float] = set()
        self._rated = 0

    def count(self, read: ReadEvent) -> None:
        event = read.event
        self.read += 1
        self._kinds["unrated" if event.kind == "rating" and event.value is None else event.kind] += 1
        if read.unrated is not None:
            self._unrated[read.unrated] += 1
        self._users.add(event.user)
        self._items[event.item_id] += 1
        self._untimed += event.at_s is None
        if read.flaw:
            self._flaws[read.flaw] += 1
        if event.value is not None:
            self._rated += 1
            # two values are enough to know that they differ
            if len(self._values) < 2:
                self._values.add(event.value)

    def report_to(self, report: ImportReport, known: Container[str]) -> None:
        unknown = [item for item in self._items if item not in known]
        report.read, report.users, report.items = self.read, len(self._users), len(self._items)
        report.unknown_items, report.unknown_examples = len(unknown), tuple(unknown[:MAX_SHOWN])
        report.waiting = sum(self._items[item] for item in unknown)
        report.untimed, report.left_out = self._untimed, dict(self._flaws)
        report.explicit = {kind: n for kind, n in self._kinds.items() if kind in OPINIONS}
        report.implicit = {kind: n for kind, n in self._kinds.items() if kind not in OPINIONS}
        report.notes = (*custom_notes(self._customs, self._unrated), *self._notes())

    def _notes(self) -> list[str]:
        notes = []
        if self.unwanted:
            notes.append(f"Events of people who have opted out, which are not kept: {self.unwanted:,}.")
        if not self.read:
            return notes
        if len(self._values) == 1 and self._rated > 1:
            notes.append(
                f"All ratings are {next(iter(self._values)):g}: they say what people chose, not what they liked."
            )
        if len(self._users) == 1:
            notes.append("All events are of one person: nothing can be learned from others.")
        if len(self._items) == 1:
            notes.append("All events are with one item: nothing goes together with it.")
        if self._untimed == self.read:
            notes.append("No event has a time: which came first is not known, so the order of the file counts.")
        return notes


def _skip(report: ImportReport, line: int, refused: RowRefused) -> None:
    report.skipped += 1
    if len(report.problems) < MAX_PROBLEMS:
        report.problems.append(EventProblem(line, refused.kind, refused.reason, refused.hint))


def _nothing(path: Path, report: ImportReport) -> str:
    if not report.problems:
        return f"{path} holds no interactions."
    first = report.problems[0]
    return f"None of the {report.skipped:,} rows of {path} is an event; line {first.line}: {first.reason}"
