"""What of an item meets or breaks the wishes of a Chinese request, and which of them it does not speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.answers import Evidence
from agent.explain.sentence.answering import (
    GAIN,
    IN_TITLE,
    LEAST_WORTH,
    MOST_ANSWERS,
    SEEN_PLACE,
    SEEN_WORTH,
    entry_point,
    out_of_place,
    stretch_point,
)
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.grammar import stems_of
from agent.explain.sentence.item_text import ReadItem, Source
from agent.explain.sentence.plan import Miss, Point
from agent.explain.sentence.senses import (
    Sense,
    Standing,
    against_word,
    contrary,
    is_nominal,
    measure_of,
    sense_of,
    spoken,
    standing,
    worded,
)
from agent.explain.sentence.stretches import denies
from agent.explain.sentence.wishes import Wish

WHOLE_QUOTE = 0.4  # of a sentence that is quoted as a whole
VALUE_WORTH = 0.0  # of a value beside a stretch of text
MOST_BROKEN = 18  # characters of a clause that is told as it stands where it breaks a wish
LEAST_ROOM = 3  # of what may stand before it
_PARTS = re.compile(r"[^，。；：！？,;:!?()（）\s]+")
_NEGATIVE = "不无没非未"
_ENGLISH_NEGATIVE = ("no ", "not ", "non")


@dataclass(frozen=True, slots=True)
class _Telling:
    """What may be told of an item.

    Attributes:
        raw: Its words as they stand there.
        at: Where: the number of the sentence, and the place in it.
        worth: How well it reads.
        language: Of its words, where it is not that of the item.
    """

    point: Point
    raw: str
    at: tuple[int, int]
    worth: float
    language: str = ""


@dataclass(frozen=True, slots=True)
class WeighedPart:
    """A part of an item, with how it stands to a wish.

    Attributes:
        text: The part.
        pointer: Of the field that holds it.
        value: Whether it is a value and no part of a text.
        standing: How it stands to the wish.
    """

    text: str
    pointer: str
    value: bool
    standing: Standing


def readings(text: ReadItem, sense: Sense) -> list[WeighedPart]:
    """The parts of an item that have to do with a wish."""
    parts = [("/item/title", text.item.title, True)]
    parts += [(entry.pointer, entry.cited, True) for entry in text.entries if entry.value is not False]
    parts += [(source.pointer, part, False) for source in text.sources for part in _parts(source, text.language)]
    each = ((pointer, part, value, standing(sense, part, text.language)) for pointer, part, value in parts)
    return [WeighedPart(part, pointer, value, stands) for pointer, part, value, stands in each if stands]


def _parts(source: Source, language: str) -> Iterator[str]:
    """The clauses of a Chinese sentence; one of another language as it is."""
    if language != "zh":
        yield source.text
        return
    for match in _PARTS.finditer(source.text):
        yield match[0]


def stands_in(text: ReadItem, sense: Sense) -> Standing:
    """How an item stands to a wish: what it says in one place that it has is so."""
    each = {passage.standing for passage in readings(text, sense)}
    if any(standing(sense, seen.span.text, "en") == "met" for seen in text.seen):
        return "met"
    return next((found for found in ("met", "against", "near") if found in each), "")


def chinese_points(text: ReadItem, demand: Demand, ground: CatalogGround) -> list[Point]:
    """The parts of an item that meet most wishes in fewest words, in the order in which they stand there."""
    kind = demand.wishes.of_kind
    open_senses = {wish.words: sense_of(wish.words) for wish in [*demand.wishes.each, *([kind] if kind else [])]}
    telling = [
        candidate
        for candidate in _candidates(text, list(open_senses.values()), demand, ground)
        if all(standing(sense, candidate.raw, text.language) != "against" for sense in open_senses.values())
    ]
    chosen: list[_Telling] = []
    while open_senses and len(chosen) < MOST_ANSWERS:
        gains = [(_gain(candidate, open_senses.values(), text), -at) for at, candidate in enumerate(telling)]
        gain, at = max(gains, default=(0.0, 0))
        if gain <= 0:
            break
        best = telling[-at]
        met = [name for name, sense in open_senses.items() if _is_met(best, sense, text)]
        chosen.append(replace(best, point=replace(best.point, wishes=frozenset(met))))
        open_senses = {name: sense for name, sense in open_senses.items() if name not in met}
        telling = [other for other in telling if not _repeats(other, chosen)]
    return [candidate.point for candidate in sorted(chosen, key=lambda candidate: candidate.at)]


def _is_met(candidate: _Telling, sense: Sense, text: ReadItem) -> bool:
    return standing(sense, candidate.raw, candidate.language or text.language) == "met"


def _gain(candidate: _Telling, senses: Iterable[Sense], text: ReadItem) -> float:
    """How much telling a part is worth; nothing where it meets no wish."""
    met = [sense for sense in senses if _is_met(candidate, sense, text)]
    titled = [sense for sense in met if standing(sense, text.item.title, text.language) == "met"]
    return GAIN * (len(met) - (1 - IN_TITLE) * len(titled)) + candidate.worth if met else 0.0


def _repeats(candidate: _Telling, chosen: Sequence[_Telling]) -> bool:
    """Whether it shares words with a part that is told already."""
    return any(
        candidate.raw in other.raw or other.raw in candidate.raw or _overlap(candidate, other) for other in chosen
    )


def _overlap(part: _Telling, other: _Telling) -> bool:
    """Whether two parts of one sentence share words."""
    (sentence, start), (other_sentence, other_start) = part.at, other.at
    return sentence == other_sentence and start < other_start + len(other.raw) and other_start < start + len(part.raw)


def _candidates(text: ReadItem, senses: Sequence[Sense], demand: Demand, ground: CatalogGround) -> Iterator[_Telling]:
    foreign = demand.foreign(text.language)
    wanted = frozenset[str]() if text.language == "zh" else _english_stems(senses)
    for number, source in enumerate(text.sources):
        for stretch in text.stretches(source, wanted) if wanted or text.language == "zh" else ():
            point = stretch_point(stretch, source, text, demand.phrasing, foreign=foreign)
            worth = stretch.score - out_of_place(stretch, ground.domain)
            worth += WHOLE_QUOTE if foreign and stretch.whole else 0.0
            if worth > LEAST_WORTH:
                yield _Telling(point, stretch.text, (number, source.text.find(stretch.text)), worth)
    for number, entry in enumerate(text.entries):
        strange = foreign or (entry.cited.isascii() and entry.cited.replace(" ", "").isalpha())
        value = entry_point(entry, demand.phrasing, ground.domain, foreign=strange)
        if value is not None and entry.value is not False and entry.field.name != "category":
            yield _Telling(value, entry.cited, (len(text.sources) + number, 0), VALUE_WORTH)
    for seen in text.seen:
        told = demand.phrasing.tell(f"seen {seen.span.kind}", text=demand.phrasing.quoted(seen.span.text))
        evidence = Evidence("span", seen.pointer, seen.span.text, seen.medium, seen.span.start_s)
        point = Point(told, (evidence,), place=SEEN_PLACE)
        yield _Telling(point, seen.span.text, (len(text.sources), 1), SEEN_WORTH, "en")


def _english_stems(senses: Iterable[Sense]) -> frozenset[str]:
    """The stems of the English words that would meet wishes."""
    return frozenset(stem for sense in senses for word in sense.english for stem in stems_of(word, "en"))


def chinese_misses(text: ReadItem, demand: Demand) -> Iterator[Miss]:
    """What the item has in the place of a wish; then what it does not speak of, where that is sure."""
    silent: list[Miss] = []
    broken: set[str] = set()
    for wish in demand.wishes.each:
        sense = sense_of(wish.words)
        stands = stands_in(text, sense)
        if (
            stands == "against"
            and (miss := _broken(wish, sense, text, demand))
            and miss.evidence[0].value not in broken
        ):
            broken.add(miss.evidence[0].value)
            yield miss
        elif not stands and wish.admits and _can_be_looked_up(sense, text):
            untold = _untold(wish, sense)
            silent += [untold] if all(untold.wish != other.wish for other in silent) else []
    yield from silent


def broken_nature(nature: Point, missed: Sequence[Miss]) -> tuple[Point, tuple[Miss, ...]]:
    """What an item is, with what that means for a wish that it breaks; and what else is missed."""
    within = [miss for miss in missed if miss.kind == "without" and miss.evidence[0].value in nature.text]
    verdicts = [miss.text.rpartition("，")[2] for miss in within if "，" in miss.text]
    evidence = (*nature.evidence, *(cited for miss in within for cited in miss.evidence))
    others = [miss for miss in missed if miss not in within]
    silent = [miss for miss in others if miss.kind.startswith("not ")][:1] if verdicts else []
    told = [worded(miss.kind.replace("not ", "too "), miss.wish) for miss in silent]
    evidence += tuple(cited for miss in silent for cited in miss.evidence)
    text = "，".join([nature.text, *verdicts[:1], *told])
    left = (miss for miss in others if not verdicts or not miss.kind.startswith("not "))
    return replace(nature, text=text, evidence=evidence), tuple(left)


def _can_be_looked_up(sense: Sense, text: ReadItem) -> bool:
    """Whether an item of its language would have been understood if it spoke of the wish."""
    if measure_of(sense) and text.item.value(measure_of(sense)) is not None:
        return False  # an amount tells it
    return text.language == "zh" or (text.language == "en" and bool(sense.sort) and bool(sense.english))


def _untold(wish: Wish, sense: Sense) -> Miss:
    kind = "not mentioned" if sense.question == sense.name else "not described"
    # In the person's word, of those that mean the same.
    return Miss(
        kind, sense.question.replace(sense.name, wish.words), (Evidence("request", "/request/text", wish.words),)
    )


def _broken(wish: Wish, sense: Sense, text: ReadItem, demand: Demand) -> Miss | None:
    """What stands there instead: a clause as it stands, or the value that says otherwise."""
    asked = Evidence("request", "/request/text", wish.words)
    passages = [passage for passage in readings(text, sense) if passage.standing == "against"]
    for passage in sorted(passages, key=lambda passage: (passage.value, len(passage.text))):
        told = _told(sense, passage, text, demand)
        if told is not None:
            other, clause, cited = told
            kind = "other" if other else "without"
            return Miss(kind, wish.words, (Evidence("field", passage.pointer, cited), asked), other=other, text=clause)
    return None


def _told(sense: Sense, passage: WeighedPart, text: ReadItem, demand: Demand) -> tuple[str, str, str] | None:
    """What is said of a part that breaks a wish: the word in its place, or the clause; and what of it is cited."""
    if text.language != "zh":
        word = spoken(sense, passage.text, "against")
        if word.lower().startswith(_ENGLISH_NEGATIVE):
            return "", worded("written", demand.phrasing.quoted(word)), word
        if word:
            return demand.phrasing.quoted(word.lower()), "", word
        return _english_denial(sense, passage, text, demand)
    word = against_word(sense, passage.text)
    if passage.value and word and word[0] not in _NEGATIVE and passage.pointer != "/item/title":
        return (passage.text, "", passage.text) if len(passage.text) <= len(word) + LEAST_ROOM else (word, "", word)
    if passage.value and word and word[0] not in _NEGATIVE:
        return word, "", word
    if len(passage.text) <= MOST_BROKEN:
        clause = worded("is", passage.text) if is_nominal(passage.text) else passage.text
        verdict = contrary(sense, passage.text)
        return "", f"{clause}，{verdict}" if verdict else clause, passage.text
    return (word, "", word) if word and word[0] not in _NEGATIVE else None


def _english_denial(sense: Sense, passage: WeighedPart, text: ReadItem, demand: Demand) -> tuple[str, str, str] | None:
    stems = _english_stems([sense])
    source = next((source for source in text.sources if source.text == passage.text), None)
    if source is None or not denies(source.text, stems, "en"):
        return None
    cuts = [cut for cut in text.stretches(source, stems) if stems & cut.denied]
    if not cuts:
        return None
    best = min(cuts, key=lambda cut: (cut.n_words, -cut.score))
    return "", worded("written", demand.phrasing.quoted(best.text)), best.text


__all__ = ["WeighedPart", "broken_nature", "chinese_misses", "chinese_points", "readings", "stands_in"]
