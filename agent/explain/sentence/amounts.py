"""Amounts: what an item says of each figure that is wished for, met or broken, in its own numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from agent.answers import Evidence
from agent.explain.sentence.amount_wishes import AmountWish
from agent.explain.sentence.answering import entry_point
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.fields import PART_HEAD, counted, duration_text, role_of, says_of
from agent.explain.sentence.figures import FILE, Figure, figures, units_by_word
from agent.explain.sentence.grammar import ROOM, with_article
from agent.explain.sentence.item_figures import ItemFigure, Span, in_years, item_figures, named, text_figures
from agent.explain.sentence.item_text import ReadItem
from agent.explain.sentence.phrasing import Phrasing, plain_name
from agent.explain.sentence.plan import Miss, Point
from agent.language.patterns import data
from retrieval.schema import Schema
from retrieval.text.values import as_text
from retrieval.text.words import fold, singular

Verdict = Literal["met", "above", "below", "other"]
AMOUNT_PLACE, PRICE_PLACE = 8, 20
CLOSE_TO_LIMIT = 0.01  # of it
SAME, SAME_LENGTH, NEAR, FAR = 0.1, 0.03, 0.15, 0.25  # shares that an amount may be off
NEAR_PRICE = 0.2
_TERMS = ("age", "duration", "time", "length", "term", "stay", "trip")
_PLAIN_UNITS = ("volt", "watt", "percent")  # that say by themselves what is measured
_NUMBER = re.compile(r"\d[\d.,]*(?:\s*(?:-|–|to|bis|a|à|y|到|至)\s*\d[\d.,]*)?")
_WORDED = ("people", "age", "year", "duration")
_FROM_TEXT = ("people", "age", "weight", "memory", "rating", "pages")


@dataclass(frozen=True, slots=True)
class AmountAnswer:
    """What an item says of one figure that is wished for.

    Attributes:
        text: Its own figure, as a fragment of a sentence.
        evidence: What that rests on; none where the item says nothing.
        asked: What was wished, as it is told beside it.
    """

    wish: AmountWish
    verdict: Verdict | None = None
    text: str = ""
    asked: str = ""
    evidence: tuple[Evidence, ...] = ()


def amount_answers(text: ReadItem, demand: Demand, ground: CatalogGround) -> Sequence[AmountAnswer]:
    """What an item says of each figure that is wished for."""
    if not demand.amounts:
        return ()
    stated = item_figures(text)
    return [_answer(wish, stated, text, demand, ground) for wish in demand.amounts]


def settled_pointers(answers: Sequence[AmountAnswer]) -> set[str]:
    """What the must-haves need not tell once more: fields that are told, and must-haves that misread a figure."""
    told = {
        cited.pointer for answer in answers if answer.verdict and not _is_dated(answer) for cited in answer.evidence
    }
    wishes = [answer.wish for answer in answers if answer.wish.must is not None and not answer.wish.field]
    misread = {f"/request/filters/{wish.must}" for wish in wishes}
    return (told | misread) - {"/request/text"}


def amount_points(answers: Sequence[AmountAnswer], worded: Sequence[str], language: str) -> Iterator[Point]:
    """The points of what is met.

    Args:
        worded: What is told in words already: of a three-person tent it need not be told that it is for three.
        language: Of the item.
    """
    told = {(figure.matter, figure.most) for text in worded for figure in figures(text, language)}
    for answer in answers:
        if (
            answer.verdict == "met"
            and not _is_dated(answer)
            and not any((own.matter, own.most) in told for own in _own_figures(answer, language))
        ):
            is_price = answer.wish.figure.matter == "money"
            place = PRICE_PLACE if is_price else AMOUNT_PLACE
            words = frozenset({answer.wish.figure.words} - {""})
            yield Point(answer.text, answer.evidence, words, place, fixed=is_price, leans=not is_price)


def _is_dated(answer: AmountAnswer) -> bool:
    """Whether a must-have tells it: `ca. 750` says more than the year that was made of it."""
    return answer.verdict == "met" and answer.wish.figure.matter == "year" and answer.wish.must is not None


def _own_figures(answer: AmountAnswer, language: str) -> Iterator[Figure]:
    """The figures of what is told, as the words would have them."""
    for figure in figures(answer.text, language):
        yield replace(figure, matter=figure.matter or answer.wish.figure.matter)


def amount_misses(answers: Sequence[AmountAnswer], phrasing: Phrasing, *, worded: bool = False) -> Iterator[Miss]:
    """What is broken, then what the item does not tell.

    Args:
        worded: Whether its text may tell in words for whom it is and how long it takes.
    """
    for answer in answers:
        if answer.verdict not in (None, "met"):
            kind = _miss_kind(answer)
            yield Miss(kind, answer.asked, answer.evidence, other=answer.text, text=answer.text)
    for answer in answers:
        if worded and answer.wish.figure.matter in _WORDED:
            continue
        label = _silent(phrasing.language).get(_label_of(answer.wish.figure))
        if answer.verdict is None and not answer.evidence and label and answer.asked:
            cited = Evidence("request", "/request/text", answer.wish.figure.words)
            yield Miss("not told", label, (cited,))


def hints_at_amounts(text: ReadItem) -> bool:
    """Whether an item's sentences hold a number or a word that counts: `a single portion`, `for parties`."""
    hints = frozenset(data(ROOM, FILE)["hints"])
    words_of_text = (word for source in text.sources for word in re.findall(r"\w+", fold(source.text)))
    return any(word in hints or word[:1].isdigit() for word in words_of_text)


