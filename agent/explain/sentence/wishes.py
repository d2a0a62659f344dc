"""What is wished for, wish by wish, so that of each item it can be told which it meets and which it misses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from agent.answers import Request
from agent.explain.grounding.lexicon import CONNECTIVES
from agent.explain.sentence.chinese_wishes import chinese_wishes
from agent.explain.sentence.grammar import ROOM, grammar, stems_of, with_article
from agent.explain.sentence.meanings import WordMeaning, meaning_of
from agent.language.patterns import data
from agent.language.untrusted import addressed_to_a_model
from agent.people.taste import without_titles
from agent.recent import recent
from agent.retrieve.fit.contrasts import NARROWER, contrasts, excluded_by, same_as
from agent.understand.kinds import Kind
from agent.understand.kinds.names import kind_names
from agent.understand.kinds.phrase import grammar as noun_phrases
from agent.understand.parsed import Denied
from agent.understand.request import ANYTHING
from retrieval.text.words import fold, is_pair, placed_words, sentences

WishRole = Literal["trait", "context", "use", "kind"]
_JOINED = re.compile(r"\s*|-")  # between words of one wish
_OWNED = re.compile(r"^(?:my|our|your|his|her|their) ", re.IGNORECASE)  # `my laptop` is asked for as `a laptop`
_USES = frozenset({"for", "para", "pour", "fur", "zum", "zur"})
_OR = re.compile(r"\s*,?\s*(?:or|oder|ou|o|u)\s+(?:(?:an?|the|una?|une?|eine?n?)\s+)?", re.IGNORECASE)
_MARK = re.compile(r"[,;.:!?()\n]|\s[-–—]\s")
_WIDE = re.compile(r"[\u3400-\u9fff]")
_COUNTS = re.compile(r"\d+(?:st|nd|rd|th)?")  # a number, or a day of a month
_MANY = 3  # words of a wish, of which half are enough


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is wished of an item, beside its kind.

    Attributes:
        words: As the person wrote them.
        phrase: The same with their article, `a boat`.
        stems: Any of which may stand in an item for each of its words: `red` and `crimson` for one.
        excluded: Stems of what says otherwise.
        phrases: Texts of several words that meet it.
        opposites: Texts that say otherwise, wherever they stand.
        value_opposites: Texts that say otherwise where they are all of a value.
        role: Whether it describes the thing, says what it has or is about, what it is for, or names it.
        describing: Whether `it is …` can be said of it.
        wide: Whether it is of a script without spaces, whose words are pairs of characters that overlap.
        admits: Whether it may be said of it that an item does not speak of it.
    """

    words: str
    phrase: str
    stems: tuple[frozenset[str], ...]
    excluded: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    opposites: tuple[str, ...] = ()
    value_opposites: tuple[str, ...] = ()
    role: WishRole = "trait"
    describing: bool = False
    wide: bool = False
    admits: bool = True

    @property
    def any_stems(self) -> frozenset[str]:
        """The stems of all its words."""
        return frozenset().union(*self.stems)

    def said_in(self, text: str) -> bool:
        """Whether a folded text says it in a phrase."""
        return any(phrase in text for phrase in self.phrases)

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
    occasions: frozenset[str]
    cuts: re.Pattern[str] | None
    less: re.Pattern[str]


