"""What a turn does to several things shown side by side: `drop the starter`, `swap the bag`, `and a hat too`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from agent.language.patterns import UNSPACED, data
from agent.understand.phrases import phrases, plain
from agent.understand.roles.limits import SpendingLimit, spending_limits
from agent.understand.roles.pieces import IsKind, Piece, PieceCutter, is_spaced
from agent.understand.roles.role_names import NamedRole, RoleNames
from agent.understand.spans import Span
from agent.understand.spelling import mended

Does = Literal["drop", "swap", "keep", "take", "add", "budget", "total", "of", "anew"]

_FILE = "set_moves.yaml"
_ROOM = "agent.understand.roles"
_CHANGES: tuple[Does, ...] = ("drop", "take", "keep", "swap")  # in the order in which they are looked for
_MARKS = re.compile(r"[,;.!?，。；！？]+(?=\s|$|[\u3400-\u9fff])")
_ROLE = r"@(?:[0-9]|r)@"
_EDGE = " \t\n,;:.!?，。；、：！？-–"
_REST = "r"


@dataclass(frozen=True, slots=True)
class SetMove:
    """A thing that a turn does.

    Attributes:
        does: `of` says or asks something of things, `anew` asks for something else than they are.
        roles: Of which things, from 0; all of them where it is `of` none.
        words: Of what is added, or said of things.
        budget: What all together may cost.
    """

    does: Does
    roles: tuple[int, ...] = ()
    words: str = ""
    budget: SpendingLimit | None = None


def set_moves(
    text: str,
    names: Sequence[Sequence[str]],
    is_kind: IsKind,
    states: IsKind,
    language: str = "en",
    *,
    focus: int | None = None,
) -> list[SetMove]:
    """What a turn does to things that are shown, from left to right; what is left of it is said of them.

    Args:
        text: What a person wrote or said.
        names: What each thing goes by.
        is_kind: Whether words name a kind of thing that some catalog has, and that is none of theirs.
        states: Whether words say what things have to be, which counts beside what is done to them.
        language: Of the text, ISO 639-1.
        focus: The thing spoken of last, which `it` means where the text names none.
    """
    return _SetMoveReader(text, names, is_kind, states, language, focus).read()


def adds(text: str) -> bool:
    """Whether a turn begins as one does that asks for one more thing."""
    return _pattern("add").match(plain(text)) is not None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a turn between two joints: where it stands, and its text with the things marked by their numbers."""

    start: int
    end: int
    marked: str
    roles: tuple[int, ...]
    begins: bool  # whether a mark, not a word, stands before it
    words: str = ""  # what is left of it, where something was taken out


