"""Wishes: what a sentence says was asked for was asked for, with its polarity, and the fact beside it meets it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.explain.grounding.lexicon import BOUNDS, COLOURS, MATERIALS, TURNS, WISHES
from agent.explain.grounding.reading import PartRead, without
from agent.explain.grounding.tokens import TextToken, bases, inflected, letters, stem, tokens_of

_OBJECT = re.compile(r"\s*[“„\"«]([^”“\"»]*)[”“\"»]|((?:[^,.;:!?()“”„\"\n，。；：）—]|[.,](?=\d))*)")
_TURN = re.compile(
    rf"\s(?:and|but|though|y|et|und|pero|mais|aber)\s+(?:{'|'.join(sorted(TURNS))})\b.*|\s(?:but|though|pero|mais|aber)\s.*"
)
_CLAUSES = re.compile(r"[,;:!?()“”„\"\n，。；：（）—]|\.(?!\d)")
_COPULA = re.compile(r".*\b(?:is|are|was|were|has|have|es|est|ist|sind)\b")
_JOINED = re.compile(r"(?:\band\b|\()\s*$|，并且$")
_CONTRAST = re.compile(r"\b(?:though|although|but|while|aunque|pero|mais|bien|obwohl|aber)\b|但")
_AT_MOST, _AT_LEAST = re.compile(BOUNDS["at most"]), re.compile(BOUNDS["at least"])
_SOFT = frozenset(
    [
        "safe",
        "make",
        "made",
        "suitable",
        "include",
        "included",
        "ready",
        "come",
        "set",
        "fourni",
        "compris",
        "enthalten",
        "inbegriffen",
        "apta",
        "apto",
    ]
)
_ELIDED = re.compile(
    r"\s*[;:,.]\s*(?:but |and )?(?:it|this|these|they|there|this [a-z]+) (?:is|are|does|do|has|have)"
    r"(?P<none> none(?: here)?)?(?P<not>(?: not|n't))?(?: so)?\s*(?=[.;,!]|$)"
)
_PURPOSE = re.compile(r"(?<!\bnot)(?<!\bnothing) (?=(?:for|atmost|atleast)\b)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Wished:
    """A request, as far as it can be said to have been made."""

    request: str

    @cached_property
    def words(self) -> dict[bool, frozenset[str]]:
        """Words that are wished for under False, and what is not wanted under True."""
        # `without perfume for dry skin` refuses no dry skin
        tokens = list(tokens_of(_PURPOSE.sub(", ", bounded(self.request))))
        return {
            denied: frozenset(form for token in tokens if token.denied is denied for form in _forms(token))
            for denied in (False, True)
        }

    @cached_property
    def wide(self) -> dict[bool, tuple[str, ...]]:
        """The same as stretches of Chinese."""
        tokens = list(tokens_of(self.request))
        return {denied: tuple(token.token for token in tokens if token.denied is denied) for denied in (False, True)}

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """Its numbers, any of which may be a bound."""
        return tuple(
            float(token.word.replace(",", ""))
            for token in tokens_of(self.request)
            if token.number and re.fullmatch(r"[\d,.]+", token.word) and token.word.count(".") < 2
        )

    def holds(self, token: TextToken, *, denied: bool) -> bool:
        """Whether a word was said of what is wanted, or of what is not."""
        if _forms(token) & self.words[denied]:
            return True
        return not token.token.isascii() and any(token.token in piece for piece in self.wide[denied])

    def mentions(self, token: TextToken) -> bool:
        """Whether a word was said at all."""
        return self.holds(token, denied=False) or self.holds(token, denied=True)

    def touches(self, token: TextToken, *, denied: bool) -> bool:
        """Whether a word of its family was said of what is wanted, or not wanted: `drawn`, of `a drawing`."""
        return self.holds(token, denied=denied) or bool(self.families[denied] & _family(token.word))

    @cached_property
    def families(self) -> dict[bool, frozenset[str]]:
        """What `words` share with others of their families."""
        return {
            denied: frozenset(form for word in words for form in _family(word)) for denied, words in self.words.items()
        }


def _forms(token: TextToken) -> frozenset[str]:
    return (
        frozenset({token.word, token.folded})
        if token.token.isascii() and len(token.word) < 5
        else inflected(token.word)
    )


def _family(word: str) -> frozenset[str]:
    return frozenset(stem(form) for form in bases(word))


def bounded(text: str) -> str:
    """The text in small letters, every word for a bound as one and the same."""
    return _AT_LEAST.sub(" atleast ", _AT_MOST.sub(" atmost ", letters(text)))


def read_wishes(sentence: str, wished: Wished) -> PartRead:
    """What the sentence says of the request."""
    sentence = _completed(sentence)
    folded, spans, objections = letters(sentence), list[tuple[int, int]](), list[str]()
    for kind in ("as asked", "refused", "asked"):
        for match in WISHES[kind].finditer(folded):
            if any(start <= match.start() < end for start, end in spans):
                continue
            stop, wish = _object(sentence, match.end()) if kind != "as asked" else (match.end(), "")
            before = _clause_before(sentence[: match.start()]) or _clause_after(sentence[stop:])
            is_joined = bool(_JOINED.search(folded[: match.start()])) or match[0].startswith("and ")
            contrasts = bool(_CONTRAST.search(match[0] + _last_clause(folded[: match.start()])[:8]))
            objections += _objections(kind, wish, before, wished, is_joined=is_joined, contrasts=contrasts)
            spans.append((match.start(), stop))
    return PartRead(without(sentence, spans), tuple(objections))


def _completed(sentence: str) -> str:
    """The sentence, where `you wanted vegan: it is` says what it is."""
    folded = letters(sentence)
    for match in WISHES["asked"].finditer(folded):
        stop, wish = _object(sentence, match.end())
        elided = _ELIDED.match(folded, stop)
        if elided and _weighty(wish, wish):
            denial = "no " if elided["none"] else "not " if elided["not"] else ""
            wish = re.sub(r"^\s*(?:it|them|one|no)\b", "", wish)
            return f"{sentence[:stop]}; it is {denial}{wish} {sentence[elided.end() :]}"
    return sentence


def _object(sentence: str, start: int) -> tuple[int, str]:
    """Where a wish ends, and its words."""
    match = _OBJECT.match(sentence, start)
    assert match is not None  # noqa: S101 - the second alternative matches everywhere
    if match[1] is not None:
        return match.end(), match[1]
    wish = _TURN.sub("", match[2])
    return start + len(wish), wish


def _clause_before(text: str) -> str:
    """The last clause of the text that says something."""
    parts = _CLAUSES.split(text.rstrip(" (（").removesuffix(" and"))
    return next((part for part in reversed(parts) if re.search(r"\w", part)), "")


def _clause_after(text: str) -> str:
    return next((part for part in _CLAUSES.split(text) if re.search(r"\w", part)), "")


def _last_clause(text: str) -> str:
    return _CLAUSES.split(text)[-1].strip()


def _objections(
    kind: str, wish: str, before: str, wished: Wished, *, is_joined: bool, contrasts: bool
) -> Iterator[str]:
    tokens = [token for token in tokens_of(bounded(wish)) if not token.plain and not token.negates]
    if not tokens:
        refused = kind == "refused" or any(token.negates for token in tokens_of(wish))
        yield from _back(before, wished, refused=refused, either=contrasts, is_told=kind == "asked")
        return
    for token in tokens:
        if not wished.holds(token, denied=token.denied or kind == "refused"):
            yield f"“{token.token}” was not asked for"
            return
    if is_joined and kind == "asked" and before and not _is_met(before, tokens, wish):
        yield f"“{before.strip()}” says nothing of “{wish.strip()}”"


def _back(before: str, wished: Wished, *, refused: bool, either: bool, is_told: bool) -> Iterator[str]:
    """Why a fact was not asked for."""
    focus = _focus(before)
    if not focus:
        yield "nothing is named that was asked for"
    for token in focus:
        denied = token.denied
        if refused:
            right = wished.holds(token, denied=not denied)
        elif either:
            right = wished.mentions(token)
        else:
            # `it has no lift, which you asked for` tells of a wish that is not met
            right = wished.holds(token, denied=denied) or _keeps_bound(token, wished)
            right = right or (is_told and denied and wished.holds(token, denied=False))
        if not right:
            yield f"“{token.token}” was not asked for"
            return


def _focus(clause: str) -> list[TextToken]:
    """What a clause says of its subject; its subject, where it says no more than that it is there."""
    copula = _COPULA.match(letters(clause))
    said, subject = clause[copula.end() if copula else 0 :], clause[: copula.end()] if copula else ""
    return _weighty(bounded(said), clause) or _weighty(bounded(subject), clause)


def _weighty(text: str, clause: str) -> list[TextToken]:
    denied = {token.word: token.denied for token in tokens_of(bounded(clause))}
    tokens = [token for token in tokens_of(text) if not token.plain and not token.negates]
    return [_as_in_clause(token, denied) for token in tokens if token.word not in _SOFT and token.folded not in _SOFT]


def _as_in_clause(token: TextToken, denied: dict[str, bool]) -> TextToken:
    state = denied.get(token.word, token.denied)
    return TextToken(
        token.token, token.folded, token.word, token.clause, state, token.plain, token.negates, token.first
    )


def _keeps_bound(token: TextToken, wished: Wished) -> bool:
    return token.number and any(float(token.word.replace(",", "")) <= number for number in wished.numbers)


def _is_met(before: str, wish: Sequence[TextToken], text: str) -> bool:
    """Whether a fact has to do with the wish that it is joined to."""
    facts = [token for token in tokens_of(bounded(before)) if not token.plain]
    if all(token.denied for token in wish):
        return not any(token.word == fact.word and not fact.denied for token in wish for fact in facts)
    said = {form for token in facts for form in (*bases(token.word), *inflected(token.word))}
    if any(said & {*bases(token.word), *inflected(token.word)} - {"atmost", "atleast"} for token in wish):
        return True
    if any(len(token.token) > 1 and token.token in before for token in wish if not token.token.isascii()):
        return True
    for group in (COLOURS, MATERIALS):
        if said & group and any(token.word in group for token in wish):
            return True
    bound = _NUMBER.search(text)
    numbers = [float(number.replace(",", "")) for number in _NUMBER.findall(before)]
    if bound is None or not numbers:
        return False
    limit = float(bound[0].replace(",", ""))
    return any((number >= limit) if "atleast" in bounded(text) else (number <= limit) for number in numbers)


__all__ = ["Wished", "bounded", "read_wishes"]
