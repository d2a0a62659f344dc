"""Single items come, change and go while the workspace is in use, by the same path as those of a catalog."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

from agent.backends.pictures.domain import choose_domain
from agent.errors import RequestError
from agent.ingest.bridge import bridge_has_grown, refit_bridge
from agent.ingest.embed import embed_texts
from agent.ingest.media import Fetch, KeptMedia
from agent.ingest.store_items import EXCLUDED, Digests, Job, keep_items
from agent.models import Models
from agent.perceive.items import PERSON, PERSON_VERSION
from agent.understand import clean
from retrieval.catalog.inference import extend_schema
from retrieval.catalog.problems import RowProblem
from retrieval.catalog.row_reader import RowReader
from retrieval.catalog.rows import read_rows
from retrieval.items import Description, Item, Span
from retrieval.schema import Schema
from retrieval.storage.store import StoredItem
from retrieval.storage.workspace import Workspace

FOLDER_SETTING = "folder of kept media"
MAX_DESCRIPTION_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class ItemsReport:
    """What became of rows.

    Attributes:
        added: Ids of items that are new.
        updated: Ids of items that were there and changed.
        unchanged: Ids of items that were there just so.
        problems: Rows skipped and items degraded; `line` is the number of the row, from 1.
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
            rows: As a catalog has them; media are given as data, see `KeptMedia`.
            fetch: Fetches media that are given as web addresses; without it they are refused.

        Raises:
            WorkspaceError: nothing could be written; no item has changed then.
        """
        with self._turn:
            store, media = self._workspace.store, KeptMedia(self._workspace.path, cache(fetch) if fetch else None)
            self._sweep(media)
            made_by = store.encoders()
            items, problems, schema = self._read(rows, media)
            if any(item.media for item in items):
                store.set_setting(FOLDER_SETTING, str(media.folder))
                known = chain(store.items(), items)
                self._models.domain = choose_domain(self._models.config.domain, schema, known).domain
            digests = Digests(self._models, schema)
            held = {item.id: store.digest(item.id) for item in items}
            jobs = [Job(item, digest) for item in items if held[item.id] != (digest := digests(item))]
            old = self._files(job.item.id for job in jobs)
            try:
                problems += keep_items(jobs, self._workspace, self._models, schema, bridged=True)
            finally:
                self._remove_unused(media, old | media.written)
            if any(job.item.media for job in jobs) and bridge_has_grown(store):
                refit_bridge(self._workspace)
            made_now = store.encoders()
        changed = {job.item.id for job in jobs}
        return ItemsReport(
            added=tuple(name for name, digest in held.items() if digest is None),
            updated=tuple(name for name, digest in held.items() if digest is not None and name in changed),
            unchanged=tuple(name for name in held if name not in changed),
            problems=tuple(sorted(problems, key=lambda one: one.line)),
            wide=any(made_now.get(channel) != model for channel, model in made_by.items()),
        )

    def delete(self, item_ids: Iterable[str]) -> tuple[str, ...]:
        """Erase items, what people did with them, and the media that came with them and that no other item has.

        Returns:
            Ids of those that were there.

        Raises:
            WorkspaceError: nothing could be written; no item is erased then.
        """
        with self._turn:
            store = self._workspace.store
            there = tuple(name for name in dict.fromkeys(item_ids) if store.digest(name) is not None)
            old = self._files(there)
            if there:
                with self._workspace.changing:
                    store.delete(there)
                    self._workspace.sync_index()
                self._remove_unused(KeptMedia(self._workspace.path), old)
        return there

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
            item = self._described(item_id, media_sha256, words)
            store = self._workspace.store
            with self._workspace.changing:
                texts = embed_texts([item], store, self._models, self._workspace.schema.read())[0]
                vectors = {name: one for name, one in store.embedded(item_id).items() if name not in texts}
                store.put([StoredItem(item, store.digest(item_id) or "", {**vectors, **texts})])
                self._workspace.sync_index()
        return item

    def _described(self, item_id: str, media_sha256: str, words: str) -> Item:
        item = self._workspace.store.item(item_id)
        if item is None:
            raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
        medium = next((one for one in item.media if one.sha256 == media_sha256), None)
        if medium is None:
            raise RequestError(
                f"The item {item_id!r} has no medium {media_sha256!r}.", "Give the digest that its description names."
            )
        told = Description(media_sha256, medium.kind, PERSON, PERSON_VERSION, words, (Span("caption", words),))
        by_medium = {one.media: one for one in item.descriptions} | {media_sha256: told}
        order = [one.sha256 for one in item.media if one.sha256 in by_medium]
        return replace(item, descriptions=tuple(by_medium[digest] for digest in dict.fromkeys(order) if digest))

    def _read(
        self, rows: Sequence[Mapping[str, object]], media: KeptMedia
    ) -> tuple[list[Item], list[RowProblem], Schema]:
        """Rows as items, and the workspace's schema with whatever columns are new in them."""
        with self._workspace.changing:
            schema = self._workspace.schema.read()
            items, problems = self._taken(rows, media, schema)
            extended = extend_schema(schema, items)
            if extended.fields.keys() != schema.fields.keys():
                items, problems = self._taken(rows, media, extended)  # now that new columns have a type
            if extended != schema:
                self._workspace.schema.write(extended)
        return items, problems, extended

    def _taken(
        self, rows: Sequence[Mapping[str, object]], media: KeptMedia, schema: Schema
    ) -> tuple[list[Item], list[RowProblem]]:
        exclude = json.loads(self._workspace.store.setting(EXCLUDED) or "[]")
        found = list(read_rows(enumerate(rows, start=1), RowReader(media, schema, exclude)))
        items = [one for one in found if isinstance(one, Item)]
        return items, [one for one in found if isinstance(one, RowProblem)]

    def _files(self, item_ids: Iterable[str]) -> set[str]:
        """The files of items as they are stored."""
        stored = (self._workspace.store.item(item_id) for item_id in item_ids)
        return _files(item for item in stored if item)

    def _remove_unused(self, media: KeptMedia, paths: Iterable[str]) -> None:
        kept = (path for path in map(Path, paths) if path.parent == media.folder)
        media.remove(str(path) for path in kept if not self._workspace.store.mentions(path.name))

    def _follow(self) -> None:
        """Find the kept media again where the workspace was moved or copied."""
        store, folder = self._workspace.store, str(KeptMedia(self._workspace.path).folder)
        if (before := store.setting(FOLDER_SETTING)) not in (None, folder):
            store.move_media(str(before), folder)
            store.set_setting(FOLDER_SETTING, folder)

    def _sweep(self, media: KeptMedia) -> None:
        """Remove what a process that was killed left behind; once is enough."""
        if not self._swept and (paths := media.paths()):
            media.remove(paths - _files(self._workspace.store.items()))
        self._swept = True


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
