"""Single items come, change and go while the workspace is in use, by the same path as those of a catalog."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

from agent.backends.pictures.domain import choose_domain
from agent.errors import RequestError
from agent.ingest.bridge import bridge_has_grown, refit_bridge
from agent.ingest.embed import embed_texts
from agent.ingest.hearing import refit_sounds, sounds_have_grown
from agent.ingest.media import FOLDER_SETTING, WorkspaceMedia
from agent.ingest.noted import Copies
from agent.ingest.store_items import EXCLUDED, Digests, PendingItem, keep_items, wordless
from agent.media.remote_files import Fetch
from agent.models import Models
from agent.perceive.items import PERSON_VERSION
from agent.understand import clean
from retrieval.catalog.problems import RowProblem
from retrieval.catalog.row_reader import RowReader
from retrieval.catalog.rows import read_rows
from retrieval.items import PERSON, Description, Item, Span
from retrieval.schema import Schema
from retrieval.storage.store import StoredItem
from retrieval.storage.workspace import Workspace
from retrieval.text.inference import extend_schema

MAX_DESCRIPTION_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class ItemsReport:
    """What became of rows.

    Attributes:
        added: Ids of items that are new.
        updated: Ids of items that were there and changed.
        unchanged: Ids of items that were there just so.
        problems: Rows skipped, items degraded, and items to be looked at; `line` is the number of the row, from 1.
        wide: Whether vectors of other items changed with these, since what makes vectors did.
    """

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[RowProblem, ...]
    wide: bool = False

    @property
    def changed(self) -> tuple[str, ...]:
        """Ids of items that are not as they were."""
        return self.added + self.updated


class Items:
    """The items of one workspace, to be changed one call after another, from any thread."""

    def __init__(self, workspace: Workspace, models: Models) -> None:
        self._workspace = workspace
        self._models = models
        self._turn = threading.Lock()
        self._swept = False
        self._follow()

    def put(self, rows: Sequence[Mapping[str, object]], fetch: Fetch | None = None) -> ItemsReport:
        """Add items, or replace them wholly; what is there already just so costs nothing.

        Args:
            rows: As a catalog has them; media are given as data, see `WorkspaceMedia`.
            fetch: Fetches media that are given as web addresses; without it they are refused.

        Raises:
            WorkspaceError: nothing could be written; no item has changed then.
        """
        with self._turn:
            store = self._workspace.store
            # A row may name the same address for several media, and rows are read twice where they bring new columns.
            media = WorkspaceMedia(self._workspace.path, cache(fetch) if fetch else None)
            self._sweep(media)
            encoders_before = store.encoders()
            items, problems, schema, lines = self._read(rows, media)
            if any(item.media for item in items):
                store.set_setting(FOLDER_SETTING, str(media.folder))
                self._choose_domain(schema, items)
            digest_of = Digests(self._models, schema)  # only now: the domain is part of what they say
            digests_before = {item.id: store.digest(item.id) for item in items}
            undescribed = wordless(filter(None, (store.item(item.id) for item in items if item.media)), self._models)
            pending = [
                PendingItem(item, digest, lines[item.id])
                for item in items
                if digests_before[item.id] != (digest := digest_of(item)) or item.id in undescribed
            ]
            old_files = self._files(entry.item.id for entry in pending)
            try:
                copies = Copies()
                problems += [note.at(lines[item.id], item.id, "noted") for item in items for note in copies.note(item)]
                problems += keep_items(pending, self._workspace, self._models, schema, bridged=True)
            finally:
                # Reading the rows wrote their files already. Whether or not the items got in, what no item names goes.
                self._remove_unused(media, old_files | media.written)
            if any(entry.item.media for entry in pending) and bridge_has_grown(store):
                refit_bridge(self._workspace)
            if any(entry.item.media for entry in pending) and sounds_have_grown(store):
                refit_sounds(self._workspace, self._models)
            # A map fitted anew moves the pictures of all items, which whoever holds them in memory must be told.
            encoders = store.encoders()
        wide = any(encoders.get(channel) != model for channel, model in encoders_before.items())
        return _report(digests_before, {entry.item.id for entry in pending}, problems, wide)

    def delete(self, item_ids: Iterable[str]) -> tuple[str, ...]:
        """Erase items, what people did with them, and the media that came with them and that no other item has.

        Returns:
            Ids of those that were there.

        Raises:
            WorkspaceError: nothing could be written; no item is erased then.
        """
        with self._turn:
            store = self._workspace.store
            stored = tuple(item_id for item_id in dict.fromkeys(item_ids) if store.digest(item_id) is not None)
            old_files = self._files(stored)  # while the store still knows them
            if stored:
                with self._workspace.changing:
                    store.delete(stored)
                    self._workspace.sync_index()
                self._remove_unused(WorkspaceMedia(self._workspace.path), old_files)
        return stored

    def describe(self, item_id: str, media_sha256: str, text: str) -> Item:
        """Put a person's words in place of what a model wrote of one medium of an item; they stay when it is ingested.

        Args:
            media_sha256: Digest of the medium, as its description has it.

        Raises:
            RequestError: there is no such item or medium, or the text is empty or too long.
            WorkspaceError: it could not be written.
        """
        words = _words(text)
        with self._turn:
            item = self._with_words(item_id, media_sha256, words)
            store = self._workspace.store
            with self._workspace.changing:
                texts = embed_texts([item], store, self._models, self._workspace.schema.read())[0]
                vectors = {channel: rows for channel, rows in store.embedded(item_id).items() if channel not in texts}
                # The digest stays as it was: the row of the catalog has not changed, so an ingest passes the item by.
                points = store.points([item_id])[item_id]
                store.put([StoredItem(item, store.digest(item_id) or "", {**vectors, **texts}, points)])
                self._workspace.sync_index()
        return item

    def _choose_domain(self, schema: Schema, items: Iterable[Item]) -> None:
        """Choose anew how pictures are described, by all items: those to come may turn photographs into artworks."""
        catalog = chain(self._workspace.store.items(), items)
        self._models.domain = choose_domain(self._models.config.domain, schema, catalog).domain

    def _with_words(self, item_id: str, media_sha256: str, words: str) -> Item:
        item = self._workspace.store.item(item_id)
        if item is None:
            raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
        medium = next((medium for medium in item.media if medium.sha256 == media_sha256), None)
        if medium is None:
            raise RequestError(
                f"The item {item_id!r} has no medium {media_sha256!r}.", "Give the digest that its description names."
            )
        description = Description(media_sha256, medium.kind, PERSON, PERSON_VERSION, words, (Span("caption", words),))
        by_medium = {entry.media: entry for entry in item.descriptions} | {media_sha256: description}
        # In the order of the media: one that no model could describe had no description until now.
        order = [medium.sha256 for medium in item.media if medium.sha256 in by_medium]
        return replace(item, descriptions=tuple(by_medium[digest] for digest in dict.fromkeys(order) if digest))

    def _read(
        self, rows: Sequence[Mapping[str, object]], media: WorkspaceMedia
    ) -> tuple[list[Item], list[RowProblem], Schema, dict[str, int]]:
        """Rows as items, the workspace's schema with whatever columns are new in them, and the row of each item."""
        with self._workspace.changing:
            schema = self._workspace.schema.read()
            items, problems, lines = self._read_with(schema, rows, media)
            extended = extend_schema(schema, items)
            if extended.fields.keys() != schema.fields.keys():
                items, problems, lines = self._read_with(extended, rows, media)  # now that new columns have a type
            if extended != schema:
                self._workspace.schema.write(extended)
        return items, problems, extended, lines

    def _read_with(
        self, schema: Schema, rows: Sequence[Mapping[str, object]], media: WorkspaceMedia
    ) -> tuple[list[Item], list[RowProblem], dict[str, int]]:
        lines: dict[str, int] = {}
        exclude = json.loads(self._workspace.store.setting(EXCLUDED) or "[]")
        entries = list(read_rows(enumerate(rows, start=1), RowReader(media, schema, exclude), lines))
        items = [entry for entry in entries if isinstance(entry, Item)]
        return items, [entry for entry in entries if isinstance(entry, RowProblem)], lines

    def _files(self, item_ids: Iterable[str]) -> set[str]:
        """The files of items as they are stored."""
        stored = (self._workspace.store.item(item_id) for item_id in item_ids)
        return _files(item for item in stored if item)

    def _remove_unused(self, media: WorkspaceMedia, paths: Iterable[str]) -> None:
        inside = (path for path in map(Path, paths) if path.parent == media.folder)
        media.remove(str(path) for path in inside if not self._workspace.store.mentions(path.name))

    def _follow(self) -> None:
        """Find the kept media again where the workspace was moved or copied."""
        store, folder = self._workspace.store, str(WorkspaceMedia(self._workspace.path).folder)
        if (before := store.setting(FOLDER_SETTING)) not in (None, folder):
            store.move_media(str(before), folder)
            store.set_setting(FOLDER_SETTING, folder)

    def _sweep(self, media: WorkspaceMedia) -> None:
        """Remove what a process that was killed left behind; once is enough."""
        if not self._swept and (paths := media.paths()):
            media.remove(paths - _files(self._workspace.store.items()))
        self._swept = True


def _report(
    digests_before: Mapping[str, str | None], changed: Collection[str], problems: Iterable[RowProblem], wide: bool
) -> ItemsReport:
    """What became of rows, by the digests that their items had before and the ids of those that changed."""
    return ItemsReport(
        added=tuple(id_ for id_, digest in digests_before.items() if digest is None),
        updated=tuple(id_ for id_, digest in digests_before.items() if digest is not None and id_ in changed),
        unchanged=tuple(id_ for id_ in digests_before if id_ not in changed),
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
        wide=wide,
    )


def _files(items: Iterable[Item]) -> set[str]:
    return {medium.path for item in items for medium in item.media}


def _words(text: str) -> str:
    words = clean(text)
    if not words:
        raise RequestError("The description is empty.", "Write what is to be seen or heard.")
    if len(words) > MAX_DESCRIPTION_CHARS:
        raise RequestError(
            f"The description has {len(words):,} characters; {MAX_DESCRIPTION_CHARS:,} is the most.", "Shorten it."
        )
    return words
