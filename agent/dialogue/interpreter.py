"""Pipeline: what one turn asks of the agent, given all turns before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.answers import MustHave, UserTurn
from agent.dialogue.acts import Act, act_of
from agent.dialogue.clarifying import canonical, chosen
from agent.dialogue.item_questions import Asked, asked_about
from agent.dialogue.merging import merged, nothing_said, relaxed, request_of
from agent.dialogue.moves import Moves, item_meant, moves_of
from agent.dialogue.reader import TalkReader
from agent.dialogue.state import State
from agent.dialogue.step import Step
from agent.dialogue.topic import goes_on
from agent.errors import RequestError
from agent.language.messages import Note
from agent.perceive.request import Perceived
from agent.understand import clean
from retrieval.filters import parse_filter

if TYPE_CHECKING:
    from agent.pipeline.pipeline import Pipeline


class Interpreter:
    """Understands a turn by the state before it."""

    def __init__(self, steps: Pipeline, state: State) -> None:
        self._steps = steps
        self._measures = steps.measures
        self._state = state

    def step(self, turn: UserTurn, perceived: Perceived, said: str) -> Step | None:
        """What a turn does; None where it takes the last one back."""
        state = self._state
        if turn.without and not (said or turn.images or turn.video):
            return self._conditions(turn, state)
        asked = asked_about(said)
        if asked and (answer := self._asked(asked, said)):
            return answer
        act = act_of(said, self._steps.vocabulary, offered=bool(state.relaxations), asked=state.question is not None)
        given = bool(turn.images or turn.video or turn.filters) or (not said and not state.last)
        if given and act.kind in ("idle", "others", "either", "yes"):
            return self._request(replace(turn, text=""), perceived, said, state, ())
        notes = (Note("rules left out"),) if act.rules else ()
        if act.kind == "undo":
            return None
        if act.kind == "idle":
            raise _idle(said)
        if act.kind == "restart":
            return self._anew(turn, perceived, act.rest)
        if act.kind in ("again", "others", "either", "yes", "drop") and not (state.last or state.must_haves):
            raise RequestError(Note("nothing shown"), Note("say what"))
        if act.kind == "again":
            return self._again(act, said)
        if act.kind in ("others", "either"):
            return self._others(act, said)
        if act.kind in ("yes", "drop"):
            return self._relax(act, said)
        text = act.rest if act.rules else turn.text
        return self._request(replace(turn, text=text), perceived, said, state, notes)

    def _conditions(self, turn: UserTurn, state: State) -> Step:
        """The same request under other must-haves."""
        schema = self._measures.snapshot.schema
        stated = [MustHave(str(parse_filter(one, schema)), "stated", one, 1.0) for one in turn.filters]
        return self.same(state.with_must_haves(stated, schema), "")

    def _anew(self, turn: UserTurn, perceived: Perceived, rest: str) -> Step:
        if rest:
            return self._request(replace(turn, text=rest), perceived, rest, State(), ())
        before, notes = nothing_said(self._state.language), (Note("all forgotten"),)
        return Step(clean(turn.text), State(), before, follows=False, rows=(), notes=notes)

    def _again(self, act: Act, said: str) -> Step:
        state, measures = self._state, self._measures
        meant = [item_meant(one.target, one.words, state, measures) for one in act.targets]
        items = tuple(one for one in meant if one) or state.last
        rows = tuple(measures.snapshot.rows[one] for one in items if one in measures.snapshot.rows)
        if not rows:
            raise RequestError(Note("not shown again"), Note("say what"))
        state = replace(state, focus=items[0] if len(items) == 1 else state.focus)
        return self.same(state, said, rows=rows, asks=False)

    def _asked(self, asked: Asked, said: str) -> Step | None:
        """The answer to a question about items; None where it is about none."""
        state, rows = self._state, self._measures.snapshot.rows
        meant = [item_meant(one.target, one.words, state, self._measures) for one in asked.targets]
        meant = meant or [*self._titled(said)] or [*(state.last if asked.kind == "compare" else ())]
        items = [one for one in dict.fromkeys(meant) if one is not None and one in rows]
        if not items:
            return None
        if not state.last:
            raise RequestError(Note("nothing shown"), Note("say what"))
        out = tuple(rows[one] for one in items if one not in state.last)
        if asked.kind == "why" and out:
            return replace(self.same(state, said, rows=(), asks=False), about=out)
        compared = asked.kind == "compare" or (asked.refuses and items != [state.last[0]])
        if compared and len(items) == 1:
            items = [*dict.fromkeys((state.last[0], *items))]
        if compared and len(items) == 1:
            raise RequestError(Note("nothing to compare"), Note("name two"))
        step = self.same(state, said, rows=tuple(rows[one] for one in items), asks=False)
        notes = tuple(self._shown_as(one) for one in meant if one and asked.kind == "why")
        return replace(step, compared=compared, notes=notes)

    def _titled(self, said: str) -> Iterator[str]:
        """The items that a question names; what a text begins with is asked for."""
        for one in self._steps.find_mentions(said):
            if one.start > 0:
                yield self._measures.snapshot.items[one.row].id

    def _shown_as(self, item_id: str) -> Note:
        snapshot, last = self._measures.snapshot, self._state.last
        return Note("why not shown", title=snapshot.items[snapshot.rows[item_id]].title, shown=last.index(item_id) + 1)

    def _others(self, act: Act, said: str) -> Step:
        state = self._state
        if act.dislikes:
            state = replace(state, disliked=tuple(dict.fromkeys((*state.disliked, *state.last)))[-10:])
        return self.same(state, said, asks=act.kind == "others")

    def _relax(self, act: Act, said: str) -> Step:
        state, schema = self._state, self._measures.snapshot.schema
        if act.kind == "yes" and not act.rest:
            return self.same(relaxed(state, state.relaxations[0], said, schema), said)
        fields = act.fields
        spoken_of = {parse_filter(one.filter, schema).field for one in state.must_haves}
        if not spoken_of & set(fields):
            musts = tuple(one.filter for one in state.must_haves)
            hint = Note("name a must-have", musts=musts) if musts else Note("no must-haves")
            raise RequestError(Note("not asked of", fields=fields or (said,)), hint)
        for name in fields:
            state = state.without_field(name, schema)
        return self.same(state, said)

    def same(self, state: State, said: str, *, rows: tuple[int, ...] | None = None, asks: bool = True) -> Step:
        """A step that adds no words to the request."""
        perceived = self._seen(state, Perceived(), ())
        understood = request_of(state, nothing_said(state.language), perceived.seen, self._measures.snapshot.schema)
        return Step(said, state, understood, perceived, rows=rows, asks=asks)

    def _request(self, turn: UserTurn, perceived: Perceived, said: str, state: State, notes: tuple[Note, ...]) -> Step:
        measures, vocabulary = self._measures, self._steps.vocabulary
        schema = measures.snapshot.schema
        reader = TalkReader(measures.axes, shown=bool(state.last))
        understood = self._steps.read(turn, perceived, reader)
        moves = moves_of(
            understood.references,
            understood.sentiments,
            reader.critiques,
            state,
            measures,
            reader.spoken_of,
            reader.shares,
        )
        wishes = "" if self._replied(said, moves, state) else reader.wishes
        leans = bool(moves or moves.picture or moves.notes)
        picture_alone = bool(turn.images or turn.video) and not wishes and not leans
        follows = not picture_alone and goes_on(reader.said if wishes else "", state, vocabulary, leans=leans)
        if not (leans or wishes or understood.filters or understood.avoid or perceived.sights or turn.user):
            raise _idle(said)
        conditions_alone = not (leans or wishes or perceived.sights)
        base = state if follows or conditions_alone else state.anew()
        new = merged(base, understood, moves, wishes, schema)
        images = turn.images or (state.picture if moves.picture else base.images)
        new = replace(new, images=images, picture=turn.images or state.picture)
        perceived = self._seen(new, perceived, turn.images)
        if state.wishes and not follows:
            notes = (*notes, Note("new request"))
        served = request_of(new, understood, perceived.seen, schema)
        return Step(said, new, served, perceived, follows and bool(state.last), notes=(*notes, *moves.notes))

    def _replied(self, said: str, moves: Moves, state: State) -> bool:
        """Whether the turn answers the question asked last; the answer becomes a must-have."""
        option = chosen(said, state.question) if state.question else None
        if option is None:
            return False
        moves.must_haves.append(MustHave(canonical(option, self._measures.snapshot.schema), "understood", said, 1.0))
        return True

    def _seen(self, state: State, perceived: Perceived, looked_at: tuple[str, ...]) -> Perceived:
        """What was perceived, with the pictures of turns before that are still part of the request."""
        if not state.images or state.images == looked_at:
            return perceived
        earlier = self._steps.see(state.images)
        return Perceived((*earlier.sights, *perceived.sights), perceived.heard)


def _idle(said: str) -> RequestError:
    what = Note("nothing to look for", words=said[:80]) if said else Note("empty turn")
    return RequestError(what, Note("what to say"))


__all__ = ["Interpreter"]
