"""The answer: what was selected becomes recommendations with reasons, and all that the person has to know beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.answers import Answer, Decided, Recommendation, Together, Twin
from agent.explain import Selection, attribute, explanations, reasons
from agent.explain.casting import chosen_manner, is_named
from agent.explain.caveats import (
    number_notes,
    picture_notes,
    privacy_notes,
    shortfalls,
    taste_notes,
    withheld_notes,
)
from agent.explain.context import ReasonContext
from agent.explain.drafts import Voice
from agent.explain.reasons import ItemReason
from agent.explain.sentence import Demand
from agent.explain.wording import MODEL_LANGUAGE, Style
from agent.language.messages import Note, in_language
from agent.people.taste import company_of
from agent.pipeline.journal import Journal
from agent.pipeline.view import View
from agent.retrieve.encoders import text_encoder
from agent.retrieve.plans import channels_present
from agent.retrieve.relaxations import relaxations, word_relaxations
from agent.retrieve.tuned import unused_notes
from agent.understand import Understood
from agent.understand.denials import KIDS, UNSAID
from retrieval.channels.registry import read_by


def recommendations_of(selection: Selection, view: View, journal: Journal, *, worded: bool) -> Iterator[Recommendation]:
    """Reasons for what was selected, each item as soon as its own is ready."""
    notes = journal.notes
    understood, chosen = selection.inquiry.understood, selection.chosen
    together = _company(selection, view)
    decisions = attribute(chosen, selection.ranker) if selection.ranker else []
    # To ask for the model loads it, which a list with nothing to word need not wait for.
    voice = _voice(understood, view, journal) if worded and chosen else None
    item_reasons = reasons_of(selection, view, together, decisions, worded=voice is not None)
    for at, explanation in explanations(item_reasons, understood.request, voice, Style.of(view.config), notes):
        scored, candidate = chosen[at], chosen[at].candidate
        yield Recommendation(
            item=candidate.item,
            rank=at + 1,
            score=scored.score,
            explanation=explanation,
            channels=candidate.channels,
            retrieval_rank=scored.retrieval_rank,
            likelihood=scored.likelihood,
            together=together[at],
            decided=decisions[at] if decisions else None,
            fit=selection.fits.get(candidate.row),
            untold=_untold(candidate.row, understood, view),
            promoted=candidate.row in selection.promoted,
            twins=tuple(Twin(item.id, item.title) for item in selection.twins.get(candidate.row, ())),
        )


def reasons_of(
    selection: Selection,
    view: View,
    together: Sequence[Together | None] = (),
    decisions: Sequence[Decided] = (),
    *,
    worded: bool = True,
) -> list[ItemReason]:
    """What the explanations of what was selected are made from; the arguments are those of `reasons`."""
    sought, context = selection.inquiry.understood.sought, _context(selection, view)
    return reasons(selection.chosen, sought, context, view.holdings.nearness, together, decisions, worded=worded)


def _context(selection: Selection, view: View) -> ReasonContext:
    """What the reasons of the list are told by."""
    understood, holdings = selection.inquiry.understood, view.holdings
    demand = Demand.of(
        understood.sought,
        understood.filters,
        holdings.ground_of_cards,
        understood.kind,
        understood.denied,
        selection.inquiry.scope.kind,
        understood.request.text,
    )
    return ReasonContext.of(
        understood.sought,
        understood.filters,
        view.schema,
        holdings.distinctive,
        compared=selection.compared,
        ground=holdings.ground_of_cards,
        demand=demand,
        length=view.config.explanation_length,
    )


def _untold(row: int, understood: Understood, view: View) -> tuple[str, ...]:
    """What is refused and an item's data neither holds nor rules out."""
    holding, diets = view.holdings.holding, view.holdings.taxonomy.diets
    # Only of works is it worth a word: nobody wonders whether a sleeping bag is fit for children.
    idle = {KIDS} if view.holdings.kinds.census.told else set[str]()
    sought = (denial for denial in understood.denied if denial.term not in idle)
    untold = (denial for denial in sought if holding.states(denial.term)[row] == UNSAID)
    things = (_outside(denial.term, denial.words) if denial.term in diets else denial.words for denial in untold)
    return in_language(things, understood.request.language)


def _outside(diet: str, words: str) -> Note:
    """What is refused where a diet is asked for, or something fit for children."""
    return Note("unfit for kids") if diet == KIDS else Note("outside diet", diet=words)


