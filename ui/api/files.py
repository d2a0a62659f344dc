"""Files in the body of a call: kept for as long as the call takes, and judged by their content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from agent.answers import UserTurn
from agent.errors import MediaError
from ui.api.schema import File, NamedFile, RecommendBody, WishBody
from ui.service.remote_files import remote
from ui.service.service import Service
from ui.service.uploads import Kind, Upload

PICTURE: frozenset[Kind] = frozenset({"picture"})
SOUND: frozenset[Kind] = frozenset({"sound", "video"})  # of a video only what is heard counts
VIDEO: frozenset[Kind] = frozenset({"video"})


@contextmanager
def turn_of(wish: WishBody, service: Service) -> Iterator[UserTurn]:
    """The turn that a body asks for; its files are deleted when it ends.

    Raises:
        MediaError: a file cannot be used.
        TooLarge: a file is larger than one may be.
        Busy: the server keeps too many files at present.
    """
    uploads: list[Upload] = []

    def paths(files: Sequence[File], allowed: frozenset[Kind]) -> tuple[str, ...]:
        first = len(uploads)
        for file in files:
            uploads.append(_keep(file, service, allowed))  # noqa: PERF401 - where a later file is refused, these go too
        return tuple(str(upload.path) for upload in uploads[first:])

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
        for upload in uploads:
            service.uploads.drop(upload)


def _keep(file: File, service: Service, allowed: frozenset[Kind]) -> Upload:
    name, content = (file.name, file.data) if isinstance(file, NamedFile) else ("upload", file)
    if content.startswith(("http://", "https://")):
        return service.uploads.keep(remote(service.limits)(content), None, name, allowed)
    if content.startswith("data:") or isinstance(file, NamedFile):
        return service.uploads.keep_encoded(content, None, name, allowed)
    raise MediaError(
        f"A file is given as {content[:40]!r}, which is neither data nor an address.",
        "Send a URL that begins with `data:`, or an object with `name` and Base64 `data`.",
    )
