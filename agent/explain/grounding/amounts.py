"""Amounts that stand in no text because they are computed: what is left of a limit, what another item costs more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.explain.grounding.lexicon import BARE_UNITS, BOUNDS, DIGITS, INSTEAD, MEASURES, SAME
from agent.explain.grounding.reading import PartRead, without
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import letters, tokens_of
from agent.explain.grounding.wishes import bounded

_NUM = rf"(?:\d+(?:[.,]\d+)*|\b(?:{'|'.join(DIGITS)})\b)"
_CURRENCY = r"\s*(?:eur|euros?|usd|dollars?|gbp|pounds?|元|块)?"
_LESS, _MORE, _LIMIT, _OTHERS = (BOUNDS[name] for name in ("less", "more", "limit", "others"))
_UNITS = rf"(?:{BOUNDS['units']})"
_DIFFERENCE = re.compile(
    rf"(?P<n>{_NUM})(?:{_CURRENCY}|\s*(?P<unit>{_UNITS})\b)\s*(?:(?P<less>{_LESS})|(?P<more>{_MORE}))"
    rf"(?:\s*(?:de|of|than|als|a))?\s*(?:(?P<limit>{_LIMIT})(?:\s*(?P<m2>\d[\d.,]*\d|\d))?|(?P<others>{_OTHERS})"
    rf"|(?:your |the |tus |votre |ihren )?(?P<m>\d[\d.,]*\d|\d)|(?=\s*(?:[,;.:!?)]|and\b|but\b|$)))"
)
_TURNED = re.compile(rf"(?:{_LIMIT})\s*(?:{_LESS})\s*(?P<n>\d[\d.,]*\d|\d){_CURRENCY}")
_KEPT = re.compile(rf"\b(?:keep|save|saves|leaves)\s+(?:you )?(?P<n>{_NUM})(?: of (?:your|the) (?P<m>{_NUM}))?")
_BOUND = re.compile(
    rf"(?:(?P<most>{BOUNDS['at most']})|(?P<least>{BOUNDS['at least']})|(?P<about>{BOUNDS['about']}))"
    rf"\s*(?:your |the |ihre |ihren |votre |tus |que )?(?P<n>{_NUM})(?P<unit>\s*[a-z]+)?"
)
_UNDER = re.compile(r"(?<!\w)(?P<n>\d[\d.,]*\d|\d)\s*(?:以内|以下)|在\s*(?P<n2>\d[\d.,]*\d|\d)\s*以内")
_COMPARED = re.compile(
    rf"\b(?:(?P<word>{'|'.join(BOUNDS['comparing'].split())})|(?:costs?|at) (?P<much>less|more))\b"
    rf"(?:\s*(?:{_OTHERS}))?"
)
_OF_OTHERS = re.compile(rf"(?:{_OTHERS})\s*(?P<n>\d[\d.,]*\d|\d)?(?:\s*(?:for|of) the first)?")
# What was asked for and the item has not: `128 bpm rather than at least 160`, `from 1980 rather than 2000 or later`.
_ASKED = re.compile(
    rf"(?:(?P<own>\d[\d.,]*\d|\d)(?P<unit>[^\d,;.]{{0,24}}?)\s*)?(?P<instead>{INSTEAD.pattern})\s*"
    rf"(?:(?P<most>{BOUNDS['at most']}|\bbefore\b)|(?P<least>{BOUNDS['at least']}|\bafter\b)|{BOUNDS['about']})?"
    rf"\s*(?:the )?(?P<n>{_NUM})(?P<range>(?:\s*(?:-|–|to|x|×)\s*\d[\d.,]*)+)?"
    rf"(?P<asked>s\b|\s*(?!or\b)[a-z%]+)?(?P<behind> or (?:earlier|later)\b)?"
)
_SUM = re.compile(
    rf"(?P<own>\d[\d.,]*\d|\d)[^\d,;.]{{0,12}}[,，]\s*(?:(?P<close>{BOUNDS['close']})|(?P<less>{BOUNDS['under sum']})"
    rf"|(?P<more>{BOUNDS['over sum']}))\s*[$€£¥]?(?P<n>{_NUM})"
)
_TOLD_BEFORE = re.compile(rf"(?P<n>{_NUM})[^\d.;:]*$")
_DENIED = re.compile(r"\b(?:not|isn't|aren't)\s+$")
_RANGE = re.compile(r"(?<![\d.,-])(?P<from>\d+)\s*(?:\+|(?:-|–|to)\s*(?P<to>\d+)(?![\d.,-]))")
_SHORT = 20  # characters of a field that holds a range, rather than text
_NEARLY = 0.2  # share that a price may be off of a sum that it is close to
_HOLDING = frozenset(BOUNDS["holding"].split(", "))
_ABOUT = 0.05  # share that what is told roughly may be off


@dataclass(frozen=True, slots=True)
class AmountFacts:
    """What amounts are computed from: the item, the item it is compared with, and the numbers that were asked for."""

    record: ItemRecord
    first: ItemRecord
    request: str
    numbers: Sequence[float]


def read_amounts(sentence: str, facts: AmountFacts) -> PartRead:
    """Differences and bounds that the sentence tells."""
    spans, objections, tells = list[tuple[int, int]](), list[str](), False
    for reader in (_instead, _within_range, _beside_sum, _differences, _bounds, _comparisons):
        for start, end, objection in reader(letters(sentence), facts):
            if any(start < other_end and other_start < end for other_start, other_end in spans):
                continue
            spans.append((start, end))
            tells = tells or not objection
            objections += [objection] if objection else []
    return PartRead(without(sentence, spans), tuple(objections), tells)


def _instead(text: str, facts: AmountFacts) -> Iterator[tuple[int, int, str]]:
    """What was asked for in figures, where the item's own stands before it and breaks it."""
    for match in _ASKED.finditer(text):
        number, behind, unit = _value(match["n"]), match["behind"] or "", (match["asked"] or "").strip()
        own = _value(match["own"]) if match["own"] else None
        # metres beside centimetres
        apart = own is not None and _unit(unit) in MEASURES and unit not in (match["unit"] or "")
        if match["range"]:
            right = f"{match['n']}{match['range']}" in letters(facts.request)
        elif own is None:
            right = number in facts.numbers and not _keeps(number, unit, match, facts)
        elif apart:
            right = number in facts.numbers
        elif match["least"] or "later" in behind:
            right = number in facts.numbers and own <= number
        elif match["most"] or behind:
            right = number in facts.numbers and own >= number
        else:
            right = number in facts.numbers and own != number
        is_unit = bool(behind) or _unit(unit) in MEASURES or unit == "s"
        end = match.end() if is_unit else match.end("range" if match["range"] else "n")
        yield match.start("instead"), end, "" if right else f"“{match[0].strip()}” is not so"


