"""Reading several things, and a budget that they share, out of one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.understand.phrases import PhraseBook, phrases, plain
from agent.understand.roles.limits import SpendingLimit, spending_limits
from agent.understand.roles.pieces import IsKind, Piece, PieceCutter, is_spaced
from agent.understand.roles.request import AskedRole, RoleRequest, SharedBudget
from agent.understand.titles import titles

MOST_CHARS = 500
POSSESSIVE = 12  # characters before a thing in which one may stand
FEWEST = 2  # things of a known kind, for a request to be one of several things
_ROOM = "agent.understand.roles"
_EDGE = " \t\n,;:.!?，。；、：！？-–\0"
_BLANK = "\0"


def roles_of(text: str, is_kind: IsKind, language: str = "en", *, expected: bool = False) -> RoleRequest | None:
    """The things that a text asks for at once; None where it asks for one thing, or for one of several.

    Args:
        text: What a person wrote or said.
        is_kind: Whether words name a kind of thing that some catalog has.
        language: Of the text, ISO 639-1.
        expected: Whether other signs say that several things are asked for: one of a known kind is then enough.
    """
    text = text[:MOST_CHARS]
    for spoken in dict.fromkeys((language, "en")):
        if spoken in phrases(_ROOM, "roles").languages:
            request = _RoleReader(text, is_kind, spoken, expected=expected).read()
            if request is not None:
                return request
    return None


@dataclass(slots=True)
class _RoleDraft:
    """Roles as they are put together from pieces."""

    roles: list[Piece] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    leading: int | None = None  # where words begin that belong to the next role


class _RoleReader:
    """Reads one text in one language."""

    def __init__(self, text: str, is_kind: IsKind, language: str, *, expected: bool) -> None:
        self._text = text
        self._low = plain(text)
        self._is_kind = is_kind
        self._phrases: PhraseBook = phrases(_ROOM, "roles", (language,))
        self._spaced = is_spaced(language)
        self._expected = expected

    def read(self) -> RoleRequest | None:
        """What it asks for."""
        if self._phrases.regex("no roles").search(self._low):
            return None
        limits = spending_limits(self._low, self._phrases)
        apart = [limit for limit in limits if limit.total or limit.each]
        request = self._request(apart)
        implicit = self._implicit(limits, request) if request and not apart else None
        return request if implicit is None else self._request([implicit])

    def _implicit(self, limits: Sequence[SpendingLimit], request: RoleRequest) -> SpendingLimit | None:
        """The only limit, where it stands at the end: `tent and sleeping bag under 400` means both together."""
        behind = [limit for limit in limits if limit.start > request.roles[-1].start]
        return behind[0] if len(limits) == 1 and behind else None

    def _request(self, apart: Sequence[SpendingLimit]) -> RoleRequest | None:
        low = self._low
        for start, end in [*((limit.start, limit.end) for limit in apart), *titles(self._text)]:
            low = low[:start] + _BLANK * (end - start) + low[end:]
        colon = max(low.find(":"), low.find("："))
        # What stands before a colon says what the things are for.
        request = self._listed(low, colon + 1) if colon >= 0 else None
        request = request or self._listed(low, 0)
        if request is None:
            return None
        each = [self._plain_words(limit) for limit in apart if limit.each]
        shared = " ".join(part for part in (request.shared, *each) if part)
        budget = next((self._budget(limit) for limit in apart if not limit.each), None)
        return replace(request, shared=shared, budget=budget)

    def _budget(self, limit: SpendingLimit) -> SharedBudget:
        words = self._text[limit.start : limit.end].strip(_EDGE)
        return SharedBudget(limit.amount, limit.currency, words, limit.start, limit.end, limit.total)

    def _plain_words(self, limit: SpendingLimit) -> str:
        """The words of a limit without the one that says that it is for each."""
        words = self._low[limit.start : limit.end]
        match = self._phrases.regex("each").search(words)
        start, end = match.span() if match else (len(words), len(words))
        text = self._text[limit.start : limit.end]
        return f"{text[:start]} {text[end:]}".strip(_EDGE)

    def _listed(self, low: str, begin: int) -> RoleRequest | None:
        """The things that are listed from `begin` on."""
        blank = _BLANK * begin + low[begin:]
        cutter = PieceCutter(blank, self._text, self._phrases, self._is_kind, spaced=self._spaced)
        draft, pieces = _RoleDraft(), list(cutter.cut())
        for at, piece in enumerate(pieces):
            self._place(draft, piece, pieces[at + 1] if at + 1 < len(pieces) else None)
        known = sum(bool(piece.kind) for piece in draft.roles)
        if len(draft.roles) < FEWEST or known < (1 if self._expected else FEWEST) or self._is_set(draft):
            return None
        roles = tuple(self._role(piece, draft, blank) for piece in draft.roles)
        return RoleRequest(roles, " ".join(draft.shared), self._text[: max(0, begin - 1)].strip(_EDGE))

    def _place(self, draft: _RoleDraft, piece: Piece, following: Piece | None) -> None:
        """Put a piece where it belongs: a role of its own, words of its neighbour, or what is said of all."""
        last = draft.roles[-1] if draft.roles else None
        if last and (shared := self._said_of_all(piece)):
            draft.shared.append(shared)
        elif piece.refused:
            return
        elif last and self._goes_on(last, piece):
            draft.roles[-1] = replace(last, end=piece.end)
        elif piece.kind:
            start = piece.start if draft.leading is None else draft.leading
            draft.roles.append(replace(piece, start=start))
            draft.leading = None
        elif self._is_thing(piece, following):
            draft.roles.append(piece)
        elif self._leads(piece, following):
            draft.leading = piece.start if draft.leading is None else draft.leading
        elif piece.anew or self._phrases.regex("something").match(self._low, piece.start):
            draft.roles.append(piece)
        elif last:
            draft.roles[-1] = replace(last, end=piece.end)

    def _goes_on(self, last: Piece, piece: Piece) -> bool:
        """Whether a piece tells more of the one before: `a bag for shoes and a laptop`, `a tent for me and my dog`."""
        begun = self._low[max(0, piece.start - POSSESSIVE) : piece.start]
        return last.object_kind or (last.bent and bool(self._phrases.regex("possessive", behind=r"\s*$").search(begun)))

    def _is_thing(self, piece: Piece, following: Piece | None) -> bool:
        """Whether a strange word before `and` must be a thing, since something is said of all: `board and boots`."""
        if not self._expected or following is None or following.joint != "and" or not following.kind:
            return False
        words = self._low[piece.start : piece.end].split()
        return len(words) == 1 and bool(self._phrases.regex("total").search(self._low))

    def _leads(self, piece: Piece, following: Piece | None) -> bool:
        """Whether a piece without a kind is the beginning of the next: `a warm and light jacket`."""
        if following is None or not following.kind or following.anew or piece.object_kind:
            return False
        return following.joint == "and" or not piece.anew

    def _said_of_all(self, piece: Piece) -> str:
        """What a piece says of all things before it; empty where it does not."""
        whole = self._low[piece.start : piece.end]
        if piece.kind:
            return ""
        if match := self._phrases.regex("all of them", behind=r"\s*").match(whole):
            return self._text[piece.start + match.end() : piece.end].strip(_EDGE)
        return self._text[piece.start : piece.end] if self._phrases.regex("denial").match(whole) else ""

    def _is_set(self, draft: _RoleDraft) -> bool:
        """Whether they are sold as one: `jacket and trousers set`."""
        last = draft.roles[-1]
        return bool(self._phrases.regex("set", behind=r"\W*$").search(self._low[last.start : last.end]))

    def _role(self, piece: Piece, draft: _RoleDraft, low: str) -> AskedRole:
        """A piece as a role; a denial at the end of the last one is meant of all, as with `without nuts`."""
        end = piece.end
        if piece is draft.roles[-1]:
            denial = self._phrases.regex("denial", before=r"\s").search(self._low, piece.start, piece.end)
            if denial:
                draft.shared.append(self._text[denial.start() : piece.end].strip(_EDGE))
                end = denial.start()
        return AskedRole(self._words(low, piece.start, end), piece.kind, piece.quantity, piece.start, end)

    def _words(self, low: str, start: int, end: int) -> str:
        """The words of a stretch without what was taken out of it, nor small words that are left behind that."""
        words = "".join(self._text[at] if low[at] != _BLANK else _BLANK for at in range(start, end))
        first, blank, rest = words.partition(_BLANK)
        rest = self._phrases.regex("small").sub("", rest.strip(_EDGE)) if blank else ""
        whole = f"{first.strip(_EDGE)} {rest.strip(_EDGE)}".strip()
        tail = self._phrases.regex("polite", before=r"(?:[\s,]+", behind=r")+$").search(plain(whole))
        return whole[: tail.start()] if tail else whole


__all__ = ["MOST_CHARS", "roles_of"]
