"""Files in the body of a call: kept for as long as the call takes, and judged by their content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from agent.answers import UserTurn
from agent.errors import MediaError
from ui.api.schema import File, NamedFile, RecommendBody, Wish
from ui.service.remote_files import remote
from ui.service.service import Service
from ui.service.uploads import Kind, Upload

PICTURE: frozenset[Kind] = frozenset({"picture"})
SOUND: frozenset[Kind] = frozenset({"sound", "video"})  # of a video only what is heard counts
VIDEO: frozenset[Kind] = frozenset({"video"})


@contextmanager
def turn_of(wish: Wish, service: Service) -> Iterator[UserTurn]:
    """The turn that a body asks for; its files are deleted when it ends.

    Raises:
        MediaError: a file cannot be used.
        TooLarge: a file is larger than one may be.
        Busy: the server keeps too many files at present.
    """
    kept: list[Upload] = []

    def paths(files: Sequence[File], allowed: frozenset[Kind]) -> tuple[str, ...]:
        found = [_kept(file, service, allowed, kept) for file in files]
        return tuple(str(one.path) for one in found)

    try:
        yield UserTurn(
            text=wish.text,
            images=paths(wish.images, PICTURE),
            audio=next(iter(paths([wish.audio] if wish.audio else [], SOUND)), None),
            video=next(iter(paths([wish.video] if wish.video else [], VIDEO)), None),
            user=wish.user,
            filters=tuple(wish.filters),
            k=wish.k,
            include_seen=wish.include_seen,
            diversity=wish.diversity if isinstance(wish, RecommendBody) else None,
        )
    finally:
        for one in kept:
            service.uploads.drop(one)


def _kept(file: File, service: Service, allowed: frozenset[Kind], kept: list[Upload]) -> Upload:
    name, content = (file.name, file.data) if isinstance(file, NamedFile) else ("upload", file)
    if content.startswith(("http://", "https://")):
        upload = service.uploads.keep(remote(service.limits)(content), None, name, allowed)
    elif content.startswith("data:") or isinstance(file, NamedFile):
        upload = service.uploads.keep_encoded(content, None, name, allowed)
    else:
        raise MediaError(
            f"A file is given as {content[:40]!r}, which is neither data nor an address.",
            "Send a URL that begins with `data:`, or an object with `name` and Base64 `data`.",
        )
    kept.append(upload)
    return upload
