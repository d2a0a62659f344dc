"""A line typed into the chat becomes a turn."""

from __future__ import annotations

import re

from agent.answers import UserTurn
from agent.errors import RequestError

MEDIA_WORDS = ("/image", "/audio", "/video")

# A path with spaces is quoted, or its spaces are escaped as terminals do it.
_MEDIUM = re.compile(
    rf"""(?<!\S)(?P<word>{"|".join(MEDIA_WORDS)})(?!\S)
    \s*(?:"(?P<double>[^"]+)"|'(?P<single>[^']+)'|(?P<plain>(?:\\.|[^\s\\])+))?""",
    re.VERBOSE,
)


def parse_line(line: str, user: str | None, k: int) -> UserTurn:
    """The turn of one line: words, and after `/image`, `/audio` or `/video` a path.

    Raises:
        RequestError: a path is missing, or the line begins with a `/` word that is not a command.
    """
    images: list[str] = []
    sound: dict[str, str] = {}
    for match in _MEDIUM.finditer(line):
        word, path = match["word"], _path(match)
        if not path or path in MEDIA_WORDS:
            raise RequestError(f"{word} names no file.", f"Write {word} PATH.")
        if word == "/image":
            images.append(path)
        else:
            sound[word] = path
    words = _MEDIUM.sub(" ", line).split()
    if words and words[0].startswith("/"):
        raise RequestError(f"{words[0]} is not a command.", f"Commands are {', '.join(MEDIA_WORDS)}, /help and /quit.")
    return UserTurn(
        text=" ".join(words),
        images=tuple(images),
        audio=sound.get("/audio"),
        video=sound.get("/video"),
        user=user,
        k=k,
    )


def _path(match: re.Match[str]) -> str:
    return match["double"] or match["single"] or re.sub(r"\\(.)", r"\1", match["plain"] or "")
