"""The agent: perceive, understand, retrieve, rerank, diversify, explain."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.answers import Answer, Event, Explanation, Recommendation, Twin, UserTurn
from agent.arrangement import Arrangement
from agent.backends.protocols import ChatModel
from agent.calibration import calibrator_of
from agent.config import AgentConfig, load_config
from agent.decided import Ranker, decided
from agent.domains import choose_domain
from agent.engine import channels_present, load_ridge, open_mentions, open_retriever
from agent.engine import vocabulary as frequent_words
from agent.errors import ModelError, RequestError
from agent.explain import Style, explanations, reasons
from agent.ingest import IngestProgress, IngestReport, ingest
from agent.models import Models
from agent.notes import noised, shortfalls, undescribed, untold_tastes
from agent.people import Feedback, Forgotten, People, export, forget
from agent.perceive import Perceived, perceive
from agent.plans import refusals
from agent.profile import Profile
from agent.relaxations import relaxations, told
from agent.rerank import Scored, rerank, unranked
from agent.retrieve import query_of
from agent.stopwatch import Stopwatch
from agent.taste import Taste, company_of, taste_of
from agent.telling import Telling
from agent.tuned import load_tuned, tuned_settings, unused
from agent.understanding import Reader, Understood, Vocabulary, read, understand, validate
from agent.users import user_id
from agent.why_not import WhyNot, why_not
from retrieval.candidates import Candidate
from retrieval.channels.lexical import LexicalChannel
from retrieval.items import Item
from retrieval.mentions import Mention, Mentions
from retrieval.query import Query
from retrieval.retriever import Retriever, Shortlist
from retrieval.schema import Schema
from retrieval.storage.workspace import Workspace

if TYPE_CHECKING:
    from agent.conversation import Conversation

Paths = Sequence[str | Path]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one turn came to, before any reason is given.

    Attributes:
        chosen: The items to show, best first.
        ranker: Their order as a function of what is left out; None where nothing was ranked.
        candidates: What they were chosen from, best first.
        twins: By row of a chosen item the items folded into it.
        notes: What was done otherwise than asked; reasons may add to it.
    """

    turn: UserTurn
    perceived: Perceived
    understood: Understood
    taste: Taste
    chosen: Sequence[Scored]
    ranker: Ranker | None = None
    candidates: Sequence[Scored] = ()
    twins: Mapping[int, tuple[Item, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class RecommendationAgent:
    """Recommends items of one workspace, and says why.

    Example:
        >>> agent = RecommendationAgent.open("workspace")  # doctest: +SKIP
        >>> answer = agent.recommend("something calm with water", k=1)  # doctest: +SKIP
        >>> answer.recommendations[0].item.title  # doctest: +SKIP
        'Bridge over a Pond of Water Lilies'
    """

    def __init__(self, workspace: Workspace, models: Models) -> None:
        self.workspace = workspace
        self.models = models

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
    ) -> RecommendationAgent:
        """Ingest a catalog into a workspace, made if it is not there, and open its agent.

        Args:
            exclude: Columns to leave out: they are neither searched nor shown to a model.

        Raises:
            CatalogError: the catalog cannot be read.
            WorkspaceError: the folder cannot be used.
        """
        agent = cls(Workspace.open(path, create=True), Models(config or load_config()))
        agent.ingest(catalog, exclude=exclude)
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
        progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        """Bring the workspace up to date with a catalog; what has not changed costs nothing.

        Raises:
            CatalogError: the catalog cannot be read, or `strict` and a row has a problem.
            WorkspaceError: the disk is full or the workspace cannot be written; what was reported done is kept.
        """
        try:
            return ingest(Path(catalog), self.workspace, self.models, exclude=exclude, strict=strict, progress=progress)
        finally:
            self.reread()

    def recommend(
        self,
        text: str = "",
        *,
        images: Paths = (),
        audio: str | Path | None = None,
        video: str | Path | None = None,
        user: str | None = None,
        filters: Sequence[str] = (),
        k: int = 5,
        include_seen: bool = False,
    ) -> Answer:
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
        events = self.stream(
            text,
            images=images,
            audio=audio,
            video=video,
            user=user,
            filters=filters,
            k=k,
            include_seen=include_seen,
        )
        return final_answer(events)

    def stream(
        self,
        text: str = "",
        *,
        images: Paths = (),
        audio: str | Path | None = None,
        video: str | Path | None = None,
        user: str | None = None,
        filters: Sequence[str] = (),
        k: int = 5,
        include_seen: bool = False,
    ) -> Iterator[Event]:
        """Like `recommend`, step by step: the ranked items come before their reasons are worded."""
        turn = UserTurn(
            text=text,
            images=tuple(str(path) for path in images),
            audio=None if audio is None else str(audio),
            video=None if video is None else str(video),
            user=user,
            filters=tuple(filters),
            k=k,
            include_seen=include_seen,
        )
        return self.answer(turn)

    def answer(self, turn: UserTurn, *, worded: bool = True) -> Iterator[Event]:
        """The events of one turn; the last one carries the answer.

        Args:
            worded: Let the language model word the reasons; when False the templates do, at once.
        """
        watch = Stopwatch()
        yield from self.tell((yield from self._find(turn, watch)), watch, worded=worded)

    def tell(self, found: Found, watch: Stopwatch, *, worded: bool = True) -> Iterator[Event]:
        """What was found, item by item with its reason; the last event carries the answer."""
        recommendations = []
        for recommendation in self._explain(found, worded=worded):
            recommendations.append(recommendation)
            yield watch.event("item", recommendation=recommendation)
        watch.lap("explain")
        yield watch.event("final", answer=self._answer(found, recommendations, watch))

    def rank(self, turn: UserTurn) -> Sequence[Scored]:
        """The items of an answer, best first, without any reasons.

        Raises:
            TastemakerError: as `recommend` does.
        """
        return self._found(turn, fold=False).chosen

    def _found(self, turn: UserTurn, *, fold: bool = True) -> Found:
        steps = self._find(turn, Stopwatch(), fold=fold)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                found: Found = end.value
                return found

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
        rows = [self._row(item_id) for item_id in dict.fromkeys(item_ids)]
        understood, taste = self._understand(turn, Perceived())
        judged = sorted(self.judge(Perceived(), understood, taste, rows), key=lambda one: rows.index(one.candidate.row))
        for one in self._explain(Found(turn, Perceived(), understood, taste, judged), worded=True):
            yield one.item.id, one.explanation

    def why_not(self, item_id: str, turn: UserTurn) -> WhyNot:
        """What keeps an item out of the answer to a turn.

        Raises:
            RequestError: there is no such item.
            TastemakerError: as `recommend` does.
        """
        row = self._row(item_id)
        found = self._found(turn)
        query = self._query(found.understood, found.perceived, found.taste)
        allowed = self.retriever.allowed(query)
        judged = self.judge(found.perceived, found.understood, found.taste, sorted({row, *allowed.tolist()}))
        return why_not(row, found, judged, self._schema)

    def _row(self, item_id: str) -> int:
        row = self.retriever.snapshot.rows.get(item_id)
        if row is None:
            raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
        return row

    def feedback(self, user: str, item_id: str, kind: str, reason: str = "") -> Feedback:
        """Keep what a person says of an item; it counts from their next request on.

        Args:
            kind: `like`, `dislike`, `save`, `hide`, `view`, `click`, `cart` or `purchase`.
            reason: Why, in their own words; of a dislike or a hiding, what it names counts against items.

        Raises:
            RequestError: there is no such item or kind, the reason is too long, or the name cannot be one.
        """
        return self.people.feedback(user, item_id, kind, reason)

    def profile(self, user: str) -> Profile:
        """What is known of a person's taste, each line with the items it rests on.

        Raises:
            RequestError: the name cannot be one.
        """
        return self.people.profile(user)

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
        finally:
            self.reread()

    def opt_out(self, user: str, out: bool = True) -> None:
        """Use nothing that a person did and keep nothing more of them; or, with False, do so again.

        Raises:
            RequestError: the name cannot be one.
        """
        self.workspace.store.opt_out(user_id(user), out)
        self.reread()

    def judge(self, perceived: Perceived, understood: Understood, taste: Taste, rows: Sequence[int]) -> list[Scored]:
        """The items of these rows, whoever chose them, as retrieval sees them for a request, best first."""
        query = self._query(understood, perceived, taste)
        return unranked(self.retriever.judge(query, np.array(rows, dtype=np.intp)))

    def query(self, turn: UserTurn) -> Query:
        """A request as retrieval sees it: words, vectors and must-haves.

        Raises:
            TastemakerError: as `recommend` does.
        """
        validate(turn)
        perceived = self._perceive(turn)
        understood, taste = self._understand(turn, perceived)
        return self._query(understood, perceived, taste)

    def conversation(self, id: str | None = None, user: str | None = None) -> Conversation:
        """A conversation over this workspace: a new one, or with an id one that goes on where it was.

        Args:
            user: Whose conversation it is: nobody else finds it by its id.

        Raises:
            RequestError: this user has no conversation of that id.
        """
        from agent.conversation import Conversation

        return Conversation.begin(self, user) if id is None else Conversation.resume(self, id, user)

    def reread(self) -> None:
        """Forget what was read of the workspace, since it has changed."""
        for cached in ("retriever", "config", "_mentions", "_telling", "vocabulary"):
            self.__dict__.pop(cached, None)

    @cached_property
    def config(self) -> AgentConfig:
        """The settings; what was tuned for the workspace stands in for those that nobody has set."""
        return tuned_settings(self.models.config, load_tuned(self.workspace.store))

    @cached_property
    def retriever(self) -> Retriever:
        """Retrieval over the items as they were at the last ingest.

        Raises:
            RequestError: there are none.
        """
        if self.workspace.store.count() == 0:
            raise RequestError(
                f"The workspace {self.workspace.path} holds no items.",
                f"Run `tastemaker ingest CATALOG --workspace {self.workspace.path}` first.",
            )
        config = self.models.config
        return open_retriever(self.workspace, config.fusion, epsilon=config.privacy_epsilon)

    @cached_property
    def _mentions(self) -> Mentions:
        return open_mentions(self.retriever)

    @cached_property
    def _telling(self) -> Telling:
        return Telling(self.retriever.snapshot.items, self._schema, self._mentions.frequency)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the catalog's fields and values are called."""
        return Vocabulary.build(self._schema, self.retriever.snapshot.items, self.models.text)

    @cached_property
    def people(self) -> People:
        """What is known of people, to be kept, shown and learned from."""
        lexical = next(channel for channel in self.retriever.channels if isinstance(channel, LexicalChannel))
        return People(self.workspace, self.retriever.snapshot, self.vocabulary, lexical.index)

    @property
    def _schema(self) -> Schema:
        return self.retriever.snapshot.schema

    def _find(self, turn: UserTurn, watch: Stopwatch, *, fold: bool = True) -> Generator[Event, None, Found]:
        """Everything but the reasons; the items as retrieval orders them come before the language model is asked."""
        perceived = yield from self.look(turn, watch)
        understood, taste = self._understand(turn, perceived)
        watch.lap("understand")
        return (yield from self.choose(turn, perceived, understood, taste, watch, fold=fold))

    def look(self, turn: UserTurn, watch: Stopwatch) -> Generator[Event, None, Perceived]:
        """What is seen and heard in a turn.

        Raises:
            RequestError: the turn cannot be a request.
            MediaError: a picture, sound or video cannot be used.
        """
        validate(turn)
        for step in _looking(turn):
            yield watch.event("status", step)
        perceived = self._perceive(turn)
        watch.lap("perceive")
        return perceived

    def read(self, turn: UserTurn, perceived: Perceived, reader: Reader = read) -> Understood:
        """A turn and what was perceived in it as a typed request.

        Raises:
            FilterError: a stated must-have does not fit the catalog's schema.
        """
        return understand(turn, self.vocabulary, heard=perceived.heard, seen=perceived.seen, reader=reader)

    def taste(self, turn: UserTurn, understood: Understood) -> tuple[Understood, Taste]:
        """What is known of the person's taste; the request with the examples that it names.

        Raises:
            RequestError: the request holds nothing but a user of whom nothing is known.
        """
        snapshot = self.retriever.snapshot
        against = self.people.objections(turn.user, understood.request.text) if turn.user else ()
        taste = taste_of(
            turn,
            understood.request,
            snapshot,
            self.workspace.store,
            self._mentions,
            against,
            self.people.holding(against),
        )
        request, sought = (replace(one, named=taste.named) for one in (understood.request, understood.sought))
        return replace(understood, request=request, sought=sought), taste

    def choose(
        self,
        turn: UserTurn,
        perceived: Perceived,
        understood: Understood,
        taste: Taste,
        watch: Stopwatch,
        *,
        fold: bool = True,
    ) -> Generator[Event, None, Found]:
        """Retrieve, rerank, diversify: the items for a request that is understood.

        Args:
            fold: Show items that are all but the same once.
        """
        notes, arranged = list[str](), self._arrangement(turn, understood, taste, fold)
        yield watch.event("status", f"searching {len(self.retriever.snapshot.items):,} items")
        query = self._query(understood, perceived, taste)
        shortlist = self.retriever.shortlist(query, max(turn.k, self.config.n_candidates))
        notes += refusals(self.retriever.plans, query.kind)
        watch.lap("retrieve")
        first, _ = arranged(unranked(shortlist.candidates), turn.k)
        yield watch.event("candidates", request=understood.request, items=_items(first))
        if self._model_ranks(understood):
            yield watch.event("status", "asking the language model")
        ranked = self._rerank(understood, shortlist.candidates, notes)
        watch.lap("rerank")
        chosen, kin = arranged(ranked, turn.k)
        watch.lap("diversify")
        if _items(chosen) != _items(first):
            yield watch.event("candidates", request=understood.request, items=_items(chosen))
        return Found(
            turn,
            perceived,
            understood,
            taste,
            chosen,
            self._ranker(shortlist, ranked, arranged, kin.rows),
            ranked,
            kin.twins,
            notes,
        )

    def see(self, images: Sequence[str]) -> Perceived:
        """What pictures show that were sent before.

        Raises:
            MediaError: one cannot be used any more.
        """
        return self._perceive(UserTurn(images=tuple(images)))

    def named(self, text: str) -> list[Mention]:
        """The items that a text names by their titles."""
        return self._mentions.find(text)

    def _perceive(self, turn: UserTurn) -> Perceived:
        if not (turn.images or turn.audio or turn.video):
            return Perceived()
        snapshot = self.retriever.snapshot
        self.models.domain = choose_domain(self.models.config.domain, self._schema, snapshot.items).domain
        words = frequent_words(snapshot) if turn.audio or turn.video else ()
        return perceive(turn, self.models.perception(self.models.request_describer), words)

    def _understand(self, turn: UserTurn, perceived: Perceived) -> tuple[Understood, Taste]:
        return self.taste(turn, self.read(turn, perceived))

    def _query(self, understood: Understood, perceived: Perceived, taste: Taste) -> Query:
        ridge = load_ridge(self.workspace) if perceived.sights else None
        return query_of(understood.sought, understood.filters, perceived, self.models, ridge, taste)

    def _rerank(self, understood: Understood, candidates: list[Candidate], notes: list[str]) -> list[Scored]:
        model = self.models.chat if self._model_ranks(understood) else None
        if model is None or len(candidates) < 2:
            return unranked(candidates)
        try:
            return rerank(candidates, understood.sought.english, model, self._schema, self.config, notes)
        except ModelError as error:
            notes.append(f"The order is that of retrieval alone. {error.what}")
            return unranked(candidates)

    def _arrangement(self, turn: UserTurn, understood: Understood, taste: Taste, fold: bool) -> Arrangement:
        """How the list is made various: as the person says, else as the settings say.

        Words say what is wanted; where there are none, the list is calibrated to what the person chose before.
        """
        strength = self.config.diversity if turn.diversity is None else turn.diversity
        wordless = not understood.sought.text and not understood.sought.seen
        past = calibrator_of(taste.past, self.retriever.snapshot) if wordless and strength > 0 else None
        return Arrangement(self.retriever.snapshot, strength, past, fold)

    def _ranker(
        self, shortlist: Shortlist, ranked: Sequence[Scored], arranged: Arrangement, gone: frozenset[int]
    ) -> Ranker:
        config = self.config.model_copy(update={"diversity": arranged.diversity})
        known = {one.candidate.row: one.likelihood for one in ranked if one.likelihood is not None}
        n_candidates = len(shortlist.candidates)
        return Ranker(
            shortlist.pool,
            shortlist.fusion,
            self.retriever.snapshot,
            config,
            n_candidates,
            known,
            arranged.calibrator,
            gone,
        )

    def _explain(self, found: Found, *, worded: bool) -> Iterator[Recommendation]:
        snapshot, store, understood, chosen = (
            self.retriever.snapshot,
            self.workspace.store,
            found.understood,
            found.chosen,
        )
        exact = self.config.privacy_epsilon is None  # else how many others chose what is nobody's to know
        together = [company_of(scored.candidate, found.taste, snapshot, store) if exact else None for scored in chosen]
        why = decided(chosen, found.ranker) if found.ranker else []
        told = reasons(
            chosen, understood.sought, understood.filters, self.models, self._schema, together, why, self._telling
        )
        model = self._wording_model(understood) if worded and told else None
        for at, explanation in explanations(told, understood.request, model, Style.of(self.config), found.notes):
            yield Recommendation(
                item=chosen[at].candidate.item,
                rank=at + 1,
                score=chosen[at].score,
                explanation=explanation,
                channels=chosen[at].candidate.channels,
                retrieval_rank=chosen[at].retrieval_rank,
                likelihood=chosen[at].likelihood,
                together=together[at],
                decided=why[at] if why else None,
                twins=tuple(Twin(one.id, one.title) for one in found.twins.get(chosen[at].candidate.row, ())),
            )

    def _answer(self, found: Found, recommendations: Sequence[Recommendation], watch: Stopwatch) -> Answer:
        understood, columns = found.understood, self.retriever.snapshot.columns
        ways = relaxations(understood.filters, columns)
        musts = replace(found.turn, filters=understood.request.filters)
        met = self.retriever.snapshot.allowed(understood.filters)
        held_back = len(found.taste.hidden) if met is None else int(met[found.taste.hidden].sum())
        return Answer(
            request=understood.request,
            recommendations=tuple(sorted(recommendations, key=lambda one: one.rank)),
            notes=(
                *understood.notes,
                *undescribed(found.perceived),
                *untold_tastes(found.turn, found.taste, found.chosen),
                *noised(self.config.privacy_epsilon, found.chosen),
                *shortfalls(musts, found.chosen, self.workspace.index, held_back),
                *told(understood.filters, ways, columns),
                *unused(load_tuned(self.workspace.store), channels_present(self.retriever.snapshot)),
                *found.notes,
            ),
            backends=self._backends(found),
            timings_s=watch.laps,
            relaxations=ways,
        )

    def _model_ranks(self, understood: Understood) -> bool:
        """Whether there is an English wish that a language model can judge, and the settings give it a say."""
        config = self.config
        has_say = config.llm != "none" and config.rerank_weight > 0 and config.n_rerank > 1 and config.max_shift > 0
        return has_say and bool(understood.request.english)

    def _wording_model(self, understood: Understood) -> ChatModel | None:
        """The language model, when the person speaks the language it words best."""
        request = understood.request
        return self.models.chat if request.english and request.language == "en" else None

    def _backends(self, found: Found) -> dict[str, str]:
        understood, perceived = found.understood, found.perceived
        used = {"vectors": "chroma" if self.workspace.index.available else "exact search"}
        if found.ranker:
            used["fusion"] = found.ranker.fusion.name
        if understood.request.english:
            used["text"] = self.models.text.id
            used["llm"] = self.models.chat.name if self.models.chat else "none"
        else:
            used["llm"] = "none"
        if understood.request.text and not understood.request.english:
            used["multilingual"] = self.models.multilingual.id
        if perceived.sights:
            used["pictures"] = self.models.pictures.id
            used["describer"] = self.models.request_describer.origin
        if perceived.heard:
            used["transcriber"] = self.models.transcriber.origin
        return used


def final_answer(events: Iterator[Event]) -> Answer:
    """The answer that a stream of events ends with."""
    *_, last = events
    if last.answer is None:
        raise ModelError("The request ended without an answer.", "Ask again.")
    return last.answer


def _looking(turn: UserTurn) -> Iterator[str]:
    if turn.images:
        yield "looking at the picture" if len(turn.images) == 1 else f"looking at {len(turn.images)} pictures"
    if turn.audio:
        yield "listening"
    if turn.video:
        yield "watching the video"


def _items(chosen: Sequence[Scored]) -> tuple[Item, ...]:
    return tuple(scored.candidate.item for scored in chosen)
