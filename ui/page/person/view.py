"""What the profile page shows: what is known of a person, in plain sentences, each with the items it rests on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.language.beside import field_note
from agent.language.messages import in_language
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
class JudgedItem:
    """One item that a person judged, and how that can be taken back.

    Attributes:
        kind: Of the events that are taken back.
        deed: What was done, in words.
        day: When; empty where that is not known.
    """

    item_id: str
    title: str
    kind: str
    deed: str
    reason: str
    day: str


@dataclass(frozen=True, slots=True)
class Section:
    """Items that were judged alike."""

    name: str
    lines: tuple[JudgedItem, ...]
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
        known=[*_known(profile, words)],
        sections=[section for section in _sections(profile, words) if section.lines],
    )


def _known(profile: Profile, words: Words) -> Iterable[Sentence]:
    titles = {mark.item_id: mark.title or mark.item_id for mark in (*profile.liked, *profile.disliked)}
    for how, traits in (("likes", profile.likes), ("avoids", profile.avoids)):
        for trait in traits:
            yield Sentence(_trait(how, trait, words), tuple(titles.get(name, name) for name in trait.items))
    for objection in profile.objections:
        text = words("profile.objects", words=objection.words, reason=objection.reason)
        yield Sentence(text, (titles.get(objection.item_id, objection.item_id),))


def _trait(how: str, trait: Trait, words: Words) -> str:
    (field,) = in_language([field_note(trait.field)], words.language)
    seen = "_seen" if trait.field == PICTURE else ""
    return words(f"profile.{how}{seen}", field=field, value=trait.value, n=len(trait.items), of=trait.of)


def _sections(profile: Profile, words: Words) -> Iterable[Section]:
    unliked = tuple(mark for mark in profile.disliked if mark.kind != "hide")  # those have a section of their own
    yield _section("liked", profile.liked, None, words)
    yield _section("disliked", unliked, None, words)
    yield _section("saved", profile.saved, "save", words)
    yield _section("hidden", profile.hidden, "hide", words)


def _section(name: str, marks: Sequence[Mark], kind: str | None, words: Words) -> Section:
    """A section with the latest marks first; `kind` where it is not each mark's own."""
    latest = list(reversed(marks))[:MOST_MARKS]
    lines = tuple(_line(mark, kind or mark.kind, words) for mark in latest)
    return Section(name, lines, max(0, len(marks) - MOST_MARKS))


def _line(mark: Mark, kind: str, words: Words) -> JudgedItem:
    key = f"profile.did_{kind}"
    day = "" if mark.at_s is None else time.strftime("%Y-%m-%d", time.localtime(mark.at_s))
    deed = words(key) if key in sentences() else kind
    title = mark.title or words("profile.gone", id=mark.item_id)
    return JudgedItem(mark.item_id, title, kind, deed, mark.reason or "", day)
