"""The same thing is known again in another photograph, and no other thing is taken for it."""

from __future__ import annotations

import numpy as np
import pytest

from agent.backends.pictures.keypoints import local_points
from retrieval.matching.pairs import agreeing, paired
from retrieval.matching.plane import on_one_plane
from retrieval.matching.points import LocalPoints
from retrieval.matching.same_thing import LEAST_POINTS, same_things
from tests.support.made_packages import package, photographed

ITEMS = {row: (local_points(package(row), 250),) for row in range(6)}


def asked(rgb: np.ndarray) -> LocalPoints:
    return local_points(rgb, 400)


def test_only_the_very_thing_is_known_again() -> None:
    for row in ITEMS:
        found = same_things([asked(photographed(package(row)))], ITEMS)
        assert list(found) == [row]
        assert found[row].points >= LEAST_POINTS
        assert found[row].is_meant
        assert 0 < found[row].sureness <= 1


def test_what_is_in_no_item_is_not_known_again() -> None:
    assert same_things([asked(photographed(package(77)))], ITEMS) == {}


def test_a_mirrored_print_is_another_one() -> None:
    assert same_things([asked(photographed(package(0), mirrored=True))], ITEMS) == {}


def test_what_stands_at_the_edge_is_seen_and_not_what_is_meant() -> None:
    beside = photographed(package(1), left=0.87, size=0.4)
    beside[:, :300] = photographed(package(77), left=0.3, size=0.6)[:, :300]
    found = same_things([asked(beside)], ITEMS)
    assert [(row, seen.is_meant) for row, seen in found.items()] == [(1, False)]


def test_a_logo_alone_does_not_make_two_variants_one() -> None:
    variant, other = package(3), package(4)
    variant[10:60, 10:80] = other[10:60, 10:80] = package(9)[10:60, 10:80]
    found = same_things([asked(photographed(variant))], {0: (local_points(other, 250),)})
    assert found == {}


def test_several_pictures_of_the_request_and_of_an_item_count_by_the_best() -> None:
    items = {0: (*ITEMS[1], *ITEMS[0]), 1: ()}
    found = same_things([asked(package(99)), asked(photographed(package(0)))], items)
    assert list(found) == [0]


@pytest.mark.parametrize("items", [{}, {0: ()}, {0: (local_points(np.zeros((20, 20, 3), np.uint8), 250),)}])
def test_where_there_is_nothing_to_compare_nothing_is_known_again(items: dict[int, tuple[LocalPoints, ...]]) -> None:
    assert same_things([asked(package(0))], items) == {}
    assert same_things([asked(np.zeros((20, 20, 3), np.uint8))], ITEMS) == {}
    assert same_things([], ITEMS) == {}


def test_the_same_pictures_have_the_same_points_in_common_each_time() -> None:
    request, (item,) = asked(photographed(package(2))), ITEMS[2]
    (pairs,) = paired(request, [item])
    alike = agreeing(pairs, request, item)
    assert LEAST_POINTS <= len(alike) <= len(pairs)
    assert on_one_plane(alike, request, item) == on_one_plane(alike, request, item)


def test_what_nearly_all_candidates_share_says_nothing() -> None:
    label = local_points(package(0), 250)
    assert same_things([asked(photographed(package(0)))], dict.fromkeys(range(12), (label,))) == {}
