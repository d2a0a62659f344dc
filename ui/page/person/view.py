"""What the profile page shows: what is known of a person, in plain sentences, each with the items it rests on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.people import Mark, Profile, Trait
from ui.page.shared.templating import html
from ui.page.shared.words import Words, sentences

PICTURE = "picture"
MOST_MARKS = 100  # of one sort on the page; the export holds all


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that is known, and the titles of the items that it rests on."""

    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One item that a person judged, and how that can be taken back.

    Attributes:
        kind: Of the events that are taken back.
        said: What was done, in words.
        day: When; empty where that is not known.
    """

    item_id: str
    title: str
    kind: str
    said: str
    reason: str
    day: str


@dataclass(frozen=True, slots=True)
class Section:
    """Items that were judged alike."""

    name: str
    lines: tuple[Line, ...]
    more: int


def profile_html(profile: Profile, words: Words, notice: str = "") -> str:
    """The whole page of one person.

    Args:
        notice: What has just been done.
    """
    return html(
        "profile",
        words,
        profile=profile,
        notice=notice,
        known=[*_told(profile, words)],
        sections=[one for one in _sections(profile, words) if one.lines],
    )


def _told(profile: Profile, words: Words) -> Iterable[Sentence]:
    titles = {one.item_id: one.title or one.item_id for one in (*profile.liked, *profile.disliked)}
    for how, traits in (("likes", profile.likes), ("avoids", profile.avoids)):
        for trait in traits:
            yield Sentence(_trait(how, trait, words), tuple(titles.get(name, name) for name in trait.items))
    for one in profile.objections:
        text = words("profile.objects", words=one.words, reason=one.reason)
        yield Sentence(text, (titles.get(one.item_id, one.item_id),))


def _trait(how: str, trait: Trait, words: Words) -> str:
    seen = "_seen" if trait.field == PICTURE else ""
    return words(f"profile.{how}{seen}", field=trait.field, value=trait.value, n=len(trait.items), of=trait.of)


def _sections(profile: Profile, words: Words) -> Iterable[Section]:
    unliked = tuple(one for one in profile.disliked if one.kind != "hide")
    yield _section("liked", profile.liked, None, words)
    yield _section("disliked", unliked, None, words)
    yield _section("saved", profile.saved, "save", words)
    yield _section("hidden", profile.hidden, "hide", words)


def _section(name: str, marks: Sequence[Mark], kind: str | None, words: Words) -> Section:
    """The latest first; `kind` where it is not each mark's own."""
    latest = list(reversed(marks))[:MOST_MARKS]
    return Section(name, tuple(_line(one, kind or one.kind, words) for one in latest), max(0, len(marks) - MOST_MARKS))


def _line(mark: Mark, kind: str, words: Words) -> Line:
    key = f"profile.did_{kind}"
    day = "" if mark.at_s is None else time.strftime("%Y-%m-%d", time.localtime(mark.at_s))
    said = words(key) if key in sentences() else kind
    title = mark.title or words("profile.gone", id=mark.item_id)
    return Line(mark.item_id, title, kind, said, mark.reason or "", day)
