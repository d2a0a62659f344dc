"""Ingest: a catalog becomes items with descriptions and vectors, batch by batch, each done for good when reported."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.backends.pictures.domain import choose_domain
from agent.ingest.about import take_about
from agent.ingest.bridge import bridge_is_stale, needs_no_bridge, refit_bridge
from agent.ingest.fetched_media import FetchedMedia, FetchReport, wanted_media
from agent.ingest.hearing import refit_sounds, scale_is_stale
from agent.ingest.noted import Copies
from agent.ingest.reviews import read_reviews
from agent.ingest.store_items import EXCLUDED, Digests, PendingItem, keep_items, wordless
from agent.media.remote_files import Fetch
from agent.models import Models
from agent.retrieve.encoders import drop_outdated, remember_encoders
from retrieval.catalog import Catalog, ColumnSource, SchemaBuilder, Taken, read_catalog
from retrieval.catalog.problems import RowProblem
from retrieval.channels.registry import BRIDGE
from retrieval.items import Item
from retrieval.schema import Schema, Variants
from retrieval.storage.workspace import Workspace

BATCH_ITEMS = 64
FETCHING = "fetching pictures, sounds and videos"
LOOKING = "looking at and embedding items"
MAX_PROBLEMS = 10_000  # kept for the report; the summary counts all


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest has come.

    Attributes:
        stage: What is being done.
        done: Items dealt with, unchanged ones among them.
        total: Items of the catalog; 0 while that is not known.
    """

    stage: str
    done: int
    total: int


