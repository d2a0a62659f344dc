"""What is wished for, wish by wish, so that of each item it can be told which it meets and which it misses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from agent.answers import Request
from agent.explain.grounding.lexicon import CONNECTIVES
from agent.explain.sentence.grammar import ROOM, grammar, stems_of
from agent.language.patterns import data
from agent.language.untrusted import addressed_to_a_model
from agent.people.taste import without_titles
from agent.retrieve.fit.contrasts import contrasts, excluded_by, same_as
from agent.understand.kinds import Kind
from agent.understand.kinds.names import kind_names
from agent.understand.kinds.phrase import grammar as noun_phrases
from agent.understand.parsed import Denied
from agent.understand.request import ANYTHING
from retrieval.text.words import fold, is_pair, placed_words, sentences, words

WishRole = Literal["trait", "context"]
_JOINED = re.compile(r"[\s-]*")  # between words of one wish
_WIDE = re.compile(r"[\u3400-\u9fff]+")
_LEAST_WIDE = 2
_MANY = 3  # words of a wish, of which half are enough


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is wished of an item, beside its kind.

    Attributes:
        words: As the person wrote them.
        phrase: The same with their article, `a boat`.
        stems: Any of which may stand in an item for each of its words: `red` and `crimson` for one.
        excluded: Stems of what says otherwise.
        role: Whether it describes the thing, or says what it has or is for.
        describing: Whether `it is …` can be said of it.
        wide: Whether it is of a script without spaces, whose words are pairs of characters that overlap.
    """

    words: str
    phrase: str
    stems: tuple[frozenset[str], ...]
    excluded: frozenset[str] = frozenset()
    role: WishRole = "trait"
    describing: bool = False
    wide: bool = False

    @property
    def any_stems(self) -> frozenset[str]:
        """The stems of all its words."""
        return frozenset().union(*self.stems)

    def met_by(self, held: frozenset[str]) -> bool:
        """Whether a text of these stems meets it; of several words most are enough."""
        n_held = sum(not held.isdisjoint(stems) for stems in self.stems)
        least = len(self.stems) if len(self.stems) < _MANY and not self.wide else len(self.stems) / 2
        return n_held >= least and n_held > 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that is wished for.

    Attributes:
        each: What is wished, in the person's order.
        kind: The kind of thing.
        denied: What is refused.
        cheap: Whether a low price is wished for.
        language: Of the words.
        text: The words as they are searched.
    """

    each: tuple[Wish, ...] = ()
    kind: Kind | None = None
    denied: tuple[Denied, ...] = ()
    cheap: bool = False
    language: str = "en"
    text: str = ""
    kind_stems: frozenset[str] = field(default_factory=frozenset)

    @property
    def of_kind(self) -> Wish | None:
        """The kind as a wish: where the title does not call an item so, its sentence may."""
        if self.kind is None or not self.kind_stems:
            return None
        return Wish(self.kind.words, self.kind.words, tuple(frozenset((stem,)) for stem in sorted(self.kind_stems)))


@dataclass(frozen=True, slots=True)
class _WishWords:
    """The words of `wish_words.yaml` in one language."""

    soft: frozenset[str]
    cheap: frozenset[str]
    cuts: re.Pattern[str] | None
    less: re.Pattern[str]


def wishes_of(
    request: Request,
    kind: Kind | None = None,
    denied: Sequence[Denied] = (),
    common: Callable[[str], bool] = lambda _: False,
    whole: str = "",
) -> Wishes:
    """The wishes of a request as it is searched.

    Args:
        common: Whether so many items hold a word that it tells none from others.
        whole: The request as it was made, before anything was taken out of it.
    """
    if request.text in ("", ANYTHING):
        return Wishes((), kind, tuple(denied), language=request.language)
    plain = " ".join(part for part in sentences(request.text) if not addressed_to_a_model(part))
    text, language = without_titles(plain, request.named), request.language
    known = _wish_words(language)
    text = known.less.sub(",", text)
    if kind is not None and (kind.head not in kind_names().wider or grammar(language).describes(fold(kind.words))):
        kind = None  # a strange word, or one that describes: it may tell of a thing as well as name it
    refused = {token for denial in denied for token, _, _ in placed_words(denial.words)}
    kind_words = kind.words if kind else ""
    skipped = refused | {token for token, _, _ in placed_words(kind_words)}
    runs = list(_runs(text, language, known, skipped, common))
    wishes = tuple(dict.fromkeys(_wish(run, text, whole, language) for run in runs))
    cheap = any(fold(part) in known.cheap for part in re.findall(r"\w[\w-]*", text))
    cheap = cheap or (language == "zh" and any(word in text for word in known.cheap))
    return Wishes(wishes, kind, tuple(denied), cheap, language, request.text, stems_of(kind_words, language))


@dataclass(frozen=True, slots=True)
class _Run:
    """Tokens that stand together, with where they begin and end in the text."""

    tokens: tuple[str, ...]
    start: int
    end: int
    role: WishRole


def _runs(
    text: str, language: str, known: _WishWords, skipped: set[str], common: Callable[[str], bool]
) -> Iterator[_Run]:
    """The stretches of a wish that each are one wish."""
    if language == "zh":
        yield from _wide_runs(text, known, skipped)
        return
    run: list[tuple[str, int, int]] = []
    behind_link, usual = False, list[tuple[str, int, int]]()
    for token, start, end in placed_words(text):
        written = fold(text[start:end])
        idle = (
            token in CONNECTIVES
            or token in skipped
            or token in kind_names().vague
            or not {token, written}.isdisjoint(known.soft | known.cheap)
            or (common(token) and token not in contrasts())
            or token.isdigit()
            or (len(token) == 1 and not is_pair(token))
            or not grammar(language).ends(written)
            or _is_refused(text[:start], language)
        )
        gap = text[run[-1][2] : start] if run else ""
        apart = bool(run) and not _JOINED.fullmatch(gap)
        hyphened = bool(run) and gap == "-"
        # Words that describe stand each for itself; what a thing has or is for may be a name of two words.
        if run and not hyphened and (apart or idle or not behind_link or token in contrasts()):
            yield _joined(run, behind_link)
            run = []
        joins = False
        if not run:
            joins = bool(usual) and bool(_JOINED.fullmatch(text[usual[0][2] : start]))
            before = fold(text[: usual[0][1] if joins else start]).split()
            while before and before[-1] in grammar(language).articles:
                before.pop()
            behind_link = bool(before) and before[-1] in _leading(language)
        if hyphened or not idle:
            # `Time` is common among films and says nothing alone; before another word it is part of a name.
            run += [*(usual if joins and behind_link and not run else ()), (token, start, end)]
        usual = [(token, start, end)] if common(token) else []
    if run:
        yield _joined(run, behind_link)


def _is_refused(before: str, language: str) -> bool:
    """Whether the word before denies: `sin cable`."""
    return bool(before.split()) and fold(before.split()[-1]) in grammar(language).negations


@cache
def _leading(language: str) -> frozenset[str]:
    """Words behind which it is told what a thing has or is for."""
    return grammar(language).starters | {"about", "on", "sobre", "sur", "uber"}


def _joined(run: Sequence[tuple[str, int, int]], behind_link: bool) -> _Run:
    role: WishRole = "context" if behind_link else "trait"
    return _Run(tuple(token for token, _, _ in run), run[0][1], run[-1][2], role)


def _wide_runs(text: str, known: _WishWords, skipped: set[str]) -> Iterator[_Run]:
    """Stretches of Chinese characters between those that join wishes."""
    cut = known.cuts
    for stretch in _WIDE.finditer(text):
        at = stretch.start()
        ends = [(match.start(), match.end()) for match in cut.finditer(stretch[0])] if cut else []
        for start, end in [*ends, (len(stretch[0]), len(stretch[0]))]:
            piece = text[at : stretch.start() + start]
            tokens = tuple(token for token, _, _ in placed_words(piece))
            soft = piece in known.soft or piece in known.cheap or piece in kind_names().vague
            if len(piece) >= _LEAST_WIDE and not soft and not skipped.issuperset(tokens):
                left = tuple(token for token in tokens if token not in skipped)
                yield _Run(left, at, at + len(piece), "trait")
            at = stretch.start() + end


def _wish(run: _Run, text: str, whole: str, language: str) -> Wish:
    phrase = written = text[run.start : run.end]
    if language == "en" and (match := _with_article(written).search(whole)):
        phrase = match[0]  # the words that are searched may have lost their article, or whom they are said of
    listed = [_listed(token, language) for token in run.tokens]
    pairs = zip(listed, run.tokens, strict=True)
    stems = tuple(_stems(same_as(own) | _same(own) | {own, token}, language) for own, token in pairs)
    # A sad comedy is no contradiction.
    against = (excluded_by(own) for own in listed if own not in _words_of("mood"))
    excluded = _stems(frozenset().union(*against), language)
    last = fold(text[run.start : run.end])
    describes = len(listed) == 1 and (grammar(language).describes(last) or listed[0] in _colours())
    return Wish(written, phrase, stems, excluded, run.role, describes, all(map(is_pair, run.tokens)))


def _with_article(written: str) -> re.Pattern[str]:
    """A wish behind its article, with the person it is said of; not before a word that it merely describes."""
    bearers = "|".join(data(ROOM, "wish_words.yaml")["bearers"]["en"])
    plain = re.escape(written)
    said_of = rf"\b(?:(?:an?|the) )?{plain} (?:{bearers})\b"
    rules = noun_phrases("en")
    ends = "|".join(map(re.escape, sorted(rules.borders | rules.soft | rules.of)))
    return re.compile(rf"{said_of}|\b(?:an?|the) {plain}\b(?! (?!(?:{ends})\b)\w)", re.IGNORECASE)


def _stems(tokens: frozenset[str], language: str) -> frozenset[str]:
    return frozenset(token if is_pair(token) else stem for token in tokens for stem in stems_of(token, language))


def _listed(token: str, language: str) -> str:
    """The form of a word that excludes others: `roja` is `rojo`."""
    return token if token in contrasts() else _listed_by_stem(language).get(grammar(language).stem(token), token)


@cache
def _listed_by_stem(language: str) -> Mapping[str, str]:
    return {grammar(language).stem(name): name for name in contrasts()}


@cache
def _same(token: str) -> frozenset[str]:
    """The words that say the same as one, itself among them."""
    groups: list[list[str]] = data(ROOM, "wish_words.yaml")["same"]
    return frozenset({token}).union(*(words(" ".join(group)) for group in groups if token in words(" ".join(group))))


@cache
def _colours() -> frozenset[str]:
    return frozenset(contrasts()) & _words_of("colour")


@cache
def _words_of(group: str) -> frozenset[str]:
    content: Mapping[str, list[list[str]]] = data("agent.retrieve.fit", "contrasts.yaml")
    return frozenset(fold(name) for names in content[group] for name in names)


@cache
def _wish_words(language: str) -> _WishWords:
    """The words of a language, with the English ones for those that have none here."""
    content: Mapping[str, Mapping[str, list[str]]] = data(ROOM, "wish_words.yaml")

    def of(name: str) -> list[str]:
        own = content[name]
        return [fold(word) for word in own.get(language, own.get("en", []))]

    cuts = sorted(of("cuts") if language in content["cuts"] else [], key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, cuts))) if cuts else None
    less = re.compile("|".join(content["less"].get(language, content["less"]["en"])), re.IGNORECASE)
    return _WishWords(frozenset(of("soft")), frozenset(of("cheap")), pattern, less)


__all__ = ["Wish", "WishRole", "Wishes", "wishes_of"]
