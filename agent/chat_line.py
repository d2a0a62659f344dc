"""A line typed into the chat becomes a turn."""

from __future__ import annotations

import shlex

from agent.answers import UserTurn
from agent.errors import RequestError

MEDIA_WORDS = ("/image", "/audio", "/video")


def parse_line(line: str, user: str | None, k: int) -> UserTurn:
    """The turn of one line: words, and after `/image`, `/audio` or `/video` a path.

    Raises:
        RequestError: a path is missing, or a word that begins with `/` is not a command.
    """
    words: list[str] = []
    images: list[str] = []
    sound: dict[str, str] = {}
    parts = iter(shlex.split(line) if any(word in line for word in MEDIA_WORDS) else line.split())
    for part in parts:
        if part not in MEDIA_WORDS:
            if part.startswith("/") and not words:
                raise RequestError(f"{part} is not a command.", f"Commands are {', '.join(MEDIA_WORDS)} and /quit.")
            words.append(part)
            continue
        path = next(parts, None)
        if path is None:
            raise RequestError(f"{part} names no file.", f"Write {part} PATH.")
        if part == "/image":
            images.append(path)
        else:
            sound[part] = path
    return UserTurn(
        text=" ".join(words),
        images=tuple(images),
        audio=sound.get("/audio"),
        video=sound.get("/video"),
        user=user,
        k=k,
    )