class _SetMoveReader:
    """Reads one turn."""

    def __init__(
        self,
        text: str,
        names: Sequence[Sequence[str]],
        is_kind: IsKind,
        states: IsKind,
        language: str,
        focus: int | None,
    ) -> None:
        self._text = mended(text)
        self._low = plain(self._text)
        self._named = RoleNames(names).find(self._text)
        self._n_roles = len(names)
        self._is_kind = is_kind
        self._states = states
        self._focus = () if focus is None else (focus,)
        spoken = language if language in phrases(_ROOM, "roles").languages else "en"
        self._phrases = phrases(_ROOM, "roles", (spoken,))
        self._spaced = is_spaced(spoken)

    def read(self) -> list[SetMove]:
        """What it does."""
        if not self._named and _pattern("total").search(self._low):
            return [SetMove("total")]
        moves, rest = list[SetMove](), list[_Part]()
        for part in self._parts():
            done, left = self._moves(part, moves)
            if done and done[0].does == "anew":
                if not (moves or rest):
                    return done
                done, left = [], part
            if not done and moves and moves[-1].does == "add" and part.begins and not part.roles:
                moves[-1] = replace(moves[-1], words=f"{moves[-1].words}, {self._words(part)}")
                continue
            moves += done
            rest += [left] if left else []
        kept = {role for move in moves if move.does in ("keep", "take") for role in move.roles}
        counting = [part for part in rest if not moves or self._counts(part, kept)]
        return [*dict.fromkeys(moves), *self._said(counting, beside=bool(moves))]

    def _counts(self, part: _Part, kept: set[int]) -> bool:
        """Whether what a part says counts beside what is done: it is of a thing that changes, or states a condition."""
        return bool(set(part.roles) - kept) or self._states(part.words or self._words(part))

    # Parts

    def _parts(self) -> Iterator[_Part]:
        start, begins = 0, True
        for begin, end, mark in [*self._joints(), (len(self._low), len(self._low), True)]:
            if self._low[start:begin].strip(_EDGE):
                yield self._part(start, begin, begins=begins)
                start = end if mark else begin  # a word that joins begins the next part
                begins = mark
            elif mark:
                start = end
        return

    def _joints(self) -> list[tuple[int, int, bool]]:
        marks = [(*match.span(), True) for match in _MARKS.finditer(self._low)]
        words = [(*match.span(), False) for match in _pattern("joint").finditer(self._low)]
        return sorted([*marks, *words])

    def _part(self, start: int, end: int, *, begins: bool) -> _Part:
        own = [name for name in self._named if start <= name.start < end]
        marked, at = "", start
        for name in own:
            marked += f"{self._low[at : name.start]}@{name.role}@"
            at = name.end
        marked = _pattern("rest").sub(f"@{_REST}@", marked + self._low[at:end])
        return _Part(start, end, marked.strip(), tuple(dict.fromkeys(name.role for name in own)), begins)

    def _words(self, part: _Part) -> str:
        return self._text[part.start : part.end].strip(_EDGE)

    # What a part does

    def _moves(self, part: _Part, before: Sequence[SetMove]) -> tuple[list[SetMove], _Part | None]:
        """What it does, and the part itself where something is said in it."""
        if (budget := self._budget(part)) is not None:
            return [SetMove("budget", budget=budget)], None
        if not part.roles and (added := self._thing(part, before)):
            return [added], None
        moves, marked = list[SetMove](), part.marked
        for does in _CHANGES:
            for match in [*_pattern(does).finditer(marked)]:
                if roles := self._roles_of(match[0], part, [*before, *moves]):
                    moves.append(SetMove(does, roles))
                    marked = marked.replace(match[0], " ", 1)
        says = bool(_content(re.sub(_ROLE, " ", marked)))
        if not moves:
            return [], part
        # `Swap the bag for a smaller one` says of the next one what it has to be.
        named = tuple(role for move in moves for role in move.roles)
        left = (
            replace(part, marked=marked, roles=named, words=_unmarked(marked))
            if says and moves[-1].does == "swap"
            else None
        )
        return moves, left

    def _roles_of(self, words: str, part: _Part, before: Sequence[SetMove]) -> tuple[int, ...]:
        """The things that words name; the last one named where they point at it."""
        marks = re.findall(r"@([0-9]|r)@", words)
        if _REST in marks:
            spared = {name.role for name in self._named}
            return tuple(role for role in range(self._n_roles) if role not in spared)
        if marks:
            return tuple(dict.fromkeys(int(mark) for mark in marks))
        done = [role for move in before for role in move.roles]
        named = [name.role for name in self._named if name.start < part.end]
        return tuple((named or done)[-1:]) or self._focus

    def _budget(self, part: _Part) -> SpendingLimit | None:
        """What all together may cost, where a part says nothing else."""
        low = self._low[part.start : part.end]
        limits = spending_limits(low, self._phrases) or self._bare_amount(low)
        if part.roles or len(limits) != 1 or limits[0].each:
            return None
        limit = limits[0]
        rest = low[: limit.start] + " " + low[limit.end :]
        if _content(rest) and not (limit.total or _pattern("budget").search(low)):
            return None
        return replace(limit, start=limit.start + part.start, end=limit.end + part.start)

    def _bare_amount(self, low: str) -> list[SpendingLimit]:
        """An amount alone beside words for what all may cost: `make it 700`."""
        numbers = [*re.finditer(r"(?<![\w.,-])[0-9]+(?:\.[0-9]+)?(?![\w%-])", low)]
        if len(numbers) != 1 or not _pattern("budget").search(low):
            return []
        (number,) = numbers
        rest = _pattern("budget").sub(" ", low[: number.start()] + low[number.end() :])
        if _content(re.sub(r"\b(?:to|up|is|now|my|our|the|at|do|raise|lower|set|increase)\b", " ", rest)):
            return []
        return [SpendingLimit(float(number[0]), None, *number.span(), total=True, each=False)]

    def _thing(self, part: _Part, before: Sequence[SetMove]) -> SetMove | None:
        """Another thing that a part asks for: beside those that are there, or instead of them."""
        span = self._kind_span(part)
        if span is None:
            return None
        words = self._text[span[0] : span[1]].strip(_EDGE)
        beside = _pattern("add").search(self._low[part.start : part.end]) or (before and before[-1].does == "add")
        if beside:
            tail = re.compile(rf"(?:[\s,]*(?:{_pattern('add tail').pattern}))+\W*$").search(plain(words))
            return SetMove("add", words=words[: tail.start()] if tail else words)
        return SetMove("anew", words=words)

    def _kind_span(self, part: _Part) -> Span | None:
        """Where a thing stands that a part is for; None where it names none, or refuses it."""
        low = " " * part.start + self._low[part.start : part.end]
        cutter = PieceCutter(low, self._text, self._phrases, self._is_kind, spaced=self._spaced)
        for piece in cutter.cut():
            if piece.kind and not piece.refused and not self._goes_further(piece):
                return piece.start, piece.end
        return None

    def _goes_further(self, piece: Piece) -> bool:
        """Whether a piece says more of its kind than a name can hold: `are bindings included`."""
        head = self._low[piece.start : piece.end]
        bend = self._phrases.regex("behind").search(head)
        head = head[: bend.start()] if bend and bend.start() > head.find(plain(piece.kind)) else head
        behind = head[head.rfind(plain(piece.kind)) + len(piece.kind) :]
        return bool(_content(_pattern("add tail").sub(" ", behind)))

    # What is said of things

    def _said(self, rest: Sequence[_Part], *, beside: bool) -> Iterator[SetMove]:
        """What is said of things, or asked: a part that names none goes on with the part before it."""
        yield from (SetMove("of", part.roles, part.words) for part in rest if part.words)
        groups = list[tuple[tuple[int, ...], int, int]]()
        for part in (part for part in rest if not part.words):
            bare = part.roles and not _content(re.sub(_ROLE, " ", part.marked))
            goes_on = bare or (
                not beside and groups and (not groups[-1][0] or _is_open(groups[-1], self._named, self._low))
            )
            if groups and (goes_on or not part.roles or groups[-1][0] == part.roles):
                groups[-1] = (_joined(groups[-1][0], part.roles), groups[-1][1], part.end)
            else:
                groups.append((part.roles, part.start, part.end))
        for roles, start, end in groups:
            yield SetMove("of", roles, self._text[start:end].strip(_EDGE))


