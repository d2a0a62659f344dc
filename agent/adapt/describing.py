"""Lessons in describing: pictures, and what people would write of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

from agent.adapt.lessons import BadExample, Lesson, LessonFile
from agent.adapt.rows import ExampleRow, read_rows
from agent.backends.chat.chats import as_chat
from agent.backends.pictures.domain import DOMAINS, Domain
from agent.backends.pictures.question import PictureQuestion
from agent.errors import MediaError
from agent.media.decoded import Picture
from agent.media.decoder import MediaDecoder


def describing_lessons(path: Path, progress: Callable[[int], None] = lambda _: None) -> LessonFile:
    """What can be learnt from a file of pictures and captions.

    Args:
        path: JSONL of `picture`, a path from the file's own folder, and `says`, perhaps with `domain`.
        progress: Told how many examples were looked at.

    Raises:
        RequestError: the file cannot be read.
    """
    file = read_rows(path)
    good, bad = list[Lesson](), list(file.bad)
    for done, lesson in enumerate(_lessons(file.rows, path.absolute().parent), start=1):
        (bad if isinstance(lesson, BadExample) else good).append(lesson)  # type: ignore[arg-type]
        progress(done)
    bad.sort(key=lambda example: example.line)
    return LessonFile("describing", file.sha256, good, bad, PictureQuestion().options)


def _lessons(rows: Sequence[ExampleRow], folder: Path) -> Iterator[Lesson | BadExample]:
    lacking = {row.line: lack for row in rows if (lack := _lacking(row))}
    whole = [row for row in rows if row.line not in lacking]
    with MediaDecoder() as decoder:
        pictures = iter(decoder.pictures(folder / row.text("picture") for row in whole))
        for row in rows:
            yield lacking.get(row.line) or _lesson(row, next(pictures))


def _lacking(row: ExampleRow) -> BadExample | None:
    if not row.text("picture"):
        return row.bad("It has no picture.", 'Write the path of a file, as "picture": "…".')
    if not row.text("says"):
        return row.bad("It does not say what the picture shows.", 'Write a caption, as "says": "…".')
    if (domain := row.text("domain")) and domain not in DOMAINS:
        return row.bad(f"There is no domain {domain[:40]!r}.", f"Say one of {', '.join(DOMAINS)}, or none.")
    return None


def _lesson(row: ExampleRow, picture: Picture | MediaError) -> Lesson | BadExample:
    if isinstance(picture, MediaError):
        return row.bad(picture.what, picture.hint)
    question = PictureQuestion(cast("Domain", row.text("domain") or "generic"))
    caption = row.text("says")

    def passes(answer: str) -> bool:
        return bool(question.description(picture, answer, "").text)

    if not passes(caption):
        return row.bad(f"“{caption[:80]}” is no description.", "Write a whole sentence or several.")
    chat = as_chat(question.prompt, (picture,))
    return Lesson(row.line, chat, caption, picture.sha256, row.text("domain"), passes)


__all__ = ["describing_lessons"]