@dataclass(slots=True)
class IngestReport:
    """What an ingest did.

    Attributes:
        added: Items new in the workspace.
        updated: Items that changed since the last ingest.
        unchanged: Items neither described nor embedded again.
        absent: Ids that the workspace holds and the catalog does not; they stay.
        summary: The catalog's rows, counted in words.
        exclude_unused: Excluded columns that the catalog does not have, which may be misspelled.
        problems: Rows skipped, items degraded, and items to be looked at, with line and reason.
        bridge: How words find pictures in this catalog; empty when it has none.
        hearing: Whether words find sounds in it; empty when it has none.
        about: What became of the shop's own texts, in a sentence; empty when there are none.
        taken: Which of the catalog's columns were taken for what; None where none was read.
        fetched: What became of media that rows name by addresses; None when none were to be fetched.
        seconds: Wall clock.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    absent: tuple[str, ...] = ()
    summary: str = ""
    exclude_unused: tuple[str, ...] = ()
    problems: list[RowProblem] = field(default_factory=list)
    bridge: str = ""
    hearing: str = ""
    about: str = ""
    taken: Taken | None = None
    fetched: FetchReport | None = None
    seconds: float = 0.0

    @property
    def changed(self) -> int:
        """Items that were described and embedded."""
        return self.added + self.updated

    @property
    def empty(self) -> bool:
        """Whether not one row of the catalog became an item."""
        return not (self.changed or self.unchanged)


def ingest(
    path: Path,
    workspace: Workspace,
    models: Models,
    *,
    exclude: Sequence[str] = (),
    strict: bool = False,
    columns: Mapping[str, str] | None = None,
    variants: Variants | None = None,
    about: Path | None = None,
    fetch: Fetch | None = None,
    encoding: str | None = None,
    progress: Callable[[IngestProgress], None] | None = None,
) -> IngestReport:
    """Bring a workspace up to date with a catalog.

    Items are stored in batches; an ingest that is stopped anywhere goes on after its last batch when run again. Where
    other models are in use than before, all items are embedded anew.

    Args:
        exclude: Columns to drop from every item.
        strict: Raise at the first problem instead of reporting it.
        columns: Our columns (`id`, `title`, `price`, ...) or names of fields, each with the catalog's column that it
            is; those not given are told by name or content, and the workspace's schema remembers all.
        variants: Whether the variants of a product become one item or are kept apart; by default as the schema says,
            else joined.
        about: What the shop says of itself, Markdown or plain text; when None, `about.md` and `policies.md` beside the
            catalog.
        fetch: Fetches media that rows name by web addresses; without it those are used that were fetched before.
        encoding: Name of the encoding of a text file; found out when None.
        progress: Told after each batch how far it is, and told the same again while the next one is in work; what it
            raises ends the ingest.

    Raises:
        CatalogError: the catalog or `about` cannot be read, or `strict` and a row has a problem.
        WorkspaceError: the workspace cannot be written; what was reported done is kept.
    """
    started, report = time.monotonic(), IngestReport()
    tell = progress or _ignore
    tell(IngestProgress("reading the catalog", 0, 0))
    report.about = take_about(path, workspace.path, about)
    before = workspace.schema.read()
    source = ColumnSource(columns or {}, before.columns, variants or before.variants)
    fetched = FetchedMedia(workspace)
    if fetch is not None:
        named = read_catalog(path, exclude=exclude, source=source, encoding=encoding, fetched=fetched)
        report.fetched = _fetch(named, fetched, fetch, tell)
    surveyed = read_catalog(path, exclude=exclude, strict=strict, source=source, encoding=encoding, fetched=fetched)
    schema, total = _prepare(surveyed, workspace, models, exclude)
    stored, digest_of = workspace.store.digests(), Digests(models, schema)
    undescribed = wordless(workspace.store.items(), models)
    catalog, seen = surveyed.under(schema), set[str]()
    report.taken = catalog.layout.taken
    batch, copies = list[PendingItem](), Copies()
    reached = IngestProgress(LOOKING, 0, total)

    def finish() -> None:
        """Describe, embed, store and index one batch; when it returns, the batch is on disk."""
        for problem in keep_items(batch, workspace, models, schema, after_each=lambda: tell(reached)):
            _note(report, problem)

    for item in _items(catalog, report):
        seen.add(item.id)
        for note in copies.note(item):
            _note(report, note.at(catalog.lines[item.id], item.id, "noted"))
        digest = digest_of(item)
        if stored.get(item.id) == digest and item.id not in undescribed:
            report.unchanged += 1
            continue
        report.added += item.id not in stored
        report.updated += item.id in stored
        batch.append(PendingItem(item, digest, catalog.lines[item.id]))
        if len(batch) == BATCH_ITEMS:
            finish()
            batch, reached = [], IngestProgress(LOOKING, len(seen), total)
            tell(reached)
    finish()
    if bridge_is_stale(workspace.store):  # also after an ingest that was stopped before it came to this
        tell(IngestProgress("joining pictures and words", len(seen), total))
        report.bridge = refit_bridge(workspace)
    elif report.changed and needs_no_bridge(workspace.store):
        report.bridge = f"words find pictures by the encoder of both, {workspace.store.encoders()[BRIDGE.name]}"
    if scale_is_stale(workspace.store):
        tell(IngestProgress("comparing sounds", len(seen), total))
        report.hearing = refit_sounds(workspace, models)
    read_reviews(workspace, models)
    report.absent = tuple(item_id for item_id in stored if item_id not in seen)
    report.exclude_unused = catalog.summary.exclude_unused
    report.summary, report.seconds = str(catalog.summary), time.monotonic() - started
    tell(IngestProgress("done", len(seen), total))
    return report


def _prepare(catalog: Catalog, workspace: Workspace, models: Models, exclude: Sequence[str]) -> tuple[Schema, int]:
    """Make workspace and models ready for a catalog; its schema, and how many items it holds."""
    schema, total = _survey(catalog, workspace)
    workspace.store.set_setting(EXCLUDED, json.dumps(sorted(exclude)))
    # The domain is part of what digests say, and decides which descriptions are made: it must stand before either.
    models.domain = choose_domain(models.config.domain, schema, _valid_items(catalog.under(schema))).domain
    # Remembered first: an ingest that is stopped in between goes on with the same encoders, whoever runs it again.
    remember_encoders(workspace.store, models)
    drop_outdated(workspace.store, models)
    return schema, total


def _survey(catalog: Catalog, workspace: Workspace) -> tuple[Schema, int]:
    """The workspace's schema from now on, and how many items the catalog holds.

    What the catalog declares stays so; the rest is inferred from its items, and from those that the workspace holds
    beside them.
    """
    builder, seen = SchemaBuilder(catalog.schema, catalog.columns.fields), set[str]()
    for entry in catalog:
        if isinstance(entry, Item):
            builder.add(entry)
            seen.add(entry.id)
    with workspace.changing:
        if not workspace.store.digests().keys() <= seen:
            for item in workspace.store.items():
                if item.id not in seen:
                    builder.add(item)
        schema = catalog.located(builder.build())
        workspace.schema.write(schema)
    return schema, catalog.summary.items


def _items(catalog: Catalog, report: IngestReport) -> Iterator[Item]:
    for entry in catalog:
        if isinstance(entry, Item):
            yield entry
        else:
            _note(report, entry)


def _valid_items(catalog: Catalog) -> Iterator[Item]:
    """The items of a catalog without its problems, for a look ahead that reports none of them twice."""
    return (entry for entry in catalog if isinstance(entry, Item))


def _fetch(
    catalog: Catalog, fetched: FetchedMedia, fetch: Fetch, tell: Callable[[IngestProgress], None]
) -> FetchReport:
    """Fetch the media that a catalog names by their addresses."""
    return fetched.fetch(
        wanted_media(_valid_items(catalog)), fetch, lambda done, total: tell(IngestProgress(FETCHING, done, total))
    )


def _note(report: IngestReport, problem: RowProblem) -> None:
    if len(report.problems) < MAX_PROBLEMS:
        report.problems.append(problem)


def _ignore(_: IngestProgress) -> None:
    """Stands for `progress` where nobody follows the ingest."""
