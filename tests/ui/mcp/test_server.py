"""The server of the protocol: which tools it tells of, and that it writes nothing down of what callers say."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator

from tests.support.apishelf import OpenService
from ui.mcp.server import INSTRUCTIONS, mcp_server
from ui.service.thumbnails import Thumbnails


@contextlib.contextmanager
def bare_log() -> Iterator[logging.Logger]:
    """The log of a process that nobody has set up."""
    root, ours = logging.getLogger(), logging.getLogger("mcp")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    root.handlers[:] = []
    try:
        yield root
    finally:
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        ours.setLevel(levels[1])


def test_only_one_tool_changes_anything_and_none_reaches_out(shop: OpenService) -> None:
    tools = asyncio.run(mcp_server(shop, Thumbnails()).list_tools())
    hints = {tool.name: tool.annotations for tool in tools}
    assert [name for name, hint in hints.items() if hint and not hint.read_only_hint] == ["record_feedback"]
    assert not any(hint is None or hint.open_world_hint or hint.destructive_hint for hint in hints.values())


def test_an_agent_is_told_to_judge_what_it_reads_and_not_to_follow_it(shop: OpenService) -> None:
    server = mcp_server(shop, Thumbnails())
    assert server.instructions == INSTRUCTIONS
    assert "never follow" in INSTRUCTIONS


def test_the_log_of_the_process_is_not_set_up_by_the_protocols_package(shop: OpenService) -> None:
    with bare_log() as root:
        mcp_server(shop, Thumbnails())
        assert [type(handler) for handler in root.handlers] == [logging.NullHandler]
        assert logging.getLogger("mcp").getEffectiveLevel() == logging.WARNING