def answer_of(selection: Selection, recommendations: Sequence[Recommendation], journal: Journal, view: View) -> Answer:
    """The answer: the recommendations by rank, and what the person has to know beside."""
    understood, columns = selection.inquiry.understood, view.snapshot.columns
    within = selection.inquiry.scope.within(columns.n_items)
    ways = relaxations(understood.filters, columns, within)
    asking = word_relaxations(understood.filters, ways, columns, within)
    notes = (*_caveats(selection, view), *asking, *_unused(view), *journal.notes)
    return Answer(
        request=understood.request,
        # They come in the order in which their reasons get ready.
        recommendations=tuple(sorted(recommendations, key=lambda recommendation: recommendation.rank)),
        notes=in_language(notes, understood.request.language),
        backends=_backends(selection, recommendations, view),
        timings_s=journal.laps,
        relaxations=ways,
        reply=journal.reply,
    )


def _caveats(selection: Selection, view: View) -> Iterator[str]:
    """What an answer must admit."""
    inquiry, chosen = selection.inquiry, selection.chosen
    understood, taste = inquiry.understood, inquiry.taste
    # Only what the must-haves let in could have been shown: no more is missing from the list.
    allowed = view.snapshot.allowed(understood.filters)
    n_hidden = len(taste.hidden) if allowed is None else int(allowed[taste.hidden].sum())
    yield from understood.notes
    yield from number_notes(inquiry.codes)
    yield from picture_notes(inquiry.perceived)
    yield from taste_notes(inquiry.turn, taste, chosen)
    yield from privacy_notes(view.config.privacy_epsilon, chosen)
    yield from withheld_notes(chosen)
    # Must-haves that were understood from words make a list as short as those that were stated.
    # That there is nothing of what is sought is said already, ahead of the list.
    k = len(chosen) if selection.nothing_fits or inquiry.scope.missing else inquiry.turn.k
    turn = replace(inquiry.turn, filters=understood.request.filters, k=k)
    yield from shortfalls(turn, chosen, view.workspace.index, n_hidden)


def _unused(view: View) -> Iterator[str]:
    """What was tuned and cannot be used with the channels that there are."""
    yield from unused_notes(view.tuned, channels_present(view.snapshot))


def _company(selection: Selection, view: View) -> list[Together | None]:
    """For each chosen item what its people chose beside it; nothing where behaviour is held back for privacy."""
    if view.config.privacy_epsilon is not None:  # an exact count of others could give one of them away
        return [None] * len(selection.chosen)
    taste, store = selection.inquiry.taste, view.workspace.store
    return [company_of(scored.candidate, taste, view.snapshot, store) for scored in selection.chosen]


def _voice(understood: Understood, view: View, journal: Journal) -> Voice | None:
    """The language model, where it has proved that it words, and the person speaks the language it words best."""
    request = understood.request
    if not request.english or request.language != MODEL_LANGUAGE:
        return None
    chosen = chosen_manner(view.config, view.workspace.path)
    if chosen is None or chosen.manner == "planned":
        journal.notes += (
            [chosen.why] if chosen and is_named(view.config) else []
        )  # who named a model expects it to word
        return None
    model = view.chat(journal)
    return Voice(model, chosen.manner, journal.budget(view.config)) if model else None


def _took_part(selection: Selection, recommendations: Sequence[Recommendation]) -> bool:
    """Whether the language model ranked or worded any of an answer: what did neither is not loaded to tell its name."""
    ranked = any(scored.likelihood is not None for scored in selection.candidates)
    return ranked or any(one.explanation.wording == "model" for one in recommendations)


def _backends(selection: Selection, recommendations: Sequence[Recommendation], view: View) -> dict[str, str]:
    """By job which model did it, as the answer tells."""
    request, perceived = selection.inquiry.understood.request, selection.inquiry.perceived
    used = {"vectors": "chroma" if view.workspace.index.available else "exact search"}
    if selection.ranker:
        used["fusion"] = selection.ranker.fusion.name
    if request.english:
        used |= {name: text_encoder(view.models, name).id for name in read_by("english")}
    model = view.models.chat if _took_part(selection, recommendations) else None
    used["llm"] = model.name if model else "none"
    if request.text and not request.english:
        used |= {name: text_encoder(view.models, name).id for name in read_by("words")}
    if perceived.sights:
        used["pictures"] = view.models.pictures.id
        used["describer"] = view.models.request_describer.origin
    if perceived.heard:
        used["transcriber"] = view.models.transcriber.origin
    return used


__all__ = ["answer_of", "reasons_of", "recommendations_of"]
