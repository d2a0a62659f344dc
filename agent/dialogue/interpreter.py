"""Interpreter: what one turn asks of the agent, given all turns before it.

A turn is told apart into acts first. Only the words of acts that look for something are read as a wish; what else is
said changes the state in its own way, or is answered in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.answers import MustHave, UserTurn
from agent.dialogue.clarifying import canonical, chosen
from agent.dialogue.forgetting import given_up, without_given_up, without_named
from agent.dialogue.item_answers import AskedItem, asks_after_a_field, item_answers
from agent.dialogue.item_questions import ItemQuestion, asks_aloud, read_item_question
from agent.dialogue.merging import MOST_ITEMS, empty_turn, making_room, merged, puts_name, relaxed, request_of
from agent.dialogue.moves import Moves, item_meant, judgement_moves, moves_of
from agent.dialogue.pointing import chooses, means_all, numbers_named, pointed_numbers, spelled
from agent.dialogue.reader import TalkReader
from agent.dialogue.set_talk import SetTalk, begun_set
from agent.dialogue.shared_values import shared_values
from agent.dialogue.shown_names import ShownNames
from agent.dialogue.state import State
from agent.dialogue.step import Step
from agent.dialogue.topic import (
    carries_budget,
    goes_on,
    is_either,
    is_refusal,
    says_afresh,
    seen_again,
    without_carried,
)
from agent.errors import RequestError
from agent.language.detection import detect_language
from agent.language.messages import Note
from agent.perceive import Perceived
from agent.pipeline.talk import TalkReply, ask_back, catalog_reply, count_reply, counts, shop_reply, social_reply
from agent.understand import Understood, clean, gives_up_rules, read
from agent.understand.acts import Act, Clause, TurnActs, TurnContext
from agent.understand.acts.act import SEEKING
from agent.understand.denials import denials, refused_back
from agent.understand.fillers import without_fillers
from agent.understand.parsed import Denied
from agent.understand.pointing import means_one
from agent.understand.references import pointed_at, references
from agent.understand.roles import RoleRequest
from agent.understand.spelling import mended
from agent.understand.tokens import flat, forms
from retrieval.filters import parse_filter

if TYPE_CHECKING:
    from agent.pipeline.journal import Journal
    from agent.pipeline.pipeline import Pipeline

LEAST_SEVERAL = 0.12  # probability that a turn asks for several things, for its words to be read so at all
LIKELY_SEVERAL = 0.2  # the same, where not all of them are known by a kind
LONGEST_BARE = 60  # characters of a part of a turn that is nothing but the name of a thing
SURE_SEVERAL = 0.75  # that a turn asks for several things, before one known thing is enough for it
SURE_DISLIKE = 0.6  # that what a turn says it is to be like is what it does not want
SURE_YES = 0.8  # that a turn agrees, before something is given up for it
_WISHES: tuple[Act, ...] = ("request", "refine")
_NO_WISH: tuple[Act, ...] = ("unclear", "chat", "bye", "out_of_scope")
_BY_THE_WAY: tuple[Act, ...] = ("chat", "none", "more", "bye", "unclear", "agree", "choose")
_JUDGING: tuple[Act, ...] = ("choose", "owned", "like", "dislike")
_NO_MORE_THAN_POINTING: tuple[Act, ...] = (*SEEKING, "unclear", "chat", "agree", "like", "out_of_scope")
_OF_SHOWN: tuple[Act, ...] = (*_JUDGING, "ask_item", "again")


class Interpreter:
    """Understands a turn by the state before it.

    Args:
        journal: Of the answer that the turn is to get, by which a language model that reads turns is waited for;
            without it none is asked.
    """

    def __init__(self, pipeline: Pipeline, state: State, journal: Journal | None = None) -> None:
        self._pipeline = pipeline
        self._journal = journal
        self._measures = pipeline.measures
        self._state = state

    def step(self, turn: UserTurn, perceived: Perceived, utterance: str) -> Step | None:
        """What a turn does; None where it takes the last one back."""
        state = self._state
        if turn.without and not (utterance or turn.images or turn.video or perceived.sounds):
            return self._restate(turn, state)
        if not utterance or (state.question is not None and chosen(utterance, state.question)):
            return self._request(turn, perceived, utterance, state, "refine" if utterance else "request")
        offered = bool(state.relaxations) or state.question is not None
        acts = self._pipeline.acts.read(utterance, TurnContext(bool(state.last), offered)).as_wish().seeking_first()
        if acts.main.act in _NO_WISH and self._is_wish(acts.main):
            acts = acts.being("refine" if state.last else "request")
        given = bool(turn.images or turn.video or turn.filters or perceived.sounds)
        main = acts.main
        if given and main.act not in SEEKING:
            # Who sends a picture or a filter asks for something, whatever the words beside it would do alone.
            words = turn.text if main.act in ("unclear", "out_of_scope") else ""
            return self._request(replace(turn, text=words), perceived, utterance, state, "request")
        try:
            step = self._do(main, acts, turn, perceived, utterance)
        except RequestError as error:
            if not all(isinstance(part, Note) for part in (error.what, error.hint)):
                raise
            # What cannot be done is said in words, and nothing that was said before is lost.
            step = self._in_words(TalkReply((error.what, error.hint)), state, utterance, main.act)  # type: ignore[arg-type]
        if step is None:
            return None
        notes = (Note("rules left out"),) if acts.rules or gives_up_rules(turn.text) else ()
        return replace(step, notes=(*notes, *step.notes), refers=self._pointed(utterance, step))

    def _do(self, main: Clause, acts: TurnActs, turn: UserTurn, perceived: Perceived, utterance: str) -> Step | None:
        """What the act that a turn is for comes to, once what it says beside it has been taken in."""
        if self._state.roles and (of_set := self._of_set(main, turn, utterance)) is not None:
            return of_set
        if main.act == "undo":
            return None
        if main.act == "restart":
            return self._begin_anew(turn, perceived, main.rest)
        new, dropped, rest = without_given_up(utterance, self._state, self._pipeline)
        # Whoever asks for something new begins anew, and need give up nothing.
        if dropped and not (rest and main.act in ("request", "several")):
            return self._after_giving_up(new, dropped, turn, perceived, utterance, rest)
        back = refused_back(utterance, detect_language(utterance), self._pipeline.vocabulary.taxonomy)
        if back is not None:
            behind = utterance[back.start :]
            return self._request(replace(turn, text=behind), perceived, utterance, self._state, "refine")
        question = read_item_question(mended(utterance))
        if question and question.kind == "compare" and len(self._items_of(utterance, self._state)) > 1:
            return self._why_or_compare(question, utterance, self._state, utterance)
        if self._state.last and main.act in _NO_MORE_THAN_POINTING and chooses(utterance):
            return self._judge(replace(main, act="choose", text=utterance), self._state, turn, perceived, utterance)
        pointed = [one.kind for one, _, _ in references(flat(main.text), self._pipeline.vocabulary)]
        pointing = bool(self._state.last and pointed)
        if "like" in pointed and (main.act == "agree" or (main.act == "dislike" and main.sure < SURE_DISLIKE)):
            main = replace(main, act="like")  # who says what it is to be like agrees to nothing, and refuses nothing
        if pointed and not self._state.last and main.act == "unclear":
            raise RequestError(Note("nothing shown"), Note("say what"))
        if main.doubtful and main.act not in _WISHES and not pointing and not self._pipeline.names_something(main.text):
            return self._ask_back(main, utterance)
        if main.act in ("agree", "choose") and puts_name(main.text, self._pipeline.vocabulary):
            main = replace(main, act="refine")  # `all right, Bergman then` neither agrees nor chooses
        state, notes = self._beside(acts, main)
        low = flat(mended(main.text))
        if main.act == "ask_item" and state.last and "compare" in pointed and not asks_aloud(main.text):
            return self._request(replace(turn, text=main.text), perceived, utterance, state, "critique")
        if main.act in SEEKING and state.last and means_one(low) and asks_after_a_field(low):
            return replace(self._ask_item(main, state, turn, perceived, utterance), act="ask_item")
        if main.act in SEEKING and counts(main.text):
            return self._ask_catalog(main, state, turn, perceived, utterance)
        if main.act == "none" and self._refusing_things(replace(main, text=utterance), state) != state:
            # `No saints though` refuses the saints, not all that was shown.
            return self._request(replace(turn, text=utterance), perceived, utterance, state, "refine")
        if main.act in SEEKING:
            text = " ".join(clause.text for clause in acts.clauses if self._wishes(clause))
            act: Act = "request" if main.act == "several" and main.sure < SURE_SEVERAL else main.act
            if act == "request" and state.last and self._states_no_more(acts.clauses[0].text):
                act = "refine"  # `no tofu. everyone always says tofu`
            several = max(clause.among.get("several", 0.0) for clause in acts.clauses)
            if sum(map(self._is_bare_kind, acts.clauses)) > 1:
                several = 1.0  # `ice axe. crampons. rope.`
            step: Step | None = self._request(
                replace(turn, text=text), perceived, utterance, state, act, several=several
            )
        else:
            step = self._answer(main, state, turn, perceived, utterance)
        return None if step is None else replace(step, notes=(*notes, *step.notes))

    def _states_no_more(self, text: str) -> bool:
        """Whether words refuse something or set a limit, and ask for nothing else."""
        parsed = read(text, self._pipeline.vocabulary)
        return bool(parsed.denied or parsed.must) and not forms(without_fillers(parsed.wishes))

    def _is_bare_kind(self, clause: Clause) -> bool:
        """Whether a clause is the name of a kind of thing, and hardly more."""
        short = len(clause.text) <= LONGEST_BARE
        return short and self._pipeline.kinds.is_bare(clause.text, detect_language(clause.text))

    def _is_wish(self, main: Clause) -> bool:
        """Whether words that seem to ask for nothing name a thing, and nothing else unless they seem unclear."""
        if main.guessed and self._pipeline.is_held(main.text):
            return True
        if main.act == "unclear":
            return self._pipeline.names_something(main.text)
        return self._pipeline.kinds.is_bare(main.text, detect_language(main.text))

    def _wishes(self, clause: Clause) -> bool:
        """Whether the words of a clause say what is looked for, be it by the way."""
        if clause.act in (*SEEKING, "like"):
            return True
        by_the_way = clause.doubtful or clause.act in _BY_THE_WAY
        return by_the_way and self._pipeline.states_conditions(clause.text)

    def _pointed(self, utterance: str, step: Step) -> tuple[int, ...]:
        """The numbers of the items shown last that the turn points at: those that it was understood of, at least."""
        freely = step.act in _OF_SHOWN
        named = _numbers([*self._items_named(utterance)], self._state)
        numbers = (*numbers_named(utterance, self._names(self._state), freely=freely), *named)
        return step.refers if set(numbers) <= set(step.refers) else tuple(dict.fromkeys(numbers))

    def _answer(self, main: Clause, state: State, turn: UserTurn, perceived: Perceived, utterance: str) -> Step:
        """What an act comes to that looks for nothing new by itself."""
        if main.act == "ask_item":
            return self._ask_item(main, state, turn, perceived, utterance)
        if main.act == "ask_catalog":
            return self._ask_catalog(main, state, turn, perceived, utterance)
        if main.act == "ask_shop":
            return self._in_words(shop_reply(main.text, self._pipeline), state, utterance, main.act)
        if main.act in _JUDGING:
            return self._judge(main, state, turn, perceived, utterance)
        if main.act in ("more", "none"):
            return self._show_others(main.act, state, utterance)
        if main.act == "again":
            return self._show_again(main, state, turn, perceived, utterance)
        if main.act == "forget":
            return self._forget(main, state, utterance)
        if main.act == "agree":
            return self._agree(main, state, utterance)
        reply = social_reply(main.act, main, self._pipeline, shown=bool(state.last))
        return self._in_words(reply or TalkReply(()), state, utterance, main.act)

    # What is said beside what a turn is for

    def _beside(self, acts: TurnActs, main: Clause) -> tuple[State, tuple[Note, ...]]:
        """The state with what the other clauses say: what is refused, owned, praised, given up."""
        state, notes = self._state, tuple[Note, ...]()
        for clause in acts.clauses:
            if clause is main:
                continue
            if clause.act == "restart":
                state = State(language=state.language)
            elif clause.act == "none":
                state = _refusing(state)
            elif clause.act == "ask_shop" and not clause.doubtful:
                notes += shop_reply(clause.text, self._pipeline).notes
            elif clause.act == "forget":
                state, dropped = without_named(clause.text, state, self._pipeline)
                notes += (Note("dropped noted", what=dropped),) * bool(dropped)
            elif clause.act == "dislike" and not self._items_of(clause.text, state):
                state = self._refusing_things(clause, state)
            elif clause.act in ("owned", "dislike"):
                state = self._taking(clause, state)
        return state, notes

    def _refusing_things(self, clause: Clause, state: State) -> State:
        """The state with what a clause says is not wanted at all: `my wife hates blue`."""
        refused = denials(clause.text, detect_language(clause.text), self._pipeline.vocabulary.taxonomy)
        new = tuple(Denied(term.words, term.term, term.lasting) for term in refused)
        return replace(state, denied=tuple(dict.fromkeys((*state.denied, *new))))

    def _taking(self, clause: Clause, state: State) -> State:
        """The state with the items that a clause says are owned, or disliked."""
        items = self._items_meant(clause.text, state) or _first(state)
        if clause.act == "owned":
            return replace(state, owned=_joined(state.owned, items))
        return replace(
            state, disliked=_joined(state.disliked, items)[-MOST_ITEMS:], barred=_joined(state.barred, items)
        )

    # Answers in words

    def _in_words(self, reply: TalkReply, state: State, utterance: str, act: Act, **changes: object) -> Step:
        """A step that shows nothing new: the list stays, and is answered about."""
        step = self.same(state, utterance, rows=(), asks=False)
        language = detect_language(utterance) if utterance else state.language
        understood = replace(step.understood, request=replace(step.understood.request, language=language))
        step = replace(step, understood=understood, act=act, reply=reply.notes, choices=reply.choices)
        return replace(step, **changes)  # type: ignore[arg-type]  # fields of a step

    def _ask_back(self, clause: Clause, utterance: str) -> Step:
        likely = clause.act not in ("unclear", "out_of_scope", "chat")
        reply = ask_back(clause.text, self._pipeline, shown=bool(self._state.last), likely=likely)
        return self._in_words(reply, self._state, utterance, "unclear")

    def _ask_item(self, main: Clause, state: State, turn: UserTurn, perceived: Perceived, utterance: str) -> Step:
        """An answer from what the items say; a question that is about none of them is a request."""
        question = read_item_question(mended(main.text))
        if question and (step := self._why_or_compare(question, main.text, state, utterance)):
            return step
        low = flat(main.text)
        if state.last and "?" not in low and any(shared_values(main.text, self._pipeline.vocabulary)):
            # `The same colour as the first` is a wish, though it looks like a question for that colour.
            return self._request(replace(turn, text=main.text), perceived, utterance, state, "refine")
        items = self._items_meant(main.text, state)
        if not items and not state.last:
            if counts(main.text):
                return self._ask_catalog(main, state, turn, perceived, utterance)
            if means_one(low) or means_all(low):
                raise RequestError(Note("nothing shown"), Note("say what"))
            return self._request(replace(turn, text=main.text), perceived, utterance, state, "request")
        if not items and self._names_another_kind(main.text, state):
            return self._ask_catalog(main, state, turn, perceived, utterance)
        single = bool(items) and (len(items) < len(state.last) or not means_all(low))
        asked = self._asked(items or list(state.last), state)
        if not asked:
            return self._in_words(TalkReply((Note("not shown again"),)), state, utterance, "ask_item")
        notes = item_answers(main.text, asked, self._pipeline, pointed=single)
        state = _spoken_of([entry.item.id for entry in asked], state) if single else state
        return self._in_words(TalkReply(notes), state, utterance, "ask_item", refers=_numbers(items, state))

    def _names_another_kind(self, text: str, state: State) -> bool:
        """Whether a question asks for a kind of thing that the catalog has and that is not shown: `lamps, too?`."""
        kinds, language = self._pipeline.kinds, detect_language(text)
        kind = kinds.of(text, language)
        if kind is None or not kinds.leads(kind, text, language):
            return False
        match = kinds.table.rows(kind, language)
        shown = {self._measures.snapshot.rows.get(item) for item in state.last}
        return match.exact and not shown.intersection(match.rows.tolist())

    def _asked(self, items: Sequence[str], state: State) -> list[AskedItem]:
        snapshot = self._measures.snapshot
        numbers = {item: number for number, item in enumerate(state.last, start=1)}
        return [
            AskedItem(snapshot.items[snapshot.rows[item]], numbers.get(item, 0))
            for item in dict.fromkeys(items)
            if item in snapshot.rows
        ]

    def _ask_catalog(self, main: Clause, state: State, turn: UserTurn, perceived: Perceived, utterance: str) -> Step:
        """What there is; a question for things of the catalog shows them, one for how many counts them."""
        reader = TalkReader(self._measures.axes, shown=False)
        understood = self._pipeline.read(replace(turn, text=main.text), perceived, reader)
        seeks = bool(understood.filters or understood.kind or understood.order or understood.denied)
        if counts(main.text):
            counted = (
                understood.kind.words if understood.kind else "",
                *(must.words for must in understood.request.must_haves),
            )
            reply = count_reply(self._pipeline.count(understood), ", ".join(part for part in counted if part))
            return self._in_words(reply, state, utterance, "ask_catalog")
        if seeks:
            return self._request(replace(turn, text=main.text), perceived, utterance, state, "request")
        return self._in_words(
            catalog_reply(main.text, self._pipeline) or TalkReply(()), state, utterance, "ask_catalog"
        )

    def _why_or_compare(self, question: ItemQuestion, text: str, state: State, utterance: str) -> Step | None:
        """Why an item is there or is not, and how items compare; None where the words point at none."""
        rows, targets = self._measures.snapshot.rows, question.targets
        meant = [item_meant(reference.target, reference.words, state, self._measures) for reference in targets]
        named = self._items_of(text, state)
        if named and question.kind == "compare":
            named = self._items_meant(text, state)  # `how does it compare to the second` is of two
        # A comparison that points at nothing is of the whole list.
        meant = [*named] or meant or [*(state.last if question.kind == "compare" else ())]
        items = [item_id for item_id in dict.fromkeys(meant) if item_id is not None and item_id in rows]
        if not items:
            return None
        # Why an item is not shown can be asked only of what is not in the list.
        out = tuple(rows[item_id] for item_id in items if item_id not in state.last)
        if question.kind == "why" and out:
            if not state.last:
                raise RequestError(Note("nothing shown"), Note("say what"))
            return replace(self.same(state, utterance, rows=(), asks=False), about=out, act="ask_item")
        compared = question.kind == "compare" or (question.refuses and items != [state.last[0]])
        # One item is compared with the best of the list: whoever asks `why not the third` means instead of the first.
        if compared and len(items) == 1 and state.last:
            items = [*dict.fromkeys((state.last[0], *items))]
        state = _spoken_of(items, state)
        if compared and len(items) == 1:
            raise RequestError(Note("nothing to compare"), Note("name two"))
        step = self.same(state, utterance, rows=tuple(rows[item_id] for item_id in items), asks=False)
        notes = tuple(self._shown_as(item_id) for item_id in meant if item_id and question.kind == "why")
        reply = (Note("compared"),) if compared else ()
        return replace(step, compared=compared, notes=notes, act="ask_item", reply=reply, refers=_numbers(items, state))

    def _items_named(self, utterance: str) -> Iterator[str]:
        """The items that a question names by their titles."""
        for mention in self._pipeline.find_mentions(utterance):
            yield self._measures.snapshot.items[mention.row].id

    def _items_of(self, text: str, state: State) -> list[str]:
        """The items that words point at by their place, or name."""
        places = [item_meant(one.target, one.words, state, self._measures) for one in pointed_at(spelled(text))]
        numbers = numbers_named(text, self._names(state), freely=True)
        named = [] if places else [*self._items_named(text)]
        return list(dict.fromkeys([*(state.last[number - 1] for number in numbers), *named]))

    def _items_meant(self, text: str, state: State) -> list[str]:
        """The items that words are about: those they point at, all that was shown, or what was spoken of last."""
        explicit = self._items_of(text, state)
        elsewhere = [item for item in explicit if item not in state.last]
        if elsewhere or not state.last:
            return explicit
        if not explicit and state.focus and state.focus not in state.last and not means_all(flat(mended(text))):
            return [state.focus]
        focus = state.last.index(state.focus) + 1 if state.focus in state.last else None
        also, pair = _numbers(explicit, state), _numbers(state.pair, state)
        numbers = pointed_numbers(text, self._names(state), focus, freely=True, also=also, pair=pair)
        return [state.last[number - 1] for number in numbers]

    def _names(self, state: State) -> ShownNames:
        """The names of the items shown last."""
        snapshot = self._measures.snapshot
        items = [snapshot.items[snapshot.rows[item]] for item in state.last if item in snapshot.rows]
        if len(items) < len(state.last):
            return ShownNames([""] * len(state.last))  # a list of which some are gone is pointed at by numbers alone
        return ShownNames.of(items, self._pipeline.vocabulary)

    def _shown_as(self, item_id: str) -> Note:
        snapshot, last = self._measures.snapshot, self._state.last
        return Note("why not shown", title=snapshot.items[snapshot.rows[item_id]].title, shown=last.index(item_id) + 1)

    # What people decide of items

    def _judge(self, main: Clause, state: State, turn: UserTurn, perceived: Perceived, utterance: str) -> Step:
        """A choice is noted, what is owned goes, what is liked or disliked moves the list."""
        if main.act in ("like", "dislike"):
            items = self._items_of(main.text, state)
        else:
            items = self._items_meant(main.text, state) or _first(state)
        if main.act == "dislike" and not items and (new := self._refusing_things(main, state)) != state:
            return replace(self.same(new, utterance), act="refine")
        if main.act in ("like", "dislike") and not (items and state.last):
            return self._request(replace(turn, text=main.text), perceived, utterance, state, main.act)
        if not items:
            reply = ask_back(main.text[:80], self._pipeline, shown=bool(state.last), likely=True)
            return self._in_words(reply, state, utterance, main.act)
        refers = _numbers(items, state)
        titles = tuple(self._title(item) for item in items)
        if main.act == "choose":
            state = replace(_spoken_of(items, state), liked=_joined(state.liked, items)[-MOST_ITEMS:])
            chosen_notes = tuple(self._chosen_note(item) for item in items)
            return self._in_words(TalkReply(chosen_notes), state, utterance, "choose", refers=refers)
        if main.act == "owned":
            state = replace(state, owned=_joined(state.owned, items))
            step = (
                self.same(state, utterance) if state.last else self._in_words(TalkReply(()), state, utterance, "owned")
            )
            return replace(step, act="owned", reply=(Note("owned noted", titles=titles),), refers=refers)
        liked = main.act == "like"
        moves = judgement_moves(items, main.text, state, self._measures, liked=liked)
        before = replace(state, barred=_joined(state.barred, state.last))
        schema = self._measures.snapshot.schema
        new = merged(before, empty_turn(state.language), moves, "", schema)
        noted = Note("liked noted" if liked else "disliked noted", titles=titles)
        return replace(self.same(new, utterance), act=main.act, reply=(noted,), refers=refers)

    def _title(self, item_id: str) -> str:
        snapshot = self._measures.snapshot
        return snapshot.items[snapshot.rows[item_id]].title

    def _chosen_note(self, item_id: str) -> Note:
        snapshot = self._measures.snapshot
        price = snapshot.items[snapshot.rows[item_id]].price
        if price is None:
            return Note("chosen", title=self._title(item_id))
        return Note("chosen price", title=self._title(item_id), price=f"{price:g}")

    # The list again, others, less to ask for

    def _restate(self, turn: UserTurn, state: State) -> Step:
        """The same request under other must-haves."""
        schema = self._measures.snapshot.schema
        stated = [
            MustHave(str(parse_filter(condition, schema)), "stated", condition, 1.0) for condition in turn.filters
        ]
        state = state.with_must_haves(stated, schema)
        if not _seeks(state):
            return self._begin_anew(turn, Perceived(), "")
        return self.same(state, "")

    def _begin_anew(self, turn: UserTurn, perceived: Perceived, rest: str) -> Step:
        """All is forgotten; words behind `start over` are the first of the new request."""
        if rest:
            return self._request(replace(turn, text=rest), perceived, rest, State(), "request")
        before, notes = empty_turn(self._state.language), (Note("all forgotten"),)
        return Step(clean(turn.text), State(), before, follows=False, rows=(), act="restart", reply=notes)

    def _show_again(self, main: Clause, state: State, turn: UserTurn, perceived: Perceived, utterance: str) -> Step:
        """The list shown last, or those of its items that are pointed at; with words of its own that request again."""
        measures = self._measures
        rest = seen_again(main.text)
        pointed = self._items_of(main.text, state)
        if not pointed and self._pipeline.names_something(rest):
            return self._request(replace(turn, text=rest), perceived, utterance, state, "request")
        items = tuple(pointed) or state.last
        rows = tuple(measures.snapshot.rows[item_id] for item_id in items if item_id in measures.snapshot.rows)
        if not rows:
            raise RequestError(Note("nothing shown" if not state.last else "not shown again"), Note("say what"))
        state = _spoken_of(items, state)
        step = self.same(state, utterance, rows=rows, asks=False)
        return replace(step, act="again", reply=(Note("list again"),), refers=_numbers(pointed, state))

    def _show_others(self, act: Act, state: State, utterance: str) -> Step:
        """The same request; what was shown is barred, and disliked where it was refused."""
        if not (state.last or state.must_haves or state.wishes):
            raise RequestError(Note("nothing shown"), Note("say what"))
        state = _refusing(state) if act == "none" else replace(state, barred=_joined(state.barred, state.last))
        return replace(self.same(state, utterance, asks=act == "more"), act=act)

    def _agree(self, main: Clause, state: State, utterance: str) -> Step:
        """Yes gives up what the answer offered to; no keeps everything; either shows others."""
        schema = self._measures.snapshot.schema
        low = flat(main.text)
        if given_up(main.text) and without_named(main.text, state, self._pipeline)[1]:
            return self._forget(main, state, utterance)  # `drop the year` is no yes to whatever was offered
        if is_refusal(low):
            return self._in_words(TalkReply((Note("kept as it is"),)), state, utterance, "agree")
        if state.question is not None and len(state.question.options) == 1 and not is_either(low):
            # Asked whether one thing is insisted on, yes is that thing.
            must = MustHave(canonical(state.question.options[0], schema), "understood", utterance, 1.0)
            return replace(self.same(state.with_must_haves([must], schema), utterance), act="agree")
        if state.relaxations and not is_either(low) and main.sure >= SURE_YES:
            return replace(self.same(relaxed(state, state.relaxations[0], "", schema), utterance), act="agree")
        if state.question is not None:
            return self._show_others("more", state, utterance)
        reply = social_reply("chat", main, self._pipeline, shown=bool(state.last))
        return self._in_words(reply or TalkReply(()), state, utterance, "chat")

    def _forget(self, main: Clause, state: State, utterance: str) -> Step:
        """The request without what the person gives up."""
        new, dropped = without_named(main.text, state, self._pipeline)
        if not dropped:
            # To give up what was never asked is a misunderstanding that the person should hear of.
            musts = tuple(must_have.filter for must_have in state.must_haves)
            hint = Note("name a must-have", musts=musts) if musts else Note("no must-haves")
            raise RequestError(Note("not asked of", fields=(given_up(main.text),)), hint)
        return replace(self.same(new, utterance), act="forget", reply=(Note("dropped noted", what=dropped),))

    def _after_giving_up(
        self, state: State, dropped: tuple[str, ...], turn: UserTurn, perceived: Perceived, utterance: str, rest: str
    ) -> Step | None:
        """The request without what is given up, and what else the turn asks of it."""
        told = Note("dropped noted", what=dropped)
        step = Interpreter(self._pipeline, state).step(replace(turn, text=rest), perceived, rest) if rest else None
        if step is None or step.act in ("unclear", "chat", "agree", "none", "forget", "more"):
            return replace(self.same(state, utterance), act="forget", reply=(told,))
        return replace(step, utterance=utterance, notes=(told, *step.notes))

    def same(self, state: State, utterance: str, *, rows: tuple[int, ...] | None = None, asks: bool = True) -> Step:
        """A step that adds no words to the request."""
        perceived = self._with_earlier_pictures(state, Perceived(), ())
        understood = request_of(state, empty_turn(state.language), perceived, self._measures.snapshot.schema)
        return Step(utterance, state, understood, perceived, rows=rows, asks=asks)

    # A request

    def _request(
        self,
        turn: UserTurn,
        perceived: Perceived,
        utterance: str,
        state: State,
        act: Act,
        *,
        several: float = 0.0,
    ) -> Step:
        """What a turn asks for in words or pictures, as the state before it has it."""
        schema = self._measures.snapshot.schema
        roles = self._pipeline.roles(turn.text, expected=act == "several") if turn.text else None
        if roles is not None and (act == "several" or _are_several(roles, several)):
            return self._several(turn, roles, utterance, state)
        reader = TalkReader(self._measures.axes, shown=bool(state.last))
        understood = self._pipeline.read(replace(turn, text=without_carried(turn.text)), perceived, reader)
        if self._journal is not None and turn.text:
            understood = self._pipeline.read_again(understood, self._journal)
        moves = self._moves(understood, reader, state)
        # The words of a reply are its option, and would be searched for like a new wish.
        wishes = "" if self._take_reply(utterance, moves, state) else reader.wishes
        leans = bool(moves or moves.picture or moves.notes)
        states = bool(understood.filters or understood.avoid or understood.denied or understood.order)
        # A picture or a sound without words is a request of its own, whatever was asked before it.
        picture_alone = bool(turn.images or turn.video or perceived.sounds) and not wishes and not leans
        if state.last and (
            act == "critique"
            or (act == "refine" and state.kind and not self._changes_kind(understood))
            or (understood.kind is not None and self._pipeline.kinds.is_alien(understood.kind))
        ):
            understood = replace(understood, kind=None)  # criticism is of what is shown, whatever it names
        follows = not picture_alone and self._follows(act, understood, reader if wishes else None, state, leans=leans)
        if not (leans or wishes or states or perceived.beside_words or turn.user):
            if not utterance:
                raise _nothing_asked(utterance)
            if act == "request" and (everything := catalog_reply(turn.text, self._pipeline)) is not None:
                return self._in_words(everything, state, utterance, "ask_catalog")
            if understood.references and not state.last:
                raise RequestError(Note("nothing shown"), Note("say what"))
            return self._ask_back(Clause(turn.text or utterance, 0, "unclear", 1.0, {}), utterance)
        # Conditions alone narrow what was asked, even where they would begin anew as words.
        conditions_alone = not (leans or wishes or perceived.beside_words)
        base = state if follows or conditions_alone else self._anew(state, turn.text)
        if leans and state.last:
            base = replace(base, barred=_joined(base.barred, state.last))
        base = making_room(base, understood, self._pipeline.vocabulary)
        new = merged(replace(base, roles=(), budget=None), understood, moves, wishes, schema)
        images = turn.images or (state.picture if moves.picture else base.images)
        sound = turn.audio if perceived.sounds else base.sound
        new = replace(new, images=images, picture=turn.images or state.picture, sound=sound)
        perceived = self._with_earlier_pictures(new, perceived, turn.images)
        notes = (Note("new request"),) if state.wishes and not follows and not conditions_alone else ()
        served = request_of(new, understood, perceived, schema)
        goes_further = follows and bool(state.last)
        return Step(
            utterance,
            new,
            served,
            perceived,
            goes_further,
            notes=(*notes, *moves.notes),
            act=_settled(
                "refine" if act == "critique" and understood.denied and not moves.bounds else act,
                follows=goes_further,
                leans=leans,
                conditions_alone=conditions_alone,
            ),
            refers=_numbers(moves.items, state),
        )

    def _several(self, turn: UserTurn, roles: RoleRequest, utterance: str, state: State) -> Step:
        """Several things asked for at once, which begin anew; what is denied for good holds for each."""
        new, understood = begun_set(self._pipeline, turn, roles, state)
        return Step(utterance, new, understood, follows=False, act="several", asks=False)

    def _of_set(self, main: Clause, turn: UserTurn, utterance: str) -> Step | None:
        """What a turn makes of several things that were shown; None where it is read as any other."""
        came = SetTalk(self._pipeline, self._state).turn(main, turn, utterance)
        if came is None:
            return None
        if came.items:
            asked = self._asked(came.items, came.state)
            notes = item_answers(came.question, asked, self._pipeline, pointed=True)
            return self._in_words(TalkReply(notes), _spoken_of(came.items, came.state), utterance, came.act)
        if came.in_words:
            return self._in_words(TalkReply(came.reply), came.state, utterance, came.act)
        step = self.same(came.state, utterance, asks=False)
        return replace(step, act=came.act, reply=came.reply, notes=came.notes)

    def _follows(
        self, act: Act, understood: Understood, reader: TalkReader | None, state: State, *, leans: bool
    ) -> bool:
        """Whether a turn goes on with what was asked before; another kind of thing is another request."""
        utterance, language = reader.utterance if reader else "", understood.request.language
        if says_afresh(utterance, language):
            return False
        if state.roles and understood.kind and not leans:
            return False  # one thing after several is another request
        if understood.kind and state.kind and not leans:
            # Who asks for westerns after films has asked anew; who adds `a western` has narrowed what was asked.
            same = understood.kind.head == state.kind.head
            return same if act == "request" else self._pipeline.kinds.same(understood.kind, state.kind)
        if act == "refine" and not leans and understood.kind and self._pipeline.kinds.is_listed(understood.kind):
            return goes_on(utterance, state, self._pipeline.vocabulary, leans=leans, language=language)
        if act in ("refine", "critique") and (state.last or state.wishes or state.must_haves):
            return bool(state.last)
        return goes_on(utterance, state, self._pipeline.vocabulary, leans=leans, language=language)

    def _changes_kind(self, understood: Understood) -> bool:
        """Whether a turn that adds to a request names another kind of thing than by the way: it begins with it."""
        kind, sought = understood.kind, understood.sought
        if kind is None or not self._pipeline.kinds.leads(kind, sought.text, sought.language):
            return False
        return self._pipeline.kinds.is_listed(kind)

    def _anew(self, state: State, text: str) -> State:
        """The state that a new request begins from; its budget goes, unless the same is said to hold."""
        if not carries_budget(flat(text)):
            return state.anew()
        prices = {field.name for field in self._pipeline.vocabulary.of_role("price")}
        schema = self._measures.snapshot.schema
        stays = tuple(must for must in state.must_haves if parse_filter(must.filter, schema).field in prices)
        return replace(state.anew(), must_haves=stays)

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
        """What was perceived, with the pictures and the sound of turns before that are still part of the request."""
        if state.images and state.images != looked_at:
            earlier = self._pipeline.see(state.images)
            perceived = replace(perceived, sights=(*earlier.sights, *perceived.sights))
        if state.sound and not perceived.sounds:
            perceived = replace(perceived, sounds=self._pipeline.look(UserTurn(audio=state.sound)).sounds)
        return perceived


def _are_several(roles: RoleRequest, sure: float) -> bool:
    """Whether things that a turn names are asked for together, by how likely it asks for several."""
    known = [bool(role.kind) for role in roles.roles]
    return sure >= (LEAST_SEVERAL if all(known) else LIKELY_SEVERAL) and sum(known) > 1


def _seeks(state: State) -> bool:
    """Whether anything is left to go by."""
    return bool(state.kind or state.wishes or state.must_haves or state.denied or state.order or state.liked)


def _refusing(state: State) -> State:
    """The state once all that was shown last is refused."""
    disliked = _joined(state.disliked, state.last)[-MOST_ITEMS:]
    return replace(state, disliked=disliked, barred=_joined(state.barred, state.last))


def _spoken_of(items: Sequence[str], state: State) -> State:
    """The state once these items were spoken of."""
    if len(items) == 1:
        return replace(state, focus=items[0])
    return replace(state, pair=tuple(items)) if len(items) == 2 else state


def _first(state: State) -> list[str]:
    """What was spoken of last, else the best of the list."""
    return [item for item in (state.focus, *state.last) if item][:1] if state.last else []


def _joined(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _numbers(items: Sequence[str], state: State) -> tuple[int, ...]:
    """The numbers that items have in the list shown last."""
    return tuple(state.last.index(item) + 1 for item in dict.fromkeys(items) if item in state.last)


def _settled(act: Act, *, follows: bool, leans: bool, conditions_alone: bool) -> Act:
    """What a turn that looks for something did, once it is known whether it went on with what was asked."""
    if act == "request" and follows and not leans:
        return "refine"
    if act == "several" or (act == "refine" and not follows and not conditions_alone):
        return "request"
    return act


def _nothing_asked(utterance: str) -> RequestError:
    what = Note("nothing to look for", words=utterance[:80]) if utterance else Note("empty turn")
    return RequestError(what, Note("what to say"))


__all__ = ["Interpreter"]
