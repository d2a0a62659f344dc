"""The journal of an answer that is being made: what is told meanwhile, how long each step took, what went otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from agent.answers import Answer, Event, EventKind, Group, Recommendation, Request
from agent.backends.budget import Budget
from agent.config import AgentConfig
from agent.language.messages import Note
from retrieval.items import Item

Tell = Callable[[Event], None]
"""Takes what happens while an answer is made; what it raises ends the work."""


class Journal:
    """Begins with a request, and is handed from step to step.

    Attributes:
        laps: Seconds that each step took, by its name.
        notes: What was done otherwise than asked, for the answer.
        reply: The sentences that the answer begins with, as far as they are known; each item is told with them.
    """

    def __init__(self, tell: Tell | None = None) -> None:
        self.laps: dict[str, float] = {}
        self.notes: list[str] = []
        self.reply = ""
        self._groups: tuple[Group, ...] = ()
        self._budget: Budget | None = None
        self._tell = tell
        self._items: tuple[Item, ...] | None = None
        self._start = self._last = time.perf_counter()

    def budget(self, config: AgentConfig) -> Budget:
        """How long model servers may be waited for, by all steps of the request together."""
        if self._budget is None:
            self._budget = Budget(config.llm_silence_s, config.llm_turn_s)
        return self._budget

    def lap(self, step: str) -> None:
        """Note that a step has ended, and how long it took."""
        now = time.perf_counter()
        self.laps[step] = round(now - self._last, 4)
        self._last = now

    def status(self, note: Note, language: str) -> None:
        """Tell what is being done now."""
        self._event("status", note.text_in(language))

    def candidates(self, request: Request, items: tuple[Item, ...]) -> None:
        """Tell the items as they stand before their reasons; the same ones in the same order are told once."""
        if items != self._items:
            self._items = items
            self._event("candidates", request=request, items=items)

    def lead(self, sentences: Sequence[str], groups: Sequence[Group] = ()) -> None:
        """Add to what the answer begins with, and take the groups that its items stand in."""
        self.reply = " ".join(part for part in (self.reply, *sentences) if part)
        self._groups = tuple(groups)

    def item(self, recommendation: Recommendation) -> None:
        """Tell an item whose reason is ready."""
        self._event("item", recommendation=recommendation, reply=self.reply, groups=self._groups)

    def final(self, answer: Answer) -> None:
        """Tell the whole answer."""
        self._event("final", answer=answer)

    def _event(
        self,
        kind: EventKind,
        text: str = "",
        *,
        request: Request | None = None,
        items: tuple[Item, ...] = (),
        recommendation: Recommendation | None = None,
        answer: Answer | None = None,
        reply: str = "",
        groups: tuple[Group, ...] = (),
    ) -> None:
        if self._tell:
            at_s = round(time.perf_counter() - self._start, 4)
            self._tell(Event(kind, at_s, text, request, items, recommendation, answer, reply, groups))


__all__ = ["Journal", "Tell"]