def _keeps(number: float, unit: str, match: re.Match[str], facts: AmountFacts) -> bool:
    """Whether the item is what the sentence says it is not: `not 16 GB`, `not under 120`."""
    if match["most"] or match["least"]:
        return _is_bounded(number, unit, None, facts, at_least=bool(match["least"]))
    values = [known for value, known in _measures(facts.record) if value == number]
    return any(not known or not _is_unit(unit) or known == _unit(unit) for known in values)


def _is_unit(word: str) -> bool:
    return _unit(word) in MEASURES


def _within_range(text: str, facts: AmountFacts) -> Iterator[tuple[int, int, str]]:
    """That a price lies within what was asked for."""
    price, numbers = facts.record.price, facts.numbers
    for match in re.finditer(BOUNDS["within"], text):
        right = any(value >= number for value, _ in _measures(facts.record) for number in numbers)
        yield match.start(), match.end(), "" if right and (price is None or numbers) else f"“{match[0]}” is not so"


def _beside_sum(text: str, facts: AmountFacts) -> Iterator[tuple[int, int, str]]:
    """A price beside the sum that was asked for: `299, close to your 300`."""
    for match in _SUM.finditer(text):
        own, sum_ = _value(match["own"]), _value(match["n"])
        told = sum_ in facts.numbers and any(value == own for value, _ in _measures(facts.record))
        is_near = abs(own - sum_) <= _NEARLY * sum_
        right = is_near if match["close"] else own < sum_ if match["less"] else own > sum_
        start = match.end("own")
        yield start, match.end(), "" if told and right else f"“{match[0].strip()}” is not so"


