"""A service over a few items in words, and its HTTP API, for all tests of the web that leave it as they found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.support.apishelf import BEARER, ROWS, TOKEN, OpenService, word_agent
from ui.app import create_app
from ui.guard.access import Access


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    """The service; whoever changes something in it puts it back."""
    agent = word_agent(tmp_path_factory.mktemp("shop") / "workspace")
    agent.put_items(ROWS)
    opened = OpenService(agent)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def programs(shop: OpenService) -> TestClient:
    """The API of that service, as a program with the token calls it."""
    return TestClient(create_app(shop, Access(token=TOKEN), page=False), headers=BEARER, raise_server_exceptions=False)