def wishes_of(
    request: Request,
    kind: Kind | None = None,
    denied: Sequence[Denied] = (),
    common: Callable[[str], bool] = lambda _: False,
    whole: str = "",
    spent: Sequence[str] = (),
) -> Wishes:
    """The wishes of a request as it is searched.

    Args:
        common: Whether so many items hold a word that it tells none from others.
        whole: The request as it was made, before anything was taken out of it.
        spent: Stretches of it that say figures, `at least 160 bpm`: their words are no wishes by themselves.
    """
    if request.text in ("", ANYTHING):
        return Wishes((), kind, tuple(denied), language=request.language)
    plain = " ".join(part for part in sentences(request.text) if not addressed_to_a_model(part))
    text, language = without_titles(plain, request.named), request.language
    known = _wish_words(language)
    text = known.less.sub(",", _without(text, spent))
    named = ""
    if kind is not None and (kind.head not in kind_names().wider or grammar(language).describes(fold(kind.words))):
        # A strange word, or one that describes: it may tell of a thing as well as name it.
        named, kind = kind.words, None
    refused = {token for denial in denied for token, _, _ in placed_words(denial.words)}
    kind_words = kind.words if kind else ""
    skipped = refused | _only_in(spent, whole) | {token for token, _, _ in placed_words(kind_words)}
    if language == "zh":
        runs = list(_wide_runs(text, known, [kind_words, *(denial.words for denial in denied)]))
    else:
        runs = list(_runs(text, language, known, skipped, common))
    head = [token for token, _, _ in placed_words(named)][-1:]
    first = _first_part(text, language) if language == "en" else 0
    pairs = [(run, _wish(run, text, whole, language)) for run in runs]
    pairs = [(run, _naming(wish, run, text, first, head)) for run, wish in pairs]
    wishes = tuple(dict.fromkeys(_either(pairs, text)))
    cheap = any(fold(part) in known.cheap for part in re.findall(r"\w[\w-]*", text))
    cheap = cheap or (language == "zh" and any(word in text for word in known.cheap))
    return Wishes(wishes, kind, tuple(denied), cheap, language, request.text, stems_of(kind_words, language))


def _first_part(text: str, language: str) -> int:
    """Where the words end that say what is sought, before what it has or is for."""
    joins = _leading(language) | grammar(language).relatives | grammar(language).links
    ends = [match.start() for match in re.finditer(r"\w[\w'’-]*", text) if fold(match[0]) in joins]
    marks = [match.start() for match in _MARK.finditer(text)]
    return min((at for at in (*ends, *marks) if at > 0), default=len(text))


def _naming(wish: Wish, run: _Run, text: str, first: int, head: Sequence[str]) -> Wish:
    """A wish, marked as one that names the thing where its noun stands among the words that say what is sought."""
    describes = wish.describing or bool(wish.excluded) or wish.wide
    names = run.role == "trait" and not describes and (run.end <= first or list(run.tokens[-1:]) == list(head))
    # What describes is known in English alone: elsewhere only the noun itself is surely the name.
    if names:
        return replace(wish, role="kind")
    return replace(wish, role="context") if run.role == "trait" and _is_listed(text, run) else wish


def _is_listed(text: str, run: _Run) -> bool:
    """Whether it stands alone in a list: `hostel, kitchen, lockers`."""
    before, behind = text[: run.start].rstrip(), text[run.end :].lstrip()
    return before.endswith((",", ";", " and", "&")) and (
        not behind or behind.startswith((",", ";", "and ", "&", ".", "!"))
    )


def _without(text: str, spent: Sequence[str]) -> str:
    """The text without what says figures."""
    for words_of_figure in sorted(filter(None, spent), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(words_of_figure)}(?!\w)|{_wide(words_of_figure)}", " , ", text)
    return text


def _wide(text: str) -> str:
    """A pattern for a text of a script without spaces; one that matches nothing for any other."""
    return re.escape(text) if _WIDE.search(text) else r"(?!)"


def _only_in(spent: Sequence[str], whole: str) -> set[str]:
    """The tokens that stand in the figures of a request alone: of a figure that was taken apart some may be left."""
    rest = {token for token, _, _ in placed_words(_without(whole, spent))}
    return {token for part in spent for token, _, _ in placed_words(part)} - rest


@dataclass(frozen=True, slots=True)
class _Run:
    """Tokens that stand together, with where they begin and end in the text."""

    tokens: tuple[str, ...]
    start: int
    end: int
    role: WishRole
    admits: bool = True


