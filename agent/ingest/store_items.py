"""Items that were read are described, embedded, stored and indexed: the one path into a workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.backends.pictures.embedded_describer import EmbeddedDescriber
from agent.ingest.bridge import with_bridge
from agent.ingest.embed import embed_items
from agent.ingest.hearing import with_sounds
from agent.ingest.noted import notes_on
from agent.models import MEASURED, Models
from agent.perceive.items import PERSON_VERSION, PerceivedItem, perceive_items
from retrieval.catalog import item_digest
from retrieval.catalog.problems import RowProblem
from retrieval.channels.registry import revisions
from retrieval.items import PERSON, Description, Item
from retrieval.schema import BUILT_IN_TYPES, Schema
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from retrieval.text.aloud import is_description

PIPELINE = "4"  # part of every item's digest: a new number has all items described and embedded anew
WORDLESS = "without words"  # behind the digest of an item that is not done: a picture of it got none
EXCLUDED = "excluded columns"  # name of the setting under which a workspace remembers them, as JSON


@dataclass(frozen=True, slots=True)
class PendingItem:
    """An item to describe and embed, with the digest that will mark it as done, and its line or row of the catalog."""

    item: Item
    digest: str
    line: int


class Digests:
    """The digests of items: what they say, and everything else that decides what is stored for them.

    Only the fields that an item has count, so that a new column has no other item done again.
    """

    def __init__(self, models: Models, schema: Schema) -> None:
        self._schema = schema
        looks = models.sight.model
        self._looks = (
            (str(looks), models.domain)
            if looks
            else ("embedded", EmbeddedDescriber.version, models.config.ocr, models.domain == "artwork")
        )
        self._uses: dict[tuple[str, ...], str] = {}
        self._pipeline = " ".join((PIPELINE, *revisions()))
        self._ears = models.encoder_ids[MEASURED]

    def __call__(self, item: Item) -> str:
        """The digest of one item: BLAKE2b, 32 hexadecimal digits."""
        # The look of media is left out for an item without any, so that another model has no such item done again; so
        # is what measures sounds for one without any.
        parts = (
            item_digest(item),
            self._pipeline,
            self._use(tuple(item.attributes)),
            repr(self._looks) if item.media else "",
            *((self._ears,) if any(medium.kind in ("audio", "video") for medium in item.media) else ()),
        )
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    def _use(self, names: tuple[str, ...]) -> str:
        """What fields are used for, in words that change when that does."""
        if names not in self._uses:
            fields = (self._schema.fields.get(name) for name in (*BUILT_IN_TYPES, *sorted(names)))
            self._uses[names] = repr([(f.name, f.type, f.searchable, f.hidden) for f in fields if f])
        return self._uses[names]


def keep_items(
    pending: Sequence[PendingItem],
    workspace: Workspace,
    models: Models,
    schema: Schema,
    *,
    bridged: bool = False,
    after_each: Callable[[], None] = lambda: None,
) -> list[RowProblem]:
    """Describe, embed, store and index items; when it returns, they are on disk.

    Args:
        bridged: Join their pictures and sounds with words by the maps there are; else that is left to `refit_bridge`
            and `refit_sounds`.
        after_each: Called after every item that was described; what it raises ends the work, and none is stored.

    Returns:
        Media that could not be used, and what is noted of items.

    Raises:
        WorkspaceError: nothing could be written; none of the items is stored then.
    """
    if not pending:
        return []
    perception = models.perception(models.item_describer, StoredDescriptions(workspace.store))
    perceived = perceive_items([entry.item for entry in pending], perception, after_each)
    digests = [
        f"{entry.digest} {WORDLESS}" if seen.wordless else entry.digest
        for entry, seen in zip(pending, perceived, strict=True)
    ]
    # The lock is taken only now: perceiving takes by far the longest, and nothing that others change disturbs it.
    with workspace.changing:
        entries = embed_items(perceived, digests, workspace.store, models, schema)
        workspace.store.put(with_sounds(with_bridge(entries, workspace), workspace) if bridged else entries)
        workspace.sync_index()
    return [problem for entry, seen in zip(pending, perceived, strict=True) for problem in _problems(entry.line, seen)]


def _problems(line: int, seen: PerceivedItem) -> Iterator[RowProblem]:
    yield from (flaw.at(line, seen.item.id) for flaw in seen.flaws)
    yield from (note.at(line, seen.item.id, "noted") for note in (*seen.notes, *notes_on(seen.item)))


def wordless(items: Iterable[Item], models: Models) -> frozenset[str]:
    """Ids of stored items with a picture that a model was asked about in vain: it is asked again, whatever it said."""
    if models.sight.model is None:
        return frozenset()
    return frozenset(item.id for item in items if _lacks_words(item))


def _lacks_words(item: Item) -> bool:
    described = {description.media for description in item.descriptions}
    return any(
        medium.kind == "image" and medium.problem is None and medium.sha256 not in described for medium in item.media
    )


class StoredDescriptions:
    """The store as the memory of perception; what a person wrote of a medium stands for whatever is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, media: str, origin: str, version: str) -> Description | None:
        """What a person wrote of this file, else what this origin in this version did; None where there is neither."""
        written = self._store.description(media, PERSON, PERSON_VERSION)
        described = written or self._store.description(media, origin, version)
        return described if described and is_description(described) else None

    def put(self, description: Description) -> None:
        """Keep a description, whether or not its item is stored already."""
        self._store.put_description(description)
