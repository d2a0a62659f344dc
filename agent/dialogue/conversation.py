"""A conversation: turns over one agent, each understood by those before it, stored and resumed."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Unpack

import numpy as np
from pydantic import TypeAdapter

from agent.answers import Answer, Dialogue, Event, Recommendation, Relaxation, StateView, TalkFields, UserTurn
from agent.arguments import checked
from agent.backends.loading.silence import silent
from agent.dialogue.clarifying import question_for
from agent.dialogue.forgetting import without_parts
from agent.dialogue.host import Host
from agent.dialogue.interpreter import Interpreter
from agent.dialogue.merging import empty_turn
from agent.dialogue.moves import item_meant
from agent.dialogue.relevance_feedback import hidden_rows, steered
from agent.dialogue.set_talk import with_groups, with_shown
from agent.dialogue.state import Bound, SoughtRole, State
from agent.dialogue.step import Step
from agent.errors import RequestError, WorkspaceUnwritable
from agent.explain import Inquiry, Selection
from agent.language.detection import detect_language
from agent.language.messages import Note, in_language
from agent.perceive import Perceived
from agent.pipeline import Pipeline
from agent.pipeline.awaiting import drawn, final_of
from agent.pipeline.events import events_of
from agent.pipeline.journal import Journal, Tell
from agent.pipeline.sets import SHOWN, RoleInquiry, find_roles, set_answer
from agent.rerank import Scored
from agent.retrieve.relaxations import relaxations
from agent.retrieve.scope import scope_of
from agent.understand import wish_of
from agent.understand.acts import Act
from agent.understand.measures import Measures
from agent.understand.validation import user_id
from retrieval.storage.conversations import StoredTurn

logger = logging.getLogger(__name__)

USUAL_K = 3  # a conversation goes in small lists
_NARROWING: tuple[Act, ...] = ("critique", "refine")
MOST_CANDIDATES = 50  # kept of a list, for questions about it


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation.

    Attributes:
        said: What the person wrote and said.
        shown: Items shown, by id, in their order.
        state: What is known after it.
    """

    said: str
    shown: tuple[str, ...]
    state: State


