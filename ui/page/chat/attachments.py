"""Files that a visitor sends with a request: whose they are, what they hold, and a small picture of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.errors import MediaError, RequestError
from agent.media.thumbnail import webp
from ui.errors.refusals import Gone, NotFound
from ui.page.chat.exchange import MediumKind, SentFile

if TYPE_CHECKING:
    from ui.service.service import Service

THUMBNAIL_PX = 240
MOST_PICTURES = 8


def received(paths: Sequence[str], user: str, service: Service) -> tuple[SentFile, ...]:
    """The files of a request.

    Raises:
        RequestError: there are more than one request can hold.
        NotFound, Gone: one is not this visitor's, or has expired.
        MediaError: one is no picture, sound or video.
    """
    files = tuple(_sent_file(path, user, service) for path in paths)
    kinds = [file.kind for file in files]
    if kinds.count("sound") > 1 or kinds.count("video") > 1 or kinds.count("picture") > MOST_PICTURES:
        raise RequestError(
            f"The request has {len(files)} files.",
            f"Send one recording, one clip and up to {MOST_PICTURES} pictures at a time.",
        )
    return files


def still_there(sent: Sequence[SentFile], user: str, service: Service) -> list[str]:
    """Paths of those files that this visitor sent and that have not expired."""
    paths = []
    for file in sent:
        with suppress(NotFound, Gone):
            paths.append(str(service.uploads.at(file.path, user).path))
    return paths


def shown(file: SentFile, service: Service) -> SentFile:
    """A file with a small picture of it, where it is a picture.

    Raises:
        MediaError: it cannot be decoded.
    """
    if file.kind != "picture" or file.thumbnail:
        return file
    small = webp(service.agent.models.decoder.picture(file.path), THUMBNAIL_PX)
    return replace(file, thumbnail=f"data:image/webp;base64,{base64.b64encode(small).decode()}")


def _sent_file(path: str, user: str, service: Service) -> SentFile:
    upload = service.uploads.at(path, user)
    if upload.kind == "catalog":
        raise MediaError(f"{upload.name} is {upload.label}.", "Send a picture, a recording or a short clip.")
    kind: MediumKind = upload.kind
    return SentFile(kind, str(upload.path), upload.name)
