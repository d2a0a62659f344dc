"""The agent: perceive, understand, retrieve, rerank, diversify, explain."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack

from agent.answers import Answer, Event, Explanation, RequestFields, UserTurn
from agent.backends.loading.silence import silent
from agent.config import AgentConfig, load_config
from agent.errors import RequestError
from agent.explain import WhyNot
from agent.ingest.catalog import IngestProgress, IngestReport, ingest
from agent.ingest.items import Items, ItemsReport
from agent.ingest.media import Fetch
from agent.models import Models
from agent.people import Feedback, Forgotten, People, Profile, export, forget
from agent.perceive import Perceived
from agent.pipeline import Pipeline
from agent.pipeline.alone import answer_alone
from agent.pipeline.events import events_of
from agent.pipeline.journal import Journal, Tell
from agent.rerank import Scored
from agent.serialise import Hits
from agent.understand import Vocabulary, validate
from agent.understand.validation import user_id
from retrieval.items import Item
from retrieval.query import Query
from retrieval.retriever import Retriever
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import Workspace

if TYPE_CHECKING:
    from agent.dialogue.conversation import Conversation


@silent
class RecommendationAgent:
    """Recommends items of one workspace, and says why.

    Several threads may ask at once, and while items are added or people forgotten: each request is answered from the
    one state of the workspace that it found when it began.

    Attributes:
        workspace: Whose items are recommended.
        models: Backends, each loaded when it is first needed.
        pipeline: The steps of a turn over the workspace's present state; take it once, and ask it for all of one turn.

    Example:
        >>> agent = RecommendationAgent.open("workspace")  # doctest: +SKIP
        >>> answer = agent.recommend("something calm with water", k=1)  # doctest: +SKIP
        >>> answer.recommendations[0].item.title  # doctest: +SKIP
        'Bridge over a Pond of Water Lilies'
    """

    def __init__(self, workspace: Workspace, models: Models) -> None:
        self.workspace = workspace
        self.models = models
        self.pipeline = Pipeline(workspace, models)
        self._items = Items(workspace, models)
        # Of two changes at once, the one that is taken over last must not come from a state before the other.
        self._moving_on = threading.Lock()

    @classmethod
    def open(cls, path: str | Path, config: AgentConfig | None = None) -> RecommendationAgent:
        """The agent of a workspace that is there already.

        Raises:
            WorkspaceError: the folder is no workspace, or another process owns it.
        """
        return cls(Workspace.open(path), Models(config or load_config()))

    @classmethod
    def from_catalog(
        cls,
        catalog: str | Path,
        path: str | Path,
        config: AgentConfig | None = None,
        *,
        exclude: Sequence[str] = (),
        about: str | Path | None = None,
    ) -> RecommendationAgent:
        """Ingest a catalog into a workspace, made if it is not there, and open its agent.

        Args:
            exclude: Columns to leave out: they are neither searched nor shown to a model.
            about: As in `ingest`.

        Raises:
            CatalogError: the catalog or `about` cannot be read.
            WorkspaceError: the folder cannot be used.
        """
        agent = cls(Workspace.open(path, create=True), Models(config or load_config()))
        agent.ingest(catalog, exclude=exclude, about=about)
        return agent

    def close(self) -> None:
        """Give the workspace back; a second call does nothing."""
        self.models.close()
        self.workspace.close()

    def __enter__(self) -> RecommendationAgent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ingest(
        self,
        catalog: str | Path,
        *,
        exclude: Sequence[str] = (),
        strict: bool = False,
        about: str | Path | None = None,
        progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        """Bring the workspace up to date with a catalog; what has not changed costs nothing.

        Args:
            exclude: Columns to leave out: they are neither searched nor shown to a model.
            strict: Raise at the first problem instead of reporting it.
            about: What the shop says of itself (delivery, returns, opening hours), Markdown or plain text, from which
                questions about it are answered; `about.md` and `policies.md` beside the catalog when None.
            progress: Told after each batch how far it is; what it raises ends the ingest.

        Raises:
            CatalogError: the catalog or `about` cannot be read, or `strict` and a row has a problem.
            WorkspaceError: the disk is full or the workspace cannot be written; what was reported done is kept.
        """
        try:
            return ingest(
                Path(catalog),
                self.workspace,
                self.models,
                exclude=exclude,
                strict=strict,
                about=None if about is None else Path(about),
                progress=progress,
            )
        finally:  # what was written before it failed is there to be found
            self.reread()

    def put_items(self, rows: Sequence[Mapping[str, object]], *, fetch: Fetch | None = None) -> ItemsReport:
        """Add items, or replace them wholly: found by the next search once this returns.

        Args:
            rows: As a catalog has them, but for media, which are given as data: a `data:` address, an object with
                `name` and Base64 `data`, or bytes.
            fetch: Fetches media that are given as web addresses; without it they are refused.

        Raises:
            WorkspaceError: nothing could be written; no item has changed then.
        """
        report = self._items.put(rows, fetch)
        if report.wide:  # more has changed than these items
            self.reread()
        elif report.changed:
            self._take(report.changed)
        return report

    def delete_items(self, item_ids: Iterable[str]) -> tuple[str, ...]:
        """Erase items, and what people did with them; returns the ids of those that were there.

        Raises:
            WorkspaceError: nothing could be written; no item is erased then.
        """
        deleted = self._items.delete(item_ids)
        if deleted:  # all rows behind them move up, so nothing that is known by row holds any more
            self.reread()
        return deleted

    def edit_description(self, item_id: str, media_sha256: str, text: str) -> Item:
        """Put a person's words in place of a model's about one medium of an item; they outlast the next ingest.

        Raises:
            RequestError: there is no such item or medium, or the text is empty or too long.
            WorkspaceError: it could not be written.
        """
        item = self._items.describe(item_id, media_sha256, text)
        self._take([item_id])
        return item

    def recommend(self, text: str = "", **fields: Unpack[RequestFields]) -> Answer:
        """The best items for a request, each with a reason that can be checked.

        Args:
            text: The wish, in any of the encoder's languages.
            images: Pictures to go by.
            audio: A spoken wish.
            video: A clip to go by; its speech counts as a wish.
            user: Who asks: what they did before counts, and is enough to go by when nothing else is given.
            filters: Must-haves such as `price<=50`; an item that fails one is never shown.
            k: How many items; fewer come back, with a note, when there are no more.
            include_seen: Show also what the user has had to do with before.

        Raises:
            RequestError: the request is empty, too long or nothing but an unknown user, or there are no items.
            MediaError: a picture, sound or video cannot be used.
            FilterError: a must-have does not fit the catalog's schema.
        """
        return self.respond(UserTurn.of(text, fields, RequestFields))

    def stream(self, text: str = "", **fields: Unpack[RequestFields]) -> Iterator[Event]:
        """Like `recommend`, step by step: the ranked items come before their reasons are worded."""
        return self.answer(UserTurn.of(text, fields, RequestFields))

    def answer(self, turn: UserTurn, *, worded: bool = True) -> Iterator[Event]:
        """The events of one turn; the last one carries the answer.

        Args:
            worded: Let the language model word the reasons; when False the templates do, at once.
        """
        return events_of(partial(answer_alone, self.pipeline, turn, worded=worded))

    def respond(self, turn: UserTurn, tell: Tell | None = None, *, worded: bool = True) -> Answer:
        """The answer to one turn.

        Args:
            tell: Takes the events before the answer, each as it happens.
            worded: As in `answer`.
        """
        return answer_alone(self.pipeline, turn, Journal(tell), worded=worded)

    def search(self, turn: UserTurn) -> Hits:
        """What retrieval alone finds, at once: no language model is asked and no reason given.

        Raises:
            TastemakerError: as `recommend` does.
        """
        return self.pipeline.search(turn)

    def rank(self, turn: UserTurn) -> Sequence[Scored]:
        """The items of an answer, best first, without any reasons.

        Raises:
            TastemakerError: as `recommend` does.
        """
        # Unfolded: whoever judges a list item by item would miss those that were folded away.
        return self.pipeline.find(turn, fold=False).chosen

    def explain(self, item_id: str, text: str, *, filters: Sequence[str] = ()) -> Explanation:
        """Why one item fits a request, whoever recommended it.

        Raises:
            RequestError: there is no such item, or the request is empty.
        """
        return next(self.explain_list([item_id], text, filters=filters))[1]

    def explain_list(
        self, item_ids: Sequence[str], text: str, *, filters: Sequence[str] = ()
    ) -> Iterator[tuple[str, Explanation]]:
        """Why each item of a list fits a request, whoever made the list; all are worded in one batch.

        Yields:
            Id and explanation, each as soon as it is ready.

        Raises:
            RequestError: there is no such item, the list is empty, or the request is.
        """
        turn = UserTurn(text=text, filters=tuple(filters), k=max(1, len(item_ids)))
        validate(turn)
        if not item_ids:
            raise RequestError("The list of items is empty.", "Give the ids of the items to explain.")
        pipeline = self.pipeline  # taken once: items may change between two looks at it
        rows = [_row(item_id, pipeline.snapshot) for item_id in dict.fromkeys(item_ids)]
        inquiry = pipeline.understand(turn, Perceived(), Journal())
        # Nothing is retrieved: whoever made the list has chosen.
        for recommendation in pipeline.recommendations(pipeline.select_rows(inquiry, rows), worded=True):
            yield recommendation.item.id, recommendation.explanation

    def why_not(self, item_id: str, turn: UserTurn) -> WhyNot:
        """What keeps an item out of the answer to a turn.

        Raises:
            RequestError: there is no such item.
            TastemakerError: as `recommend` does.
        """
        pipeline = self.pipeline
        row = _row(item_id, pipeline.snapshot)
        return pipeline.why_not(row, pipeline.find(turn))

    def feedback(self, user: str, item_id: str, kind: str, reason: str = "", value: float | None = None) -> Feedback:
        """Keep what a person says of an item; it counts from their next request on.

        Args:
            kind: `like`, `dislike`, `save`, `hide`, `view`, `click`, `cart`, `purchase` or `rating`.
            reason: Why, in their own words; of a dislike or a hiding, what it names counts against items.
            value: The rating, from 0 to the top of the scale that is in use here (5 while nobody has rated anything).

        Raises:
            RequestError: there is no such item or kind, the reason is too long, the rating is missing or outside of
                its scale, or the name cannot be one.
        """
        pipeline = self.pipeline
        feedback = pipeline.people.feedback(user, item_id, kind, reason, value)
        # One event changes next to nothing of what all have taught, and to learn anew takes seconds.
        if feedback.stored and pipeline.learned.outdated():
            self._relearn()
        return feedback

    def withdraw(self, user: str, item_id: str, kind: str) -> int:
        """Take back what a person said of an item, as if it had not been said; returns how many events that were.

        Raises:
            RequestError: there is no such kind, or the name cannot be one.
        """
        withdrawn = self.pipeline.people.withdraw(user, item_id, kind)
        self._relearn()  # at once, unlike for a new event: what was taken back may not go on counting
        return withdrawn

    def profile(self, user: str) -> Profile:
        """What is known of a person's taste, each line with the items it rests on.

        Raises:
            RequestError: the name cannot be one.
        """
        return self.pipeline.people.profile(user)

    def export_user(self, user: str) -> dict[str, Any]:
        """Everything that is known of a person, as one JSON document.

        Raises:
            RequestError: the name cannot be one.
        """
        return export(self.profile(user), self.workspace)

    def forget_user(self, user: str) -> Forgotten:
        """Erase every trace of a person from the workspace's files.

        Raises:
            RequestError: the name cannot be one.
            WorkspaceError: a file cannot be written; call it again then.
        """
        try:
            return forget(user, self.workspace)
        finally:  # also where a file could not be written: their rows may be gone already
            self._relearn()

    def opt_out(self, user: str, out: bool = True) -> None:
        """Use nothing that a person did and keep nothing more of them; or, with False, do so again.

        Raises:
            RequestError: the name cannot be one.
        """
        self.workspace.store.opt_out(user_id(user), out)
        self._relearn()

    def query(self, turn: UserTurn) -> Query:
        """A request as retrieval sees it: words, vectors and must-haves.

        Raises:
            TastemakerError: as `recommend` does.
        """
        return self.pipeline.query_of(turn)

    def conversation(self, id: str | None = None, user: str | None = None) -> Conversation:
        """A conversation over this workspace: a new one, or with an id one that goes on where it was.

        Args:
            user: Whose conversation it is: nobody else finds it by its id.

        Raises:
            RequestError: this user has no conversation of that id.
        """
        # Imported when it is asked for: a single request need not wait for all that a conversation needs.
        from agent.dialogue.conversation import Conversation

        return Conversation.begin(self, user) if id is None else Conversation.resume(self, id, user)

    @property
    def retriever(self) -> Retriever:
        """Retrieval over the present items."""
        return self.pipeline.retriever

    @property
    def vocabulary(self) -> Vocabulary:
        """What the catalog's fields and values are called at present."""
        return self.pipeline.vocabulary

    @property
    def people(self) -> People:
        """What is known of people at present."""
        return self.pipeline.people

    def reread(self) -> None:
        """Answer from the workspace's present state from now on; requests under way keep theirs."""
        with self._moving_on:
            self.pipeline = Pipeline(self.workspace, self.models)

    def _take(self, item_ids: Sequence[str]) -> None:
        """Answer from now on with these items as they came or changed; what is known of all others is taken over."""
        with self._moving_on:
            self.pipeline = Pipeline(self.workspace, self.models, self.pipeline.holdings.after(item_ids))

    def _relearn(self) -> None:
        """Answer from now on by what people have done by now; the items are not read again."""
        with self._moving_on:
            self.pipeline = Pipeline(self.workspace, self.models, self.pipeline.holdings)


def _row(item_id: str, snapshot: Snapshot) -> int:
    row = snapshot.rows.get(item_id)
    if row is None:
        raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
    return row