def _differences(text: str, facts: AmountFacts) -> Iterator[tuple[int, int, str]]:
    price = facts.record.price
    for match in (*_DIFFERENCE.finditer(text), *_TURNED.finditer(text), *_KEPT.finditer(text)):
        groups = match.groupdict()
        amount, other = _value(groups["n"]), groups.get("m") or groups.get("m2")
        if other is not None and any(amount == value for value, _ in _measures(facts.record)):
            continue  # `949 below 1000` tells a bound
        is_more = groups.get("more") is not None
        of_first = groups.get("others") is not None or (is_more and not groups.get("limit"))
        bases = _bases(other, facts, of_first=of_first)
        if not other and not groups.get("others") and not _points_at_limit(match):
            bases = [facts.first.price] if facts.first.price is not None else []
        right = price is not None and any(
            _is_rounded(price - base if is_more else base - price, groups["n"]) for base in bases
        )
        if not right and not other and groups.get("limit"):
            unit = _unit((groups.get("unit") or "").strip())
            values = [value for value, known in _measures(facts.record) if unit in ("", known)]
            right = any(
                _is_rounded(value - base if is_more else base - value, groups["n"])
                for value in values
                for base in facts.numbers
            )
        yield match.start(), match.end(), "" if right else f"the difference “{match[0].strip()}” is not so"


