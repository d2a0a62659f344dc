"""What a turn makes of several things that are shown side by side: each of them is a request of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.answers import Group, MustHave, UserTurn
from agent.dialogue.forgetting import without_named
from agent.dialogue.giving_up import gives_up, named_parts
from agent.dialogue.item_answers import asks_after_a_field
from agent.dialogue.item_questions import asks_aloud
from agent.dialogue.merging import empty_turn, merged, request_of
from agent.dialogue.moves import Moves, moves_of
from agent.dialogue.pointing import numbers_named
from agent.dialogue.reader import TalkReader
from agent.dialogue.shown_names import ShownNames
from agent.dialogue.state import SoughtRole, State, WishText
from agent.dialogue.topic import without_carried
from agent.language.detection import detect_language
from agent.language.messages import Note
from agent.perceive import Perceived
from agent.pipeline.sets import SHOWN
from agent.understand import Understood
from agent.understand.acts import Act, Clause
from agent.understand.roles import AskedRole, RoleRequest, SetMove, SharedBudget, adds, set_moves
from agent.understand.roles.reader import MOST_CHARS
from agent.understand.roles.role_names import RoleNames
from agent.understand.tokens import flat
from retrieval.text.values import as_text

if TYPE_CHECKING:
    from agent.pipeline.pipeline import Pipeline

_ASKS_ANEW: tuple[Act, ...] = ("request", "refine", "several", "ask_catalog", "unclear", "more")
_BACK: tuple[Act, ...] = ("restart", "undo")
_ELSEWHERE: tuple[Act, ...] = ("ask_shop", "ask_catalog", "help")
_IDLE: tuple[Act, ...] = ("greet", "thanks", "bye", "chat", "unclear", "out_of_scope", "agree")
_ACTS: dict[str, Act] = {"add": "several", "swap": "more", "drop": "forget", "budget": "refine", "take": "choose"}


@dataclass(frozen=True, slots=True, eq=False)
class SetTurn:
    """What a turn came to.

    Attributes:
        state: What is known now.
        act: What the turn does.
        reply: What it is answered in words.
        notes: What the person must be told beside the lists.
        in_words: Whether words alone answer it.
        items: The items that it asks about.
        question: What it asks of them, with `it` for their names.
    """

    state: State
    act: Act
    reply: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    in_words: bool = False
    items: tuple[str, ...] = ()
    question: str = ""


def begun_set(pipeline: Pipeline, turn: UserTurn, asked: RoleRequest, state: State) -> tuple[State, Understood]:
    """The state of somebody who asks for several things, which begin anew; and the turn as it was read."""
    understood = pipeline.read(turn, Perceived())
    shared = pipeline.read(replace(turn, text=asked.shared), Perceived()).request.must_haves if asked.shared else ()
    base = state.anew()
    base = replace(base, language=understood.request.language, denied=(*base.denied, *understood.denied))
    roles = tuple(_begun(pipeline, turn, role, asked.shared, base) for role in asked.roles)
    base = base.with_must_haves(shared, pipeline.schema)
    return _with_roles(replace(base, budget=asked.budget), roles), understood


def with_groups(state: State, groups: Sequence[Group]) -> State:
    """The state once these were shown."""
    roles = (
        replace(role, request=replace(role.request, last=group.items), chosen=group.chosen)
        for role, group in zip(state.roles, groups, strict=True)
    )
    return replace(state, roles=tuple(roles))


def with_shown(state: State, shown: Sequence[str]) -> State:
    """The state once items were shown of which nothing but their order is known."""
    if len(shown) != SHOWN * len(state.roles):
        return state
    cut = [tuple(shown[at : at + SHOWN]) for at in range(0, len(shown), SHOWN)]
    groups = [Group(role.words, items, items[0]) for role, items in zip(state.roles, cut, strict=True)]
    return with_groups(state, groups)


class SetTalk:
    """Understands a turn by the several things that were shown before it."""

    def __init__(self, pipeline: Pipeline, state: State) -> None:
        self._pipeline = pipeline
        self._state = state

    def turn(self, main: Clause, turn: UserTurn, text: str) -> SetTurn | None:
        """What a turn makes of them; None where it asks for something else, or is talk that no set is needed for."""
        if len(text) > MOST_CHARS:
            return None  # a wall of text is a request, not talk about what is shown
        moves = self._read(text)
        if moves and moves[0].does == "anew":
            if main.act in _ASKS_ANEW:
                return None
            moves = [SetMove("of", words=text)]
        if main.act == "several" and any(move.does == "add" for move in moves) and not adds(text):
            return None
        if moves and moves[0].does == "total":
            return self._total()
        if all(move.does == "of" for move in moves):
            return self._of(main, turn, text, moves)
        return self._changed(moves, turn, main.act)

    # Reading

    def _read(self, text: str) -> list[SetMove]:
        language = detect_language(text)
        kinds = self._pipeline.holdings.kinds
        names = self._names(text, language)
        return set_moves(
            text,
            names,
            lambda words: kinds.names(words, language) and not self._alike(words, language),
            self._states,
            language,
            focus=self._focus(),
        )

    def _names(self, text: str, language: str) -> list[list[str]]:
        """What each thing goes by: its own words, and the kind in the text where that is the same as its own alone."""
        names = [[name for name in (role.kind, _kind_words(role), role.words) if name] for role in self._state.roles]
        kind = self._pipeline.kinds.of(text, language)
        if kind is not None and len(alike := self._alike(kind.words, language)) == 1:
            names[alike[0]].append(kind.words)
        return names

    def _alike(self, words: str, language: str) -> list[int]:
        """The things that a kind of thing is a name for."""
        kind = self._pipeline.kinds.of(words, language)
        if kind is None:
            return []
        requests = enumerate(role.request for role in self._state.roles)
        return [at for at, request in requests if request.kind and self._pipeline.kinds.same(kind, request.kind)]

    def _focus(self) -> int | None:
        """The thing whose item was spoken of last."""
        focus = self._state.focus
        return next((at for at, role in enumerate(self._state.roles) if focus in role.request.last), None)

    def _states(self, words: str) -> bool:
        """Whether words say what things have to be, or criticise them."""
        if self._pipeline.states_conditions(words):
            return True
        reader = TalkReader(self._pipeline.measures.axes, shown=True)
        reader(words, self._pipeline.vocabulary)
        return bool(reader.critiques or reader.shares)

    # What is said or asked of things

    def _of(self, main: Clause, turn: UserTurn, text: str, moves: Sequence[SetMove]) -> SetTurn | None:
        """What is said of things changes them, what is asked is answered."""
        named = tuple(dict.fromkeys(role for move in moves for role in move.roles)) or self._placed(text)
        act = main.act
        if act in _BACK:
            return None
        if gives_up(text) and (less := self._forgotten(text, named)) is not None:
            return less
        if act in _ELSEWHERE or (act in _IDLE and not self._states(text)):
            return None
        if act == "ask_item" or (named and (asks_aloud(text) or asks_after_a_field(flat(text)))):
            return self._asked(text, named)
        if act == "again":
            return SetTurn(self._state, "again", (Note("list again"),))
        if act in ("choose", "owned", "like") and not self._states(text):
            does = {"choose": "take", "owned": "drop", "like": "keep"}[act]
            return self._changed([SetMove(does, named)], turn, act) if named else None  # type: ignore[arg-type]
        if act in ("more", "none", "dislike") and not self._states(text):
            everything = tuple(range(len(self._state.roles)))
            return self._changed([SetMove("swap", named or everything)], turn, act)
        if named and not any(move.roles for move in moves):
            moves = [SetMove("of", named, text)]
        return self._changed(moves, turn, act)

    def _placed(self, text: str) -> tuple[int, ...]:
        """The things whose items words point at by their places in the list."""
        last, roles = self._state.last, self._state.roles
        numbers = numbers_named(text, ShownNames([""] * len(last)), freely=False)
        items = {last[number - 1] for number in numbers}
        return tuple(at for at, role in enumerate(roles) if items & set(role.request.last))

    def _asked(self, text: str, named: Sequence[int]) -> SetTurn | None:
        """A question about what is proposed for things; one that names none is about all that was shown."""
        items = tuple(item for role in named for item in _proposed(self._state.roles[role]))
        if not items:
            return None
        low, question, at = flat(text), "", 0
        for name in RoleNames(self._names(text, detect_language(text))).find(text):
            before = low[at : name.start].rstrip().removesuffix(" the")
            question += f"{text[at : at + len(before)]} it"
            at = name.end
        return SetTurn(self._state, "ask_item", in_words=True, items=items, question=question + text[at:])

    def _total(self) -> SetTurn:
        """What all that is proposed costs."""
        snapshot, total = self._pipeline.snapshot, 0.0
        for role in self._state.roles:
            item = next(iter(_proposed(role)), None)
            price = snapshot.items[snapshot.rows[item]].price if item and item in snapshot.rows else None
            if price is None:
                return SetTurn(self._state, "ask_item", (Note("total untold", what=role.words),), in_words=True)
            total += price * role.quantity
        return SetTurn(self._state, "ask_item", (Note("total", total=as_text(round(total, 2))),), in_words=True)

    # What changes

    def _changed(self, moves: Sequence[SetMove], turn: UserTurn, act: Act) -> SetTurn | None:
        """The set once all this is done to it."""
        change = _SetChange(self._pipeline, self._state, turn)
        for move in moves:
            change.take_in(move)
        does = [move.does for move in moves]
        state = change.state()
        if not change.roles_left:
            return None
        if set(does) <= {"take", "keep"}:
            reply = change.reply or (Note("kept as it is"),)
            return SetTurn(state, "choose" if "take" in does else act, reply, in_words=True)
        did = next((_ACTS[name] for name in ("add", "swap", "drop", "budget") if name in does), None)
        if did is None or set(does) == {"of"}:
            did = "critique" if change.criticises and act != "refine" else "refine"
        if act in ("none", "dislike") and "swap" in does:
            did = act
        return SetTurn(state, did, change.reply, change.notes)

    def _forgotten(self, text: str, named: Sequence[int]) -> SetTurn | None:
        """The set without what was asked of all, or of some of its things; None where words name nothing of it."""
        state, dropped = self._state, tuple[str, ...]()
        if not named:
            state, dropped = without_named(text, state, self._pipeline)
        roles = list(self._state.roles)
        for at, role in enumerate(roles):
            if not named or at in named:
                request, gone = without_named(text, replace(role.request, kind=None), self._pipeline)
                roles[at] = replace(role, request=replace(request, kind=role.request.kind), stays=False)
                dropped = (*dropped, *gone)
        budget = state.budget
        if budget is not None and not named and "price" in named_parts(flat(text)):
            dropped = (*dropped, budget.words)
            budget = None
        if not dropped:
            return None
        told = Note("dropped noted", what=tuple(dict.fromkeys(dropped)))
        return SetTurn(_with_roles(replace(state, budget=budget), roles), "forget", (told,))


class _SetChange:
    """The things of a set as moves change them."""

    def __init__(self, pipeline: Pipeline, state: State, turn: UserTurn) -> None:
        self._pipeline = pipeline
        self._turn = turn
        self._state = state
        self._roles: list[SoughtRole | None] = [*state.roles]
        self._touched = set[int]()
        self._loose = False  # whether all may be chosen anew
        self.reply: tuple[Note, ...] = ()
        self.notes: tuple[Note, ...] = ()
        self.criticises = False

    @property
    def roles_left(self) -> list[SoughtRole]:
        """The things that are still wanted, those that nothing was said of with the items that were proposed."""
        return [self._settled(at, role) for at, role in enumerate(self._roles) if role is not None]

    def state(self) -> State:
        """What is known now; of one thing alone that is left, an ordinary request is made."""
        roles = self.roles_left
        return self._alone(roles[0]) if len(roles) == 1 else _with_roles(self._state, roles)

    def take_in(self, move: SetMove) -> None:
        """Do what a move does."""
        roles = [at for at in move.roles if self._roles[at] is not None]
        if move.does == "drop":
            self._drop(roles)
        elif move.does == "swap":
            self._swap(roles)
        elif move.does == "take":
            self._take(roles)
        elif move.does == "keep":
            for at in roles:
                self._roles[at] = replace(self._role(at), stays=True)
        elif move.does == "add":
            self._add(move.words)
        elif move.does == "budget" and move.budget:
            limit = move.budget
            self._loose = True
            words = self._turn.text[limit.start : limit.end]
            budget = SharedBudget(limit.amount, limit.currency, words, limit.start, limit.end, stated=True)
            self._state = replace(self._state, budget=budget)
        elif move.does == "of":
            self._tell(roles, move.words)

    def _role(self, at: int) -> SoughtRole:
        role = self._roles[at]
        if role is None:
            raise LookupError(at)
        return role

    def _touch(self, at: int, role: SoughtRole) -> None:
        self._touched.add(at)
        self._roles[at] = replace(role, stays=False)

    def _settled(self, at: int, role: SoughtRole) -> SoughtRole:
        if at in self._touched:
            return role
        stays = role.chosen is not None and (not self._loose or role.chosen in self._state.liked)
        return replace(role, stays=stays)

    def _drop(self, roles: Sequence[int]) -> None:
        names = tuple(self._role(at).words for at in roles)
        self.reply += (Note("dropped noted", what=names),) * bool(names)
        for at in roles:
            self._roles[at] = None

    def _swap(self, roles: Sequence[int]) -> None:
        """Others are shown for things, where there are any."""
        only = list[str]()
        for at in roles:
            new = _swapped(self._role(at))
            if self._count(new.request) > len(new.request.barred):
                self._touch(at, new)
            else:
                only.append(new.words)
        if only:
            self.notes += (Note("set role alone", things=tuple(only)),)

    def _count(self, request: State) -> int:
        """How many items of a thing's kind meet what is known of it."""
        understood = request_of(request, empty_turn(request.language), Perceived(), self._pipeline.schema)
        return self._pipeline.count(understood)

    def _take(self, roles: Sequence[int]) -> None:
        """Somebody decides for what is proposed."""
        snapshot = self._pipeline.snapshot
        for item in (item for at in roles for item in _proposed(self._role(at)) if item in snapshot.rows):
            entry = snapshot.items[snapshot.rows[item]]
            priced = {"price": f"{entry.price:g}"} if entry.price is not None else {}
            self.reply += (Note("chosen price" if priced else "chosen", title=entry.title, **priced),)
            self._state = replace(self._state, liked=tuple(dict.fromkeys((*self._state.liked, item))), focus=item)

    def _add(self, words: str) -> None:
        kind = self._pipeline.kinds.of(words, detect_language(words))
        role = AskedRole(words, kind.words if kind else "", 1, 0, len(words))
        self._touched.add(len(self._roles))
        self._roles.append(_begun(self._pipeline, self._turn, role, "", self._state))

    def _tell(self, roles: Sequence[int], words: str) -> None:
        """Conditions, denials and criticism join what is known of things: of all where none is named."""
        told = list[str]()
        for at in roles or [at for at, role in enumerate(self._roles) if role is not None]:
            role = self._role(at)
            new, leans = self._told(role, words, shared=not roles)
            if leans and not self._count(new.request):
                told.append(role.words)  # nothing is cheaper than the cheapest
                continue
            self._touch(at, new)
        if told:
            self.notes += (Note("set role stays", things=tuple(told), words=words),)
        if not roles:
            understood = replace(self._understood(words)[0], kind=None)
            self._state = merged(self._state, understood, Moves(), "", self._pipeline.schema)

    def _understood(self, words: str) -> tuple[Understood, TalkReader]:
        reader = TalkReader(self._pipeline.measures.axes, shown=True)
        turn = replace(self._turn, text=without_carried(words))
        return self._pipeline.read(turn, Perceived(), reader), reader

    def _told(self, role: SoughtRole, words: str, *, shared: bool) -> tuple[SoughtRole, bool]:
        """A thing once words were said of it, and whether they criticise it."""
        understood, reader = self._understood(words)
        if not shared and self._is_another(understood, role):
            asked = AskedRole(words, understood.kind.words if understood.kind else "", role.quantity, 0, len(words))
            return _begun(self._pipeline, self._turn, asked, "", self._state), False
        moves = moves_of(
            understood.references,
            understood.sentiments,
            reader.critiques,
            self._seen(role, understood),
            self._pipeline.measures,
            reader.spoken_of if understood.references else None,
            reader.shares,
        )
        leans = bool(moves)
        self.criticises = self.criticises or leans or bool(reader.critiques)
        # What is refused of all comes with the reason for it, which is nothing to look for.
        chatty = bool(understood.denied) or (shared and leans)
        wishes = "" if chatty else reader.wishes
        request = merged(role.request, replace(understood, kind=None), moves, wishes, self._pipeline.schema)
        self.notes += tuple(note for note in moves.notes if note not in self.notes)
        return replace(role, request=request), leans

    def _is_another(self, understood: Understood, role: SoughtRole) -> bool:
        """Whether another kind of thing takes the place of one: `swap the dress for a skirt`."""
        kind, known = understood.kind, role.request.kind
        if kind is None or known is None or not self._pipeline.kinds.is_listed(kind):
            return False
        return kind.start == 0 and not self._pipeline.kinds.same(kind, known)

    def _seen(self, role: SoughtRole, understood: Understood) -> State:
        """The state that criticism is of: of the item proposed, else of those shown for the thing."""
        if understood.references:
            return replace(role.request, last=self._state.last, focus=self._state.focus)
        return replace(role.request, last=(role.chosen,) if role.chosen else role.request.last)

    def _alone(self, role: SoughtRole) -> State:
        """The request for the only thing that is left; it may cost what all were to."""
        old, request = self._state, role.request
        request = replace(request, shown=old.shown, last=old.last, owned=old.owned, liked=old.liked)
        price = next((field.name for field in self._pipeline.vocabulary.of_role("price")), None)
        if old.budget is None or price is None:
            return request
        condition = f"{price}<={old.budget.at_most:g}"
        return request.with_must_haves(
            [MustHave(condition, "understood", old.budget.words, 1.0)], self._pipeline.schema
        )


