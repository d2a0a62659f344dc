"""A shop that other frameworks ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.recommender import RecommendationAgent
from tests.support.worded import shop, worded_agent


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("asked") / "w", shop()) as opened:
        yield opened
