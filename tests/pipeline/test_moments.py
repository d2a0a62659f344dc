"""Moments of what was selected: looked for only where an item has sound or video."""

from __future__ import annotations

from pathlib import Path

from agent.pipeline import moments
from tests.support.worded import shop, worded_agent


def test_a_catalog_without_sound_and_video_has_no_moments(tmp_path: Path) -> None:
    with worded_agent(tmp_path / "w", shop()) as agent:
        answer = agent.recommend("a red lamp", k=2)
    assert [entry.moment for entry in answer.recommendations] == [None, None]
    assert moments.moments_of.__module__ == "agent.pipeline.moments"