def _miss_kind(answer: AmountAnswer) -> str:
    if answer.wish.figure.matter == "money":
        return "over limit"
    if answer.wish.figure.matter == "year":
        return "later" if answer.verdict == "above" else "earlier"
    return {"above": "too much", "below": "too little"}.get(str(answer.verdict), "other")


def _label_of(figure: Figure) -> str:
    return figure.matter or figure.unit


def _silent(language: str) -> Mapping[str, str]:
    content: Mapping[str, Mapping[str, str]] = data(ROOM, FILE)["silent"]
    return content.get(language, content["en"])


def _answer(
    wish: AmountWish, stated: Sequence[ItemFigure], text: ReadItem, demand: Demand, ground: CatalogGround
) -> AmountAnswer:
    if wish.figure.matter == "size":
        return _sized(wish, text, demand)
    if wish.figure.matter == "money" and (priced := _priced(wish, stated, text, demand, ground)):
        return priced
    figure = _figure_of(wish, stated)
    if figure is not None:
        return _from_field(wish, figure, text, demand, ground)
    if any(wish.figure.unit and own.unit is not None and _is_comparable(wish.figure, own) for own in stated):
        return AmountAnswer(wish)  # it tells such a measure, of which of its sides is not known
    return _from_text(wish, text, demand, ground.schema)


def _figure_of(wish: AmountWish, stated: Sequence[ItemFigure]) -> ItemFigure | None:
    """The figure of an item that a wish is about: of the field it is known to be of, or of one of its matter."""
    of_field = next((own for own in stated if own.entries[0].field.name == wish.field), None)
    if of_field is not None and _is_comparable(wish.figure, of_field):
        return of_field
    known: Mapping[str, list[str]] = data(ROOM, FILE)["matters"]
    of_matter = known.get(wish.figure.matter, [])
    for name in of_matter:
        alike = [own for own in stated if _is_named(own, name, wish.figure) and _is_comparable(wish.figure, own)]
        if alike:
            return min(alike, key=lambda own: len(own.name))
    if wish.figure.matter in ("people", "age", "year", "money"):
        return None
    alike = [own for own in stated if _is_comparable(wish.figure, own) and own.name.split()[0] not in known["money"]]
    return _by_words(wish.figure, alike)


def _is_named(own: ItemFigure, name: str, wish: Figure) -> bool:
    """Whether a field has a name; of a price its currency and what it is for may follow: `price_eur_per_kg`."""
    if wish.matter != "money" or own.name == name:
        return own.name == name
    behind = own.name.removeprefix(f"{name} ").split()[0]
    return own.name.startswith(f"{name} ") and (behind == "per" or _is_currency(behind))