def _runs(
    text: str, language: str, known: _WishWords, skipped: set[str], common: Callable[[str], bool]
) -> Iterator[_Run]:
    """The stretches of a wish that each are one wish."""
    run: list[tuple[str, int, int]] = []
    leader, usual = "", list[tuple[str, int, int]]()
    for token, start, end in placed_words(text):
        written = fold(text[start:end])
        compound = text[end : end + 1] == "-" or text[start - 1 : start] == "-"  # `left-handed`
        idle = (
            token in CONNECTIVES
            or token in skipped
            or token in kind_names().vague
            or (not compound and not {token, written}.isdisjoint(known.soft | known.cheap))
            or (common(token) and token not in contrasts())
            or _COUNTS.fullmatch(token) is not None
            or (len(token) == 1 and not is_pair(token))
            or not grammar(language).ends(written)
            or _is_refused(text[:start], language)
            or (_is_of_occasion(text[end:], known) and _leader(text[:start], language) != "")
        )
        gap = text[run[-1][2] : start] if run else ""
        apart = bool(run) and not _JOINED.fullmatch(gap)
        hyphened = bool(run) and gap == "-"
        # Words that describe stand each for itself; what a thing has or is for may be a name of two words.
        named = bool(run) and not apart and not idle and _is_name(text, run[-1][1], start)
        if run and not hyphened and not named and (apart or idle or not leader or token in contrasts()):
            yield _joined(run, leader)
            run = []
        joins = False
        if not run:
            joins = bool(usual) and bool(_JOINED.fullmatch(text[usual[0][2] : start]))
            leader = _leader(text[: usual[0][1] if joins else start], language)
        if hyphened or not idle:
            # `Time` is common among films and says nothing alone; before another word it is part of a name.
            run += [*(usual if joins and leader and not run else ()), (token, start, end)]
        usual = [(token, start, end)] if common(token) else []
    if run:
        yield _joined(run, leader)


def _is_name(text: str, before: int, at: int) -> bool:
    """Whether two words are a name together: both have capitals, and the first does not begin a sentence."""
    begins = not text[:before].strip() or text[:before].rstrip().endswith((".", "!", "?", ":"))
    return text[before].isupper() and text[at].isupper() and not begins


def _leader(before: str, language: str) -> str:
    """The word behind which it is told what a thing has or is for; an article may stand between."""
    led = fold(before).split()
    while led and led[-1] in grammar(language).articles:
        led.pop()
    return led[-1] if led and led[-1] in _leading(language) else ""


def _is_of_occasion(behind: str, known: _WishWords) -> bool:
    """Whether a word describes when a thing is for: `a cold` before `day`."""
    return not known.occasions.isdisjoint(fold(behind).split()[:1])


def _is_refused(before: str, language: str) -> bool:
    """Whether the word before denies: `sin cable`."""
    return bool(before.split()) and fold(before.split()[-1]) in grammar(language).negations


@cache
def _leading(language: str) -> frozenset[str]:
    """Words behind which it is told what a thing has or is for."""
    return grammar(language).starters | {"about", "on", "sobre", "sur", "uber"}


def _joined(run: Sequence[tuple[str, int, int]], leader: str) -> _Run:
    role: WishRole = "use" if leader in _USES else "context" if leader else "trait"
    return _Run(tuple(token for token, _, _ in run), run[0][1], run[-1][2], role)


def _either(pairs: Sequence[tuple[_Run, Wish]], text: str) -> Iterator[Wish]:
    """The wishes, those that `or` stands between as one: either meets it."""
    held: tuple[_Run, Wish] | None = None
    for run, wish in pairs:
        if held and _OR.fullmatch(text[held[0].end : run.start]) and len(held[1].stems) == len(wish.stems) == 1:
            joined = replace(
                held[1],
                words=text[held[0].start : run.end],
                phrase=text[held[0].start : run.end],
                stems=(held[1].any_stems | wish.any_stems,),
                excluded=(held[1].excluded & wish.excluded) - held[1].any_stems - wish.any_stems,
                phrases=held[1].phrases | wish.phrases,
                opposites=(),
                value_opposites=(),
                describing=held[1].describing and wish.describing,
            )
            held = replace(held[0], end=run.end), joined
            continue
        if held:
            yield held[1]
        held = run, wish
    if held:
        yield held[1]


def _wide_runs(text: str, known: _WishWords, hidden: Sequence[str]) -> Iterator[_Run]:
    """The words of a Chinese request that each are a wish."""
    for wish in chinese_wishes(text, hidden):
        tokens = tuple(token for token, _, _ in placed_words(wish.words))
        soft = wish.words in known.soft or wish.words in known.cheap or wish.words in kind_names().vague
        if not soft:
            yield _Run(tokens, wish.start, wish.end, "trait", wish.admits)