def _begun(pipeline: Pipeline, turn: UserTurn, role: AskedRole, shared: str, known: State) -> SoughtRole:
    """A thing as a request of its own, for which holds what is known of all."""
    text = " ".join(part for part in (role.words, shared) if part)
    understood = pipeline.read(replace(turn, text=text), Perceived())
    base = State(language=known.language, must_haves=known.must_haves, denied=known.denied, owned=known.owned)
    request = merged(base, understood, Moves(), understood.sought.text, pipeline.schema)
    return SoughtRole(role.words, role.kind, role.quantity, request)


def _with_roles(state: State, roles: Iterable[SoughtRole]) -> State:
    """The state with these things, which are what is searched for."""
    roles = tuple(roles)
    return replace(state, roles=roles, wishes=tuple(WishText(role.words, role.words) for role in roles), kind=None)


def _swapped(role: SoughtRole) -> SoughtRole:
    """A thing in whose place another is wanted than was proposed."""
    barred = (*role.request.barred, *_proposed(role, everything=role.chosen is None))
    return replace(role, request=replace(role.request, barred=tuple(dict.fromkeys(barred))), chosen=None)


def _proposed(role: SoughtRole, *, everything: bool = False) -> tuple[str, ...]:
    """The item that was proposed for a thing, else the best of those shown."""
    shown = role.request.last
    return shown if everything else ((role.chosen,) if role.chosen else shown[:1])


def _kind_words(role: SoughtRole) -> str:
    return role.request.kind.words if role.request.kind else ""


__all__ = ["SetTalk", "SetTurn", "begun_set", "with_groups", "with_shown"]
