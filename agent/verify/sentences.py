"""Sentences: whether what is said of an item stands in its catalog entry, of the same thing and not denied there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from agent.verify.terms import WORDS, EntryWord, flat, form, terms
from retrieval.text.words import fold

_NUM = r"(\d[\d.,]*\d|\d|\b(?:" + "|".join(WORDS["numbers"].split()) + r")\b)"
_LESS, _MORE, _LIMIT, _COLOURS = WORDS["less"], WORDS["more"], WORDS["limit"], set(WORDS["colours"].split())
_DIFFERENCE = re.compile(
    rf"{_NUM} ?(?:eur|euros?|元|€)? ?(?:{_LESS}|({_MORE}))(?!\w) ?(?:de |of |than )?"
    rf"(?:(?:{_LIMIT})(?: of \d+)?|the first|(?:your )?\d+|(?=[,;.]| and| but|$))"
    rf"|keep {_NUM} of your \d+|(?:{_LIMIT})(?:{_LESS}) ?{_NUM}"
)
_BOUND = re.compile(rf"(?:({WORDS['under']})|({WORDS['over']})|{WORDS['about']}) ?(?:your |the |ihre )?{_NUM}")
_COMPARED = re.compile(
    r"\b(?:(cheaper|less|older)|(?:dearer|more|newer)) (?:than the first|of the two)|\b(?:(cheaper)|dearer)\b"
    r"|比第一个“[^”]*”(?:(早|便宜)|晚|贵)"
)
_FIRST = re.compile(
    r"\b(?:than|as|for|of) the first(?:, “[^”]*”)?|(?:\bagainst|对) (\d[\d.,]*\d|\d)( of the first(?:, “[^”]*”)?)?"
)
_QUOTE = re.compile(r"([\w ]*?)(?:中写道|:|：| says?| dice| dit| sagt)? ?[“„«\"]([^”“»\"]+)[”“»\"]")
_FIELD = re.compile(
    r"((?:[\w-]+ ){0,2}[\w-]+) ?(?::|：| is | are | ist | es | est |是) ?((?:[^,;.，。()]|[.,](?=\d))*)"
)
_WITHIN = re.compile(r"[^)]*")
_OR = re.compile(r"\b(?:or|and|o|ou|oder|ni|noch)\b|或|和|、")
_OBJECT = re.compile(
    r"(?:[^,.;:!?()，。；：）]|[.,](?=\d)|\(\d+\))*?"
    r"(?= liked| and (?:it|this|these|they|the)\b| but | and so |[,.;:!?()，。；：）]|$)"
)
_PASSIVE = {"is", "by", "of", "for"}
_CLAUSE = re.compile(r"[,;:(，。：；（]|\.(?!\d)")


@dataclass(frozen=True)
class Entry:
    """An item of the catalog, what was asked for, the item it is compared with, and what the person liked."""

    leaves: Sequence[tuple[str, str]]  # name and text of each field, and of what else the answer may cite
    request: str
    language: str
    first: Sequence[tuple[str, str]] = ()
    liked: str = ""
    guesses: str = ""  # what its picture may show

    @cached_property
    def fields(self) -> list[tuple[str, set[str], list[EntryWord]]]:
        """Of each field its name, the words that tell it, and its own words."""
        return [(name, _heads(name), self._read(name, fold(text), text)) for name, text in self.leaves]

    @cached_property
    def forms(self) -> dict[bool, set[str]]:
        """Its words, those denied under True."""
        found = [term for _, _, leaf in self.fields for term in leaf]
        forms = {state: {term.form for term in found if term.denied is state} for state in (False, True)}
        kinds = dict(part.split("=") for part in WORDS["kinds"].split())
        broader = {form(kinds[fold(term.text)]) for term in found if fold(term.text) in kinds}
        return {False: forms[False] | (broader - forms[True]), True: forms[True]}

    @cached_property
    def written(self) -> set[str]:
        """Its words as they are written."""
        texts = [self.liked, *(text for leaf in (*self.leaves, *self.first) for text in leaf)]
        return {fold(word) for text in texts for word in re.findall(r"[^\W\d_]+", text)}

    @cached_property
    def whole(self) -> set[str]:
        """Words that are told of the whole item."""
        return {term.form for name, _, leaf in self.fields for term in leaf if name and _is_whole(name, leaf)}

    def _read(self, name: str, value: str, text: str) -> list[EntryWord]:
        if value.isdigit() and terms(f"{value} {name}", self.language)[0].form != form(value):
            text = f"{text} {name}"  # `days: 4`
        denies, affirms = value in ("no", "none", "false"), value in ("yes", "true")
        return terms(f"no {name} included" if denies else f"{name} included" if affirms else text, self.language)

    @cached_property
    def price(self) -> float | None:
        """What it costs."""
        return price(self.leaves)

    def named(self, label: str) -> list[str]:
        """The texts of the field that a label ends in, in whatever language it is named."""
        for at in range(len(label.split())):
            name = fold(" ".join(label.split()[at:]))
            names = {name, *(known for known, words in WORDS["labels"].items() if name in fold(words).split())}
            texts = [
                text
                for known, text in self.leaves
                if {fold(known), fold(known).rstrip("s")} & {*names, name.rstrip("s")}
            ]
            if texts:
                return texts
        return []

    def wishes(self, term: EntryWord, *, denied: bool) -> bool:
        """Whether a word was asked for, or refused."""
        # `without perfume for dry skin` refuses no dry skin
        request = re.sub(r"(?<!\bnot) (?=(?:for|under|below|at most|up to)\b)", ", ", self.request)
        wish = [each for each in terms(request, self.language) if each.denied is denied]
        return any(each.form == term.form or (not term.text.isascii() and term.text in each.text) for each in wish)


def price(leaves: Sequence[tuple[str, str]]) -> float | None:
    """What an item costs."""
    numbers = (re.search(r"[\d.,]*\d", text) for name, text in leaves if name == "price")
    return next((float(number[0].replace(",", "")) for number in numbers if number), None)


def _year(leaves: Sequence[tuple[str, str]]) -> float | None:
    return next((float(text) for name, text in leaves if name == "year" and text.isdigit()), None)


def _heads(name: str) -> set[str]:
    roles = WORDS["roles"]
    words = f"{name} {roles.get(name, roles.get(name.rstrip('s'), ''))} {WORDS['labels'].get(name, '')}"
    return {form(word) for word in re.findall(r"\w+", fold(words))}


def _is_whole(name: str, leaf: Sequence[EntryWord]) -> bool:
    if name in ("brand", "maker"):
        return True
    names, numbers = sum(term.text[0].isupper() for term in leaf), any(term.form[0].isdigit() for term in leaf)
    return name in ("title", "category") or (len(leaf) <= 3 and names < 2 and not numbers)


def faults(sentence: str, entry: Entry) -> Iterator[str]:
    """Why a sentence is not so; nothing where nothing speaks against it."""
    yield from _misplaced(sentence, entry)
    if not entry.named("size") and not entry.named("sizes"):
        sentence = re.sub(r"\bno size to \w+", ";", sentence, flags=re.IGNORECASE)
    for reader in (_wishes, _stated, _amounts):
        spans, objections = reader(sentence, flat(sentence), entry)
        yield from objections
        for start, end in sorted(spans, reverse=True):
            sentence = f"{sentence[:start]} ; {sentence[end:]}"
    for part in re.split(r"[,;:.]| and | but ", sentence):
        if entry.language == "en" and len(re.findall(r"\b(?:no|not|without|never|non|\w+n't)\b", part.lower())) > 1:
            yield f"“{part.strip()}” denies a denial"
    hedged = re.search(WORDS["hedges"], sentence.lower()) is not None
    guessed = {term.form for term in terms(entry.guesses, entry.language)} if hedged else set()
    yield from _strange(terms(sentence, entry.language), guessed, entry)


def _misplaced(sentence: str, entry: Entry) -> Iterator[str]:
    """Quotations and values that do not stand in the field that is named."""
    for match in _QUOTE.finditer(sentence):
        texts = entry.named(match[1].strip()) or [
            *(text for _, text in entry.leaves),
            entry.request,
            entry.liked,
            *(t for _, t in entry.first),
        ]
        if not any(" ".join(match[2].split()).strip("… ") in " ".join(text.split()) for text in texts):
            yield f"“{match[2]}” does not stand there"
    for match in _FIELD.finditer(re.sub(r"“[^”]*”", lambda quote: " " * len(quote[0]), sentence)):
        texts = entry.named(match[1])
        if (
            texts
            and fold(match[2].strip()) not in map(fold, texts)
            and not re.search(r"\b(?:no|not|is)\b", match[0].lower().replace(" is ", " ", 1))
        ):
            known = {term.form for text in texts for term in terms(text, entry.language)}
            value = terms(re.split(r" (?:for|with|that|of|by|in|and) ", match[2])[0], entry.language)
            yield from (
                f"{match[1].strip()} is not “{term.text}”"
                for term in value
                if term.form not in known and match[2] not in str(texts)
            )


def _stated(text: str, _: str, entry: Entry) -> tuple[list[tuple[int, int]], list[str]]:
    """Fields with their whole values, as `Parking: none`."""
    found = _FIELD.finditer(text)
    return [match.span() for match in found if fold(match[2].strip()) in map(fold, entry.named(match[1]))], []


def _wishes(text: str, plain: str, entry: Entry) -> tuple[list[tuple[int, int]], list[str]]:
    """What the sentence says of the request and of what was liked, and what of that is not so."""
    spans, objections = list[tuple[int, int]](), list[str]()
    for kind in ("disliked", "liked", "as asked", "refused", "asked", "untold", "instead"):
        for match in re.finditer(WORDS[kind], plain):
            found = (_WITHIN if plain[: match.start()].endswith("(") else _OBJECT).match(text, match.end())
            end = match.end() if kind == "as asked" or found is None else found.end()
            if any(start < end and match.start() < stop for start, stop in spans):
                continue
            said, before = (
                terms(text[match.end() : end], entry.language),
                _CLAUSE.split(text[: match.start()].rstrip(" ,(，（"))[-1],
            )
            if kind == "untold":
                known = entry.forms[False] | entry.forms[True]
                wishes = [entry.wishes(term, denied=False) or entry.wishes(term, denied=True) for term in said]
                things = [terms(thing, entry.language) for thing in _OR.split(text[match.end() : end])]
                stands = any(all(term.form in known for term in thing) for thing in things if thing)
                if not said or not all(wishes) or stands:
                    continue  # an item with a woman may well be without a young one
            elif kind == "instead":
                spoken = said and all(
                    entry.wishes(term, denied=False) or entry.wishes(term, denied=True) for term in said
                )
                if not spoken or any(term.form in entry.forms[False] for term in said):
                    continue
            elif "liked" in kind:
                liked = {term.form for term in terms(entry.liked, entry.language)}
                if kind == "disliked" or not said or not {term.form for term in said} <= liked:
                    objections.append(f"“{text[match.end() : end].strip()}” is not known to have been liked")
            else:
                unsaid = [
                    word
                    for word in re.findall(r"[^\W\d_]{4,}", text[match.end() : end])
                    if fold(word) not in fold(entry.request)
                ]
                objections += (
                    [f"“{unsaid[0]}” was not asked for"]
                    if unsaid and not said and unsaid[0] not in ("that", "this", "them")
                    else []
                )
                contrasts = re.search(r"though|but|which", match[0] + plain[: match.start()][-8:]) is not None
                joined = re.search(r"(?:\band|\()\s*$", plain[: match.start()]) is not None or match[0].startswith(
                    "and "
                )
                before = text[: match.start()] if plain[: match.start()].endswith("(") else before
                fact = before if re.search(r"\w", before) else _CLAUSE.split(text[end:].strip(" ,:"))[0]
                if (
                    text[match.end() : end].strip()
                    and not said
                    and re.search(r"(?!it\b|them\b|one\b)\b[^\W\d_]{3,}", text[match.end() : end])
                ):
                    spans.append((match.start(), end))
                    continue
                objections += _unasked(kind, said, fact, entry, contrasts=contrasts, joined=joined)
            spans.append((match.start(), end))
    return spans, objections


def _unasked(
    kind: str, said: Sequence[EntryWord], fact: str, entry: Entry, *, contrasts: bool, joined: bool
) -> Iterator[str]:
    """What was not asked for of what is said to have been; a wish joined to a fact that has nothing to do with it."""
    refused = kind == "refused"
    told = terms(re.sub(r".*\b(?:is|are|has|have|es|est|ist) (?!included|not\b|no\b)", "", fact), entry.language)
    if not said:
        told = [term for term in told if fold(term.text) not in WORDS["soft"].split() and not term.form[0].isdigit()]
        right = [
            entry.wishes(t, denied=not t.denied if refused else t.denied)
            or (contrasts and t.denied and entry.wishes(t, denied=False))
            for t in told
        ]
        if not (any(right) or (contrasts and "but" not in kind and not told) if contrasts else all(right)):
            yield f"“{fact.strip()}” was not asked for"
    yield from (
        f"“{term.text}” was not asked for" for term in said if not entry.wishes(term, denied=term.denied or refused)
    )
    numbers = [
        [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)] for text in (fact, " ".join(term.form for term in said))
    ]
    meets = {t.form for t in terms(fact, entry.language)} & {t.form for t in said} or any(
        a <= b for a in numbers[0] for b in numbers[1]
    )
    lacks = all(term.denied and term.form not in entry.forms[False] for term in said)
    coloured = all({fold(term.text) for term in words} & _COLOURS for words in (told, said))
    if joined and said and kind == "asked" and not meets and not coloured and not lacks:
        yield f"“{fact.strip()}” has nothing to do with that wish"


def _amounts(_: str, plain: str, entry: Entry) -> tuple[list[tuple[int, int]], list[str]]:
    """What is computed, and what of that does not come out."""
    spans, objections = list[tuple[int, int]](), list[str]()
    wished = [
        float(term.form.split()[0])
        for term in terms(entry.request, entry.language)
        if re.match(r"[\d.]+( |$)", term.form)
    ]
    own, other = price(entry.leaves), price(entry.first)
    values = [float(each) for _, leaf in entry.leaves for each in re.findall(r"\d+(?:\.\d+)?", leaf.replace(",", ""))]
    for match in _DIFFERENCE.finditer(plain):
        told = match[1] or match[3] or match[4]
        of_limit = re.search(rf"{_LIMIT}|under|below|keep|\d \w+ (?:your )?\d", match[0]) and "first" not in match[0]
        amounts = [
            (base - own) * (-1 if match[2] else 1)
            for base in (wished if of_limit else [other])
            if base is not None and own is not None
        ]
        right = any(abs(round(amount, len(told.partition(".")[2])) - float(form(told))) < 1e-6 for amount in amounts)
        if own is None or float(form(told)) != own:
            spans.append(match.span())
            objections += [] if right else [f"“{match[0]}” does not come out"]
    for match in _BOUND.finditer(plain):
        number, bounds = float(form(match[3])) if form(match[3]).count(".") < 2 else -1.0, (*wished, other)
        stated = any(
            _digits(match[0]) in _digits(f"{name} {leaf}".replace("maximum load ", "up to "))
            for name, leaf in entry.leaves
        )
        kept = number in bounds and own is not None and (own <= number if match[1] else own >= number)
        near = any(
            abs(value - number) <= (0 if 1000 <= number < 2100 else 0.05 * value)
            and ("just" not in match[0] or (value < number) is ("under" in match[0]))
            for value in values
        )
        denied = plain[: match.start()].endswith("not ")
        stated, kept, near = stated and not denied, kept is not denied, near and not denied
        if not any(start < match.end() and match.start() < end for start, end in spans):
            spans.append(match.span())
            objections += [] if stated or (kept if match[1] or match[2] else near) else [f"“{match[0]}” is not so"]
    for match in _COMPARED.finditer(plain):
        ours, theirs = (
            (_year(entry.leaves), _year(entry.first)) if re.search("older|newer|早|晚", match[0]) else (own, other)
        )
        right = ours is not None and theirs is not None and (ours < theirs) is bool(match[1] or match[2] or match[3])
        if not any(start < match.end() and match.start() < end for start, end in spans):
            spans.append(match.span())
            objections += [] if right else [f"“{match[0]}” is not so"]
    beside = str(entry.first)
    for match in _FIRST.finditer(plain):
        if (
            entry.first
            and (match[1] is None or match[1] in beside)
            and not any(s < match.end() and match.start() < e for s, e in spans)
        ):
            spans.append(match.span())
    return spans, objections


def _digits(text: str) -> str:
    """The text in small letters, numbers in digits."""
    return re.sub(r"[^\W\d_]+", lambda word: form(word[0]) if form(word[0]).isdigit() else word[0], fold(text))


def _strange(said: Sequence[EntryWord], guessed: set[str], entry: Entry) -> Iterator[str]:
    """Words that the entry lacks, and words that it has of something else."""
    heads = {head for _, heads, _ in entry.fields for head in heads}
    for at, term in enumerate(said):
        is_name = (
            term.text[0].isupper()
            and not term.form[0].isdigit()
            and (not term.opens or is_first_name(said, at))
            and entry.language == "en"
        )
        refused = term.denied and entry.wishes(term, denied=True) and term.form not in entry.forms[False]
        texts = [each.text for _, _, leaf in entry.fields for each in leaf if each.denied is term.denied]
        if refused or term.form in guessed or (not term.text.isascii() and _is_made_of(term.text, texts)):
            continue
        if (
            is_name
            and fold(term.text) not in entry.written
            and fold(term.text) not in WORDS["same"].replace(";", " ").split()
        ):
            yield f"the name “{term.text}” is not there"
        elif term.form not in entry.forms[term.denied] | (set() if term.denied else heads - entry.forms[True]):
            yield f"“{term.text}” is not {'denied ' if term.denied else ''}there"
        elif fold(term.text) in WORDS["exact"].split() and fold(term.text) not in entry.written:
            yield f"“{term.text}” is not there"
    for first, second in pairwise(said):
        is_free = first.denied is not second.denied or second.link in ("with", "without", "no", "among") or guessed
        if first.place == second.place and not is_free and not _licensed(first, second, entry):
            yield f"“{second.text}” is not told of “{first.text}”"


def is_first_name(said: Sequence[EntryWord], at: int) -> bool:
    """Whether a word that begins a clause is a name: another one follows."""
    following = said[at + 1] if at + 1 < len(said) else said[at]
    return (
        following.place == said[at].place
        and following.text[0].isupper()
        and not following.link
        and following.opens is False
    )


def _is_made_of(text: str, known: Sequence[str]) -> bool:
    """Whether a stretch of Chinese stands in what is known, whole or in pieces of two characters and more."""
    cuts = range(len(text) - 2, 1, -1)
    return any(text in each for each in known) or any(
        any(text[:cut] in each for each in known) and _is_made_of(text[cut:], known) for cut in cuts
    )


def _licensed(first: EntryWord, second: EntryWord, entry: Entry) -> bool:
    """Whether the entry tells two words of each other: in one clause and order, or one of them of the whole item."""
    pair = (first.form, second.form)
    whole = set(pair) & entry.whole and not any(form[0].isdigit() for form in pair)
    whole = whole and not (second.link == "is" and first.form in entry.forms[True])
    if whole or first.form == second.form or not (first.text.isascii() and second.text.isascii()):
        return True
    if any(_are_together(pair, second.link, heads, leaf) for _, heads, leaf in entry.fields):
        return True
    number = next((form for form in pair if form[0].isdigit()), None)
    if number is None or all(form[0].isdigit() for form in pair):
        return number is not None
    is_price = entry.price is not None and number.split()[0] == f"{entry.price:g}"
    counts = second.link in ("", "of", "is") and pair[0] == number and number.isdigit()
    if counts and not is_price:
        return False
    # A field that is a number is told of the whole item, but not behind a word for another field.
    other = pair[0] if pair[1] == number else pair[1]
    owned = any(len(leaf) <= 2 and number in {term.form for term in leaf} for _, _, leaf in entry.fields)
    prose = [(term.place, term.form) for name, _, leaf in entry.fields if name == "description" for term in leaf]
    places = {place for place, form in prose if form == other}
    numbered = {form for place, form in prose if place in places and form.isdigit()}
    if second.link and {place[0] for place, form in prose if form == number} & {place[0] for place in places}:
        return True
    return (
        owned
        and not numbered - {number}
        and not any(other in heads and leaf and leaf[0].form[0].isdigit() for _, heads, leaf in entry.fields)
    )


def _are_together(pair: tuple[str, str], link: str, heads: set[str], leaf: Sequence[EntryWord]) -> bool:
    forms = heads | {term.form for term in leaf}
    if set(pair) & heads and set(pair) <= forms:
        return True
    for at, one in enumerate(leaf):
        for other in leaf[at + 1 :]:
            if (
                link
                and (other.form, one.form) == pair
                and other.link == link
                and link in ("on", "in", "at", "into", "to")
            ):
                continue  # `canvas on oil` of oil on canvas
            if (one.form, other.form) == pair and (
                one.place == other.place or (one.place[0] == other.place[0] and other.opens)
            ):
                return True
            # Turned round it may be said with another joint: `the upper is waterproof` of a waterproof upper.
            links = {term.link for term in leaf[at + 1 : leaf.index(other) + 1]}
            turned = _PASSIVE & links != _PASSIVE & {link} and not any(form[0].isdigit() for form in pair)
            if (other.form, one.form) == pair and one.place == other.place and turned:
                return True
    return False
