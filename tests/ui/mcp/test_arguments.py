"""Arguments as models write them, and what they are told of those that cannot be taken."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult

from tests.support.apishelf import OpenService
from ui.mcp.arguments import unknown_argument
from ui.mcp.server import mcp_server
from ui.service.thumbnails import Thumbnails


class Context:
    """As much of a call's context as tools use."""

    async def report_progress(self, *_: object, **__: object) -> None:
        """Nobody listens."""


@pytest.fixture
def call(shop: OpenService) -> Any:
    server = mcp_server(shop, Thumbnails())

    def called(tool: str, **arguments: object) -> dict[str, Any]:
        context: Any = Context()
        result = asyncio.run(server.call_tool(tool, arguments, context))
        assert isinstance(result, CallToolResult)
        assert result.structured_content is not None
        return result.structured_content

    return called


def ids(found: dict[str, Any]) -> list[str]:
    return [one["item"]["id"] for one in found["items"]]


def test_one_must_have_may_be_written_as_a_text(call: Any) -> None:
    for written in ("price<90", ["price<90"], '["price<90"]'):
        found = call("recommend", text="a chair", filters=written, k=3)
        assert found["must_haves"] == ["price<90"]
        assert ids(found)[0] == "3"
    assert ids(call("search_items", text="a chair", filters=""))


def test_null_is_what_stands_where_nothing_is_given(call: Any) -> None:
    nothing = dict.fromkeys(("images", "audio", "filters", "user", "k", "with_pictures"))
    assert ids(call("recommend", text="a chair", **nothing)) == ids(call("recommend", text="a chair"))
    assert ids(call("search_items", text="a chair", k=None)) == ids(call("search_items", text="a chair"))


def test_a_number_is_an_id_that_looks_like_one(call: Any) -> None:
    assert call("get_item", item_id=3)["title"] == "Red chair"
    assert call("explain", item_id=1, text="two people in a boat")["item_id"] == "1"


WRONG: list[tuple[str, dict[str, object], str]] = [
    ("recommend", {"k": "many"}, "`k` cannot be 'many'. Give a whole number from 1 to 1000."),
    ("recommend", {"text": ["x"]}, "`text` cannot be ['x']. Give a text of at most 100000 characters."),
    ("recommend", {"filters": [3]}, "`filters` cannot be 3. Give a list of texts of at most 50 entries."),
    ("explain", {"item_id": "1"}, "`text` is missing. Give a text of 1 to 100000 characters."),
    (
        "record_feedback",
        {"user": "e", "item_id": "1", "kind": "burn"},
        "`kind` cannot be 'burn'. Give one of like, dislike, save, hide.",
    ),
    ("recommend", {"conditions": ["price<9"]}, "`recommend` has no argument 'conditions'. Use `filters`."),
    ("search_items", {"text": "x", "limit": 1}, "`search_items` has no argument 'limit'. Use `k`."),
    ("recommend", {"query": "x"}, "`recommend` has no argument 'query'. Use `text`."),
    ("get_item", {"colour": "x"}, "`get_item` has no argument 'colour'. It takes item_id, with_pictures."),
]


@pytest.mark.parametrize(("tool", "arguments", "told"), WRONG, ids=[told for *_, told in WRONG])
def test_what_cannot_be_taken_is_told_in_our_own_words(
    call: Any, tool: str, arguments: dict[str, object], told: str
) -> None:
    with pytest.raises(ToolError) as caught:
        call(tool, **arguments)
    assert str(caught.value) == told


def test_what_a_tool_cannot_do_is_told_by_itself(call: Any) -> None:
    with pytest.raises(ToolError) as caught:
        call("get_item", item_id=26)
    assert str(caught.value) == "There is no item '26'. Find items with `search_items`."


def test_what_a_wrong_argument_held_is_told_in_short(call: Any) -> None:
    with pytest.raises(ToolError) as caught:
        call("recommend", text="x", k="many " * 999)
    assert len(str(caught.value)) < 140


def test_a_misspelt_argument_is_known_by_its_likeness() -> None:
    assert unknown_argument("t", {"item_ids": "1"}, ["item_id"]) == "`t` has no argument 'item_ids'. Use `item_id`."
    assert unknown_argument("t", {"item_id": "1"}, ["item_id"]) is None


def test_names_of_before_are_heard_where_they_were_names(call: Any) -> None:
    now = call("recommend", text="a chair", filters=["price<90"], k=2)
    assert ids(call("recommend", wish="a chair", must_haves="price<90", k=2)) == ids(now)
    assert ids(call("search_items", query="a chair")) == ids(call("search_items", text="a chair"))
    assert call("explain", item_id=1, wish="a boat")["text"] == call("explain", item_id=1, text="a boat")["text"]
    with pytest.raises(ToolError, match=r"no argument 'wish'\. Use `text`"):
        call("recommend", text="a chair", wish="a boat")
