"""A talk: one conversation as the page shows it, whose answers go on whether or not anybody looks."""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.errors import TastemakerError
from retrieval.storage.exchanges import StoredExchange
from ui.errors.problems import unexpected
from ui.errors.refusals import JobRunning
from ui.page.chat.exchange import Exchange, VisitorWish

if TYPE_CHECKING:
    from agent.answers import Event, StateView
    from agent.dialogue.conversation import Conversation
    from agent.recommender import RecommendationAgent
    from ui.service.service import Service

logger = logging.getLogger(__name__)

LET_GO_S = 30.0
MORE_LIKE_IT = "more like this one"  # what the agent is told where a person presses that button
Prepare = Callable[[VisitorWish], VisitorWish]


class Talk:
    """One conversation of one visitor; any thread may call.

    Attributes:
        exchanges: What was said so far, the oldest first.
        pending: Must-haves that come with the next request.
        version: Grows with everything that is to be seen.
    """

    def __init__(self, service: Service, conversation: Conversation, exchanges: Sequence[Exchange] = ()) -> None:
        self.exchanges = list(exchanges)
        self.pending: tuple[str, ...] = ()
        self.version = 0
        self._service = service
        self._conversation = conversation
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._forgotten = False
        self._later: list[Callable[[], None]] = []

    @property
    def id(self) -> str:
        """Id of the conversation."""
        return self._conversation.id

    @property
    def user(self) -> str:
        """User id of the visitor whose it is."""
        return self._conversation.user or ""

    @property
    def edition(self) -> int:
        """A number that changes with all that a person says and thinks; a tab that shows another is out of date."""
        wishes = [(exchange.wish.title, sorted(exchange.marks.items())) for exchange in self.exchanges]
        return zlib.crc32(repr((wishes, self.pending)).encode())

    @property
    def working(self) -> bool:
        """Whether an answer is being made."""
        return bool(self.exchanges) and self.exchanges[-1].phase == "working"

    @property
    def must_haves(self) -> tuple[str, ...]:
        """Conditions that what is shown next meets."""
        return (*(must_have.filter for must_have in self._conversation.state.must_haves), *self.pending)

    @property
    def understood(self) -> StateView:
        """What is known of the person's wish."""
        from agent.dialogue.conversation import state_view

        return state_view(self._conversation.state)

    @property
    def leanings(self) -> tuple[str, ...]:
        """Criticism that holds, as the person worded it."""
        wordings = dict.fromkeys(bound.words for bound in self._conversation.state.bounds)
        return tuple(wording for wording in wordings if wording not in ("", MORE_LIKE_IT))

    def ask(self, wish: VisitorWish, language: str, prepare: Prepare | None = None) -> None:
        """Begin to answer; returns at once.

        Args:
            language: That notes are told in.
            prepare: Looks at the files, in the thread that answers.

        Raises:
            JobRunning: an answer is still being made.
            NotReady, Busy: nothing can be asked now.
        """
        with self._lock:
            self._refuse_while_working()
            if self.exchanges and self.exchanges[-1].phase != "done":
                self.exchanges.pop()  # what failed or was stopped gives way: the agent knows nothing of it either
            exchange = Exchange(replace(wish, filters=(*wish.filters, *self.pending)))
            self._stop.clear()
            self.exchanges.append(exchange)
            self.pending = ()
            self.version += 1
        threading.Thread(
            target=self._answer, args=(exchange, language, prepare), name=f"talk-{self.id}", daemon=True
        ).start()

    def stop(self) -> None:
        """Have the answer that is being made end."""
        self._stop.set()

    def forget(self) -> None:
        """Keep nothing of it any more, and return once nothing is being made of it."""
        with self._lock:  # what is being kept just now is erased behind us
            self._forgotten = True
        self._stop.set()
        end = time.monotonic() + LET_GO_S
        while self.working and time.monotonic() < end:
            time.sleep(0.02)

    def undo(self) -> VisitorWish | None:
        """Take the last exchange back. Returns: the wish of it, if there was one.

        Raises:
            JobRunning: an answer is still being made.
        """
        with self._lock:
            self._refuse_while_working()
            if not self.exchanges:
                return None
            last = self.exchanges.pop()
            if last.phase == "done":
                self._take_back(last.turn)
                store = self._service.agent.workspace.store
                store.drop_exchanges(self.id, self.user, len(self.exchanges))
            self.version += 1
            return last.wish

    def judge(self, item_id: str, kind: str, reason: str = "") -> None:
        """Take what the person thinks of an item into account from now on.

        Raises:
            RequestError: there is no such item, or the reason is too long.
        """
        with self._lock:
            if self.working:  # the turn in work began without it: it counts from the next one on
                self._later.append(lambda: self._conversation.judge(item_id, kind, reason))
            else:
                self._conversation.judge(item_id, kind, reason)
            for exchange in self.exchanges:
                if item_id in exchange.cards:
                    exchange.marks[item_id] = kind
            self._keep_all(item_id)
            self.version += 1

    def require(self, filters: Sequence[str]) -> None:
        """Have the next request come with these must-haves, beside those that hold."""
        with self._lock:
            self.pending = tuple(dict.fromkeys((*self.pending, *filters)))
            self.version += 1

    def release(self, condition: str) -> None:
        """Let a must-have go that was to come with the next request."""
        with self._lock:
            self.pending = tuple(pending for pending in self.pending if pending != condition)
            self.version += 1

    def _refuse_while_working(self) -> None:
        if self.working:
            raise JobRunning(
                "An answer of this conversation is still being made.", "Wait until it is there, or stop it."
            )

    def _answer(self, exchange: Exchange, language: str, prepare: Prepare | None) -> None:
        n_turns, began, ended = len(self._conversation.turns), threading.Event(), threading.Event()
        try:
            if prepare:
                exchange.wish = prepare(exchange.wish)
                self.version += 1
            turn = exchange.wish.turn()

            def answer(_: RecommendationAgent) -> Iterator[Event]:
                began.set()
                try:
                    yield from self._conversation.answer(turn)
                finally:
                    ended.set()

            with closing(self._service.stream(answer)) as events:  # type: ignore[type-var]
                for event in events:
                    if self._stop.is_set():
                        break
                    with self._lock:
                        exchange.take(event, language, self.user)
                        self.version += 1
        except TastemakerError as error:
            exchange.fail(error, language)
        except Exception as error:  # the last border of this thread: nothing may leave an answer looking alive
            logger.exception("An answer failed.")
            exchange.fail(unexpected(error), language)
        finally:
            if exchange.answer is None:
                if began.is_set():  # the agent's thread may still be at work: what it adds is taken back too
                    ended.wait(LET_GO_S)
                self._take_back(n_turns + 1)
            self._end(exchange, language)

    def _end(self, exchange: Exchange, language: str) -> None:
        """Keep what came of it; then do what had to wait. While this lasts, the talk is at work."""
        with self._lock:
            later, self._later = self._later, []
            for do in (lambda: self._keep(exchange), *later) if exchange.answer else later:
                try:
                    do()
                except TastemakerError as error:
                    logger.warning("Something about an answer could not be kept: %s", type(error).__name__)
                    exchange.note(error, language)
            exchange.end()
            self.version += 1

    def _take_back(self, turn: int) -> None:
        while len(self._conversation.turns) >= turn:
            self._conversation.undo()

    def _keep_all(self, item_id: str) -> None:
        for exchange in self.exchanges:
            if item_id in exchange.cards and exchange.phase == "done":
                self._keep(exchange)

    def _keep(self, exchange: Exchange) -> None:
        if self._forgotten:
            return
        number = self.exchanges.index(exchange) + 1
        stored = StoredExchange(self.user, exchange.title, time.time(), exchange.to_json())
        self._service.agent.workspace.store.put_exchange(self.id, number, stored)