def _is_currency(word: str) -> bool:
    return word.upper() in data(ROOM, "fields.yaml")["currencies"]


def _by_words(wish: Figure, stated: Sequence[ItemFigure]) -> ItemFigure | None:
    """The figure whose field is named beside the wish, or the only one that has its unit."""
    scored = [(len(own.words & wish.beside), own) for own in stated]
    best = max((score for score, _ in scored), default=0)
    if best:
        likely = [own for score, own in scored if score == best]
        return likely[0] if len(likely) == 1 else None
    same = [own for own in stated if wish.unit and own.unit is not None]
    plain = [own for own in same if own.name == wish.matter]  # `below 1.2 kg` is of its weight, not of its load
    same = plain if len(plain) == 1 else same
    names_other = any(wish.beside & words for words in named().values())
    return same[0] if len(same) == 1 and not names_other else None


def _is_comparable(wish: Figure, own: ItemFigure) -> bool:
    """Whether both measure the same: `1 m` and `118 cm`, and a bare number with any."""
    if wish.matter == "age":
        return own.unit is None or own.unit.dimension == "term"
    if not wish.unit or own.unit is None:
        return not wish.unit or wish.matter in ("duration", "rating", "pages")
    known = next((unit for unit in units_by_word().values() if unit.name == wish.unit), None)
    return known is not None and known.dimension == own.unit.dimension


def _from_field(
    wish: AmountWish, own: ItemFigure, text: ReadItem, demand: Demand, ground: CatalogGround
) -> AmountAnswer:
    verdict, at = _verdict(wish.figure, own)
    if verdict != "met" and wish.figure.matter == "length" and wish.figure.exact and not own.words & wish.figure.beside:
        verdict = None  # which of its sides was meant is not known
    evidence = (*_asked_evidence(wish, demand), Evidence("field", own.entries[at].pointer, own.entries[at].cited))
    told = _told(wish.figure, own, at, text, demand, ground)
    if told and verdict == "met" and own.name == "weight":  # what it is rather than something else stands alone
        told = _says(demand.phrasing.language)["weight"].format(value=told)
    return AmountAnswer(wish, verdict if told else None, told, _asked(wish.figure, own, demand.phrasing), evidence)


def _asked_evidence(wish: AmountWish, demand: Demand) -> tuple[Evidence, ...]:
    if wish.must is not None:
        return (Evidence("filter", f"/request/filters/{wish.must}", str(demand.filters[wish.must])),)
    return (Evidence("request", "/request/text", wish.figure.words),)


def _verdict(wish: Figure, own: ItemFigure) -> tuple[Verdict | None, int]:
    """Whether an item's figure meets a wish, and by which of its entries."""
    spans = in_years(own) if wish.matter == "age" else own.spans
    verdicts = [_compared(wish, span, own) for span in spans]
    if "met" in verdicts:
        return "met", verdicts.index("met")
    if len(set(verdicts)) > 1:
        return None, 0
    return verdicts[0], 0 if verdicts[0] == "above" else len(verdicts) - 1


def _compared(wish: Figure, span: Span, own: ItemFigure) -> Verdict | None:
    opened: Mapping[str, list[str]] = data(ROOM, FILE)["open"]
    low, high = span
    if low == high and own.name in opened["most"]:
        low = 0.0
    if low == high and own.name in opened["least"]:
        high = None
    if wish.matter in ("people", "age") and (wish.least == wish.most or wish.matter == "age"):
        return _contained(wish, low, high, single=span[0] == span[1] and low == span[0] and high == span[1])
    if wish.matter == "people":
        low = high if high is not None else low  # of up to so many, so many is meant
    return _within(wish, low, high, own)


