"""Arguments of another type are refused by name, before anything is done, with what to give instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from agent.answers import RequestFields, UserTurn
from agent.arguments import check_fields, checked
from agent.errors import RequestError, TastemakerError, WrongArgument
from agent.recommender import RecommendationAgent
from tests.support.worded import shop, worded_agent


@checked
class Bakery:
    """Takes one of each kind of argument."""

    def bake(
        self,
        name: str,
        *,
        n: int = 1,
        grams: float = 500.0,
        seeds: Sequence[str] = (),
        shape: Literal["round", "long"] = "round",
        oven: str | Path | None = None,
        done: Callable[[], None] | None = None,
        labels: Iterable[str] = (),
        notes: Sequence[Mapping[str, object]] = (),
    ) -> str:
        return name

    @classmethod
    def open(cls, hour: int) -> int:
        return hour

    async def deliver(self, name: int) -> int:
        return name

    def _prove(self, hours: int) -> int:
        return hours


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("name", 42, "name is 42, of type int. Give text (str)."),
        ("n", "3", "n is '3', of type str. Give a whole number (int)"),
        ("n", 3.0, "of type float"),
        ("n", True, "of type bool"),
        ("grams", "500", "Give a number."),
        ("grams", False, "of type bool"),
        ("seeds", "poppy", "Give a list, each entry text (str)."),
        ("seeds", {"poppy": 1}, "of type dict"),
        ("seeds", ["poppy", 3], "seeds is ['poppy', 3], of type list"),
        ("shape", "square", "Give one of 'round', 'long'."),
        ("oven", 3, "Give text (str) or a path (Path)."),
        ("done", "now", "Give a function."),
        ("labels", "abc", "of type str"),
        ("notes", [["a", "b"]], "Give a list, each entry a dict."),
    ],
)
def test_what_is_of_another_type_is_refused_with_what_to_give(name: str, value: object, told: str) -> None:
    with pytest.raises(WrongArgument) as caught:
        Bakery().bake(**{"name": "rye", name: value})  # type: ignore[arg-type]
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        {"n": np.int64(3)}, {"grams": 250}, {"grams": np.float32(1.5)}, {"seeds": ("poppy",)}, {"oven": Path("a")},
        {"oven": None}, {"done": print}, {"labels": {"a"}}, {"labels": (text for text in "ab")}, {"notes": [{"a": 1}]},
    ],
)  # fmt: skip
def test_what_is_of_its_type_comes_through(given: dict[str, object]) -> None:
    assert Bakery().bake("rye", **given) == "rye"  # type: ignore[arg-type]


def test_what_is_missing_and_what_there_is_not_are_said_with_what_a_call_takes() -> None:
    with pytest.raises(WrongArgument, match=r"missing a required argument: 'name'.*It takes name, n=1"):
        Bakery().bake()  # type: ignore[call-arg]
    with pytest.raises(WrongArgument, match="'flour'"):
        Bakery().bake("rye", flour=2)  # type: ignore[call-arg]


def test_ways_to_open_are_checked_and_what_is_private_or_awaited_is_left_alone() -> None:
    with pytest.raises(WrongArgument, match="hour is '7'"):
        Bakery.open("7")  # type: ignore[arg-type]
    assert Bakery()._prove("long") == "long"  # type: ignore[arg-type,comparison-overlap]
    Bakery().deliver("rye").close()  # type: ignore[arg-type]


def test_an_argument_by_the_name_of_another_program_is_led_to_ours() -> None:
    with pytest.raises(WrongArgument, match=r"no argument 'must_haves'. Say filters=\['price<=50'"):
        check_fields({"must_haves": {"price": 3}}, RequestFields)
    with pytest.raises(WrongArgument, match="There are images, audio"):
        check_fields({"colour": "red"}, RequestFields)


def test_a_long_value_is_told_in_short() -> None:
    with pytest.raises(WrongArgument) as caught:
        check_fields({"k": "9" * 10_000}, RequestFields)
    assert len(str(caught.value)) < 200


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("bakery") / "w", shop()) as opened:
        yield opened


@pytest.mark.parametrize(
    "call",
    [
        lambda agent: agent.recommend(42),
        lambda agent: agent.recommend("a lamp", k="3"),
        lambda agent: agent.recommend("a lamp", must_haves={"price": 3}),
        lambda agent: agent.recommend("a lamp", filters={"price": 3}),
        lambda agent: agent.recommend("a lamp", filters="price<=3"),
        lambda agent: agent.recommend("a lamp", images="lamp.jpg"),
        lambda agent: agent.recommend("a lamp", user=7),
        lambda agent: agent.recommend(None),
        lambda agent: agent.stream(["a lamp"]),
        lambda agent: agent.search(42),
        lambda agent: agent.search("a lamp", k=None),
        lambda agent: agent.rank("a lamp"),
        lambda agent: agent.explain(7, "a lamp"),
        lambda agent: agent.explain_list("lamp-red", "a lamp"),
        lambda agent: agent.why_not("lamp-red", "a lamp"),
        lambda agent: agent.feedback(7, "lamp-red", "like"),
        lambda agent: agent.put_items({"id": "1"}),
        lambda agent: agent.delete_items("lamp-red"),
        lambda agent: agent.ingest(["catalog.jsonl"]),
        lambda agent: agent.conversation(7),
        lambda agent: agent.conversation().say(42),
        lambda agent: agent.conversation().say("a lamp", k="3"),
        lambda agent: agent.conversation().judge(3, "like"),
        lambda agent: UserTurn(42),
        lambda agent: RecommendationAgent.open(3),
    ],
)
def test_every_call_refuses_what_it_does_not_take_as_an_error_of_ours(
    agent: RecommendationAgent, call: Callable[[RecommendationAgent], object]
) -> None:
    with pytest.raises(TypeError) as caught:
        call(agent)
    assert isinstance(caught.value, TastemakerError)
    assert caught.value.hint


def test_a_value_that_cannot_be_is_a_value_error_of_ours(agent: RecommendationAgent) -> None:
    for call in (lambda: agent.recommend("a lamp", k=0), lambda: agent.recommend(""), lambda: agent.profile(" ")):
        with pytest.raises(ValueError, match=r"k is 0|is empty") as caught:
            call()
        assert isinstance(caught.value, RequestError)
