"""Holdings: the items that a workspace holds at one moment, and what follows from them alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from agent.errors import RequestError
from agent.explain.distinctive import DistinctiveFacts
from agent.explain.nearest_passage import Nearness
from agent.models import Models
from agent.people import People
from agent.retrieve.encoders import check_encoders
from agent.retrieve.retriever import open_snapshot
from agent.understand import Vocabulary
from agent.understand.measures import Measures
from retrieval.bridge import Ridge, load_ridge
from retrieval.channels.lexical import LexicalIndex, item_words, lexical_index
from retrieval.channels.registry import CHANNELS
from retrieval.encoding import Vectors
from retrieval.once import once
from retrieval.snapshot import Snapshot, with_items
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from retrieval.text.mentions import Mentions

T = TypeVar("T")


class Holdings:
    """What is known of a catalog, read when it is first needed and never again: a new state has new holdings."""

    def __init__(self, workspace: Workspace, models: Models) -> None:
        self._workspace = workspace
        self._models = models

    def after(self, item_ids: Sequence[str]) -> Holdings:
        """The holdings once these items have come or changed; what is known of all others is taken over."""
        new, before = Holdings(self._workspace, self._models), self._made("snapshot", Snapshot)
        if before is None:
            return new
        store = self._workspace.store
        items = [item for item in map(store.item, dict.fromkeys(item_ids)) if item is not None]
        after = with_items(before, items, _vectors(store, item_ids), self._workspace.schema.read())
        if not items:
            return new
        changed = {after.rows[item.id]: item for item in items}
        made: dict[str, object] = {"snapshot": after}
        if (lexical := self._made("lexical", LexicalIndex)) is not None:
            old = {row: item_words(before.items[row], before.schema) for row in changed if row < len(before.items)}
            lexical = lexical.changed(old, {row: item_words(item, after.schema) for row, item in changed.items()})
            made["lexical"] = lexical
            if (mentions := self._made("mentions", Mentions)) is not None:
                made["mentions"] = mentions.changed(changed, lexical.frequency)
        vocabulary = self._made("vocabulary", Vocabulary)
        only_new = min(changed) >= len(before.items)
        if vocabulary and only_new and (grown := vocabulary.after(after.schema, items)) is not None:
            made["vocabulary"] = grown
        if "ridge" in self.__dict__:
            made["ridge"] = self.ridge
        new.__dict__.update(made)
        return new

    def _made(self, name: str, kind: type[T]) -> T | None:
        """A part, where somebody has asked for it already."""
        part = self.__dict__.get(name)
        return part if isinstance(part, kind) else None

    @once
    def snapshot(self) -> Snapshot:
        """The items as they were at the last change.

        Raises:
            RequestError: there are none.
            WorkspaceOutdated: their vectors were made by other models than those that read requests.
        """
        workspace = self._workspace
        if workspace.store.count() == 0:
            raise RequestError(
                f"The workspace {workspace.path} holds no items.",
                f"Run `tastemaker ingest CATALOG --workspace {workspace.path}` first.",
            )
        check_encoders(workspace.store, self._models)
        return open_snapshot(workspace)

    @once
    def lexical(self) -> LexicalIndex:
        """Which items hold which words, by row."""
        return lexical_index(self.snapshot)

    @once
    def mentions(self) -> Mentions:
        """Finds the catalog's titles in texts."""
        return Mentions(self.snapshot.items, self.lexical.frequency)

    @once
    def distinctive(self) -> DistinctiveFacts:
        """Which facts tell an item from others."""
        return DistinctiveFacts(self.snapshot.items, self.snapshot.schema, self.mentions.frequency)

    @once
    def nearness(self) -> Nearness:
        """Finds the passages of items that are nearest to a request."""
        return Nearness(self.snapshot.schema, self._models)

    @once
    def vocabulary(self) -> Vocabulary:
        """What the catalog's fields and values are called."""
        return Vocabulary.build(self.snapshot.schema, self.snapshot.items, self._models.text)

    @once
    def people(self) -> People:
        """What is known of people, as far as it is about these items."""
        return People(self._workspace, self.snapshot, self.vocabulary, self.lexical)

    @once
    def measures(self) -> Measures:
        """What can be measured of the items."""
        return Measures(self.snapshot, self.vocabulary, self._models)

    @once
    def ridge(self) -> Ridge | None:
        """The map from pictures to words that was fitted on these items; None where there is none."""
        return load_ridge(self._workspace)


def _vectors(store: Store, item_ids: Sequence[str]) -> dict[str, dict[str, Vectors]]:
    """By channel and item id."""
    found: dict[str, dict[str, Vectors]] = {channel: {} for channel in CHANNELS}
    for item_id in item_ids:
        for channel, embedded in store.embedded(item_id).items():
            if channel in found:
                found[channel][item_id] = embedded.vectors
    return found


__all__ = ["Holdings"]
