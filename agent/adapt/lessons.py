"""Lessons: what a model is asked and what it is to answer, made from people's examples; bad ones are named by line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from agent.backends.protocols import Chat, GenerateOptions
from agent.errors import RequestError

Job = Literal["wording", "describing"]
FEWEST = 20  # good examples; fewer prove nothing
HELD_SHARE, FEWEST_HELD = 10, 6  # one part in so many judges, and no fewer than these


@dataclass(frozen=True, slots=True)
class BadExample:
    """A line of which nothing can be learnt.

    Attributes:
        line: Its number in the file, from 1.
        what: What is wrong with it.
        hint: What to do about it.
    """

    line: int
    what: str
    hint: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what} {self.hint}"


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """One thing to learn.

    Attributes:
        line: Of the example that it was made from.
        chat: What the model is asked.
        answer: What it is to answer.
        source: What other lessons have in common with this one; those of one source are all learnt, or all judge.
        domain: What kind of things it is about; empty where nobody says.
        passes: Whether an answer may be shown to people.
    """

    line: int
    chat: Chat
    answer: str
    source: str
    domain: str
    passes: Callable[[str], bool]


@dataclass(frozen=True, slots=True, eq=False)
class LessonFile:
    """All that was made of a file of examples.

    Attributes:
        job: What they teach.
        sha256: Hash of the file.
        good: In the order of the file.
        bad: The same of what is left out.
        options: How a model is to answer them.
    """

    job: Job
    sha256: str
    good: Sequence[Lesson]
    bad: Sequence[BadExample]
    options: GenerateOptions = field(default_factory=GenerateOptions)


@dataclass(frozen=True, slots=True, eq=False)
class Divided:
    """LessonFile by what becomes of them.

    Attributes:
        learnt: What the model is trained on.
        held: What judges it.
        left_out: Of domains that are left out of both, and judged apart.
    """

    learnt: Sequence[Lesson]
    held: Sequence[Lesson]
    left_out: Sequence[Lesson]


def divided(lessons: LessonFile, left_out: Sequence[str] = ()) -> Divided:
    """The lessons divided by the hash of their sources, so that none moves when the file is put in another order.

    Raises:
        RequestError: too few are good, or a domain that is to be left out is in none.
    """
    _check_domains(lessons, left_out)
    apart = [lesson for lesson in lessons.good if lesson.domain in left_out]
    learning = [lesson for lesson in lessons.good if lesson.domain not in left_out]
    if len(learning) < FEWEST:
        raise _too_few(lessons, len(learning))
    learning.sort(key=_place)
    least = max(FEWEST_HELD, len(learning) // HELD_SHARE)
    held: list[Lesson] = []
    for _, group in groupby(learning, key=_place):
        if len(held) >= least:
            break
        held += group
    if len(held) == len(learning):
        raise RequestError(
            "All examples are of one request or picture, so that none is left to judge by.", "Add others."
        )
    return Divided(learning[len(held) :], held, sorted(apart, key=_place))


def named(bad: Sequence[BadExample], most: int = 3) -> Iterator[str]:
    """The first bad examples in words."""
    yield from map(str, bad[:most])
    if len(bad) > most:
        yield f"and {len(bad) - most} more"


def _place(lesson: Lesson) -> bytes:
    return hashlib.sha256(lesson.source.encode()).digest()


def _check_domains(lessons: LessonFile, left_out: Sequence[str]) -> None:
    domains = {lesson.domain for lesson in lessons.good}
    strange = [name for name in left_out if name not in domains]
    if strange:
        known = ", ".join(sorted(domains - {""})) or "none"
        raise RequestError(f"No example is of the domain {strange[0]!r}.", f"Their domains are: {known}.")


def _too_few(lessons: LessonFile, n: int) -> RequestError:
    what = (
        f"Of {len(lessons.good) + len(lessons.bad)} examples {n} can be learnt from, and {FEWEST} are needed at least."
    )
    return RequestError(what, " ".join(("Add more.", *named(lessons.bad))))


__all__ = ["FEWEST", "BadExample", "Divided", "Job", "Lesson", "LessonFile", "divided", "named"]
