"""The steps of a turn, each in its own place, for the agent and for conversations."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np

from agent.answers import Answer, Event, Recommendation, Twin, UserTurn
from agent.backends.pictures.domain import choose_domain
from agent.backends.protocols import ChatModel
from agent.diversify.calibration import calibrator_of
from agent.diversify.slate import Arrangement
from agent.errors import ModelError
from agent.explain.attribution import Ranker, decided
from agent.explain.caveats import noised, shortfalls, undescribed, untold_tastes
from agent.explain.reasons import reasons
from agent.explain.selection import Found
from agent.explain.why_not import WhyNot, why_not
from agent.explain.wording import Style, explanations
from agent.language.detection import detect_language
from agent.language.messages import Note, in_language
from agent.people.taste import Taste, company_of, taste_of
from agent.perceive.hotwords import vocabulary as frequent_words
from agent.perceive.request import Perceived, perceive
from agent.pipeline.stopwatch import Stopwatch
from agent.pipeline.view import View
from agent.rerank.rerank import rerank
from agent.rerank.scored import Scored, unranked
from agent.retrieve.encoders import text_encoder
from agent.retrieve.plans import channels_present, refusals
from agent.retrieve.query import query_of
from agent.retrieve.relaxations import relaxations, told
from agent.retrieve.tuned import unused
from agent.serialise import Hits
from agent.understand import Reader, Understood, read, understand, validate
from retrieval.candidates import Candidate
from retrieval.channels.registry import read_by
from retrieval.items import Item
from retrieval.query import Query
from retrieval.retriever import Shortlist
from retrieval.text.mentions import Mention


class Steps(View):
    """What becomes of one turn, step by step, as one view of the workspace has it."""

    def answer(self, turn: UserTurn, *, worded: bool) -> Iterator[Event]:
        """All steps of a turn; the last event carries the answer."""
        watch = Stopwatch()
        yield from self.tell((yield from self.find(turn, watch)), watch, worded=worded)

    def find(self, turn: UserTurn, watch: Stopwatch, *, fold: bool = True) -> Generator[Event, None, Found]:
        """Everything but the reasons; the items as retrieval orders them come before the language model is asked."""
        perceived = yield from self.look(turn, watch)
        understood, taste = self.understand(turn, perceived)
        watch.lap("understand")
        return (yield from self.choose(turn, perceived, understood, taste, watch, fold=fold))

    def look(self, turn: UserTurn, watch: Stopwatch, language: str = "en") -> Generator[Event, None, Perceived]:
        """What is seen and heard in a turn.

        Args:
            language: In which the person is told what is done, where the turn has no words.

        Raises:
            RequestError: the turn cannot be a request.
            MediaError: a picture, sound or video cannot be used.
        """
        validate(turn)
        for step in _looking(turn):
            yield watch.event("status", step.told(detect_language(turn.text) if turn.text else language))
        perceived = self.perceive(turn)
        watch.lap("perceive")
        return perceived

    def read(self, turn: UserTurn, perceived: Perceived, reader: Reader = read) -> Understood:
        """A turn and what was perceived in it as a typed request.

        Raises:
            FilterError: a stated must-have does not fit the catalog's schema.
        """
        return understand(turn, self.vocabulary, heard=perceived.heard, seen=perceived.seen, reader=reader)

    def understand(self, turn: UserTurn, perceived: Perceived) -> tuple[Understood, Taste]:
        """A turn as a request, and what is known of the taste of the person who asks.

        Raises:
            RequestError: the request holds nothing but a user of whom nothing is known.
            FilterError: a stated must-have does not fit the catalog's schema.
        """
        return self.taste(turn, self.read(turn, perceived))

    def taste(self, turn: UserTurn, understood: Understood, *, led: bool = False) -> tuple[Understood, Taste]:
        """What is known of the person's taste; the request with the examples that it names.

        Args:
            led: Whether a conversation knows what else to go by where the request is empty.

        Raises:
            RequestError: the request holds nothing, or nothing but a user of whom nothing is known.
        """
        snapshot = self.snapshot
        against = self.people.objections(turn.user, understood.request.text) if turn.user else ()
        taste = taste_of(
            turn,
            understood.request,
            snapshot,
            self.workspace.store,
            self.holdings.mentions,
            against,
            self.people.holding(against),
            led=led,
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
        language = understood.request.language
        yield watch.event("status", Note("searching", n=len(self.snapshot.items)).told(language))
        query = self.query(understood, perceived, taste)
        shortlist = self.retriever.shortlist(query, max(turn.k, self.config.n_candidates))
        notes += refusals(self.retriever.plans, query.kind)
        watch.lap("retrieve")
        first, _ = arranged(unranked(shortlist.candidates), turn.k)
        yield watch.event("candidates", request=understood.request, items=_items(first))
        if self._model_ranks(understood):
            yield watch.event("status", Note("asking the model").told(language))
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
        return self.perceive(UserTurn(images=tuple(images)))

    def named(self, text: str) -> list[Mention]:
        """The items that a text names by their titles."""
        return self.holdings.mentions.find(text)

    def perceive(self, turn: UserTurn) -> Perceived:
        """What a turn's pictures, sound and video show and say.

        Raises:
            MediaError: one of them cannot be used.
        """
        if not (turn.images or turn.audio or turn.video):
            return Perceived()
        snapshot = self.snapshot
        self.models.domain = choose_domain(self.models.config.domain, self.schema, snapshot.items).domain
        words = frequent_words(snapshot) if turn.audio or turn.video else ()
        return perceive(turn, self.models.perception(self.models.request_describer), words)

    def query(self, understood: Understood, perceived: Perceived, taste: Taste) -> Query:
        """A request as retrieval sees it: words, vectors and must-haves."""
        ridge = self.holdings.ridge if perceived.sights else None
        return query_of(understood.sought, understood.filters, perceived, self.models, ridge, taste)

    def judge(self, perceived: Perceived, understood: Understood, taste: Taste, rows: Sequence[int]) -> list[Scored]:
        """The items of these rows, whoever chose them, as retrieval sees them for a request, best first."""
        query = self.query(understood, perceived, taste)
        return unranked(self.retriever.judge(query, np.array(rows, dtype=np.intp)))

    def why_not(self, row: int, found: Found) -> WhyNot:
        """What keeps an item out of what was found."""
        allowed = self.retriever.allowed(self.query(found.understood, found.perceived, found.taste))
        judged = self.judge(found.perceived, found.understood, found.taste, sorted({row, *allowed.tolist()}))
        return why_not(row, found, judged, self.schema)

    def tell(self, found: Found, watch: Stopwatch, *, worded: bool = True) -> Iterator[Event]:
        """What was found, item by item with its reason; the last event carries the answer."""
        recommendations = []
        for recommendation in self.explain(found, worded=worded):
            recommendations.append(recommendation)
            yield watch.event("item", recommendation=recommendation)
        watch.lap("explain")
        yield watch.event("final", answer=self._answer(found, recommendations, watch))

    def _rerank(self, understood: Understood, candidates: list[Candidate], notes: list[str]) -> list[Scored]:
        model = self.models.chat if self._model_ranks(understood) else None
        if model is None or len(candidates) < 2:
            return unranked(candidates)
        try:
            return rerank(candidates, understood.sought.english, model, self.schema, self.config, notes)
        except ModelError as error:
            notes.append(Note("order of retrieval", why=error.what))
            return unranked(candidates)

    def _arrangement(self, turn: UserTurn, understood: Understood, taste: Taste, fold: bool) -> Arrangement:
        """How the list is made various: as the person says, else as the settings say.

        Words say what is wanted; where there are none, the list is calibrated to what the person chose before.
        """
        strength = self.config.diversity if turn.diversity is None else turn.diversity
        wordless = not understood.sought.text and not understood.sought.seen
        past = calibrator_of(taste.past, self.snapshot) if wordless and strength > 0 else None
        return Arrangement(self.snapshot, strength, past, fold)

    def _ranker(
        self, shortlist: Shortlist, ranked: Sequence[Scored], arranged: Arrangement, gone: frozenset[int]
    ) -> Ranker:
        config = self.config.model_copy(update={"diversity": arranged.diversity})
        known = {one.candidate.row: one.likelihood for one in ranked if one.likelihood is not None}
        n_candidates = len(shortlist.candidates)
        return Ranker(
            shortlist.pool,
            shortlist.fusion,
            self.snapshot,
            config,
            n_candidates,
            known,
            arranged.calibrator,
            gone,
        )

    def explain(self, found: Found, *, worded: bool) -> Iterator[Recommendation]:
        """Reasons for what was found, each item as soon as its own are ready."""
        snapshot, store, understood, chosen = (
            self.snapshot,
            self.workspace.store,
            found.understood,
            found.chosen,
        )
        exact = self.config.privacy_epsilon is None  # else how many others chose what is nobody's to know
        together = [company_of(scored.candidate, found.taste, snapshot, store) if exact else None for scored in chosen]
        why = decided(chosen, found.ranker) if found.ranker else []
        model = self._wording_model(understood) if worded and chosen else None
        told = reasons(
            chosen,
            understood.sought,
            understood.filters,
            self.holdings.nearness,
            self.schema,
            together,
            why,
            self.holdings.telling,
            compared=found.compared,
            worded=model is not None,
        )
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
        understood, columns = found.understood, self.snapshot.columns
        ways = relaxations(understood.filters, columns)
        musts = replace(found.turn, filters=understood.request.filters)
        met = self.snapshot.allowed(understood.filters)
        held_back = len(found.taste.hidden) if met is None else int(met[found.taste.hidden].sum())
        notes = (
            *understood.notes,
            *undescribed(found.perceived),
            *untold_tastes(found.turn, found.taste, found.chosen),
            *noised(self.config.privacy_epsilon, found.chosen),
            *shortfalls(musts, found.chosen, self.workspace.index, held_back),
            *told(understood.filters, ways, columns),
            *unused(self.tuned, channels_present(self.snapshot)),
            *found.notes,
        )
        return Answer(
            request=understood.request,
            recommendations=tuple(sorted(recommendations, key=lambda one: one.rank)),
            notes=in_language(notes, understood.request.language),
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
            used |= {name: text_encoder(self.models, name).id for name in read_by("english")}
            used["llm"] = self.models.chat.name if self.models.chat else "none"
        else:
            used["llm"] = "none"
        if understood.request.text and not understood.request.english:
            used |= {name: text_encoder(self.models, name).id for name in read_by("words")}
        if perceived.sights:
            used["pictures"] = self.models.pictures.id
            used["describer"] = self.models.request_describer.origin
        if perceived.heard:
            used["transcriber"] = self.models.transcriber.origin
        return used


def _looking(turn: UserTurn) -> Iterator[Note]:
    if turn.images:
        yield Note("looking", n=len(turn.images))
    if turn.audio:
        yield Note("listening")
    if turn.video:
        yield Note("watching")


def _items(chosen: Sequence[Scored]) -> tuple[Item, ...]:
    return tuple(scored.candidate.item for scored in chosen)


def search(steps: Steps, turn: UserTurn) -> Hits:
    """The `turn.k` items that retrieval puts first.

    Raises:
        TastemakerError: as `RecommendationAgent.recommend` does.
    """
    validate(turn)
    perceived = steps.perceive(turn)
    understood, taste = steps.understand(turn, perceived)
    query = steps.query(understood, perceived, taste)
    return Hits(understood.request, steps.retriever.retrieve(query, turn.k))
