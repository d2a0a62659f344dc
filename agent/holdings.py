"""Holdings: the items that a workspace holds at one moment, and what follows from them alone."""

from __future__ import annotations

from agent.dialogue.measures import Measures
from agent.engine import lexical_index, load_ridge, open_snapshot
from agent.errors import RequestError
from agent.models import Models
from agent.nearness import Nearness
from agent.telling import Telling
from agent.understanding import Vocabulary
from retrieval.bridge import Ridge
from retrieval.channels.lexical import LexicalIndex
from retrieval.mentions import Mentions
from retrieval.once import once
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import Workspace


class Holdings:
    """What is known of a catalog, read when it is first needed and never again: a new state has new holdings."""

    def __init__(self, workspace: Workspace, models: Models) -> None:
        self._workspace = workspace
        self._models = models

    @once
    def snapshot(self) -> Snapshot:
        """The items as they were at the last change.

        Raises:
            RequestError: there are none.
        """
        workspace = self._workspace
        if workspace.store.count() == 0:
            raise RequestError(
                f"The workspace {workspace.path} holds no items.",
                f"Run `tastemaker ingest CATALOG --workspace {workspace.path}` first.",
            )
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
    def telling(self) -> Telling:
        """Which facts tell an item from others."""
        return Telling(self.snapshot.items, self.snapshot.schema, self.mentions.frequency)

    @once
    def nearness(self) -> Nearness:
        """Finds the passages of items that are nearest to a request."""
        return Nearness(self.snapshot.schema, self._models)

    @once
    def vocabulary(self) -> Vocabulary:
        """What the catalog's fields and values are called."""
        return Vocabulary.build(self.snapshot.schema, self.snapshot.items, self._models.text)

    @once
    def measures(self) -> Measures:
        """What can be measured of the items."""
        return Measures(self.snapshot, self.vocabulary, self._models)

    @once
    def ridge(self) -> Ridge | None:
        """The map from pictures to words that was fitted on these items; None where there is none."""
        return load_ridge(self._workspace)


__all__ = ["Holdings"]
