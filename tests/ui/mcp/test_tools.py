"""The tools for other agents, called without the protocol: what they keep, wait for, and tell when they fail."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult

from retrieval.items import Item, Media
from retrieval.storage.store import StoredItem
from tests.support.apishelf import OpenService
from tests.support.made_media import encoded, photo
from ui.mcp.tools import Tools
from ui.service.service import Status
from ui.service.thumbnails import Thumbnails

PICTURE = base64.b64encode(encoded(photo(seed=3))).decode()


class Context:
    """As much of a call's context as tools use: where progress is told."""

    def __init__(self) -> None:
        self.told: list[str | None] = []
        self.request_context = SimpleNamespace(request=None)

    async def report_progress(self, _: float, __: float | None = None, message: str | None = None) -> None:
        self.told.append(message)


@pytest.fixture
def ctx() -> Any:
    return Context()


@pytest.fixture
def tools(shop: OpenService) -> Tools:
    return Tools(shop, Thumbnails())


def result(call: Coroutine[Any, Any, CallToolResult]) -> dict[str, Any]:
    made: dict[str, Any] | None = asyncio.run(call).structured_content
    assert made is not None
    return made


def test_a_call_that_fails_tells_what_to_do_and_keeps_no_file(tools: Tools, shop: OpenService, ctx: Any) -> None:
    with pytest.raises(ToolError, match=r"not base64.* Send base64"):
        result(tools.recommend(ctx, "a boat", images=[PICTURE, "????"]))
    with pytest.raises(ToolError, match="cannot be seen"):
        result(tools.recommend(ctx, "a boat", images=[PICTURE], user="a\0b"))
    assert list(shop.uploads.folder.iterdir()) == []


def test_a_sound_is_no_picture(tools: Tools, ctx: Any) -> None:
    with pytest.raises(ToolError, match="cannot be used here"):
        result(tools.recommend(ctx, audio=PICTURE))


def test_a_workspace_without_items_says_so_at_once(
    tools: Tools, shop: OpenService, ctx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "_status", Status("empty", "The workspace holds no items yet.", "Bring in a catalog."))
    with pytest.raises(ToolError, match=r"holds no items yet\. Bring in a catalog\."):
        result(tools.search_items(ctx, "a chair"))
    assert ctx.told == []


def test_steps_are_told_while_a_recommendation_is_made(tools: Tools, ctx: Any) -> None:
    found = result(tools.recommend(ctx, "a chair", k=1))
    assert ctx.told == ["searching 5 items"]
    assert found["items"][0]["item"]["category"] == "chair"


def test_items_like_one_never_are_the_one(tools: Tools, shop: OpenService, ctx: Any) -> None:
    found = result(tools.similar_items(ctx, "3", k=5))
    ids = [one["item"]["id"] for one in found["items"]]
    assert ids[0] == "4"
    assert "3" not in ids


def test_a_picture_that_cannot_be_shown_is_left_out(tools: Tools, shop: OpenService, ctx: Any) -> None:
    gone = Item("gone", "Gone", media=(Media("image", "/nowhere/a.jpg", "a.jpg"),))
    shop.agent.workspace.store.put([StoredItem(gone, "digest", {})])
    shop.agent.reread()
    try:
        made = asyncio.run(tools.get_item(ctx, "gone", with_pictures=True))
        assert [block.type for block in made.content] == ["text"]
    finally:
        shop.agent.delete_items(["gone"])


def test_what_is_noted_of_feedback_is_told(tools: Tools, shop: OpenService, ctx: Any) -> None:
    shop.agent.opt_out("olga")
    try:
        noted = asyncio.run(tools.record_feedback(ctx, "olga", "1", "like"))
        assert not noted.stored
        assert noted.note
    finally:
        shop.agent.opt_out("olga", False)
