"""The async twins of an agent's calls: each is the same call, made in a thread while the event loop goes on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypedDict, Unpack

from agent.answers import Answer, Event, Explanation, Hits, RequestFields, UserTurn
from agent.ingest.catalog import IngestProgress, IngestReport
from agent.ingest.items import ItemsReport
from agent.media.remote_files import Fetch
from agent.people import Feedback
from agent.pipeline.awaiting import awaited, drawn, final_of, stoppable
from retrieval.schema import Variants


class IngestOptions(TypedDict, total=False):
    """Arguments of an ingest; what each means stands at `RecommendationAgent.ingest`."""

    exclude: Sequence[str]
    strict: bool
    columns: Mapping[str, str] | None
    variants: Variants | None
    about: str | Path | None
    fetch: Fetch | None
    encoding: str | None


class AsyncTwins(ABC):
    """Calls with their twins. Who awaits one may be cancelled: they wait no longer, and nothing is left open.

    What is asked ends at its next step then, and an ingest at its next batch. A change that has begun is made.
    """

    @abstractmethod
    def stream(self, text: str = "", **fields: Unpack[RequestFields]) -> Iterator[Event]:
        """The steps of an answer."""

    @abstractmethod
    def search(self, text: str | UserTurn = "", **fields: Unpack[RequestFields]) -> Hits:
        """What retrieval alone finds."""

    @abstractmethod
    def explain(self, item_id: str, text: str, *, filters: Sequence[str] = ()) -> Explanation:
        """Why an item fits."""

    @abstractmethod
    def ingest(
        self,
        catalog: str | Path,
        *,
        progress: Callable[[IngestProgress], None] | None = None,
        **options: Unpack[IngestOptions],
    ) -> IngestReport:
        """Take a catalog in."""

    @abstractmethod
    def put_items(self, rows: Sequence[Mapping[str, object]], *, fetch: Fetch | None = None) -> ItemsReport:
        """Add or replace items."""

    @abstractmethod
    def delete_items(self, item_ids: Iterable[str]) -> tuple[str, ...]:
        """Erase items."""

    @abstractmethod
    def feedback(self, user: str, item_id: str, kind: str, reason: str = "", value: float | None = None) -> Feedback:
        """Keep what a person says of an item."""

    async def arecommend(self, text: str = "", **fields: Unpack[RequestFields]) -> Answer:
        """As `recommend`."""
        return await final_of(self.astream(text, **fields))

    def astream(self, text: str = "", **fields: Unpack[RequestFields]) -> AsyncGenerator[Event, None]:
        """As `stream`, for `async for`."""
        return drawn(self.stream(text, **fields))

    async def asearch(self, text: str | UserTurn = "", **fields: Unpack[RequestFields]) -> Hits:
        """As `search`."""
        return await awaited(partial(self.search, text, **fields))

    async def aexplain(self, item_id: str, text: str, *, filters: Sequence[str] = ()) -> Explanation:
        """As `explain`."""
        return await awaited(partial(self.explain, item_id, text, filters=filters))

    async def aingest(
        self,
        catalog: str | Path,
        *,
        progress: Callable[[IngestProgress], None] | None = None,
        **options: Unpack[IngestOptions],
    ) -> IngestReport:
        """As `ingest`; `progress` is told in another thread."""

        def run(look: Callable[[], None]) -> IngestReport:
            def tell(reached: IngestProgress) -> None:
                look()
                if progress is not None:
                    progress(reached)

            return self.ingest(catalog, progress=tell, **options)

        return await stoppable(run)

    async def aput_items(self, rows: Sequence[Mapping[str, object]], *, fetch: Fetch | None = None) -> ItemsReport:
        """As `put_items`."""
        return await awaited(partial(self.put_items, rows, fetch=fetch))

    async def adelete_items(self, item_ids: Iterable[str]) -> tuple[str, ...]:
        """As `delete_items`."""
        return await awaited(partial(self.delete_items, item_ids))

    async def afeedback(
        self, user: str, item_id: str, kind: str, reason: str = "", value: float | None = None
    ) -> Feedback:
        """As `feedback`."""
        return await awaited(partial(self.feedback, user, item_id, kind, reason, value))


__all__ = ["AsyncTwins"]
