"""The talks of one server: each visitor's own, found again after a reload or a restart."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from agent.errors import RequestError
from ui.page.chat.exchange import Exchange
from ui.page.chat.talk import Talk

if TYPE_CHECKING:
    from retrieval.storage.exchanges import Listed
    from ui.service.service import Service

MOST_IN_MEMORY = 200


class Talks:
    """Conversations by id, for the visitor who had them.

    Args:
        name: What they are, for who is forgotten and told of it.
    """

    def __init__(self, service: Service, name: str = "conversations on the page") -> None:
        service.traces.register(name, self)
        self._service = service
        self._talks: OrderedDict[tuple[str, str], Talk] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, user: str) -> Talk:
        """A new talk.

        Raises:
            NotReady: nothing can be asked yet.
        """
        return self._remember(user, Talk(self._service, self._service.agent.conversation(user=user)))

    def find(self, user: str, id: str) -> Talk:
        """A talk that this visitor had.

        Raises:
            RequestError: they had none of that id.
            NotReady: nothing can be asked yet.
        """
        with self._lock:
            talk = self._talks.get((user, id))
        if talk is not None:
            return talk
        agent = self._service.agent
        exchanges = [Exchange.from_json(stored.body) for stored in agent.workspace.store.exchanges(id, user)]
        if not exchanges:
            raise RequestError(f"You have no conversation {id!r}.", "Begin a new one.")
        return self._remember(user, Talk(self._service, agent.conversation(id, user), exchanges))

    def of(self, user: str) -> list[Listed]:
        """Conversations that this visitor had, the last one first.

        Raises:
            NotReady: nothing can be asked yet.
        """
        return self._service.agent.workspace.store.conversations(user)

    def held(self, user: str) -> frozenset[str]:
        """Ids of a person's conversations that are in memory."""
        with self._lock:
            return frozenset(id for owner, id in self._talks if owner == user)

    def at_work(self, user: str) -> bool:
        """Whether something is being said in one of a person's conversations."""
        with self._lock:
            return any(talk.working for (owner, _), talk in self._talks.items() if owner == user)

    def delete(self, user: str, id: str) -> None:
        """Erase a talk; an answer that is being made ends."""
        with self._lock:
            talk = self._talks.pop((user, id), None)
        if talk is not None:
            talk.forget()
        self._service.agent.workspace.store.drop_exchanges(id, user, 0)

    def forget(self, user: str) -> int:
        """Let go of everything that is in memory of a visitor; when it returns, nothing more of it will be kept.

        Returns:
            How many conversations there were.
        """
        with self._lock:
            theirs = [self._talks.pop(key) for key in [key for key in self._talks if key[0] == user]]
        for talk in theirs:
            talk.forget()
        return len(theirs)

    def _remember(self, user: str, talk: Talk) -> Talk:
        with self._lock:
            # two tabs may have looked for it at once: both go on with the one that came first
            talk = self._talks.setdefault((user, talk.id), talk)
            self._talks.move_to_end((user, talk.id))
            idle = [key for key, known in self._talks.items() if not known.working]
            for key in idle[: max(0, len(self._talks) - MOST_IN_MEMORY)]:
                del self._talks[key]
        return talk
