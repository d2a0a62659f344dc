"""Queries: an understood request as vectors, one set for each channel that has something to say about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.answers import Named, Request
from agent.backends.pictures.keypoints import local_points
from agent.config import AgentConfig
from agent.media.decoded import Picture
from agent.people.taste import NO_TASTE, Taste
from agent.perceive.perception import Sight
from agent.perceive.request import Perceived
from agent.retrieve.query import away, picture_points, query_of
from retrieval.bridge import Ridge
from retrieval.filters import parse_filter
from retrieval.items import Description
from tests.support.shelf import SCHEMA, WordEncoder, units, word_models

DIM = WordEncoder.dim
BOATS = Request("boats", "boats", "en")
NOTHING = Perceived()


@pytest.fixture
def models() -> Any:
    known = word_models(AgentConfig(llm="none"))
    known.concepts = lambda logits: units(len(logits), DIM, seed=9)
    return known


def encoded(*texts: str) -> np.ndarray:
    return WordEncoder().encode(texts)


def sight(vector: np.ndarray, logits: np.ndarray | None = None) -> Sight:
    picture = Picture("p", np.zeros((2, 2, 3), np.uint8), 2, 2)
    return Sight(picture, vector, logits, Description("p", "image", "toy", "1", "It shows a boat."))


def test_english_words_ask_the_channels_that_read_english(models: Any) -> None:
    condition = parse_filter("price<5", SCHEMA)
    query = query_of(BOATS, (condition,), NOTHING, models, None)
    assert (query.kind, query.words, query.filters) == ("text", "boats", (condition,))
    assert query.vectors.keys() == {"text", "bridge", "sound", "sound_bridge", "reviews"}
    np.testing.assert_array_equal(query.vectors["text"], encoded("boats"))


def test_words_of_another_language_ask_the_multilingual_channel_alone(models: Any) -> None:
    query = query_of(Request("水彩画", "", "zh"), (), NOTHING, models, None)
    assert query.kind == "foreign"
    assert query.vectors.keys() == {"multilingual"}


def test_a_translated_request_is_searched_by_both_texts(models: Any) -> None:
    query = query_of(Request("Boote", "boats", "de"), (), NOTHING, models, None)
    assert query.words == "Boote boats"
    assert query_of(BOATS, (), NOTHING, models, None).words == "boats"


def test_a_picture_without_words_asks_by_what_it_seems_to_show(models: Any) -> None:
    vectors = units(2, 5)
    seen = Perceived((sight(vectors[0], np.ones(4, np.float32)), sight(vectors[1], np.zeros(4, np.float32))))
    query = query_of(Request("", "", "en"), (), seen, models, None)
    assert query.kind == "picture"
    np.testing.assert_array_equal(query.vectors["visual"], vectors)
    np.testing.assert_array_equal(query.vectors["text"], units(2, DIM, seed=9))


def test_beside_a_picture_words_speak_for_themselves(models: Any) -> None:
    seen = Perceived((sight(units(1, 5)[0], np.ones(4, np.float32)),))
    query = query_of(BOATS, (), seen, models, None)
    assert query.kind == "both"
    assert query.vectors.keys() == {"text", "bridge", "sound", "sound_bridge", "reviews", "multilingual", "visual"}
    np.testing.assert_array_equal(query.vectors["text"], encoded("boats"))


def test_a_picture_model_without_classes_gives_no_points_of_the_text_space(models: Any) -> None:
    seen = Perceived((sight(units(1, 5)[0]),))
    assert picture_points(seen, models, None) is None
    assert query_of(Request("", "", "en"), (), seen, models, None).vectors.keys() == {"visual"}


def test_a_map_of_the_catalog_s_own_moves_the_points(models: Any) -> None:
    seen = Perceived((sight(units(1, 5)[0], np.ones(4, np.float32)),))
    ridge = Ridge(np.zeros((5 + DIM, DIM), np.float32), np.zeros(5 + DIM, np.float32), encoded("lamp")[0])
    points = picture_points(seen, models, ridge)
    np.testing.assert_allclose(points, encoded("lamp"), atol=1e-6)


def test_nothing_but_a_taste_asks_by_it(models: Any) -> None:
    taste = replace(NO_TASTE, profile={"text": encoded("lamp")}, hidden=np.array([3]), unwanted=np.array([4]))
    query = query_of(Request("", "", "en"), (), NOTHING, models, None, taste)
    assert (query.kind, query.words) == ("history", "")
    assert query.vectors.keys() == {"text"}
    assert (query.hidden.tolist(), query.unwanted.tolist()) == ([3], [4])


def likeness(query_vectors: np.ndarray, text: str) -> float:
    return float((query_vectors @ encoded(text).T)[0, 0])


@pytest.mark.parametrize(
    ("taste", "nearer"),
    [
        (replace(NO_TASTE, profile={"text": encoded("lamp")}), True),
        (replace(NO_TASTE, away={"text": encoded("lamp")}), False),
        (replace(NO_TASTE, objections=("lamp",)), False),
    ],
)
def test_a_request_moves_towards_examples_and_away_from_what_is_not_wanted(
    models: Any, taste: Taste, nearer: bool
) -> None:
    plain, moved = (query_of(BOATS, (), NOTHING, models, None, one).vectors["text"] for one in (NO_TASTE, taste))
    assert (likeness(moved, "lamp") > likeness(plain, "lamp")) is nearer
    assert likeness(moved, "boats") > 0.5
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1, rtol=1e-5)


def test_the_title_of_an_example_is_not_searched_for(models: Any) -> None:
    taste = replace(NO_TASTE, named=(Named("1", "Inception", True),))
    query = query_of(
        Request("like Inception but lighter", "like Inception but lighter", "en"), (), NOTHING, models, None, taste
    )
    assert "Inception" not in query.words
    assert "lighter" in query.words


@given(st.integers(1, 4), st.integers(1, 3), st.floats(0, 0.5))
def test_vectors_moved_away_stay_unit_vectors_and_come_no_nearer(n: int, m: int, share: float) -> None:
    vectors, unwanted = units(n, seed=n), units(m, seed=10 + m)
    moved = away(vectors, unwanted, share)
    middle = unwanted.mean(axis=0)
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1, rtol=1e-4)
    assert (moved @ middle <= vectors @ middle + 1e-5).all()


def test_parts_of_a_picture_ask_beside_all_of_it_and_its_points_go_along(models: Any) -> None:
    vectors, points = units(3, 5), local_points(np.zeros((20, 20, 3), np.uint8), 10)
    seen = Perceived((sight(vectors[0], np.ones(4, np.float32)),), parts=vectors[1:], points=(points,))
    query = query_of(Request("", "", "en"), (), seen, models, None)
    np.testing.assert_array_equal(query.vectors["visual"], vectors)
    assert len(query.vectors["text"]) == 1
    assert query.points == (points,)
