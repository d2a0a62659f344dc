"""Sets: several things asked for at once, each found on its own, and one of each within what they may cost together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.answers import Answer, Group, Recommendation, Request, UserTurn
from agent.diversify.sets import ChosenSet, SetCandidate, SetRole, choose_set
from agent.explain import Inquiry, Selection
from agent.language.messages import Note, in_language
from agent.perceive import Perceived
from agent.pipeline.journal import Journal
from agent.pipeline.pipeline import Pipeline
from agent.rerank import Scored, unranked
from agent.understand.parsed import Denied
from agent.understand.roles import AskedRole, RoleRequest, SharedBudget
from retrieval.text.values import as_text

MOST_CANDIDATES = 50  # of a role, from which a set is chosen
SHOWN = 3  # of a role
TOLD_EACH = 0.001  # what an item is worth beside its score, so that equal ones stay in their order


@dataclass(frozen=True, slots=True, eq=False)
class RoleInquiry:
    """One of several things with all that is known of it.

    Attributes:
        words: The person's words for it.
        quantity: How many of it.
        inquiry: What is searched for.
        pinned: The item that is to stay in the set, where one is.
    """

    words: str
    quantity: int
    inquiry: Inquiry
    pinned: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RoleFinding:
    """What was found for one of several things.

    Attributes:
        ranked: Best first; empty where the catalog has none.
        chosen: The one of the set; None where there is no set.
    """

    role: RoleInquiry
    ranked: Sequence[Scored]
    chosen: Scored | None = None

    def shown(self, k: int) -> list[Scored]:
        """The items that are shown for it, the chosen one first."""
        first = [self.chosen] if self.chosen else []
        return [*first, *(scored for scored in self.ranked if scored is not self.chosen)][:k]


def role_inquiries(
    pipeline: Pipeline, turn: UserTurn, asked: RoleRequest, denied: Sequence[Denied] = ()
) -> list[RoleInquiry]:
    """Each of the things that a turn asks for, as if it were asked for alone, with what is said of all."""
    return [
        RoleInquiry(role.words, role.quantity, _inquiry(pipeline, turn, role, asked, denied)) for role in asked.roles
    ]


def find_roles(
    pipeline: Pipeline, roles: Sequence[RoleInquiry], budget: SharedBudget | None, journal: Journal
) -> tuple[list[RoleFinding], ChosenSet | None]:
    """What the catalog has for each thing, and the best set that the shared budget allows.

    Items that are to stay in the set do, unless no set keeps within the budget then.
    """
    findings = [_find(pipeline, role) for role in roles]
    journal.lap("retrieve")
    filled = [finding for finding in findings if finding.ranked]
    if not filled:
        return findings, None
    chosen = _best_set(filled, budget.at_most if budget else None)
    if chosen is None:
        return findings, None
    picks = {id(finding): finding.ranked[pick] for finding, pick in zip(filled, chosen.picks, strict=True)}
    journal.lap("diversify")
    return [replace(finding, chosen=picks.get(id(finding))) for finding in findings], chosen


def set_answer(
    pipeline: Pipeline,
    budget: SharedBudget | None,
    findings: Sequence[RoleFinding],
    chosen: ChosenSet | None,
    journal: Journal,
    language: str,
) -> Answer:
    """The answer: a group for each thing, and the set with what it costs."""
    recommendations, groups = list[Recommendation](), list[Group]()
    for finding in findings:
        selection = Selection(finding.role.inquiry, finding.shown(SHOWN))
        explained = pipeline.explain(selection, Journal(), worded=False).recommendations
        placed = [replace(entry, rank=len(recommendations) + at) for at, entry in enumerate(explained, start=1)]
        recommendations += placed
        items = tuple(entry.item.id for entry in placed)
        groups.append(Group(finding.role.words, items, finding.chosen.candidate.item.id if finding.chosen else None))
    affordable = chosen is not None and chosen.affordable
    if not affordable:
        groups = [replace(group, chosen=None) for group in groups]
    journal.lead(in_language(_lead(budget, findings, chosen), language), groups)
    for entry in recommendations:
        journal.item(entry)
    journal.lap("explain")
    return Answer(
        request=_request(findings, language),
        recommendations=tuple(recommendations),
        notes=in_language((budget.note,) if budget and budget.note else (), language),
        timings_s=journal.laps,
        reply=journal.reply,
        groups=tuple(groups),
        total=chosen.total if chosen is not None and affordable else None,
    )


def _inquiry(
    pipeline: Pipeline, turn: UserTurn, role: AskedRole, asked: RoleRequest, denied: Sequence[Denied]
) -> Inquiry:
    own = replace(turn, text=" ".join(part for part in (role.words, asked.shared) if part), k=SHOWN)
    understood = pipeline.read(own, Perceived())
    understood = replace(understood, denied=tuple(dict.fromkeys((*understood.denied, *denied))))
    understood, taste = pipeline.taste(own, understood, led=True)
    return pipeline.inquiry(own, Perceived(), understood, taste)


def _find(pipeline: Pipeline, role: RoleInquiry) -> RoleFinding:
    inquiry = role.inquiry
    if inquiry.scope.missing:
        return RoleFinding(role, ())
    shortlist = pipeline.retriever.shortlist(pipeline.query(inquiry), MOST_CANDIDATES)
    ranked = [scored for band in pipeline.bands(inquiry, unranked(shortlist.candidates)) for scored in band]
    return RoleFinding(role, ranked[:MOST_CANDIDATES])


def _best_set(filled: Sequence[RoleFinding], at_most: float | None) -> ChosenSet | None:
    """The best set with all that is to stay; without it where that keeps none within the budget."""
    sets = [_candidates(finding) for finding in filled]
    pinned = choose_set([_pinned(own, finding.role) for own, finding in zip(sets, filled, strict=True)], at_most)
    if pinned is not None and pinned.affordable:
        return _unpinned(pinned, sets, filled)
    return choose_set(sets, at_most)


def _pinned(own: SetRole, role: RoleInquiry) -> SetRole:
    """The candidates of a thing: the one that is to stay, where it still is among them."""
    staying = [candidate for candidate in own.candidates if candidate.item == role.pinned]
    return replace(own, candidates=staying) if staying else own


def _unpinned(chosen: ChosenSet, sets: Sequence[SetRole], filled: Sequence[RoleFinding]) -> ChosenSet:
    """A set chosen among fewer candidates, by its places among all of them."""
    picks = list[int]()
    for pick, own, finding in zip(chosen.picks, sets, filled, strict=True):
        item = _pinned(own, finding.role).candidates[pick].item
        picks.append(next(at for at, candidate in enumerate(own.candidates) if candidate.item == item))
    return replace(chosen, picks=tuple(picks))


def _candidates(finding: RoleFinding) -> SetRole:
    return SetRole(
        [
            SetCandidate(scored.candidate.item.id, scored.score - TOLD_EACH * at, scored.candidate.item.price)
            for at, scored in enumerate(finding.ranked)
        ],
        finding.role.quantity,
    )


def _request(findings: Sequence[RoleFinding], language: str) -> Request:
    # What is said of all of them stands behind each; it is told once.
    shared = dict.fromkeys(
        finding.role.inquiry.understood.request.text.removeprefix(finding.role.words).strip() for finding in findings
    )
    text = ", ".join(part for part in (*(finding.role.words for finding in findings), *shared) if part)
    filters = tuple(dict.fromkeys(f for finding in findings for f in finding.role.inquiry.understood.request.filters))
    return Request(text, text if language == "en" else "", language, filters)


def _missing(role: RoleInquiry) -> Note:
    """What is said of a thing for which nothing is shown: the catalog has none, or none that is as it has to be."""
    return Note("nothing of the kind" if role.inquiry.scope.missing else "set role empty", kind=role.words)


def _lead(budget: SharedBudget | None, findings: Sequence[RoleFinding], chosen: ChosenSet | None) -> tuple[Note, ...]:
    notes = [_missing(finding.role) for finding in findings if not finding.ranked]
    names = tuple(finding.role.words for finding in findings if finding.ranked)
    if chosen is None or not names:
        return tuple(notes)
    total = as_text(round(chosen.total, 2)) if chosen.total is not None else ""
    if not chosen.affordable and budget is not None:
        return (*notes, Note("set too dear", things=names, budget=as_text(budget.at_most), total=total))
    if len(names) == 1:
        return (*notes, Note("list of", what=names, n=min(SHOWN, len(next(f.ranked for f in findings if f.ranked)))))
    if budget is not None:
        return (*notes, Note("set within", things=names, total=total, budget=as_text(budget.at_most)))
    return (*notes, Note("set of", things=names, total=total) if total else Note("groups of", things=names))


__all__ = ["MOST_CANDIDATES", "SHOWN", "RoleFinding", "RoleInquiry", "find_roles", "role_inquiries", "set_answer"]
