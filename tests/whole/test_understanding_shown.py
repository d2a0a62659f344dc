"""From words to what is shown: no shown item ever breaks what the words ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from agent.answers import UserTurn
from agent.config import AgentConfig
from agent.evaluate.understanding import gold_schema
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, write_schema
from tests.support.shelf import WordEncoder, fill, units, word_models

SCHEMA = gold_schema("shop")
COLOURS, MATERIALS, BRANDS = (SCHEMA.fields[name].values or () for name in ("colour", "material", "brand"))
CHINESE = {"black": "黑色", "blue": "蓝色", "red": "红色", "white": "白色", "green": "绿色"}
N_REQUESTS = 1_000

Meets = Callable[[Item], bool]


def shop(n: int) -> list[Item]:
    rng = np.random.default_rng(5)
    return [
        Item(
            str(at),
            f"Thing {at}",
            category=str(rng.choice(["Chairs", "Lamps", "Rugs"])),
            price=float(rng.integers(10, 400)),
            attributes={
                "colour": str(rng.choice(COLOURS)),
                "material": str(rng.choice(MATERIALS)),
                "brand": str(rng.choice(BRANDS)),
                "rating": float(rng.integers(10, 51)) / 10,
                "width_cm": float(rng.integers(10, 250)),
                "in_stock": bool(rng.integers(2)),
            },
        )
        for at in range(n)
    ]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    """An agent over a small shop, whose encoder counts words."""
    items = shop(80)
    vectors = {item.id: units(1, WordEncoder.dim, at) for at, item in enumerate(items)}
    workspace = fill(tmp_path_factory.mktemp("shown") / "w", items, {"text": vectors, "multilingual": vectors})
    write_schema(SCHEMA, workspace.path / SCHEMA_FILE)
    models = word_models(AgentConfig(llm="none"))
    with RecommendationAgent(workspace, models) as opened:
        yield opened


def value(item: Item, name: str) -> float:
    found = item.value(name)
    assert isinstance(found, float)
    return found


def price(rng: np.random.Generator) -> tuple[str, Meets]:
    low, high = sorted(int(one) for one in rng.integers(5, 400, size=2))
    options: Sequence[tuple[str, Meets]] = (
        (f"under {high} euros", lambda item: value(item, "price") < high),
        (f"nothing over {high}", lambda item: value(item, "price") <= high),
        (f"between {low} and {high} euros", lambda item: low <= value(item, "price") <= high),
        (f"at least €{low}", lambda item: value(item, "price") >= low),
        (f"不超过{high}欧元", lambda item: value(item, "price") <= high),
        (f"{low}欧以上", lambda item: value(item, "price") >= low),
    )
    return options[int(rng.integers(len(options)))]


def colour(rng: np.random.Generator) -> tuple[str, Meets]:
    one, other = (str(name) for name in rng.choice(list(CHINESE), size=2, replace=False))
    options: Sequence[tuple[str, Meets]] = (
        (f"in {one}", lambda item: item.value("colour") == one),
        (f"in {one} or {other}", lambda item: item.value("colour") in (one, other)),
        (f"not in {one}", lambda item: item.value("colour") != one),
        (f"anything but {one}", lambda item: item.value("colour") != one),
        (f"不要{CHINESE[one]}", lambda item: item.value("colour") != one),
        (f"只要{CHINESE[one]}", lambda item: item.value("colour") == one),
    )
    return options[int(rng.integers(len(options)))]


def other(rng: np.random.Generator) -> tuple[str, Meets]:
    material, brand = str(rng.choice(MATERIALS)), str(rng.choice(BRANDS))
    stars, width = int(rng.integers(1, 5)), int(rng.integers(20, 240))
    options: Sequence[tuple[str, Meets]] = (
        (f"made of {material}", lambda item: item.value("material") == material),
        (f"no {material}", lambda item: item.value("material") != material),
        (f"by {brand}", lambda item: item.value("brand") == brand),
        (f"at least {stars} stars", lambda item: value(item, "rating") >= stars),
        (f"no wider than {width} cm", lambda item: value(item, "width_cm") <= width),
        ("in stock", lambda item: item.value("in_stock") is True),
        ("for 2 people", lambda item: True),
    )
    return options[int(rng.integers(len(options)))]


def test_every_shown_item_meets_every_must_of_a_thousand_random_requests(agent: RecommendationAgent) -> None:
    rng = np.random.default_rng(7)
    shown = 0
    for number in range(N_REQUESTS):
        parts = [make(rng) for make in (price, colour, other) if rng.random() < 0.7]
        text = ", ".join([str(rng.choice(["a chair", "something nice", "椅子"])), *(words for words, _ in parts)])
        found = agent.retriever.retrieve(agent.query(UserTurn(text)), 5)
        shown += len(found)
        for candidate in found:
            broken = [words for words, meets in parts if not meets(candidate.item)]
            assert not broken, (number, text, candidate.item, broken)
    assert shown > N_REQUESTS


def test_when_nothing_meets_all_the_answer_says_what_stands_in_the_way_and_asks(agent: RecommendationAgent) -> None:
    chairs = [item for item in shop(80) if item.category == "Chairs"]
    colour = Counter(str(item.value("colour")) for item in chairs).most_common(1)[0][0]
    answer = agent.recommend(f"a chair under 5 euros in {colour}", k=3)
    assert answer.recommendations == ()
    assert answer.notes[0] == f"No item meets price<5 and colour={colour}."
    assert "price<5: no item" in answer.notes[1]
    assert answer.notes[-1].endswith("which of it may go?")
    coloured = [item for item in chairs if item.value("colour") == colour]
    cheapest = min(value(item, "price") for item in coloured)
    moved = next(one for one in answer.relaxations if one.instead)
    assert (moved.dropped, moved.instead, moved.n_items) == (("price<5",), f"price<={cheapest:g}", 1)
    dropped = next(one for one in answer.relaxations if one.dropped == ("price<5",) and not one.instead)
    assert dropped.n_items == len(coloured)


def test_the_words_of_must_haves_do_not_speak_for_an_item(agent: RecommendationAgent) -> None:
    answer = agent.recommend("a chair, no leather", k=3)
    assert answer.request.filters == ("material!=leather",)
    assert answer.recommendations
    assert not any("asked for leather" in one.explanation.text for one in answer.recommendations)
    assert [one.origin for one in answer.request.must_haves] == ["understood"]