def _contained(wish: Figure, low: float | None, high: float | None, *, single: bool) -> Verdict | None:
    """Whether somebody of an age, or so many, are among those that it is for."""
    sought = wish.least if wish.least is not None else wish.most
    if sought is None:
        return None
    if single and wish.matter == "age" and (wish.least is None or wish.most is None) and "+" not in wish.told:
        return _within(wish, low, high, None)  # `over 12 years old` of a whisky
    most = wish.most if wish.most is not None and wish.least is not None else sought
    if low is not None and low > most:
        return "above"
    if high is not None and high < sought:
        return "below"
    return "met"


def _within(wish: Figure, low: float | None, high: float | None, own: ItemFigure | None) -> Verdict | None:
    """Whether all of a stretch lies within the bounds of a wish; None where some of it does, or it is hard to say."""
    least, most, share = wish.least, wish.most, 0.0
    if least is not None and least == most and wish.matter not in ("year", "rating", ""):
        least, most, share = _meant(wish, own)
    widened = None if most is None else most * (1 + share), None if least is None else least * (1 - share)
    bounds = Figure(wish.matter, widened[1], widened[0], "", "", 0, 0, beyond=wish.beyond)
    if bounds.holds(low, high):
        return "met"
    if most is not None and low is not None and (low > most * _far(wish) or (wish.beyond and low == most)):
        return "above"
    if least is not None and high is not None and (high * _far(wish) < least or (wish.beyond and high == least)):
        return "below"
    return None


def _far(wish: Figure) -> float:
    """How many times so much is plainly more than what was meant."""
    return 1 + FAR if wish.near else 1.0


def _meant(wish: Figure, own: ItemFigure | None) -> tuple[float | None, float | None, float]:
    """The bounds of a figure that nothing compares: of memory and of what is carried at least so much is meant."""
    quick = own is not None and own.name in data(ROOM, FILE)["quick"]
    if quick:
        return None, wish.most, 0.0
    if wish.matter == "memory" or wish.beside & named()["load"]:
        return wish.least, None, 0.0
    return wish.least, wish.most, NEAR if wish.near else SAME_LENGTH if wish.matter == "length" else SAME


def _told(wish: Figure, own: ItemFigure, at: int, text: ReadItem, demand: Demand, ground: CatalogGround) -> str:
    """The item's figure as a fragment of a sentence; empty where it cannot be told."""
    phrasing, value = demand.phrasing, own.texts[at]
    name = own.name
    says = _says(phrasing.language)
    opened: Mapping[str, list[str]] = data(ROOM, FILE)["open"]
    if wish.matter == "people":
        return _of_people(own, at, says, phrasing, ground)
    if wish.matter == "age":
        return _of_age(wish, own, at, says, opened)
    if wish.matter == "duration" and own.unit is not None:
        return _of_time(own, at, says, phrasing, ground, demand.foreign(text.language))
    if own.name == "diameter":
        return says["diameter"].format(value=value)
    entry = own.entries[at]
    if role_of(entry.field.name) is not None and not _is_bare_measure(own):
        point = entry_point(entry, phrasing, ground.domain, foreign=demand.foreign(text.language))
        return point.text if point else ""
    if (role := role_of("year" if wish.matter == "year" else name)) is not None and (
        own.unit is not None or not role.is_measure
    ):
        return says_of(role, ground.domain, phrasing.language).format(value=value)
    is_bare = bool(re.fullmatch(r"[\d.,]+", value))
    label = name if phrasing.language == text.language and not (phrasing.language == "zh" and name.isascii()) else ""
    if not is_bare:  # it has its unit; what it is of may be told with it
        plain = own.unit is None or own.unit.dimension in _PLAIN_UNITS or not label
        plain = plain or (own.unit.dimension == "term" and label in _TERMS)  # type: ignore[union-attr]
        plain = plain or own.unit is None or name in (own.unit.name, own.unit.dimension, "diagonal")
        if plain or " " not in label:
            return value if plain else says["labelled"].format(value=value, label=label)
        counted_label = says["counted"].format(value=value, label=label)
        return f"{PART_HEAD}{with_article(counted_label)}" if phrasing.language == "en" else counted_label
    if not label:
        return ""  # so many of what is hard to say
    if " " in label:
        return says["named"].format(value=value, label=with_article(label) if phrasing.language == "en" else label)
    return says["counted"].format(value=value, label=singular(label) if value == "1" else label)


