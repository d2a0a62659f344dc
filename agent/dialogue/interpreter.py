"""Interpreter: what one turn asks of the agent, given all turns before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.answers import MustHave, UserTurn
from agent.dialogue.acts import Act, act_of
from agent.dialogue.clarifying import canonical, chosen
from agent.dialogue.item_questions import ItemQuestion, read_item_question
from agent.dialogue.merging import MOST_ITEMS, empty_turn, merged, relaxed, request_of
from agent.dialogue.moves import Moves, item_meant, moves_of
from agent.dialogue.reader import TalkReader
from agent.dialogue.state import State
from agent.dialogue.step import Step
from agent.dialogue.topic import goes_on
from agent.errors import RequestError
from agent.language.messages import Note
from agent.perceive import Perceived
from agent.understand import Understood, clean
from retrieval.filters import parse_filter

if TYPE_CHECKING:
    from agent.pipeline.pipeline import Pipeline


class Interpreter:
    """Understands a turn by the state before it."""

    def __init__(self, pipeline: Pipeline, state: State) -> None:
        self._pipeline = pipeline
        self._measures = pipeline.measures
        self._state = state

    def step(self, turn: UserTurn, perceived: Perceived, utterance: str) -> Step | None:
        """What a turn does; None where it takes the last one back."""
        state = self._state
        if turn.without and not (utterance or turn.images or turn.video):
            return self._restate(turn, state)
        # A question about items comes first: its words (`why not the second`) would be read as a wish.
        question = read_item_question(utterance)
        if question and (answer := self._answer_question(question, utterance)):
            return answer
        offered, questioned = bool(state.relaxations), state.question is not None
        act = act_of(utterance, self._pipeline.vocabulary, offered=offered, questioned=questioned)
        given = bool(turn.images or turn.video or turn.filters) or (not utterance and not state.last)
        # Who sends a picture or a filter asks for something, whatever the words beside it would do alone.
        if given and act.kind in ("idle", "others", "either", "yes"):
            return self._request(replace(turn, text=""), perceived, utterance, state, ())
        notes = (Note("rules left out"),) if act.rules else ()
        if act.kind == "undo":
            return None
        if act.kind == "idle":
            raise _nothing_asked(utterance)
        if act.kind == "restart":
            return self._begin_anew(turn, perceived, act.rest)
        if act.kind in ("again", "others", "either", "yes", "drop") and not (state.last or state.must_haves):
            raise RequestError(Note("nothing shown"), Note("say what"))
        if act.kind == "again":
            return self._show_again(act, utterance)
        if act.kind in ("others", "either"):
            return self._show_others(act, utterance)
        if act.kind in ("yes", "drop"):
            return self._relax(act, utterance)
        text = act.rest if act.rules else turn.text
        return self._request(replace(turn, text=text), perceived, utterance, state, notes)

    def _restate(self, turn: UserTurn, state: State) -> Step:
        """The same request under other must-haves."""
        schema = self._measures.snapshot.schema
        stated = [
            MustHave(str(parse_filter(condition, schema)), "stated", condition, 1.0) for condition in turn.filters
        ]
        return self.same(state.with_must_haves(stated, schema), "")

    def _begin_anew(self, turn: UserTurn, perceived: Perceived, rest: str) -> Step:
        """All is forgotten; words behind `start over` are the first of the new request."""
        if rest:
            return self._request(replace(turn, text=rest), perceived, rest, State(), ())
        before, notes = empty_turn(self._state.language), (Note("all forgotten"),)
        return Step(clean(turn.text), State(), before, follows=False, rows=(), notes=notes)

    def _show_again(self, act: Act, utterance: str) -> Step:
        """The list shown last, or those of its items that are pointed at."""
        state, measures = self._state, self._measures
        meant = [item_meant(reference.target, reference.words, state, measures) for reference in act.targets]
        items = tuple(item_id for item_id in meant if item_id) or state.last
        rows = tuple(measures.snapshot.rows[item_id] for item_id in items if item_id in measures.snapshot.rows)
        if not rows:
            raise RequestError(Note("not shown again"), Note("say what"))
        state = replace(state, focus=items[0] if len(items) == 1 else state.focus)
        return self.same(state, utterance, rows=rows, asks=False)

    def _answer_question(self, question: ItemQuestion, utterance: str) -> Step | None:
        """The answer to a question about items; None where it is about none."""
        state, rows = self._state, self._measures.snapshot.rows
        targets = question.targets
        meant = [item_meant(reference.target, reference.words, state, self._measures) for reference in targets]
        # A comparison that points at nothing is of the whole list.
        meant = meant or [*self._items_named(utterance)] or [*(state.last if question.kind == "compare" else ())]
        items = [item_id for item_id in dict.fromkeys(meant) if item_id is not None and item_id in rows]
        if not items:
            return None
        if not state.last:
            raise RequestError(Note("nothing shown"), Note("say what"))
        # Why an item is not shown can be asked only of what is not in the list.
        out = tuple(rows[item_id] for item_id in items if item_id not in state.last)
        if question.kind == "why" and out:
            return replace(self.same(state, utterance, rows=(), asks=False), about=out)
        compared = question.kind == "compare" or (question.refuses and items != [state.last[0]])
        # One item is compared with the best of the list: whoever asks `why not the third` means instead of the first.
        if compared and len(items) == 1:
            items = [*dict.fromkeys((state.last[0], *items))]
        if compared and len(items) == 1:
            raise RequestError(Note("nothing to compare"), Note("name two"))
        step = self.same(state, utterance, rows=tuple(rows[item_id] for item_id in items), asks=False)
        notes = tuple(self._shown_as(item_id) for item_id in meant if item_id and question.kind == "why")
        return replace(step, compared=compared, notes=notes)

    def _items_named(self, utterance: str) -> Iterator[str]:
        """The items that a question names; what a text begins with is asked for."""
        for mention in self._pipeline.find_mentions(utterance):
            if mention.start > 0:
                yield self._measures.snapshot.items[mention.row].id

    def _shown_as(self, item_id: str) -> Note:
        snapshot, last = self._measures.snapshot, self._state.last
        return Note("why not shown", title=snapshot.items[snapshot.rows[item_id]].title, shown=last.index(item_id) + 1)

    def _show_others(self, act: Act, utterance: str) -> Step:
        """The same request; what was shown stays hidden, and is disliked where it was refused."""
        state = self._state
        if act.dislikes:
            disliked = tuple(dict.fromkeys((*state.disliked, *state.last)))
            state = replace(state, disliked=disliked[-MOST_ITEMS:])
        return self.same(state, utterance, asks=act.kind == "others")

    def _relax(self, act: Act, utterance: str) -> Step:
        """The request without the must-have that the person gives up."""
        state, schema = self._state, self._measures.snapshot.schema
        if act.kind == "yes" and not act.rest:
            return self.same(relaxed(state, state.relaxations[0], utterance, schema), utterance)
        fields = act.fields
        # To give up what was never asked is a misunderstanding that the person should hear of.
        spoken_of = {parse_filter(must_have.filter, schema).field for must_have in state.must_haves}
        if not spoken_of & set(fields):
            musts = tuple(must_have.filter for must_have in state.must_haves)
            hint = Note("name a must-have", musts=musts) if musts else Note("no must-haves")
            raise RequestError(Note("not asked of", fields=fields or (utterance,)), hint)
        for name in fields:
            state = state.without_field(name, schema)
        return self.same(state, utterance)

    def same(self, state: State, utterance: str, *, rows: tuple[int, ...] | None = None, asks: bool = True) -> Step:
        """A step that adds no words to the request."""
        perceived = self._with_earlier_pictures(state, Perceived(), ())
        understood = request_of(state, empty_turn(state.language), perceived.seen, self._measures.snapshot.schema)
        return Step(utterance, state, understood, perceived, rows=rows, asks=asks)

    def _request(
        self, turn: UserTurn, perceived: Perceived, utterance: str, state: State, notes: tuple[Note, ...]
    ) -> Step:
        """What a turn asks for in words or pictures, as the state before it has it."""
        vocabulary, schema = self._pipeline.vocabulary, self._measures.snapshot.schema
        reader = TalkReader(self._measures.axes, shown=bool(state.last))
        understood = self._pipeline.read(turn, perceived, reader)
        moves = self._moves(understood, reader, state)
        # The words of a reply are its option, and would be searched for like a new wish.
        wishes = "" if self._take_reply(utterance, moves, state) else reader.wishes
        leans = bool(moves or moves.picture or moves.notes)
        # A picture without words is a request of its own, whatever was asked before it.
        picture_alone = bool(turn.images or turn.video) and not wishes and not leans
        follows = not picture_alone and goes_on(reader.utterance if wishes else "", state, vocabulary, leans=leans)
        if not (leans or wishes or understood.filters or understood.avoid or perceived.sights or turn.user):
            raise _nothing_asked(utterance)
        # Conditions alone narrow what was asked, even where they would begin anew as words.
        conditions_alone = not (leans or wishes or perceived.sights)
        base = state if follows or conditions_alone else state.anew()
        new = merged(base, understood, moves, wishes, schema)
        images = turn.images or (state.picture if moves.picture else base.images)
        new = replace(new, images=images, picture=turn.images or state.picture)
        perceived = self._with_earlier_pictures(new, perceived, turn.images)
        if state.wishes and not follows:
            notes = (*notes, Note("new request"))
        served = request_of(new, understood, perceived.seen, schema)
        return Step(utterance, new, served, perceived, follows and bool(state.last), notes=(*notes, *moves.notes))

    def _moves(self, understood: Understood, reader: TalkReader, state: State) -> Moves:
        """What the turn asks of the items shown next, by what was shown before."""
        return moves_of(
            understood.references,
            understood.sentiments,
            reader.critiques,
            state,
            self._measures,
            reader.spoken_of,
            reader.shares,
        )

    def _take_reply(self, utterance: str, moves: Moves, state: State) -> bool:
        """Whether the turn answers the question asked last; the answer becomes a must-have."""
        option = chosen(utterance, state.question) if state.question else None
        if option is None:
            return False
        condition = canonical(option, self._measures.snapshot.schema)
        moves.must_haves.append(MustHave(condition, "understood", utterance, 1.0))
        return True

    def _with_earlier_pictures(self, state: State, perceived: Perceived, looked_at: tuple[str, ...]) -> Perceived:
        """What was perceived, with the pictures of turns before that are still part of the request."""
        if not state.images or state.images == looked_at:
            return perceived
        earlier = self._pipeline.see(state.images)
        return Perceived((*earlier.sights, *perceived.sights), perceived.heard)


def _nothing_asked(utterance: str) -> RequestError:
    what = Note("nothing to look for", words=utterance[:80]) if utterance else Note("empty turn")
    return RequestError(what, Note("what to say"))


__all__ = ["Interpreter"]
