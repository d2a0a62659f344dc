"""The catalog, item by item: look, add, replace, delete."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from fastapi.responses import JSONResponse

from agent.errors import RequestError
from agent.serialise import plain
from retrieval.catalog.row_reader import ID_LIMIT
from ui.api.dependencies import Served, known_query
from ui.api.openapi import answers
from ui.api.schema import DeletedOut, DescriptionBody, ItemOut, ItemsBody, ItemsOut, ItemsPage, Row
from ui.api.views import item_view
from ui.errors.refusals import NotFound
from ui.service.remote_files import remote
from ui.service.service import Service

if TYPE_CHECKING:
    from agent.ingest.items import ItemsReport

router = APIRouter(prefix="/v1/items", tags=["items"], dependencies=[Depends(known_query)])

MAX_PAGE = 500
_LISTING = "items "
_LAST_PLACE = 2**63 - 1  # of a row of the database
ItemId = Annotated[str, InPath(min_length=1, max_length=ID_LIMIT, examples=["436947"])]
READING, WRITING = (400, 401, 403, 404, 422, 503), (400, 401, 403, 404, 408, 413, 422, 429, 503, 507)


@router.get("", responses=answers(ItemsPage, 401, 403, 422, 503))
def list_items(
    service: Served,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=100, description="`next` of the page before.")] = None,
) -> JSONResponse:
    """Items in the order in which they came, page by page; items that come meanwhile are on later pages."""
    store = service.agent.workspace.store
    # by the number under which each item came: an item that is deleted meanwhile shifts no page
    page = store.page(-1 if cursor is None else _place(cursor), limit)
    following = _cursor(page[-1][0]) if len(page) == limit else None
    return JSONResponse(
        {"items": [item_view(item) for _, item in page], "total": store.count(), "next": following},
    )


@router.post("", responses=answers(ItemsOut, *WRITING))
def put_items(body: ItemsBody, service: Served) -> JSONResponse:
    """Add items, or replace those with the same ids wholly; the next search finds them.

    Rows that are unchanged cost nothing, so that a call may be repeated. A row with a problem does not hold up others.
    """
    report = service.run(lambda agent: agent.put_items(body.items, fetch=remote(service.limits)))
    _settle(service)
    return JSONResponse(_report(report))


@router.put("/{item_id:path}/descriptions/{sha256}", responses=answers(ItemOut, *WRITING))
def describe(item_id: ItemId, sha256: str, body: DescriptionBody, service: Served) -> JSONResponse:
    """Put a person's words in place of a model's about one picture, sound or video of an item."""
    _require_item(item_id, service)
    return JSONResponse(item_view(service.run(lambda agent: agent.edit_description(item_id, sha256, body.text))))


@router.get("/{item_id:path}", responses=answers(ItemOut, *READING))
def get_item(item_id: ItemId, service: Served) -> JSONResponse:
    """One item."""
    item = service.agent.workspace.store.item(item_id)
    if item is None:
        raise _unknown(item_id)
    return JSONResponse(item_view(item))


@router.put("/{item_id:path}", responses=answers(ItemsOut, *WRITING))
def put_item(item_id: ItemId, row: Row, service: Served) -> JSONResponse:
    """Add an item, or replace it wholly; the next search finds it. The row needs no `id` of its own."""
    if str(row.get("id", item_id)) != item_id:
        raise RequestError(f"The row has the id {row['id']!r}, the address {item_id!r}.", "Leave it out of the row.")
    report = service.run(lambda agent: agent.put_items([{**row, "id": item_id}], fetch=remote(service.limits)))
    skipped = next((problem for problem in report.problems if problem.severity == "skipped"), None)
    if skipped is not None:
        raise RequestError(skipped.reason, skipped.hint)
    _settle(service)
    return JSONResponse(_report(report))


@router.delete("/{item_id:path}", responses=answers(DeletedOut, *WRITING))
def delete_item(item_id: ItemId, service: Served) -> JSONResponse:
    """Erase an item, with what people did with it and the files that came with it."""
    deleted = service.run(lambda agent: agent.delete_items([item_id]))
    if not deleted:
        raise _unknown(item_id)
    _settle(service)
    return JSONResponse({"deleted": list(deleted)})


def _require_item(item_id: str, service: Service) -> None:
    if service.agent.workspace.store.digest(item_id) is None:
        raise _unknown(item_id)


def _unknown(item_id: str) -> NotFound:
    return NotFound(f"There is no item {item_id!r}.", "GET /v1/items lists what there is.")


def _report(report: ItemsReport) -> dict[str, object]:
    return {name: plain(getattr(report, name)) for name in ("added", "updated", "unchanged", "problems")}


def _settle(service: Service) -> None:
    """See whether there is something to ask now, or nothing any more."""
    holds_items = service.agent.workspace.store.count() > 0
    if holds_items == (service.status().phase == "empty"):
        service.settle()


def _cursor(seq: int) -> str:
    # with the name of the listing in it: a cursor of another listing is none here
    return base64.urlsafe_b64encode(f"{_LISTING}{seq}".encode()).decode().rstrip("=")


def _place(cursor: str) -> int:
    """The place that a cursor stands for.

    Raises:
        RequestError: it is none that this listing has given.
    """
    try:
        place = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix(_LISTING))
    except ValueError:
        place = -1
    # only what would be given again: Python reads ` 7`, `+7`, `7_0` and digits of every script as numbers too
    if not 0 <= place <= _LAST_PLACE or _cursor(place) != cursor:
        raise RequestError(f"{cursor!r} is no cursor.", "Give `next` of the page before.")
    return place