def _is_bare_measure(own: ItemFigure) -> bool:
    """Whether it is a number whose unit its field's name does not tell by itself."""
    return not isinstance(own.entries[0].value, str) and own.unit is not None and not own.entries[0].field.unit


def _of_people(own: ItemFigure, at: int, says: Mapping[str, str], phrasing: Phrasing, ground: CatalogGround) -> str:
    value = _ranged(own.spans[at], says)
    if own.name in ("players", "player count", "number of players"):
        return says["players"].format(value=value)
    role = role_of(own.entries[at].field.name)
    if role is not None and role.name == "servings":
        point = entry_point(own.entries[at], phrasing, ground.domain, foreign=False)
        return point.text if point else ""
    low, high = own.spans[at]
    return says["people" if low != high or low == 1 else "most"].format(value=value)


def _of_age(wish: Figure, own: ItemFigure, at: int, says: Mapping[str, str], opened: Mapping[str, list[str]]) -> str:
    low, high = own.spans[at]
    entry = own.entries[at]
    if isinstance(entry.value, str) and not any(mark.isdigit() for mark in entry.value):
        return says["adults"]
    if own.unit is not None:
        return f"{own.texts[at]}"
    name = "age least" if high is None or own.name in opened["least"] else "age"
    if low == high and name == "age" and (wish.least is None or wish.most is None) and "+" not in wish.told:
        name = "years"
    return says[name].format(value=_ranged((low, high), says))


def _of_time(
    own: ItemFigure, at: int, says: Mapping[str, str], phrasing: Phrasing, ground: CatalogGround, foreign: bool
) -> str:
    role = role_of(own.name)
    entry = own.entries[at]
    if role_of(entry.field.name) is not None and isinstance(entry.value, str):
        point = entry_point(entry, phrasing, ground.domain, foreign=foreign)
        return point.text if point else ""
    value = own.texts[at]
    low = own.spans[at][0]
    if isinstance(entry.value, str):  # `4:55` stays as it stands
        value = duration_text(entry.value.strip(), phrasing) or value
    elif low is not None:
        value = _time(low, phrasing)
    if role is not None and role.numbers:
        return says_of(role, ground.domain, phrasing.language).format(value=value)
    return says["time"].format(value=value) if own.name in data(ROOM, FILE)["quick"] else value


def _time(minutes: float, phrasing: Phrasing) -> str:
    """Minutes as people say them."""
    if minutes >= 120 and minutes % 60 == 0:
        return counted("hours", minutes / 60, phrasing)
    return counted("minutes", minutes, phrasing)


def _ranged(span: Span, says: Mapping[str, str]) -> str:
    low, high = (None if end is None else as_text(int(end) if float(end).is_integer() else end) for end in span)
    if low is not None and high is not None and low != high:
        return says["range"].format(least=low, most=high)
    return low or high or ""


def _says(language: str) -> Mapping[str, str]:
    content: Mapping[str, Mapping[str, str]] = data(ROOM, FILE)["says"]
    return content.get(language, content["en"])


def _asked(wish: Figure, own: ItemFigure | None, phrasing: Phrasing) -> str:
    """What was wished, as it is told behind what the item has instead; empty where it has no words."""
    content: Mapping[str, Any] = data(ROOM, FILE)["asked"]
    phrases: Mapping[str, str] = content.get(phrasing.language, content["en"])
    value = wish.told.rstrip("+")
    number = _NUMBER.match(value)
    if number and (own is None or own.unit is None or own.unit.name == wish.unit or not wish.unit):
        value = number[0].strip() if wish.matter != "year" else value
    if wish.matter == "age" and not wish.unit and own is not None and own.unit is not None:
        value = phrases["years"].format(value=value)
    if wish.matter == "year" and (number is None or number[0] != value):  # `the 1930s`
        value = phrases["period"].format(value=value)
    return phrases[_direction(wish)].format(value=value)