def _is_open(group: tuple[tuple[int, ...], int, int], named: Sequence[NamedRole], low: str) -> bool:
    """Whether a group holds nothing but names, so that what is said of them is still to come."""
    _, start, end = group
    rest = low[start:end]
    for name in reversed([name for name in named if start <= name.start < end]):
        rest = rest[: name.start - start] + " " + rest[name.end - start :]
    return not _content(rest)


def _unmarked(marked: str) -> str:
    """What a part says beside the names in it, without what leads to that."""
    words = " ".join(re.sub(_ROLE, " ", marked).split())
    lead = re.compile(rf"(?:(?:{_pattern('filler').pattern})[\s,]*)+").match(words)
    return words[lead.end() :].strip(_EDGE) if lead else words


def _joined(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _content(low: str) -> str:
    """What of words is more than filling."""
    return re.sub(r"[\W_]+", "", _pattern("filler").sub(" ", low))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_alternatives(name)))


def _alternatives(name: str) -> Iterator[str]:
    for language, words in data(__package__, _FILE)[name].items():
        choice = "|".join(_filled(word, language) for word in words)
        whole = f"(?:{choice})" if language in UNSPACED else rf"(?<![\w@])(?:{choice})(?![\w@])"
        yield whole


def _filled(pattern: str, language: str) -> str:
    """A pattern with what stands for its places."""
    if "{" not in pattern:
        return pattern
    content = data(__package__, _FILE)
    the = "|".join(content["the"].get(language, ()))
    it = "|".join(content["it"].get(language, ()))
    gap = "" if language in UNSPACED else r"\s*"
    filled = pattern.replace("{the}", rf"(?:(?:{the}){gap or ' ?'}){{0,2}}")
    return filled.replace("{role}", _ROLE).replace("{it}", f"(?:{it})")


__all__ = ["SetMove", "adds", "set_moves"]
