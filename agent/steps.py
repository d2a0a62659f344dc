"""The steps of a turn, each in its own place, for the agent and for conversations; and what they read."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from agent.answers import Answer, Event, Recommendation, Twin, UserTurn
from agent.arrangement import Arrangement
from agent.backends.protocols import ChatModel
from agent.calibration import calibrator_of
from agent.config import AgentConfig
from agent.decided import Ranker, decided
from agent.domains import choose_domain
from agent.engine import channels_present, load_ridge, open_mentions, open_retriever
from agent.engine import vocabulary as frequent_words
from agent.errors import ModelError, RequestError
from agent.explain import Style, explanations, reasons
from agent.models import Models
from agent.notes import noised, shortfalls, undescribed, untold_tastes
from agent.people import People
from agent.perceive import Perceived, perceive
from agent.plans import refusals
from agent.relaxations import relaxations, told
from agent.rerank import Scored, rerank, unranked
from agent.retrieve import query_of
from agent.stopwatch import Stopwatch
from agent.taste import Taste, company_of, taste_of
from agent.telling import Telling
from agent.tuned import load_tuned, tuned_settings, unused
from agent.understanding import Reader, Understood, Vocabulary, read, understand, validate
from retrieval.candidates import Candidate
from retrieval.channels.lexical import LexicalChannel
from retrieval.items import Item
from retrieval.mentions import Mention, Mentions
from retrieval.query import Query
from retrieval.retriever import Retriever, Shortlist
from retrieval.schema import Schema
from retrieval.storage.workspace import Workspace

if TYPE_CHECKING:
    pass


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


class Steps:
    """What becomes of one turn, step by step.

    Attributes:
        workspace: Whose items are recommended.
        models: Backends, each loaded when it is first needed.
    """

    def __init__(self, workspace: Workspace, models: Models) -> None:
        self.workspace = workspace
        self.models = models

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


def _looking(turn: UserTurn) -> Iterator[str]:
    if turn.images:
        yield "looking at the picture" if len(turn.images) == 1 else f"looking at {len(turn.images)} pictures"
    if turn.audio:
        yield "listening"
    if turn.video:
        yield "watching the video"


def _items(chosen: Sequence[Scored]) -> tuple[Item, ...]:
    return tuple(scored.candidate.item for scored in chosen)