def _direction(wish: Figure) -> str:
    is_year = wish.matter == "year"
    if wish.least is None:
        names = ("before", "until") if is_year else ("less", "at most")
        return names[0] if wish.beyond else names[1]
    if wish.most is None and "+" not in wish.told:
        names = ("after", "since") if is_year else ("more", "at least")
        return names[0] if wish.beyond else names[1]
    return "about" if wish.near else "exact"


def _from_text(wish: AmountWish, text: ReadItem, demand: Demand, schema: Schema) -> AmountAnswer:
    """What an item's sentences say of a wish that no field answers: only of how many, what age, and plain measures."""
    asked, figure = _asked(wish.figure, None, demand.phrasing), wish.figure
    alike = [(pointer, own) for pointer, own in text_figures(text) if _is_alike(figure, own)]
    is_known = figure.least is None or figure.most is None or _is_of(schema, figure)
    if not alike:
        return AmountAnswer(wish, None, "", asked if is_known and not _is_titled(text) else "")
    cited = (*_asked_evidence(wish, demand), Evidence("field", alike[0][0], alike[0][1].words))
    if (figure.matter not in _FROM_TEXT and not figure.unit) or len(alike) > 1:
        return AmountAnswer(wish, None, "", asked, cited)
    own = alike[0][1]
    if figure.matter in ("people", "age"):
        low = 0.0 if figure.matter == "people" and own.least == own.most else own.least
        is_plain = figure.matter == "age" or (figure.least == figure.most and figure.most != 1)
        verdict = _contained(figure, low, own.most, single=False) if is_plain else None
    else:
        verdict = _within(figure, own.least, own.most, None)
        verdict = verdict if verdict == "met" or own.matter in ("rating", "memory", "pages") else None
    told = own.words.strip() if not demand.foreign(text.language) else demand.phrasing.quoted(own.words.strip())
    return AmountAnswer(wish, verdict, told, asked, cited)


def _is_alike(wish: Figure, own: Figure) -> bool:
    return own.matter == wish.matter and bool(own.matter) and own.matter not in ("money", "year")


def _is_titled(text: ReadItem) -> bool:
    """Whether the title has a number that may be the one."""
    return any(mark.isdigit() for mark in text.item.title)


def _is_of(schema: Schema, wish: Figure) -> bool:
    """Whether fields of the catalog tell of such a figure."""
    known: Mapping[str, list[str]] = data(ROOM, FILE)["matters"]
    names = {plain_name(name) for name in schema.fields}
    stripped = {name.rpartition(" ")[0] for name in names if name.rpartition(" ")[2] in units_by_word()}
    return not (names | stripped).isdisjoint(known.get(wish.matter, [])) or bool(
        (names | stripped) & ({wish.matter} | set(named()))
    )


def _sized(wish: AmountWish, text: ReadItem, demand: Demand) -> AmountAnswer:
    """Whether an item comes in a size: `size 38`, `200x300`."""
    names, figure = data(ROOM, FILE)["matters"]["size"], wish.figure
    entries = [entry for entry in text.entries if plain_name(entry.field.name) in names]
    asked, told = _plain_size(figure.told), [_plain_size(entry.cited) for entry in entries]
    says = _says(demand.phrasing.language)
    if not entries:
        for pointer, own in text_figures(text):
            if own.matter == "size" and _plain_size(own.told) == asked:
                cited = (*_asked_evidence(wish, demand), Evidence("field", pointer, own.told))
                return AmountAnswer(wish, "met", own.told, figure.told, cited)
        return AmountAnswer(wish)
    at = next((at for at, size in enumerate(told) if size == asked or _spans_size(size, asked)), 0)
    cited = (*_asked_evidence(wish, demand), Evidence("field", entries[at].pointer, entries[at].cited))
    is_met = told[at] == asked or _spans_size(told[at], asked)
    if is_met or len(entries) == 1:
        own_size = entries[at].cited if "x" in told[at] else says["size"].format(value=entries[at].cited)
    else:
        own_size = says["sizes"].format(value=says["range"].format(least=entries[0].cited, most=entries[-1].cited))
    is_number = bool(re.fullmatch(r"[\d.,]+", told[at])) or "x" in told[at] or "-" in told[at]
    return AmountAnswer(wish, ("met" if is_met else "other") if is_number else None, own_size, figure.told, cited)


