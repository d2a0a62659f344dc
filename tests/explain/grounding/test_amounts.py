"""Amounts in sentences: what is told beside what was asked for comes out, or is refused."""

from __future__ import annotations

import pytest

from agent.explain.grounding.check import Facts, check


@pytest.mark.parametrize(
    ("sentence", "request_text", "evidence"),
    [
        ("Indie pop, but 128 bpm rather than at least 160.", "at least 160 bpm", "description: Indie pop.\nbpm: 128"),
        ("A lamp, but 140 over your limit.", "under 100", "description: A lamp.\nprice: 240"),
        ("A lamp from 1980 rather than 2000 or later.", "2000 or newer", "description: A lamp.\nyear: 1980"),
        ("A lamp from 1980 rather than before 1970.", "before 1970", "description: A lamp.\nyear: 1980"),
        ("Games for up to 12.", "for 10 people", "description: Games.\ncapacity: 12"),
        ("Games, but for up to 12 rather than 15.", "for 15 people", "description: Games.\ncapacity: 12"),
        ("A lamp, 299, close to your 300.", "around 300", "description: A lamp.\nprice: 299"),
        ("A lamp, but 480, well over your 300.", "around 300", "description: A lamp.\nprice: 480"),
        ("A lamp 62 cm wide.", "a lamp at most 80 cm wide", "description: A lamp.\nwidth cm: 62"),
        ("Games, though it does not say how many it is for.", "for 2 people", "description: Games."),
    ],
)
def test_what_comes_out_may_be_said(sentence: str, request_text: str, evidence: str) -> None:
    verdict = check(sentence, Facts((evidence,), (), request_text))
    assert verdict.grounded, verdict.reason


@pytest.mark.parametrize(
    ("sentence", "request_text", "evidence"),
    [
        ("Indie pop, but 180 bpm rather than at least 160.", "at least 160 bpm", "description: Indie pop.\nbpm: 180"),
        ("Indie pop, but 128 bpm rather than at least 150.", "at least 160 bpm", "description: Indie pop.\nbpm: 128"),
        ("A lamp, but 130 over your limit.", "under 100", "description: A lamp.\nprice: 240"),
        ("A lamp from 1960 rather than before 1970.", "before 1970", "description: A lamp.\nyear: 1960"),
        ("Games for up to 15.", "for 10 people", "description: Games.\ncapacity: 12"),
        ("A lamp, 150, close to your 300.", "around 300", "description: A lamp.\nprice: 150"),
        ("A lamp, but 200, well over your 300.", "around 300", "description: A lamp.\nprice: 200"),
        ("Games, though it does not say how many it is for.", "for 2 people", "description: Games.\nplayers: 3-6"),
    ],
)
def test_what_does_not_come_out_is_refused(sentence: str, request_text: str, evidence: str) -> None:
    assert not check(sentence, Facts((evidence,), (), request_text)).grounded
