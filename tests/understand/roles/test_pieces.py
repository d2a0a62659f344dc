"""Pieces: a request cut where it joins things."""

from __future__ import annotations

from agent.understand.phrases import phrases
from agent.understand.roles.pieces import Piece, PieceCutter, is_spaced

KINDS = {"clock", "wall clock", "lamp", "battery", "钟", "灯"}


def cut(text: str, language: str = "en") -> list[Piece]:
    own = phrases("agent.understand.roles", "roles", (language,))
    return list(PieceCutter(text, text, own, KINDS.__contains__, spaced=is_spaced(language)).cut())


def test_each_piece_has_its_kind_its_number_and_its_joint() -> None:
    pieces = cut("i need two wall clock, a lamp and some oil")
    assert [(piece.kind, piece.quantity, piece.joint) for piece in pieces] == [
        ("wall clock", 2, "sign"), ("lamp", 1, "sign"), ("", 1, "and"),
    ]  # fmt: skip


def test_what_or_joins_is_one_piece() -> None:
    assert len(cut("a clock, a lamp or a battery")) == 1


def test_a_kind_behind_a_preposition_is_what_the_thing_is_with() -> None:
    (piece,) = cut("a clock with battery")
    assert (piece.kind, piece.object_kind) == ("clock", True)


def test_without_spaces_kinds_are_found_among_characters() -> None:
    assert [piece.kind for piece in cut("红色的钟和灯", "zh")] == ["钟", "灯"]
