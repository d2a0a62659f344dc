"""The pipeline: perceive, understand, retrieve, rerank, diversify, explain, each a step from values to a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from agent.answers import Answer, Hits, Recommendation, UserTurn
from agent.backends.pictures.domain import choose_domain
from agent.backends.protocols import ChatModel
from agent.diversify import Slate
from agent.diversify.calibration import calibrator_of
from agent.errors import ModelError
from agent.explain import Inquiry, Selection, WhyNot, why_not
from agent.explain.counterfactual import CounterfactualRanker
from agent.explain.lead import lead_of
from agent.explain.reasons import ItemReason
from agent.language.detection import detect_language
from agent.language.messages import Note, in_language
from agent.people import Taste, TasteSources, taste_of
from agent.people.objections import NO_AVERSIONS
from agent.perceive import Perceived, perceive
from agent.perceive.hotwords import vocabulary
from agent.pipeline.answer import answer_of, reasons_of, recommendations_of
from agent.pipeline.journal import Journal
from agent.pipeline.view import View
from agent.rerank import Scored, rerank, unranked
from agent.rerank.ordering import bands, boosted, ordered
from agent.retrieve import query_of
from agent.retrieve.fit import FitEvidence, fit_model
from agent.retrieve.plans import refusals
from agent.retrieve.scope import NEAREST, scope_of
from agent.understand import Reader, Understood, read, understand, validate
from agent.understand.fillers import without_fillers
from agent.understand.request import ANYTHING
from agent.understand.roles import RoleRequest, roles_of
from agent.understand.second_reading import dispute_note, read_again
from agent.understand.tokens import flat
from retrieval.candidates import Candidate
from retrieval.channels.hearing import NO_EARS
from retrieval.items import Item
from retrieval.query import CalledRows, Query
from retrieval.retriever import Shortlist
from retrieval.text.codes import is_model_number
from retrieval.text.mentions import Mention
from retrieval.text.words import words as text_words

LEAST_NEAR = 0.03  # fit of the nearest item of another kind, for it to be shown at all
WIDE_ONLY = re.compile(r"[\u3400-\u9fff]{1,3}")  # a word of a script without spaces
MOST_HELD = 3  # words that may be all of a wish, though they do not look like one
MOST_JUDGED = 50  # candidates whose fit is judged


class Pipeline(View):
    """The steps from a turn to its answer, over one view of the workspace: take it once, and ask it for all of a turn.

    Each step takes values and gives a value; what people are told meanwhile, and what went otherwise than asked, goes
    into the journal of the request.
    """

    def answer(self, turn: UserTurn, journal: Journal, *, worded: bool = True) -> Answer:
        """The answer to a turn.

        Args:
            worded: Let the language model word the reasons; when False the templates do, at once.

        Raises:
            RequestError: the turn cannot be a request, or holds nothing but a user of whom nothing is known.
            MediaError: a picture, sound or video cannot be used.
            FilterError: a stated must-have does not fit the catalog's schema.
        """
        perceived = self.perceive(turn, journal)
        inquiry = self.understand(turn, perceived, journal)
        candidates = self.retrieve(inquiry, journal)
        ranked = self.rerank(inquiry, candidates, journal)
        selection = self.diversify(inquiry, candidates, ranked, journal)
        return self.explain(selection, journal, worded=worded)

    # The six steps

    def perceive(self, turn: UserTurn, journal: Journal, language: str = "en") -> Perceived:
        """What is seen and heard in a turn.

        Args:
            language: In which the person is told what is done, where the turn has no words.

        Raises:
            RequestError: the turn cannot be a request.
            MediaError: a picture, sound or video cannot be used.
        """
        validate(turn)
        for note in _looking(turn):
            journal.status(note, detect_language(turn.text) if turn.text else language)
        perceived = self.look(turn, journal)
        journal.lap("perceive")
        return perceived

    def understand(
        self, turn: UserTurn, perceived: Perceived, journal: Journal, *, fold: bool = True, asks_model: bool = True
    ) -> Inquiry:
        """A turn as a request, and what is known of the taste of the person who asks.

        Args:
            fold: Show items that are all but the same once.
            asks_model: Have a language model read the turn too, where one proved that it can.

        Raises:
            RequestError: the request holds nothing but a user of whom nothing is known.
            FilterError: a stated must-have does not fit the catalog's schema.
        """
        read_turn = self.read_again(self.read(turn, perceived), journal) if asks_model else self.read(turn, perceived)
        journal.notes += map(dispute_note, read_turn.disputed)  # nobody can be asked here
        understood, taste = self.taste(turn, read_turn)
        inquiry = self.inquiry(turn, perceived, understood, taste, fold=fold)
        journal.lap("understand")
        return inquiry

    def retrieve(self, inquiry: Inquiry, journal: Journal) -> Shortlist:
        """The candidates, best first; they are told before the language model is asked."""
        request = inquiry.understood.request
        journal.status(Note("searching", n=len(self.snapshot.items)), request.language)
        query = self.query(inquiry)
        # Whatever is asked for, the language model and the variety of the list need more to choose from.
        shortlist = self.retriever.shortlist(query, max(inquiry.turn.k, self.config.n_candidates))
        journal.notes += refusals(self.retriever.plans, query.kind)
        journal.lap("retrieve")
        # What would be shown if nobody were asked: it is there at once, while a language model may take seconds.
        preliminary, _ = inquiry.slate.choose(unranked(shortlist.candidates), inquiry.turn.k)
        journal.candidates(request, _items(preliminary))
        return shortlist

    def rerank(self, inquiry: Inquiry, shortlist: Shortlist, journal: Journal) -> list[Scored]:
        """All candidates in the order that the language model's opinion gives them, or in that of retrieval."""
        model = None
        if self._model_ranks(inquiry.understood):
            journal.status(Note("asking the model"), inquiry.understood.request.language)
            model = self.chat(journal, "rerank")
        ranked = self._ranked(inquiry, shortlist.candidates, model, journal)
        if inquiry.understood.order is not None:
            ranked = self._ordered(inquiry, ranked)
        elif inquiry.sway.promotes:
            ranked = self._promoted(inquiry, ranked)
        journal.lap("rerank")
        return [scored for band in self.bands(inquiry, ranked) for scored in band]

    def diversify(
        self, inquiry: Inquiry, shortlist: Shortlist, ranked: Sequence[Scored], journal: Journal
    ) -> Selection:
        """The items to show, without twins and not all alike."""
        fits, nothing_fits = self._fits(inquiry, ranked)
        k = min(inquiry.turn.k, NEAREST) if inquiry.scope.missing or nothing_fits else inquiry.turn.k
        if inquiry.scope.missing and fits and max(fits.values()) < LEAST_NEAR:
            k = 0  # nothing is near: to show something all the same would be as good as to draw lots
        # A list that is asked for in an order is not made various: its first are its first.
        slate = replace(inquiry.slate, diversity=0.0, calibrator=None) if inquiry.understood.order else inquiry.slate
        chosen, folded = slate.fill(self.bands(inquiry, ranked), k)
        journal.lap("diversify")
        # Before the reasons, which are worded one after the other.
        journal.candidates(inquiry.understood.request, _items(chosen))
        # Where a field or the shop puts items in order, no channel has decided over their places.
        ordered_by = inquiry.understood.order
        promoted = frozenset() if ordered_by else inquiry.sway.promotes & {scored.candidate.row for scored in chosen}
        ranker = None if ordered_by or promoted else self._ranker(inquiry.slate, shortlist, ranked, folded.rows)
        return Selection(
            inquiry,
            chosen,
            ranker,
            ranked,
            folded.twins,
            fits=fits,
            nothing_fits=nothing_fits,
            promoted=promoted,
        )

    def explain(self, selection: Selection, journal: Journal, *, worded: bool = True) -> Answer:
        """The answer: each chosen item with its reason, and what the person has to know beside."""
        recommendations = []
        journal.lead(in_language(lead_of(selection), selection.inquiry.understood.request.language))
        for recommendation in recommendations_of(selection, self, journal, worded=worded):
            recommendations.append(recommendation)
            journal.item(recommendation)
        journal.lap("explain")
        return answer_of(selection, recommendations, journal, self)

    # Parts of steps, for those who take other ways through them

    def select(self, inquiry: Inquiry, journal: Journal) -> Selection:
        """The items to show for a request that is understood: retrieve, rerank, diversify."""
        candidates = self.retrieve(inquiry, journal)
        ranked = self.rerank(inquiry, candidates, journal)
        return self.diversify(inquiry, candidates, ranked, journal)

    def find(self, turn: UserTurn, *, fold: bool = True) -> Selection:
        """The items of an answer, without any reasons.

        Args:
            fold: Show items that are all but the same once.

        Raises:
            TastemakerError: as `answer` does.
        """
        journal = Journal()
        perceived = self.perceive(turn, journal)
        return self.select(self.understand(turn, perceived, journal, fold=fold), journal)

    def search(self, turn: UserTurn) -> Hits:
        """The `turn.k` items that retrieval puts first.

        Raises:
            TastemakerError: as `answer` does.
        """
        inquiry = self._inquiry_of(turn)
        return Hits(inquiry.understood.request, self.retriever.retrieve(self.query(inquiry), turn.k))

    def query_of(self, turn: UserTurn) -> Query:
        """A turn as retrieval sees it: words, vectors and must-haves.

        Raises:
            TastemakerError: as `answer` does.
        """
        return self.query(self._inquiry_of(turn))

    def look(self, turn: UserTurn, journal: Journal | None = None) -> Perceived:
        """What a turn's pictures, sound and video show and say.

        Raises:
            MediaError: one of them cannot be used.
        """
        if not (turn.images or turn.audio or turn.video):
            return Perceived()
        snapshot = self.snapshot
        # What a picture is asked depends on what the catalog is about.
        self.models.domain = choose_domain(self.models.config.domain, self.schema, snapshot.items).domain
        describer = self.request_describer(journal or Journal())
        hotwords = vocabulary(snapshot) if turn.audio or turn.video else ()
        return perceive(turn, self.models.perception(describer), hotwords)

    def see(self, images: Sequence[str]) -> Perceived:
        """What pictures show that were sent before.

        Raises:
            MediaError: one cannot be used any more.
        """
        return self.look(UserTurn(images=tuple(images)))

    def read(self, turn: UserTurn, perceived: Perceived, reader: Reader = read) -> Understood:
        """A turn and what was perceived in it as a typed request.

        Raises:
            FilterError: a stated must-have does not fit the catalog's schema.
        """
        rulebook = self.rulebook
        text, renamed = rulebook.translate(turn.text)
        heard = perceived.heard
        if heard is not None:
            spoken, more = rulebook.translate(heard.text)
            heard, renamed = replace(heard, text=spoken, english=rulebook.translate(heard.english)[0]), renamed + more
        turn = replace(turn, text=text)
        understood = understand(
            turn, self.vocabulary, heard=heard, seen=perceived.seen, sounding=perceived.sounding, reader=reader
        )
        understood = replace(understood, notes=(*understood.notes, *_read_as(renamed)))
        request = understood.sought
        kind = self.kinds.of_turn(request.text, turn.text, request.language)
        # What is refused once is not what is sought, however often it is named: `no tofu. everybody says tofu`.
        if kind is not None and kind.words.casefold() in {denial.words.casefold() for denial in understood.denied}:
            kind = None
        return replace(understood, kind=kind)

    def read_again(self, understood: Understood, journal: Journal) -> Understood:
        """A turn that was read by rules, read by a language model too where one proved that it does so better."""
        model = self.chat(journal, "read")
        return read_again(understood, model, self.vocabulary) if model else understood

    def names_something(self, text: str) -> bool:
        """Whether words name what the catalog has, a value, a field, a title, or a kind of thing that anybody knows."""
        if not text:
            return False
        text, _ = self.rulebook.translate(text)
        if self.vocabulary.find(flat(text)) or self.find_mentions(text) or self.holdings.codes.asked(text).codes:
            return True
        kind = self.kinds.of(text, detect_language(text))
        return kind is not None and self.kinds.is_listed(kind)

    def is_held(self, text: str) -> bool:
        """Whether words are few, and stand in the catalog, or after an article: `the bible`, `马`."""
        tokens = text_words(text)
        if WIDE_ONLY.fullmatch(text):
            return True
        if not 0 < len(tokens) <= MOST_HELD:
            return False
        held = all(self.holdings.lexical.frequency(token) for token in tokens)
        return held or without_fillers(text) != text.strip()

    def states_conditions(self, text: str) -> bool:
        """Whether words say what must be, must not be, or comes first, whatever else they do."""
        parsed = read(text, self.vocabulary)
        return bool(parsed.must or parsed.denied or parsed.order)

    def roles(self, text: str, *, expected: bool = False) -> RoleRequest | None:
        """The things that a text asks for at once; None where it asks for one.

        Args:
            expected: Whether it is known to ask for several; one known kind of thing is enough then.
        """
        language = detect_language(text)
        return roles_of(text, lambda words: self.holdings.kinds.names(words, language), language, expected=expected)

    def count(self, understood: Understood) -> int:
        """How many items of the kind meet what a request states."""
        n_items = len(self.snapshot.items)
        scope = scope_of(understood, self.holdings.kinds, self.holdings.holding, 1)
        if scope.missing:
            return 0
        within, allowed = scope.within(n_items), self.snapshot.allowed(understood.filters)
        return int((within if allowed is None else within & allowed).sum())

    def taste(self, turn: UserTurn, understood: Understood, *, led: bool = False) -> tuple[Understood, Taste]:
        """What is known of the person's taste; the request with the examples that it names.

        Args:
            led: Whether a conversation knows what else to go by where the request is empty.

        Raises:
            RequestError: the request holds nothing, or nothing but a user of whom nothing is known.
        """
        aversions = self.people.aversions(turn.user, understood.request.text) if turn.user else NO_AVERSIONS
        sources = TasteSources(self.snapshot, self.workspace.store, self.holdings.mentions)
        taste = taste_of(turn, understood.request, sources, aversions, led=led)
        # The request as it is shown and the request that is searched name the same examples.
        request, sought = (replace(part, named=taste.named) for part in (understood.request, understood.sought))
        return replace(understood, request=request, sought=sought), taste

    def inquiry(
        self, turn: UserTurn, perceived: Perceived, understood: Understood, taste: Taste, *, fold: bool = True
    ) -> Inquiry:
        """All that is known of a request, with the terms of its list: as the person says, else as the settings say.

        Words say what is wanted; where there are none, the list is calibrated to what the person chose before.
        """
        diversity = self.config.diversity if turn.diversity is None else turn.diversity
        wordless = understood.sought.empty
        past = calibrator_of(taste.past, self.snapshot) if wordless and diversity > 0 else None
        scope = scope_of(understood, self.holdings.kinds, self.holdings.holding, turn.k)
        sway = self.rulebook.sway(f"{understood.sought.text}\n{understood.sought.english}")
        codes = self.holdings.codes.asked(understood.sought.text)
        if codes.rows:  # whatever kind of thing is said to be meant: it is called by its number
            scope = scope.with_rows(codes.rows)
        slate = Slate(self.snapshot, diversity, past, fold)
        return Inquiry(turn, perceived, understood, taste, slate, scope, sway, codes)

    def find_mentions(self, text: str) -> list[Mention]:
        """The items that a text names by their titles."""
        return self.holdings.mentions.find(text)

    def query(self, inquiry: Inquiry) -> Query:
        """A request as retrieval sees it: words, vectors and must-haves."""
        understood, perceived = inquiry.understood, inquiry.perceived
        ridge = self.holdings.ridge if perceived.sights else None  # it leads from pictures to words
        ears = self.holdings.ears if perceived.sounds else NO_EARS
        query = query_of(understood.sought, understood.filters, perceived, self.models, ridge, inquiry.taste, ears)
        hidden = np.unique(np.concatenate([query.hidden, inquiry.scope.hidden, inquiry.sway.hidden])).astype(np.intp)
        codes = inquiry.codes
        called = CalledRows.of(codes.rows, codes.near) if codes.rows or codes.unknown else None
        return replace(query, hidden=hidden, called=called)

    def judge(self, inquiry: Inquiry, rows: Sequence[int]) -> list[Scored]:
        """The items of these rows, whoever chose them, as retrieval sees them for a request, best first."""
        return unranked(self.retriever.judge(self.query(inquiry), np.array(rows, dtype=np.intp)))

    def select_rows(self, inquiry: Inquiry, rows: Sequence[int], *, compared: bool = False) -> Selection:
        """The items of these rows in this order, whoever chose them.

        Args:
            compared: Whether the reasons are to tell how the items differ from the first.
        """
        judged = {scored.candidate.row: scored for scored in self.judge(inquiry, rows)}
        chosen = [judged[row] for row in rows]
        return Selection(inquiry, chosen, compared=compared, fits=self._fits(inquiry, chosen)[0])

    def why_not(self, row: int, selection: Selection) -> WhyNot:
        """What keeps an item out of what was selected."""
        # Among all that may be shown, not among the candidates alone: how far behind it is, is what is asked.
        allowed = self.retriever.allowed(self.query(selection.inquiry))
        judged = self.judge(selection.inquiry, sorted({row, *allowed.tolist()}))
        return why_not(row, selection, judged, self.schema)

    def item_reasons(self, selection: Selection) -> list[ItemReason]:
        """What the explanations of what was selected are made from."""
        return reasons_of(selection, self)

    def recommendations(self, selection: Selection, *, worded: bool) -> Iterator[Recommendation]:
        """Reasons for what was selected, each item as soon as its own is ready.

        Args:
            worded: As in `answer`.
        """
        return recommendations_of(selection, self, Journal(), worded=worded)

    # Within a step

    def _inquiry_of(self, turn: UserTurn) -> Inquiry:
        """A turn understood, while nobody is told of it."""
        journal = Journal()
        inquiry = self.understand(turn, self.perceive(turn, journal), journal, asks_model=False)
        # What is searched alone is ranked and no more: nothing is kept out for being of another kind.
        return replace(inquiry, scope=replace(inquiry.scope, others=inquiry.scope.others[:0]))

    def _ranked(
        self, inquiry: Inquiry, candidates: list[Candidate], model: ChatModel | None, journal: Journal
    ) -> list[Scored]:
        """The candidates as the model orders them; as retrieval does where there is no model, or it fails."""
        if model is None or len(candidates) < 2:
            return unranked(candidates)
        try:
            journal.budget(self.config).check()
            wish = inquiry.understood.sought.english
            pictures = self.item_pictures(model)
            return rerank(candidates, wish, model, self.schema, self.config, journal.notes, pictures)
        except ModelError as error:  # there is an order already: a model that fails costs its opinion, not the answer
            journal.notes.append(Note("order of retrieval", why=error.what))
            return unranked(candidates)

    def bands(self, inquiry: Inquiry, ranked: Sequence[Scored]) -> list[list[Scored]]:
        """What is called by the number that is asked for, the others, and what leaves unsaid what was refused."""
        later = set(inquiry.scope.later.tolist())
        # whoever says what comes first is not answered by what the shop would have first
        if inquiry.understood.order:
            return bands(ranked, (), later)
        return bands(ranked, inquiry.codes.rows | inquiry.codes.near, later, inquiry.sway)

    def _fits(self, inquiry: Inquiry, ranked: Sequence[Scored]) -> tuple[Mapping[int, float], bool]:
        """By row how likely it is that the first candidates are what was asked for, and whether none is."""
        sought = inquiry.understood.sought
        # A picture, a sound or a person's past asks for what no words say.
        if sought.text in ("", ANYTHING) or inquiry.perceived.beside_words or not ranked:
            return {}, False
        rows = np.array([scored.candidate.row for scored in ranked[:MOST_JUDGED]], dtype=np.intp)
        ground, allowed = self.holdings.ground, self.snapshot.allowed(inquiry.understood.filters)
        evidence = FitEvidence.gather(ground, ground.sought(sought.text, sought.language), rows, allowed)
        fits = fit_model().of(evidence)
        by_row = {int(row): float(fit) for row, fit in zip(rows, fits, strict=True)}
        unknown_number = is_model_number(sought.text) and not inquiry.codes.rows & by_row.keys()
        return by_row, unknown_number or fit_model().nothing_fits(fits)

    def _ordered(self, inquiry: Inquiry, ranked: Sequence[Scored]) -> list[Scored]:
        """The candidates in the order that is asked for; all of a kind, not only those that words put first."""
        order = inquiry.understood.order
        if order is None:
            return list(ranked)
        if inquiry.scope.hidden.size or not inquiry.understood.sought.text or order.whole:
            ranked = self.judge(inquiry, self.retriever.allowed(self.query(inquiry)).tolist())
        return ordered(ranked, order, self.snapshot.items)

    def _promoted(self, inquiry: Inquiry, ranked: Sequence[Scored]) -> list[Scored]:
        """The candidates as the shop's rules move them, with what is pinned and may be shown among them."""
        risen = boosted(ranked, inquiry.sway)
        absent = set(inquiry.sway.pinned) - {scored.candidate.row for scored in ranked}
        if not absent:
            return risen
        query = self.query(inquiry)
        rows = np.intersect1d(self.retriever.allowed(query), sorted(absent)).astype(np.intp)
        return [*risen, *(unranked(self.retriever.judge(query, rows)) if rows.size else ())]

    def _ranker(
        self, slate: Slate, shortlist: Shortlist, ranked: Sequence[Scored], folded: frozenset[int]
    ) -> CounterfactualRanker:
        """The ranking once more, to be asked what it would be without a channel; it asks no model."""
        likelihoods = {scored.candidate.row: scored.likelihood for scored in ranked if scored.likelihood is not None}
        return CounterfactualRanker(
            pool=shortlist.pool,
            fusion=shortlist.fusion,
            snapshot=self.snapshot,
            config=self.config.model_copy(update={"diversity": slate.diversity}),  # as the person set it, if they did
            n_candidates=len(shortlist.candidates),
            likelihoods=likelihoods,
            calibrator=slate.calibrator,
            folded=folded,
        )

    def _model_ranks(self, understood: Understood) -> bool:
        """Whether there is an English wish that a language model can judge, and the settings give it a say."""
        config = self.config
        # A model that can move nothing would be loaded and asked for nothing.
        has_say = config.llm != "none" and config.rerank_weight > 0 and config.n_rerank > 1 and config.max_shift > 0
        has_say = has_say and (self.models.jobs["rerank"].model is not None or self.ranks_here)
        return has_say and bool(understood.request.english)


def _looking(turn: UserTurn) -> Iterator[Note]:
    """What is about to be perceived."""
    if turn.images:
        yield Note("looking", n=len(turn.images))
    if turn.audio:
        yield Note("listening")
    if turn.video:
        yield Note("watching")


def _read_as(renamed: Sequence[tuple[str, str]]) -> Iterator[Note]:
    """Which words were read otherwise than they were said, by a rule of the shop."""
    for words, means in dict.fromkeys(renamed):
        yield Note("read as", words=words, means=means)


def _items(chosen: Sequence[Scored]) -> tuple[Item, ...]:
    return tuple(scored.candidate.item for scored in chosen)


__all__ = ["Pipeline"]
