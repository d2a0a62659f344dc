"""Small pictures of items, never the files themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response

from ui.api.dependencies import Served, known_query
from ui.api.items import READING, ItemId
from ui.api.openapi import answers
from ui.service.thumbnails import SIZES, Thumbnails

router = APIRouter(prefix="/v1/items", tags=["items"], dependencies=[Depends(known_query)])

CACHING = {"cache-control": "private, max-age=3600"}
WEBP = {"schema": {"type": "string", "format": "binary"}}


@router.get(
    "/{item_id:path}/picture",
    response_class=Response,
    responses={**answers(None, *READING, image_webp=WEBP), 304: {"description": "It is the one that you have."}},
)
def picture(
    item_id: ItemId,
    request: Request,
    service: Served,
    n: Annotated[int, Query(ge=0, le=1000, description="Which of its pictures, from 0.")] = 0,
    size: Annotated[int, Query(ge=1, le=SIZES[-1], description="Longest side, in pixels, at least.")] = 480,
    known: Annotated[str | None, Header(alias="if-none-match", include_in_schema=False)] = None,
) -> Response:
    """One of an item's pictures, made small, as WebP."""
    thumbnails: Thumbnails = request.app.state.thumbnails
    data, name = thumbnails.of_item(service.agent, item_id, n, size)
    headers = {**CACHING, "etag": f'"{name}"'}
    if known == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="image/webp", headers=headers)