def _wish(run: _Run, text: str, whole: str, language: str) -> Wish:
    phrase = written = text[run.start : run.end]
    if language == "en" and (match := _articled(written).search(whole)):
        # The words that are searched may have lost their article, or whom they are said of.
        phrase = with_article(written) if _OWNED.match(match[0]) else match[0]
    listed = [_listed(token, language) for token in run.tokens]
    pairs = zip(listed, run.tokens, strict=True)
    meanings = [meaning_of(own) if language == "en" else WordMeaning(frozenset({own})) for own in listed]
    stems = tuple(
        _stems(same_as(own) | meaning.words | {own, token}, language)
        for (own, token), meaning in zip(pairs, meanings, strict=True)
    )
    only = meanings[0] if len(meanings) == 1 else WordMeaning(frozenset(), frozenset(), meanings[0].opposites)
    # A sad comedy is no contradiction.
    against = (excluded_by(own) for own in listed if own not in _words_of("mood"))
    excluded = _stems(frozenset().union(*against), language)
    last = fold(text[run.start : run.end])
    describes = len(listed) == 1 and (grammar(language).describes(last) or listed[0] in _colours())
    wide = all(map(is_pair, run.tokens))
    opposites = (only.opposites, only.value_opposites)
    return Wish(written, phrase, stems, excluded, only.phrases, *opposites, run.role, describes, wide, run.admits)


def _articled(written: str) -> re.Pattern[str]:
    """A wish behind its article, with the person it is said of; not before a word that it merely describes."""
    bearers = "|".join(data(ROOM, "wish_words.yaml")["bearers"]["en"])
    plain = re.escape(written)
    said_of = rf"\b(?:(?:an?|the) )?{plain} (?:{bearers})\b"
    rules = noun_phrases("en")
    ends = "|".join(map(re.escape, sorted(rules.borders | rules.soft | rules.of)))
    return re.compile(
        rf"{said_of}|\b(?:an?|the|my|our|your|his|her|their) {plain}\b(?! (?!(?:{ends})\b)\w)", re.IGNORECASE
    )


def _stems(tokens: frozenset[str], language: str) -> frozenset[str]:
    return frozenset(token if is_pair(token) else stem for token in tokens for stem in stems_of(token, language))


def _listed(token: str, language: str) -> str:
    """The form of a word that excludes others: `roja` is `rojo`."""
    return token if token in contrasts() else _listed_by_stem(language).get(grammar(language).stem(token), token)


@cache
def _listed_by_stem(language: str) -> Mapping[str, str]:
    return {grammar(language).stem(name): name for name in contrasts()}


@cache
def _checked() -> tuple[frozenset[str], tuple[str, ...]]:
    content = data(ROOM, "wish_words.yaml")
    return frozenset(content["checked"]), tuple(content["checked_ends"])


def is_checked(words_of_wish: str) -> bool:
    """Whether data states such a quality where it is there: `waterproof`, and not `gentle`."""
    listed, ends = _checked()
    folded = fold(words_of_wish)
    return folded in listed or folded.endswith(ends)


@recent(1_024)
def is_unstated(words_of_wish: str) -> bool:
    """Whether an item may be so without a word of it: for a hike, daily, patient."""
    last = fold(words_of_wish).split()[-1:]
    return bool(last) and last[0] in data(ROOM, "wish_words.yaml")["unstated"]


@cache
def occasions() -> frozenset[str]:
    """Kinds that say when or as what a thing is taken, and not what it is: `a main`, `a snack`."""
    return frozenset(data(ROOM, "wish_words.yaml")["courses"]["en"])


@cache
def _colours() -> frozenset[str]:
    return frozenset(contrasts()) & _words_of("colour")


@cache
def _words_of(group: str) -> frozenset[str]:
    content: Mapping[str, list[list[str]]] = data("agent.retrieve.fit", "contrasts.yaml")
    return frozenset(fold(name.lstrip(NARROWER)) for names in content[group] for name in names)


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
    return _WishWords(frozenset(of("soft")), frozenset(of("cheap")), frozenset(of("occasions")), pattern, less)


__all__ = ["Wish", "WishRole", "Wishes", "is_checked", "is_unstated", "occasions", "wishes_of"]
