"""Conversations of callers who keep the history themselves and send all of it with each call.

What a call asks depends on what was shown before, and that no message says in full. So each answer is remembered here
by a digest of everything said up to it, the caller's name included: whoever sends the very same history goes on from
the very same state, in whatever order calls come, after edits and in branches, and nobody else's history leads there.
What is not remembered (any more) is understood once more, turn by turn, and what was shown is read in the answers.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from agent.answers import UserTurn
from agent.errors import TastemakerError
from ui.service.markdown import unescaped

if TYPE_CHECKING:
    from agent.dialogue.conversation import Conversation, Turn
    from agent.recommender import RecommendationAgent

MOST_KEPT = 1_000  # histories, of all callers

_THOUGHTS = re.compile(r"<think>.*?</think>|<details\b[^>]*\breasoning\b[^>]*>.*?</details>", re.DOTALL)
_LISTED = re.compile(r"^\s*\d+\.\s+\*\*(?P<title>.+?)\*\*(?=:|\s*$|\s\()", re.MULTILINE)
_PICTURE = re.compile(r"/v1/items/(?P<id>[^/\s)]+)/picture")


@dataclass(frozen=True, slots=True)
class PastExchange:
    """A turn of a history, and how it was answered; None while that is to come."""

    turn: UserTurn
    answer: str | None = None


class Histories:
    """What is known after each answer that was given, for a while. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # by the digest of a history: whose it is, and what is known after it
        self._known: OrderedDict[str, tuple[str | None, tuple[Turn, ...]]] = OrderedDict()
        self._n_forgotten = 0

    @property
    def n_kept(self) -> int:
        """How many histories are remembered."""
        return len(self._known)

    def conversation(
        self, agent: RecommendationAgent, user: str | None, history: Sequence[PastExchange]
    ) -> Conversation:
        """The conversation that these exchanges have led to; nothing of it is stored.

        Raises:
            RequestError: the name of the user cannot be one.
        """
        from agent.dialogue.conversation import Conversation

        n_known, turns = self._longest(user, history)
        talk = Conversation.passing(agent, user, turns)
        titles = _titles(agent) if n_known < len(history) else {}
        for exchange in history[n_known:]:
            if exchange.answer is not None:
                with suppress(TastemakerError):  # it was refused then, too
                    talk.recall(exchange.turn, shown_in(exchange.answer, titles))
        return talk

    @property
    def n_forgotten(self) -> int:
        """How often somebody was forgotten."""
        return self._n_forgotten

    def keep(self, user: str | None, history: Sequence[PastExchange], turns: Sequence[Turn], n_forgotten: int) -> None:
        """Remember what is known after these exchanges.

        Args:
            n_forgotten: As it was when the last one began. Where somebody was forgotten since, it may have been this
                person, and nothing is remembered: it is understood once more then.
        """
        key = _digests(user, history)[-1]
        with self._lock:
            if n_forgotten != self._n_forgotten:
                return
            self._known[key] = (user, tuple(turns))
            self._known.move_to_end(key)
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)

    def forget(self, user: str) -> int:
        """Drop everything of a user. Returns: how many histories there were."""
        with self._lock:
            self._n_forgotten += 1
            theirs = [key for key, (owner, _) in self._known.items() if owner == user]
            for key in theirs:
                del self._known[key]
        return len(theirs)

    def _longest(self, user: str | None, history: Sequence[PastExchange]) -> tuple[int, tuple[Turn, ...]]:
        """How many of the exchanges are remembered, and what is known after them."""
        for n, key in reversed(list(enumerate(_digests(user, history)))):
            with self._lock:
                if key in self._known:
                    self._known.move_to_end(key)
                    return n, self._known[key][1]
        return 0, ()


def shown_in(answer: str, titles: dict[str, list[str]]) -> tuple[str, ...]:
    """The items that an answer lists, by id, in their order: by the address of the picture, else by the title.

    Args:
        titles: Ids by title, as `unescaped` leaves it.
    """
    text = plain_answer(answer)
    starts = list(_LISTED.finditer(text))
    shown: dict[str, None] = {}
    for at, start in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(text)
        picture = _PICTURE.search(text, start.end(), end)
        ids = [unquote(picture["id"])] if picture else titles.get(unescaped(start["title"]), [])
        # of several items with one title each is meant once, in their order
        shown |= dict.fromkeys([item_id for item_id in ids if item_id not in shown][:1])
    return tuple(shown)


def plain_answer(answer: str) -> str:
    """An answer without the steps that front ends put before it, and without the blanks around it."""
    return _THOUGHTS.sub("", answer).strip()


def _titles(agent: RecommendationAgent) -> dict[str, list[str]]:
    titles = defaultdict[str, list[str]](list)
    for item in agent.pipeline.snapshot.items:
        titles[" ".join(item.title.split())].append(item.id)
    return titles


def _digests(user: str | None, history: Sequence[PastExchange]) -> list[str]:
    """A digest of each beginning of a history, the empty one first, each made from the one before it."""
    digests = [_digest([user])]
    for exchange in history:
        turn, answer = exchange.turn, " ".join(plain_answer(exchange.answer or "").split())
        digests.append(_digest([digests[-1], turn.text, turn.images, turn.audio, answer]))
    return digests


def _digest(values: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