def _points_at_limit(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    return groups.get("limit") is not None or match.re is not _DIFFERENCE or "below" in match[0] or "under" in match[0]


def _bases(other: str | None, facts: AmountFacts, *, of_first: bool) -> list[float]:
    """What the item's price may be set against."""
    first = [] if facts.first.price is None else [facts.first.price]
    if other is not None:
        number = _value(other)
        return [number] if number in (*facts.numbers, *first) else []
    return first if of_first else list(facts.numbers)


def _is_rounded(difference: float, told: str) -> bool:
    decimals = len(told.partition(".")[2]) if told[:1].isdigit() else 0
    return difference > 0 and abs(round(difference, decimals) - _value(told)) < 1e-9


def _bounds(text: str, facts: AmountFacts) -> Iterator[tuple[int, int, str]]:
    for match in (*_BOUND.finditer(text), *_UNDER.finditer(text)):
        groups = match.groupdict()
        number = _value(groups.get("n") or groups.get("n2") or "0")
        unit = (groups.get("unit") or "").strip()
        end = match.end("unit") if unit and _unit(unit) in MEASURES else match.end() - len(groups.get("unit") or "")
        if groups.get("about"):
            right = _is_about(number, match[0], facts.record)
        else:
            own = _value_before(text[: match.start()], facts.record)
            right = _is_bounded(number, unit, own, facts, at_least=bool(groups.get("least")))
        start = match.start()
        if denial := _DENIED.search(text[:start]):  # `which is not under the 120 you named`
            right, start = number in facts.numbers and not right, denial.start()
        if right or not groups.get("about") or number:
            yield start, end, "" if right else f"“{match[0].strip()}” is not so"


def _is_about(number: float, told: str, record: ItemRecord) -> bool:
    if number.is_integer() and 1000 <= number < 2100 and number != record.price:
        return any(value == number for value, _ in _measures(record))  # a year is told as it is
    near = [value for value, _ in _measures(record) if abs(value - number) <= _ABOUT * abs(value)]
    if "just under" in told:
        return any(value < number for value in near)
    return any(value > number for value in near) if "just over" in told else bool(near)


def _value_before(text: str, record: ItemRecord) -> float | None:
    """The value of the item that a clause tells: `at 512 pages over your 350`."""
    told = _TOLD_BEFORE.search(text)
    values = [value for value, _ in _measures(record)]
    return value if told and (value := _value(told["n"])) in values else None


def _is_bounded(number: float, unit: str, own: float | None, facts: AmountFacts, *, at_least: bool) -> bool:
    """Whether a value keeps to a bound that was asked for, or the evidence tells the bound itself."""
    name = "atleast" if at_least else "atmost"
    stated = {_value(told) for text in facts.record.text for told in re.findall(rf"{name}\s+({_NUM})", bounded(text))}
    if (
        number in stated
        or number in _ends(facts.record, at_least=at_least)
        or (not at_least and number in _maxima(facts.record))
    ):
        return True
    if number not in facts.numbers and number not in (facts.first.price,):
        return False
    values = [value for value, known in _measures(facts.record) if unit and known == _unit(unit)]
    if not values and own is not None:
        values = _converted(own, unit, facts.record)
    if not values and facts.record.price is not None:
        values = [facts.record.price]
    return any(value >= number if at_least else value <= number for value in values)


def _converted(own: float, unit: str, record: ItemRecord) -> list[float]:
    """A value of the item in the unit of a bound: 153 minutes in hours; none where it measures something else."""
    name = _unit(unit)
    if name not in MEASURES:
        return [own]
    kind, size = MEASURES[name]
    units = [MEASURES[known] for value, known in _measures(record) if value == own and known in MEASURES]
    return [own * other / size for of, other in units if of == kind]


def _ends(record: ItemRecord, *, at_least: bool) -> set[float]:
    """Where ranges that stand in fields begin, or end: `players: 4-10` are at least four."""
    ranges = [match for _, value in record.lines for match in _RANGE.finditer(value) if len(value) < _SHORT]
    return {_value(end) for match in ranges if (end := match["from"] if at_least else match["to"])}


def _maxima(record: ItemRecord) -> set[float]:
    """Values of fields that are bounds by what they are of."""
    lines = [value for name, value in record.lines if name.startswith("max") or name in _HOLDING]
    return {value for line in lines for value, _ in _pairs(line)}


def _measures(record: ItemRecord) -> Iterator[tuple[float, str]]:
    for name, value in record.lines:
        bare = BARE_UNITS.get(name) or (unit if (unit := name.rpartition(" ")[2]) in MEASURES else "")
        for number, unit in _pairs(value):
            yield number, unit or bare


def _pairs(text: str) -> Iterator[tuple[float, str]]:
    tokens = list(tokens_of(text))
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        if token.number and re.fullmatch(r"[\d,]+(?:\.\d+)?", token.word):
            yield _value(token.word), following.word if following else ""


def _comparisons(text: str, facts: AmountFacts) -> Iterator[tuple[int, int, str]]:
    own, first = facts.record.price, facts.first.price
    for match in _COMPARED.finditer(text):
        word = match["word"] or ("cheaper" if match["much"] == "less" else "dearer")
        if own is None or first is None:
            if not any(word in letters(line) for line in facts.record.text):
                yield match.start(), match.end(), f"“{match[0]}” compares with nothing"
            continue
        right = own < first if word in BOUNDS["less fields"] else own > first
        yield match.start(), match.end(), "" if right else f"“{match[0]}” is not so"
    for match in _OF_OTHERS.finditer(text):
        told = match["n"]
        right = bool(facts.first.title) and (told is None or _value(told) in [v for v, _ in _measures(facts.first)])
        yield match.start(), match.end(), "" if right else f"“{match[0]}” is not so of the first"


def _unit(word: str) -> str:
    singular = next(iter(tokens_of(word)), None)
    return SAME.get(word, singular.word if singular else word)


def _value(told: str) -> float:
    plain = DIGITS.get(told, told).replace(",", "")
    return float(plain) if plain.count(".") < 2 else -1.0


__all__ = ["AmountFacts", "read_amounts"]
