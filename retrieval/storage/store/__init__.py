"""The truth on disk: items, their vectors, people, conversations, and what the index has still to learn."""

from __future__ import annotations

from retrieval.storage.conversations import StoredTurn
from retrieval.storage.store.conversations import ConversationStore
from retrieval.storage.store.items import ItemStore
from retrieval.storage.store.outbox import Outbox
from retrieval.storage.store.people import PeopleStore
from retrieval.storage.store.reviews import ReviewStore
from retrieval.storage.store.vectors import VectorStore
from retrieval.storage.stored import ChannelInfo, Embedded, Pending, StoredItem


class Store(ItemStore, VectorStore, PeopleStore, ReviewStore, ConversationStore, Outbox):
    """All that a workspace holds, in one SQLite file; each part is told in a module of its own."""


__all__ = ["ChannelInfo", "Embedded", "Pending", "Store", "StoredItem", "StoredTurn"]
