"""What was said, asked and answered in conversations."""

from __future__ import annotations

from retrieval.storage import conversations, exchanges
from retrieval.storage.conversations import StoredTurn
from retrieval.storage.exchanges import Listed, StoredExchange
from retrieval.storage.store.file import StoreFile


class ConversationStore(StoreFile):
    """The part of the store that holds conversations."""

    def put_turn(self, conversation: str, number: int, turn: StoredTurn) -> None:
        """Keep a turn of a conversation under its number, from 1."""
        with self._transaction() as db:
            conversations.put(db, conversation, number, turn)

    def turns(self, conversation: str) -> list[StoredTurn]:
        """All turns of a conversation, in order; none where there is no such conversation."""
        with self._reading() as db:
            return conversations.turns(db, conversation)

    def drop_turns(self, conversation: str, after: int) -> None:
        """Erase the turns with a higher number."""
        with self._transaction() as db:
            conversations.drop(db, conversation, after)

    def put_exchange(self, conversation: str, number: int, exchange: StoredExchange) -> None:
        """Keep what was asked and answered in a conversation under its number, from 1."""
        with self._transaction() as db:
            exchanges.put(db, conversation, number, exchange)

    def exchanges(self, conversation: str, user: str) -> list[StoredExchange]:
        """All exchanges of a person's conversation, in order; none where they have no such conversation."""
        with self._reading() as db:
            return exchanges.of_conversation(db, conversation, user)

    def exchanges_since(self, at_s: float) -> list[StoredExchange]:
        """All exchanges from a time on, of whomever, the oldest first."""
        with self._reading() as db:
            return list(exchanges.since(db, at_s))

    def conversations(self, user: str, most: int = 100) -> list[Listed]:
        """A person's conversations, the one spoken in last first."""
        with self._reading() as db:
            return exchanges.of_user(db, user, most)

    def drop_exchanges(self, conversation: str, user: str, after: int) -> None:
        """Erase a person's exchanges with a higher number; after 0, the conversation with its turns."""
        with self._transaction() as db:
            exchanges.drop(db, conversation, user, after)