@silent
@checked
class Conversation:
    """Turns of one person with one agent. What was shown stays out of every prompt.

    Attributes:
        id: By which it is resumed.
        user: Whose it is.

    Example:
        >>> talk = agent.conversation()  # doctest: +SKIP
        >>> talk.say("boats on a river", k=3)  # doctest: +SKIP
        >>> talk.say("like the second, but brighter")  # doctest: +SKIP
    """

    def __init__(
        self,
        agent: Host,
        id: str,
        user: str | None,
        turns: Sequence[Turn] = (),
        *,
        stored: bool = True,
    ) -> None:
        self.id = id
        self.user = user
        self._agent = agent
        self._turns = list(turns)
        self._stored = stored
        self._forgotten = False
        self._keeping = threading.Lock()

    @classmethod
    def begin(cls, agent: Host, user: str | None = None) -> Conversation:
        """A new conversation.

        Raises:
            RequestError: the name of the user cannot be one.
        """
        return cls(agent, secrets.token_hex(4), user_id(user) if user is not None else None)

    @classmethod
    def resume(cls, agent: Host, id: str, user: str | None = None) -> Conversation:
        """A conversation that goes on where it was.

        Raises:
            RequestError: this user has no conversation of that id.
        """
        stored = agent.workspace.store.turns(id)
        if not stored or stored[-1].user != user:
            whose = f"{user} has no conversation" if user else "There is no conversation"
            raise RequestError(f"{whose} {id!r}.", "Leave the id out to begin a new one.")
        return cls(agent, id, user, [_turn_codec().validate_json(one.body) for one in stored])

    @classmethod
    def passing(cls, agent: Host, user: str | None = None, turns: Sequence[Turn] = ()) -> Conversation:
        """A conversation that goes on from turns which its caller keeps: nothing of it is stored.

        Raises:
            RequestError: the name of the user cannot be one.
        """
        owner = user_id(user) if user is not None else None
        return cls(agent, secrets.token_hex(4), owner, turns, stored=False)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was said so far, the oldest first."""
        return tuple(self._turns)

    @property
    def state(self) -> State:
        """What is known after the last turn."""
        return self._turns[-1].state if self._turns else State()

    def say(self, text: str = "", **fields: Unpack[TalkFields]) -> Answer:
        """The answer to one turn.

        Args:
            text: What the person says; it may point at what was shown, criticise it, or ask for something else.
            images: Pictures to go by.
            audio: What is said, as sound.
            video: A clip to go by.
            filters: Must-haves from now on.
            k: How many items; three where nothing is given.
            diversity: How much variety counts beside fitness, in [0, 1].

        Raises:
            RequestError: nothing can be done with the turn, or it points at an item that was never shown.
            MediaError: a picture, sound or video cannot be used.
            FilterError: a must-have does not fit the catalog's schema.
        """
        return self.respond(_turn_of(text, fields))

    def stream(self, text: str = "", **fields: Unpack[TalkFields]) -> Iterator[Event]:
        """Like `say`, step by step."""
        return self.answer(_turn_of(text, fields))

    async def asay(self, text: str = "", **fields: Unpack[TalkFields]) -> Answer:
        """As `say`, done in a thread; who is cancelled ends the turn at its next step, and it is not stored."""
        return await final_of(self.astream(text, **fields))

    def astream(self, text: str = "", **fields: Unpack[TalkFields]) -> AsyncGenerator[Event, None]:
        """As `stream`, for `async for`."""
        return drawn(self.stream(text, **fields))

    def answer(self, turn: UserTurn, *, worded: bool = True) -> Iterator[Event]:
        """The events of one turn; the last one carries the answer, and with it the turn is stored.

        Args:
            worded: Let the language model word the reasons; when False the templates do, at once.
        """
        return events_of(partial(self._answer, turn, worded=worded))

    def respond(self, turn: UserTurn, tell: Tell | None = None, *, worded: bool = True) -> Answer:
        """The answer to one turn, which is stored with it.

        Args:
            tell: Takes the events before the answer, each as it happens.
            worded: As in `answer`.
        """
        return self._answer(turn, Journal(tell), worded=worded)

    def recall(self, turn: UserTurn, shown: Sequence[str]) -> None:
        """Take in a turn that was answered before: it is understood again, and nothing is searched or worded.

        Args:
            shown: The items that were its answer, by id, in their order; those that are gone are left out.

        Raises:
            TastemakerError: as `say` does; it cannot have been answered.
        """
        pipeline = self._agent.pipeline
        turn = replace(turn, user=self.user)
        perceived = pipeline.look(turn)
        step = self._understood(pipeline, turn, perceived, _words(turn, perceived))
        if step is None:
            self.undo()
            return
        there = tuple(one for one in shown if one in pipeline.snapshot.rows)
        if step.shows_set:
            step = replace(step, state=with_shown(step.state, there))
        after = replace(step.after(there), relaxations=_offered(pipeline, step), question=None)
        self._keep(Turn(step.utterance, there, after))

    def undo(self) -> None:
        """Take the last turn back: everything is as it was before it.

        Raises:
            RequestError: there is none.
        """
        if not self._turns:
            raise RequestError(*in_language((Note("nothing to undo"), Note("say what")), self.state.language))
        self._turns.pop()
        if self._stored:
            self._agent.workspace.store.drop_turns(self.id, len(self._turns))

    def forget(self) -> None:
        """Let go of all that was said: nothing more can be said here, and what is being answered is not kept."""
        with self._keeping:
            self._forgotten = True
            self._turns.clear()
            self.user = None

    def why(self, number: int) -> Recommendation:
        """An item of the list shown last with its reason, worded plainly, as the present request has it.

        Args:
            number: Of the item in that list, from 1.

        Raises:
            RequestError: the list has no such number.
        """
        pipeline, state = self._agent.pipeline, self.state
        item = item_meant(number, str(number), state, pipeline.measures)
        rows = () if item is None else (pipeline.snapshot.rows[item],)
        step = Interpreter(pipeline, state).same(state, "", rows=rows)
        selection = self._select(pipeline, UserTurn(user=self.user), step, Journal())
        (recommendation,) = pipeline.explain(selection, Journal(), worded=False).recommendations
        return replace(recommendation, rank=number)

    def judge(self, item_id: str, kind: str, reason: str = "") -> None:
        """Take what the person thinks of an item into account from now on, and keep it where it is known who they are.

        Args:
            kind: `like`, `dislike`, `save` or `hide`.
            reason: Why, in their own words.

        Raises:
            RequestError: there is no such item, the reason is too long, or it is not known who would save or hide it.
        """
        self._refuse_forgotten()
        if item_id not in self._agent.pipeline.snapshot.rows:
            raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item that was shown.")
        if self.user:
            self._agent.feedback(self.user, item_id, kind, reason)
        elif kind in ("save", "hide"):
            raise RequestError(f"It is not known who would {kind} the item.", "Begin the conversation with a user.")
        if not self._turns:
            return
        praised, state = kind in ("like", "save"), self.state
        liked = [one for one in state.liked if one != item_id] + [item_id] * praised
        disliked = [one for one in state.disliked if one != item_id] + [item_id] * (not praised)
        state = replace(state, liked=tuple(liked), disliked=tuple(disliked), focus=item_id)
        self._keep(Turn(f"/{kind} {item_id}", (), state))

    # From a turn to its answer

    def _answer(self, turn: UserTurn, journal: Journal, *, worded: bool) -> Answer:
        self._refuse_forgotten()
        pipeline = self._agent.pipeline
        turn = replace(turn, user=self.user)
        perceived = pipeline.perceive(turn, journal, self.state.language)
        step = self._understood(pipeline, turn, perceived, _words(turn, perceived), journal)
        journal.lap("understand")
        if step is None:
            return self._undone(pipeline, journal)
        journal.lead(in_language(step.reply, _language(step)))
        if step.rows == ():  # nothing is to be shown: all was forgotten, or something was asked that words answer
            told = self._why_not(pipeline, step) if step.about else ()
            journal.lead(told[:1])
            answer = Answer(step.understood.request, (), told, reply=journal.reply)
            return self._stored_answer(pipeline, step, answer, ())
        if step.shows_set:
            answer, after = self._set_answer(pipeline, turn, step, journal)
            return self._stored_answer(pipeline, replace(step, state=after), answer, ())
        k = turn.k if step.rows is None else max(1, len(step.rows))
        shown_turn = replace(turn, k=k, images=step.state.images, filters=step.understood.request.filters)
        step, selection = self._selected(pipeline, shown_turn, step, journal)
        answer = pipeline.explain(selection, journal, worded=worded and not step.compared)
        return self._stored_answer(pipeline, step, answer, selection.candidates)

    def _set_answer(self, pipeline: Pipeline, turn: UserTurn, step: Step, journal: Journal) -> tuple[Answer, State]:
        """The lists of several things at once, and the state once they are shown."""
        state = step.state
        inquiries = [self._role_inquiry(pipeline, turn, role) for role in state.roles]
        findings, chosen = find_roles(pipeline, inquiries, state.budget, journal)
        answer = set_answer(pipeline, state.budget, findings, chosen, journal, step.understood.request.language)
        return answer, with_groups(state, answer.groups)

    def _role_inquiry(self, pipeline: Pipeline, turn: UserTurn, role: SoughtRole) -> RoleInquiry:
        """One of several things as a request of its own."""
        step = Interpreter(pipeline, role.request).same(role.request, "")
        own = replace(turn, text="", k=SHOWN, images=(), filters=step.understood.request.filters)
        inquiry = self._inquiry(pipeline, own, step)
        return RoleInquiry(role.words, role.quantity, inquiry, role.chosen if role.stays else None)

    def _understood(
        self, pipeline: Pipeline, turn: UserTurn, perceived: Perceived, words: str, journal: Journal | None = None
    ) -> Step | None:
        """What a turn does; what it cannot do is told in its own language."""
        try:
            state = without_parts(turn.without, self.state)
            return Interpreter(pipeline, state, journal).step(turn, perceived, words)
        except RequestError as error:
            language = detect_language(words) if words else self.state.language
            raise RequestError(*in_language((error.what, error.hint), language)) from error

    def _selected(self, pipeline: Pipeline, turn: UserTurn, step: Step, journal: Journal) -> tuple[Step, Selection]:
        """The items for a step; where criticism leaves nothing new, those shown before that it spares."""
        selection = self._select(pipeline, turn, step, journal)
        if selection.chosen or step.act not in _NARROWING or not step.state.barred:
            return step, selection
        again = replace(step, state=replace(step.state, barred=()), notes=(*step.notes, Note("left of shown")))
        spared = self._select(pipeline, turn, again, journal)
        return (again, spared) if spared.chosen else (step, selection)

    def _select(self, pipeline: Pipeline, turn: UserTurn, step: Step, journal: Journal) -> Selection:
        """The items that a step names, else those that are found for it."""
        inquiry = self._inquiry(pipeline, turn, step)
        if step.rows is not None:
            return pipeline.select_rows(inquiry, step.rows, compared=step.compared)
        return pipeline.select(inquiry, journal)

    def _inquiry(self, pipeline: Pipeline, turn: UserTurn, step: Step) -> Inquiry:
        """All that a step is searched by.

        What the conversation knows bends the person's taste: examples that were praised or refused draw and push, and
        what was shown, or lies on the wrong side of criticism, is hidden. Items that a step names are shown whatever
        was said of them, so that nothing is hidden then.
        """
        states = bool(step.understood.filters or step.understood.denied or step.understood.order)
        led = states or step.rows is not None or any(one in pipeline.snapshot.rows for one in step.state.liked)
        understood, taste = pipeline.taste(turn, step.understood, led=led)
        if states and not (
            understood.sought.text or step.perceived.beside_words or step.state.liked or taste.past.rows.size
        ):
            understood = understood.for_anything()  # all that meets the conditions, where nothing tells which is best
        hidden = hidden_rows(pipeline, step, understood, turn.k)
        taste = steered(
            taste,
            step.state,
            pipeline.models,
            pipeline.measures,
            wordless=not (understood.sought.text or step.perceived.beside_words),
            hidden=hidden if step.rows is None else np.empty(0, dtype=np.intp),
        )
        return pipeline.inquiry(turn, step.perceived, understood, taste)

    def _why_not(self, pipeline: Pipeline, step: Step) -> tuple[str, ...]:
        """What keeps the items asked about from being shown."""
        state = step.state
        earlier = replace(state, shown=tuple(item_id for item_id in state.shown if item_id not in state.last))
        turn = UserTurn(user=self.user, k=len(state.last), images=state.images, filters=step.understood.request.filters)
        selection = self._select(pipeline, turn, Interpreter(pipeline, earlier).same(earlier, ""), Journal())
        return in_language((kept_out(row, selection, earlier, pipeline) for row in step.about), state.language)

    def _stored_answer(self, pipeline: Pipeline, step: Step, answer: Answer, candidates: Sequence[Scored]) -> Answer:
        """The answer with its place in the conversation; its turn is stored."""
        question = question_for(pipeline, step, candidates) if step.asks and answer.recommendations else None
        shown = tuple(recommendation.item.id for recommendation in answer.recommendations)
        folded = tuple(twin.item_id for recommendation in answer.recommendations for twin in recommendation.twins)
        state = step.state
        after = replace(
            step.after(shown, folded),
            candidates=_ids(candidates) or state.candidates,
            relaxations=answer.relaxations if step.rows is None else state.relaxations,
            question=question if step.rows is None else state.question,
            asked=(*state.asked, question.field) if question else state.asked,
        )
        self._keep(Turn(step.utterance, shown, after))
        language = _language(step)
        moves = in_language((_worded(bound, pipeline.measures) for bound in state.bounds), language)
        view = state_view(after, step.refers)
        dialogue = Dialogue(self.id, len(self._turns), step.follows, moves, question, step.act, view)
        before, behind = (in_language(notes, language) for notes in (step.notes, _nothing_left(step, answer)))
        return replace(
            answer,
            dialogue=dialogue,
            notes=(*before, *answer.notes, *behind),
            choices=in_language(step.choices, language) or answer.choices,
        )

    def _undone(self, pipeline: Pipeline, journal: Journal) -> Answer:
        """The last turn is taken back; the list before it is shown again."""
        self.undo()
        state, number = self.state, len(self._turns)
        dialogue = Dialogue(self.id, number, follows=True, act="undo", understood=state_view(state))
        if not state.last:
            note = Note("undone to nothing").text_in(state.language)
            return Answer(empty_turn(state.language).request, (), (note,), dialogue=dialogue, reply=str(note))
        undone = Note("undone").text_in(state.language)
        if state.roles:
            step, told_before = Interpreter(pipeline, state).same(state, ""), Journal()
            answer, _ = self._set_answer(pipeline, UserTurn(user=self.user), step, told_before)
            return replace(answer, dialogue=dialogue, notes=(undone, *answer.notes), reply=str(undone))
        rows = tuple(pipeline.snapshot.rows[item_id] for item_id in state.last if item_id in pipeline.snapshot.rows)
        step = Interpreter(pipeline, state).same(state, "", rows=rows)
        selection = self._select(pipeline, UserTurn(user=self.user, k=max(1, len(rows))), step, journal)
        shown_again = Journal()  # these items were told of before: nobody is told again
        answer = pipeline.explain(selection, shown_again, worded=False)
        laps = {**journal.laps, **shown_again.laps}
        return replace(answer, dialogue=dialogue, notes=(undone, *answer.notes), reply=str(undone), timings_s=laps)

    def _keep(self, turn: Turn) -> None:
        store = self._agent.workspace.store
        with self._keeping:
            if self._forgotten:
                return
            self._turns.append(turn)
            if self._stored and not (self.user and store.opted_out(self.user)):
                body = _turn_codec().dump_json(turn).decode()
                try:
                    store.put_turn(self.id, len(self._turns), StoredTurn(self.user, body))
                except WorkspaceUnwritable as error:
                    # the turn is answered, and the conversation goes on as long as this process does
                    logger.warning("A turn of conversation %s is not kept: %s", self.id, error.what)

    def _refuse_forgotten(self) -> None:
        if self._forgotten:
            raise RequestError("This conversation was forgotten.", "Begin a new one.")


def state_view(state: State, refers: tuple[int, ...] = ()) -> StateView:
    """What people and programs are told of a state."""
    return StateView(
        kind=state.kind.head if state.kind else "",
        wishes=tuple(wish.text for wish in state.wishes),
        must_haves=tuple(must_have.filter for must_have in state.must_haves),
        denied=tuple(denial.term for denial in state.denied),
        order=f"{state.order.field} {state.order.direction}" if state.order else "",
        refers=refers,
        roles=tuple(role.words for role in state.roles),
        budget=state.budget.at_most if state.budget else None,
        owned=state.owned,
        liked=state.liked,
        disliked=state.disliked,
    )


def _turn_of(text: str, fields: TalkFields) -> UserTurn:
    return UserTurn.of(text, {"k": USUAL_K, **fields}, TalkFields)


def _words(turn: UserTurn, perceived: Perceived) -> str:
    """What the person wrote and said."""
    heard = perceived.heard.text if perceived.heard else ""
    return " ".join(part for part in (wish_of(turn.text), heard) if part)


def _language(step: Step) -> str:
    """What a step is answered in: talk in the language it comes in, whatever that of the request is."""
    return step.understood.request.language if step.rows == () else step.state.language


def _offered(pipeline: Pipeline, step: Step) -> tuple[Relaxation, ...]:
    """What the answer to a step offers to give up."""
    if step.rows is not None:
        return step.state.relaxations
    if step.shows_set:
        return ()
    columns, holdings = pipeline.snapshot.columns, pipeline.holdings
    within = scope_of(step.understood, holdings.kinds, holdings.holding, USUAL_K).within(columns.n_items)
    return relaxations(step.understood.filters, columns, within)


def _nothing_left(step: Step, answer: Answer) -> tuple[Note, ...]:
    if answer.recommendations or not step.state.bounds:
        return ()
    return (Note("nothing left", said=tuple(f"“{one.words}”" for one in step.state.bounds)),)


def _worded(bound: Bound, measures: Measures) -> Note:
    name = "above" if bound.op == ">" else "below"
    return Note(name, measure=measures.called(bound.measure), value=bound.value, words=bound.words)


def _ids(candidates: Sequence[Scored]) -> tuple[str, ...]:
    return tuple(one.candidate.item.id for one in candidates[:MOST_CANDIDATES])


@cache
def _turn_codec() -> TypeAdapter[Turn]:
    return TypeAdapter(Turn)


def kept_out(row: int, selection: Selection, state: State, pipeline: Pipeline) -> str:
    """What keeps an item from being shown, in a sentence or two.

    Args:
        selection: What the present request finds, where the list shown last may be shown again.
        state: Of the conversation, with all that was shown before that list.
    """
    why = pipeline.why_not(row, selection)
    if why.reason != "seen":
        return why.text
    if why.item_id in state.shown:
        return Note("why not earlier", title=why.title)
    for bound in state.bounds:
        value = float(pipeline.measures.of(bound.measure)[row])
        if not (value > bound.value if bound.op == ">" else value < bound.value):
            return Note("why not criticised", title=why.title, words=bound.words)
    return why.text


__all__ = ["Conversation", "Turn", "kept_out"]
