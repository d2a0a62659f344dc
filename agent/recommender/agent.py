"""The agent: perceive, understand, retrieve, rerank, diversify, explain."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack
from weakref import WeakSet

from agent.answers import Answer, Event, Explanation, Hits, RequestFields, UserTurn
from agent.arguments import checked
from agent.backends.loading.silence import silent
from agent.config import AgentConfig, load_config
from agent.errors import RequestError
from agent.explain import WhyNot
from agent.ingest.catalog import IngestProgress, IngestReport, ingest
from agent.ingest.items import Items, ItemsReport
from agent.ingest.reviews import ReviewKept, import_and_read, keep_review, read_reviews
from agent.media.remote_files import Fetch
from agent.models import Models
from agent.notebook.frames import catalog_of
from agent.notebook.progress import followed
from agent.people import Feedback, Forgotten, People, Profile, export, forget, opt_out
from agent.people.traces import Traces
from agent.perceive import Perceived
from agent.pipeline import Pipeline
from agent.pipeline.alone import answer_alone
from agent.pipeline.events import events_of
from agent.pipeline.journal import Journal, Tell
from agent.recommender.closing import while_open
from agent.recommender.twins import AsyncTwins
from agent.rerank import Scored
from agent.retrieve.encoders import adopt_encoders
from agent.rules import Rule, load_rules, parse_rules, save_rules
from agent.understand import Vocabulary, validate
from agent.understand.validation import user_id
from retrieval.collaborative.learned import is_learned
from retrieval.importers.reviews import ReviewReport
from retrieval.items import Item
from retrieval.query import Query
from retrieval.retriever import Retriever
from retrieval.schema import Variants
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import ONLY_READ, Workspace

if TYPE_CHECKING:
    from pandas import DataFrame

    from agent.dialogue.conversation import Conversation


@while_open
@silent
@checked
class RecommendationAgent(AsyncTwins):
    """Recommends items of one workspace, and says why.

    Several threads may ask at once, and while items are added or people forgotten: each request is answered from the
    one state of the workspace that it found when it began.

    Attributes:
        models: Backends, each loaded when it is first needed.
        closed: Whether it was closed: then nothing can be asked of it any more.
        traces: What holds something of people beside the workspace; those who are forgotten are forgotten there too.

    Example:
        >>> agent = RecommendationAgent.open("workspace")  # doctest: +SKIP
        >>> answer = agent.recommend("something calm with water", k=1)  # doctest: +SKIP
        >>> answer.recommendations[0].item.title  # doctest: +SKIP
        'Bridge over a Pond of Water Lilies'
    """

    def __init__(self, workspace: Workspace, models: Models) -> None:
        adopt_encoders(workspace.store, models)
        self._workspace = workspace
        self.models = models
        self.closed = False
        self._pipeline = Pipeline(workspace, models)
        self.traces = Traces()
        self._items = Items(workspace, models)
        self._conversations: WeakSet[Conversation] = WeakSet()
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
    def read(cls, path: str | Path, config: AgentConfig | None = None) -> RecommendationAgent:
        """The agent of a workspace that is only asked: several processes may read one at a time.

        Raises:
            WorkspaceError: the folder is no workspace, or another process owns it.
        """
        config = config or load_config()
        agent = cls(Workspace.read(path), Models(config))
        if agent._learns():  # that is kept, so that not every reader has to do it again
            agent.close()
            with cls.open(path, config) as owner:
                owner.pipeline.learned.loaded  # noqa: B018
            agent = cls(Workspace.read(path), Models(config))
        return agent

    @classmethod
    def from_catalog(
        cls,
        catalog: str | Path,
        path: str | Path,
        config: AgentConfig | None = None,
        *,
        exclude: Sequence[str] = (),
        columns: Mapping[str, str] | None = None,
        variants: Variants | None = None,
        about: str | Path | None = None,
    ) -> RecommendationAgent:
        """Ingest a catalog into a workspace, made if it is not there, and open its agent.

        Args:
            exclude: Columns to leave out: they are neither searched nor shown to a model.
            columns: As in `ingest`.
            variants: As in `ingest`.
            about: As in `ingest`.

        Raises:
            CatalogError: the catalog or `about` cannot be read.
            WorkspaceError: the folder cannot be used.
        """
        agent = cls(Workspace.open(path, create=True), Models(config or load_config()))
        try:
            agent.ingest(catalog, exclude=exclude, columns=columns, variants=variants, about=about)
        except BaseException:
            agent.close()  # nobody else can: the workspace would stay locked
            raise
        return agent

    @classmethod
    def from_pandas(
        cls,
        frame: DataFrame,
        path: str | Path,
        config: AgentConfig | None = None,
        *,
        folder: str | Path | None = None,
        exclude: Sequence[str] = (),
        columns: Mapping[str, str] | None = None,
        about: str | Path | None = None,
    ) -> RecommendationAgent:
        """Ingest a data frame into a workspace, made if it is not there, and open its agent.

        Args:
            frame: A row for each item, in the columns of a catalog; its index is the id where it names them.
            folder: Where the pictures, sounds and videos lie that the frame names; a file is written there meanwhile.
            exclude: As in `from_catalog`.
            columns: As in `ingest`.
            about: As in `ingest`.

        Raises:
            CatalogError: the frame cannot be read as a catalog.
            WorkspaceError: the folder cannot be used.
        """
        with catalog_of(frame, folder) as catalog:
            return cls.from_catalog(catalog, path, config, exclude=exclude, columns=columns, about=about)

    def close(self) -> None:
        """Give the workspace back; a second call does nothing."""
        self.closed = True
        self.models.close()
        self._workspace.close()

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
        columns: Mapping[str, str] | None = None,
        variants: Variants | None = None,
        about: str | Path | None = None,
        fetch: Fetch | None = None,
        encoding: str | None = None,
        progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        """Bring the workspace up to date with a catalog; what has not changed costs nothing.

        Args:
            exclude: Columns to leave out: they are neither searched nor shown to a model.
            strict: Raise at the first problem instead of reporting it.
            columns: Which column of the catalog is which of ours, where their names do not say it, as in
                `{"id": "SKU", "title": "Name"}`; the workspace remembers it.
            variants: `join` (the default) makes the variants of a product one item, `keep` keeps them apart.
            about: What the shop says of itself (delivery, returns, opening hours), Markdown or plain text, from which
                questions about it are answered; `about.md` and `policies.md` beside the catalog when None.
            fetch: Fetches media that rows name by web addresses, as `agent.ingest.fetched_media.web_fetch` gives it;
                without it those are used that were fetched before.
            encoding: Name of the encoding of a text file, such as `windows-1252`; found out when None.
            progress: Told after each batch how far it is; what it raises ends the ingest. In a notebook a bar is shown
                where nobody else is told.

        Raises:
            CatalogError: the catalog or `about` cannot be read, or `strict` and a row has a problem.
            WorkspaceError: the disk is full or the workspace cannot be written; what was reported done is kept.
        """
        try:
            with followed(progress) as tell:
                return ingest(
                    Path(catalog),
                    self.workspace,
                    self.models,
                    exclude=exclude,
                    strict=strict,
                    columns=columns,
                    variants=variants,
                    about=None if about is None else Path(about),
                    fetch=fetch,
                    encoding=encoding,
                    progress=tell,
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
        read = read_reviews(self.workspace, self.models) if report.added else ()  # which waited for their items
        if report.wide:  # more has changed than these items
            self.reread()
        elif report.changed:
            self._take((*report.changed, *read))
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
            audio: A spoken wish, or a sound to find others like it.
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

    def answer(self, turn: UserTurn, *, worded: bool = True, asks_model: bool = True) -> Iterator[Event]:
        """The events of one turn; the last one carries the answer.

        Args:
            worded: Let the language model word the reasons; when False the templates do, at once.
            asks_model: Let the language model take part at all, as the settings say.
        """
        pipeline = self.pipeline if asks_model else self.pipeline.without_model()
        return events_of(partial(answer_alone, pipeline, turn, worded=worded))

    def respond(self, turn: UserTurn, tell: Tell | None = None, *, worded: bool = True) -> Answer:
        """The answer to one turn.

        Args:
            tell: Takes the events before the answer, each as it happens.
            worded: As in `answer`.
        """
        return answer_alone(self.pipeline, turn, Journal(tell), worded=worded)

    def search(self, text: str | UserTurn = "", **fields: Unpack[RequestFields]) -> Hits:
        """What retrieval alone finds, at once: no language model is asked and no reason given.

        Args:
            text: As in `recommend`, with the same arguments beside it; or a whole turn.

        Raises:
            TastemakerError: as `recommend` does.
        """
        return self.pipeline.search(text if isinstance(text, UserTurn) else UserTurn.of(text, fields, RequestFields))

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
        if withdrawn:
            self._relearn()  # at once, unlike for a new event: what was taken back may not go on counting
        return withdrawn

    def review(
        self, item_id: str, text: str = "", *, user: str | None = None, title: str = "", stars: float | None = None
    ) -> ReviewKept:
        """Keep what somebody wrote of an item; it counts from the next request on.

        Args:
            text: The review; it may be empty where there are stars.
            user: Who wrote it; None where nobody says who.
            stars: From 0 to 5.

        Raises:
            RequestError: there is no such item, it says nothing, the stars are outside of their scale, or the name
                cannot be one.
        """
        kept = keep_review(self.workspace, item_id, text, user, title, stars)
        if kept.stored:
            self._read_reviews()
        return kept

    def import_reviews(
        self,
        file: str | Path,
        *,
        columns: Mapping[str, str] | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> ReviewReport:
        """Take up a file of reviews; run again, no review counts twice.

        Args:
            columns: Which column holds what, where their names do not say it, as in `{"item": "sku", "text": "avis"}`.
            progress: Told how many reviews were read so far.

        Raises:
            InteractionsError: the file cannot be read, or holds no review.
            WorkspaceError: the workspace cannot be written; what was reported done is kept.
        """
        try:
            return import_and_read(Path(file), self.workspace, self.models, columns, progress)
        finally:
            self.reread()

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
        """Erase every trace of a person from the workspace's files and from this process's memory.

        Conversations of theirs that are open end: nothing more can be said in them.

        Raises:
            RequestError: the name cannot be one.
            WorkspaceError: a file cannot be written; call it again then.
        """
        person = user_id(user)
        memory = Counter(self._let_go(person))  # first: what is still being made must not be kept behind us
        try:
            forgotten = forget(person, self.workspace)
        finally:  # also where a file could not be written: their rows may be gone already
            self._relearn()
            self._read_reviews()
            memory.update(self._let_go(person))  # once more, of what was read from the rows meanwhile
        return replace(forgotten, memory=dict(memory))

    def opt_out(self, user: str, out: bool = True) -> None:
        """Use nothing that a person did and keep nothing more of them; or, with False, do so again.

        Raises:
            RequestError: the name cannot be one.
        """
        opt_out(user, out, self.workspace)
        if out:  # their conversations go on, but for what was to be kept of them
            self.traces.forget(user)
        self._relearn()
        self._read_reviews()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The shop's rules, in their order."""
        return load_rules(self.workspace.store)

    def set_rules(self, rules: Sequence[Rule | Mapping[str, object]]) -> tuple[Rule, ...]:
        """Keep these rules and no others; they count from the next request on.

        Returns:
            The rules as they are kept.

        Raises:
            RuleError: one is none, or does not fit the catalog.
        """
        parsed = parse_rules(tuple(rules), self.pipeline.schema)
        save_rules(self.workspace.store, parsed)
        self._relearn()
        return parsed

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

        conversation = Conversation.begin(self, user) if id is None else Conversation.resume(self, id, user)
        self._conversations.add(conversation)
        return conversation

    @property
    def workspace(self) -> Workspace:
        """Whose items are recommended."""
        return self._workspace

    @property
    def pipeline(self) -> Pipeline:
        """The steps of a turn over the present state; take it once, and ask it for all of one turn."""
        return self._pipeline

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
            self._pipeline = Pipeline(self.workspace, self.models)

    def _learns(self) -> bool:
        """Whether a request could have to learn first from what people did."""
        store, epsilon = self.workspace.store, self.models.config.privacy_epsilon
        some = epsilon is not None or store.interaction_state().n_events > 0
        if not some or not store.count() or self.workspace.unwritable != ONLY_READ:
            return False
        return not is_learned(store, self.pipeline.snapshot.rows, epsilon)

    def _take(self, item_ids: Sequence[str]) -> None:
        """Answer from now on with these items as they came or changed; what is known of all others is taken over."""
        with self._moving_on:
            self._pipeline = Pipeline(self.workspace, self.models, self._pipeline.holdings.after(item_ids))

    def _read_reviews(self) -> None:
        """Answer from now on by what reviewers say by now."""
        if read := read_reviews(self.workspace, self.models):
            self._take(read)

    def _let_go(self, user: str) -> Mapping[str, int]:
        """Let go of what this process holds of a person beside the workspace; how many things, by what they are."""
        theirs = [conversation for conversation in list(self._conversations) if conversation.user == user]
        for conversation in theirs:
            conversation.forget()
            self._conversations.discard(conversation)
        return {**self.traces.forget(user), **({"open conversations": len(theirs)} if theirs else {})}

    def _relearn(self) -> None:
        """Answer from now on by what people have done by now; the items are not read again."""
        with self._moving_on:
            self._pipeline = Pipeline(self.workspace, self.models, self._pipeline.holdings)


def _row(item_id: str, snapshot: Snapshot) -> int:
    row = snapshot.rows.get(item_id)
    if row is None:
        raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
    return row
