"""Files that a visitor sends with a request: whose they are, what they hold, and a small picture of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.errors import MediaError, RequestError
from ui.errors.refusals import Gone, NotFound
from ui.page.chat.exchange import MediumKind, Sent
from ui.service.thumbnails import webp

if TYPE_CHECKING:
    from ui.service.service import Service

THUMBNAIL_PX = 240
MOST_PICTURES = 8


def received(paths: Sequence[str], user: str, service: Service) -> tuple[Sent, ...]:
    """The files of a request.

    Raises:
        RequestError: there are more than one request can hold.
        NotFound, Gone: one is not this visitor's, or has expired.
        MediaError: one is no picture, sound or video.
    """
    found = tuple(_received(path, user, service) for path in paths)
    kinds = [one.kind for one in found]
    if kinds.count("sound") > 1 or kinds.count("video") > 1 or kinds.count("picture") > MOST_PICTURES:
        raise RequestError(
            f"The request has {len(found)} files.",
            f"Send one recording, one clip and up to {MOST_PICTURES} pictures at a time.",
        )
    return found


def still_there(sent: Sequence[Sent], user: str, service: Service) -> list[str]:
    """Paths of those files that this visitor sent and that have not expired."""
    found = []
    for one in sent:
        with suppress(NotFound, Gone):
            found.append(str(service.uploads.at(one.path, user).path))
    return found


def shown(sent: Sent, service: Service) -> Sent:
    """A file with a small picture of it, where it is a picture.

    Raises:
        MediaError: it cannot be decoded.
    """
    if sent.kind != "picture" or sent.thumbnail:
        return sent
    small = webp(service.agent.models.decoder.picture(sent.path), THUMBNAIL_PX)
    return replace(sent, thumbnail=f"data:image/webp;base64,{base64.b64encode(small).decode()}")


def _received(path: str, user: str, service: Service) -> Sent:
    upload = service.uploads.at(path, user)
    if upload.kind == "catalog":
        raise MediaError(f"{upload.name} is {upload.label}.", "Send a picture, a recording or a short clip.")
    kind: MediumKind = upload.kind
    return Sent(kind, str(upload.path), upload.name)