def _plain_size(text: str) -> str:
    """A size without spaces and units: `45x36x20`."""
    return re.sub(r"\s|cm|mm", "", fold(text)).replace("×", "x")


def _spans_size(own: str, asked: str) -> bool:
    """Whether a stretch of sizes holds one: 38 within `36-40`."""
    ends = re.fullmatch(r"(\d+)[-–/](\d+)", own)
    return bool(ends) and asked.isdigit() and int(ends[1]) <= int(asked) <= int(ends[2])  # type: ignore[index]


def _priced(
    wish: AmountWish, stated: Sequence[ItemFigure], text: ReadItem, demand: Demand, ground: CatalogGround
) -> AmountAnswer | None:
    """What an item costs beside a limit; None where it does not say."""
    figure, unit = wish.figure, ground.currency
    price, cited = text.item.price, Evidence("field", "/item/price", as_text(text.item.price or 0))
    if price is None or wish.field not in ("", "price"):
        own = _figure_of(wish, stated)
        if own is None or len(own.spans) != 1 or own.spans[0][0] is None:
            return None
        price, cited = own.spans[0][0], Evidence("field", own.entries[0].pointer, own.entries[0].cited)
        unit = next((word.upper() for word in own.name.split() if _is_currency(word)), unit)
    price_field = ground.schema.fields.get("price")
    if price_field is not None and price_field.hidden and cited.pointer == "/item/price":
        return None
    evidence = (*_asked_evidence(wish, demand), cited)
    verdict, told = _beside_limit(price, figure, demand.phrasing, unit)
    if verdict == "met" and cited.pointer != "/item/price" and told == _under(price, figure, demand.phrasing, unit):
        # No card shows it.
        told = _says(demand.phrasing.language)["priced"].format(price=demand.phrasing.money(price, unit), under=told)
    return AmountAnswer(wish, verdict, told, figure.told, evidence)


def _beside_limit(price: float, wish: Figure, phrasing: Phrasing, unit: str | None) -> tuple[Verdict, str]:
    """How a price compares with a limit, and how that is told."""
    says, limit = _says(phrasing.language), wish.most if wish.most is not None else wish.least or 0.0
    money, gap = phrasing.money(price, unit), limit - price
    named_limit = phrasing.money(limit, unit)
    if wish.most is None:  # at least so much
        if gap <= 0:
            return "met", phrasing.tell("over least", amount=money)
        return "below", says["short"].format(amount=phrasing.difference(gap, unit), limit=named_limit)
    if wish.near:
        if gap < -NEAR_PRICE * limit:
            return "above", says["above"].format(amount=money, limit=named_limit)
        return "met", says["near" if gap <= NEAR_PRICE * limit else "cheaper"].format(amount=money, limit=named_limit)
    if gap < 0:
        return "above", says["over"].format(amount=phrasing.difference(-gap, unit))
    if wish.least is not None and price < wish.least:
        return "below", says["cheaper"].format(amount=money, limit=phrasing.money(wish.least, unit))
    if price == 0:
        return "met", phrasing.tell("free")
    if wish.least is not None:
        return "met", phrasing.tell("over least", amount=money)
    if gap <= CLOSE_TO_LIMIT * limit:
        return "met", phrasing.tell("at limit")
    return "met", _under(price, wish, phrasing, unit)


def _under(price: float, wish: Figure, phrasing: Phrasing, unit: str | None) -> str:
    """How far a price stays below a limit."""
    return phrasing.tell("under limit", amount=phrasing.difference((wish.most or 0.0) - price, unit))


__all__ = ["AmountAnswer", "amount_answers", "amount_misses", "amount_points", "hints_at_amounts"]
