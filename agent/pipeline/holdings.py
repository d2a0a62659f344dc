"""Holdings: the items that a workspace holds at one moment, and what follows from them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.errors import RequestError
from agent.explain.distinctive import DistinctiveFacts
from agent.explain.likeness import ALIKE, alike_by
from agent.explain.nearest_passage import Nearness
from agent.explain.sentence import CatalogGround
from agent.models import Models
from agent.people import People
from agent.retrieve.about import FILE as ABOUT_FILE
from agent.retrieve.about import About
from agent.retrieve.encoders import check_encoders, request_encoder
from agent.retrieve.fit import FitGround
from agent.retrieve.retriever import open_snapshot
from agent.understand import Vocabulary
from agent.understand.denials import HoldingTable, Taxonomy, load_taxonomy
from agent.understand.kinds import KindReader, KindTable
from agent.understand.measures import Measures
from retrieval.bridge import Ridge, load_ridge
from retrieval.channels.hearing import Ears, load_ears
from retrieval.channels.lexical import LexicalIndex, item_words, lexical_index
from retrieval.channels.registry import MULTILINGUAL, TEXT, VISUAL, dense_channels
from retrieval.encoding import Vectors
from retrieval.items import Item
from retrieval.once import once
from retrieval.snapshot import Snapshot, with_items
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from retrieval.text.codes import CodeTable
from retrieval.text.mentions import Mentions


class Holdings:
    """What is known of a catalog, read when it is first needed and never again: a new state has new holdings."""

    def __init__(self, workspace: Workspace, models: Models) -> None:
        self._workspace = workspace
        self._models = models

    def after(self, item_ids: Sequence[str]) -> Holdings:
        """The holdings once these items have come or changed; what is known of all others is taken over.

        Read anew, the parts below take a pass over the whole catalog each, and the next request would wait for it. Only
        parts that somebody has asked for are taken over: the others cost nothing until somebody does. What is cheap to
        make, or depends on every item at once (which facts tell items apart, what is known of people), is made anew.
        """
        new, before = Holdings(self._workspace, self._models), Holdings.snapshot.peek(self)
        if before is None:  # all other parts follow from it, so there are none
            return new
        store = self._workspace.store
        items = [item for item in map(store.item, dict.fromkeys(item_ids)) if item is not None]
        if not items:  # they have gone again: what is there by now is read when it is asked for
            return new
        snapshot = with_items(before, items, _vectors(store, item_ids), self._workspace.schema.read())
        Holdings.snapshot.give(new, snapshot)
        changed = {snapshot.rows[item.id]: item for item in items}
        self._hand_over_words(new, before, changed)
        self._hand_over_vocabulary(new, before, changed)
        if Holdings.ridge.is_made(self):  # these items do not change it; that there is none is known as well
            Holdings.ridge.give(new, self.ridge)
        if Holdings.ears.is_made(self):
            Holdings.ears.give(new, self.ears)
        return new

    def _hand_over_words(self, new: Holdings, before: Snapshot, changed: Mapping[int, Item]) -> None:
        """Give the new holdings the index of words and the titles, with the changed items, by row, in their places."""
        lexical = Holdings.lexical.peek(self)
        if lexical is None:  # nor any titles: what is rare in them is told by the index
            return
        old = {row: item_words(before.items[row], before.schema) for row in changed if row < len(before.items)}
        schema = new.snapshot.schema
        lexical = lexical.changed(old, {row: item_words(item, schema) for row, item in changed.items()})
        Holdings.lexical.give(new, lexical)
        mentions = Holdings.mentions.peek(self)
        if mentions is not None:
            Holdings.mentions.give(new, mentions.changed(changed, lexical.frequency))

    def _hand_over_vocabulary(self, new: Holdings, before: Snapshot, changed: Mapping[int, Item]) -> None:
        """Give the new holdings the vocabulary, where the items are all new and call nothing by a new name.

        A changed item may have been the last of its kind to be called something, which only all items together tell.
        """
        vocabulary = Holdings.vocabulary.peek(self)
        if vocabulary is None or min(changed) < len(before.items):
            return
        grown = vocabulary.after(new.snapshot.schema, list(changed.values()))
        if grown is not None:
            Holdings.vocabulary.give(new, grown)

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
    def ground_of_cards(self) -> CatalogGround:
        """What the sentences on cards go by."""
        items, schema = self.snapshot.items, self.snapshot.schema
        alike = alike_by(self.snapshot.tables.get(VISUAL.name)) if self._models.slots.picture else ALIKE
        return CatalogGround.of(items, schema, self.distinctive, self.kinds, self.holding, alike)

    @once
    def nearness(self) -> Nearness:
        """Finds the passages of items that are nearest to a request."""
        return Nearness(self.snapshot.schema, self._models)

    @once
    def vocabulary(self) -> Vocabulary:
        """What the catalog's fields and values are called."""
        return Vocabulary.build(self.snapshot.schema, self.snapshot.items, self._models.words, self.taxonomy)

    @once
    def taxonomy(self) -> Taxonomy:
        """What things are called that may be refused: ours, with what the workspace's own file adds."""
        return load_taxonomy(self._workspace.path)

    @once
    def holding(self) -> HoldingTable:
        """What items hold, for what is refused."""
        return HoldingTable(self.snapshot.items, self.snapshot.schema, self.lexical, self.taxonomy)

    @once
    def kinds(self) -> KindTable:
        """What kinds of things there are."""
        models, snapshot = self._models, self.snapshot
        return KindTable.build(snapshot.items, snapshot.schema, self.lexical, models.words, models.foreign_words)

    @once
    def kind_reader(self) -> KindReader:
        """What kind of thing words ask for."""
        return KindReader(self.kinds)

    @once
    def ground(self) -> FitGround:
        """What the fit of items is judged by."""
        text, multilingual = (request_encoder(self._models, channel) for channel in (TEXT, MULTILINGUAL))
        return FitGround.build(self.snapshot, self.lexical, self.kinds, text, multilingual)

    @property
    def codes(self) -> CodeTable:
        """Which items are called by which model numbers."""
        return self.ground.codes

    @once
    def about(self) -> About:
        """What the shop says of itself."""
        return About(self._workspace.path / ABOUT_FILE, self._models.foreign_words)

    @once
    def people(self) -> People:
        """What is known of people, as far as it is about these items."""
        return People(self._workspace, self.snapshot, self.vocabulary, self.lexical)

    @once
    def measures(self) -> Measures:
        """What can be measured of the items."""
        return Measures(self.snapshot, self.vocabulary, self._models)

    @once
    def ears(self) -> Ears:
        """How these items' sounds are compared."""
        return load_ears(self._workspace)

    @once
    def ridge(self) -> Ridge | None:
        """The map from pictures to words that was fitted on these items; None where there is none."""
        return load_ridge(self._workspace)


def _vectors(store: Store, item_ids: Sequence[str]) -> dict[str, dict[str, Vectors]]:
    """By channel and item id."""
    vectors: dict[str, dict[str, Vectors]] = {channel: {} for channel in dense_channels()}
    for item_id in item_ids:
        for channel, embedded in store.embedded(item_id).items():
            if channel in vectors:
                vectors[channel][item_id] = embedded.vectors
    return vectors


__all__ = ["Holdings"]
