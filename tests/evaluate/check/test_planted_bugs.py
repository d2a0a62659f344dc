"""Bugs that are planted in the product, each by patching it: a check finds every one of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.answers import MustHave, UserTurn
from agent.config import load_config
from agent.dialogue.conversation import Conversation
from agent.dialogue.interpreter import Interpreter
from agent.dialogue.item_answers import AskedItem
from agent.dialogue.state import State, WishText
from agent.dialogue.step import Step
from agent.evaluate.check import Journey, failures, make_journeys, read_journeys
from agent.pipeline import Pipeline
from agent.recommender import RecommendationAgent
from agent.retrieve.scope import Scope
from agent.understand.acts import Clause, TurnActs
from agent.understand.kinds import KindMatch
from agent.understand.roles import RoleRequest
from retrieval.snapshot import Snapshot

Plant = Callable[[pytest.MonkeyPatch], None]
Wrong = Callable[..., Any]

PLANTED: dict[str, Plant] = {}


def planted(bug: Plant) -> Plant:
    """One of the bugs."""
    PLANTED[bug.__name__.replace("_", " ")] = bug
    return bug


def wrap(patch: pytest.MonkeyPatch, owner: Any, name: str, wrong: Wrong) -> None:
    """Let a function be called with what it was before as its first argument."""
    right = getattr(owner, name)
    patch.setattr(owner, name, lambda *given, **named: wrong(right, *given, **named))


def wrap_name(patch: pytest.MonkeyPatch, path: str, wrong: Wrong) -> None:
    """The same for a function that a module has imported."""
    from importlib import import_module

    module, name = path.rsplit(".", 1)
    wrap(patch, import_module(module), name, wrong)


def after_merging(patch: pytest.MonkeyPatch, change: Callable[[State, State], State]) -> None:
    """Change each state once a turn has joined it."""

    def wrong(right: Wrong, base: State, *given: Any) -> State:
        return change(base, right(base, *given))

    wrap_name(patch, "agent.dialogue.interpreter.merged", wrong)


# What a turn does to the state


@planted
def a_condition_is_dropped_when_merging(patch: pytest.MonkeyPatch) -> None:
    def change(base: State, new: State) -> State:
        return replace(new, must_haves=tuple(must for must in new.must_haves if must not in base.must_haves))

    after_merging(patch, change)


@planted
def a_denial_is_ignored(patch: pytest.MonkeyPatch) -> None:
    def change(_: State, new: State) -> State:
        positive = tuple(must for must in new.must_haves if "!=" not in must.filter and " not " not in must.filter)
        return replace(new, denied=(), must_haves=positive)

    after_merging(patch, change)


@planted
def what_was_shown_is_barred(patch: pytest.MonkeyPatch) -> None:
    after_merging(patch, lambda base, new: replace(new, barred=base.shown))


@planted
def chatter_is_joined_to_the_wishes(patch: pytest.MonkeyPatch) -> None:
    def wrong(
        right: Wrong, self: Interpreter, reply: Any, state: State, utterance: str, *given: Any, **more: Any
    ) -> Step:
        chatty = replace(state, wishes=(*state.wishes, WishText(utterance, utterance)))
        return right(self, reply, chatty, utterance, *given, **more)  # type: ignore[no-any-return]

    wrap(patch, Interpreter, "_in_words", wrong)


@planted
def the_kind_is_lost(patch: pytest.MonkeyPatch) -> None:
    after_merging(patch, lambda _, new: replace(new, kind=None))


@planted
def a_new_request_keeps_the_old_limit(patch: pytest.MonkeyPatch) -> None:
    def wrong(right: Wrong, self: Interpreter, state: State, text: str) -> State:
        return replace(right(self, state, text), must_haves=state.must_haves)

    wrap(patch, Interpreter, "_anew", wrong)


@planted
def the_order_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    after_merging(patch, lambda _, new: replace(new, order=None))


@planted
def what_is_owned_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    wrap(patch, Step, "after", lambda right, *given: replace(right(*given), owned=()))


@planted
def undo_does_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Conversation, "undo", lambda self: None)


@planted
def others_are_the_same_again(patch: pytest.MonkeyPatch) -> None:
    def same(self: Interpreter, act: Any, state: State, utterance: str) -> Step:
        return replace(self.same(state, utterance), act=act)

    patch.setattr(Interpreter, "_show_others", same)


@planted
def a_must_have_is_weakened(patch: pytest.MonkeyPatch) -> None:
    def weak(must: MustHave) -> MustHave:
        return replace(must, filter=must.filter.replace("<", "<=").replace("==", "="))

    def wrong(right: Wrong, self: State, new: Sequence[MustHave], *given: Any) -> State:
        return right(self, [weak(must) for must in new], *given)  # type: ignore[no-any-return]

    wrap(patch, State, "with_must_haves", wrong)


@planted
def starting_over_keeps_the_kind(patch: pytest.MonkeyPatch) -> None:
    def wrong(right: Wrong, self: Interpreter, *given: Any) -> Step:
        return replace(right(self, *given), state=self._state)

    wrap(patch, Interpreter, "_begin_anew", wrong)


@planted
def nothing_is_ever_given_up(patch: pytest.MonkeyPatch) -> None:
    def wrong(right: Wrong, text: str, state: State, *given: Any) -> tuple[State, tuple[str, ...], str]:
        _, told, rest = right(text, state, *given)
        return state, told, rest

    wrap_name(patch, "agent.dialogue.interpreter.without_named", lambda right, text, state, *_: (state, (text,)))
    wrap_name(patch, "agent.dialogue.interpreter.without_given_up", wrong)


@planted
def the_next_item_is_meant(patch: pytest.MonkeyPatch) -> None:
    def wrong(right: Wrong, self: Interpreter, text: str, state: State) -> list[str]:
        last = list(state.last)
        return [last[(last.index(item) + 1) % len(last)] if item in last else item for item in right(self, text, state)]

    wrap(patch, Interpreter, "_items_of", wrong)


@planted
def unclear_turns_are_searched(patch: pytest.MonkeyPatch) -> None:
    def wrong(
        right: Wrong, self: Interpreter, main: Clause, acts: TurnActs, turn: UserTurn, *given: Any
    ) -> Step | None:
        if main.act != "unclear":
            return right(self, main, acts, turn, *given)  # type: ignore[no-any-return]
        return self._request(replace(turn, text=main.text), *given, self._state, "request")

    wrap(patch, Interpreter, "_do", wrong)


# What is shown and answered


@planted
def what_is_there_is_refused(patch: pytest.MonkeyPatch) -> None:
    def wrong(right: Wrong, *given: Any) -> Scope:
        scope: Scope = right(*given)
        return scope if scope.kind is None else Scope(kind=KindMatch(np.zeros_like(scope.kind.grades), "none"))

    wrap_name(patch, "agent.pipeline.pipeline.scope_of", wrong)


@planted
def a_word_of_a_title_beats_the_kind(patch: pytest.MonkeyPatch) -> None:
    wrap_name(
        patch,
        "agent.pipeline.pipeline.scope_of",
        lambda right, understood, *given: right(replace(understood, kind=None), *given),
    )


@planted
def the_order_is_ignored(patch: pytest.MonkeyPatch) -> None:
    wrap_name(patch, "agent.pipeline.pipeline.ordered", lambda right, ranked, *_: list(ranked))


@planted
def the_order_is_reversed(patch: pytest.MonkeyPatch) -> None:
    wrap_name(patch, "agent.pipeline.pipeline.ordered", lambda right, *given: right(*given)[::-1])


@planted
def must_haves_do_not_hold(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Snapshot, "allowed", lambda self, filters: None)


@planted
def the_wrong_item_answers(patch: pytest.MonkeyPatch) -> None:
    def wrong(right: Wrong, text: str, asked: Sequence[AskedItem], view: Pipeline, **more: Any) -> Any:
        other = view.snapshot.items[0]
        return right(text, [replace(entry, item=other) for entry in asked], view, **more)

    wrap_name(patch, "agent.dialogue.interpreter.item_answers", wrong)


@planted
def a_count_is_wrong(patch: pytest.MonkeyPatch) -> None:
    wrap(patch, Pipeline, "count", lambda right, *given: right(*given) + 1)


@planted
def several_things_are_taken_for_one(patch: pytest.MonkeyPatch) -> None:
    def wrong(right: Wrong, *given: Any, **more: Any) -> RoleRequest | None:
        asked = right(*given, **more)
        return asked and replace(asked, roles=asked.roles[:1])

    wrap(patch, Pipeline, "roles", wrong)


@planted
def the_budget_of_a_set_is_ignored(patch: pytest.MonkeyPatch) -> None:
    wrap_name(patch, "agent.pipeline.sets.choose_set", lambda right, roles, budget=None: right(roles))


@planted
def slips_of_the_finger_are_not_mended(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("agent.understand.spelling.Spelling.mend", lambda *_: None)


@planted
def everything_is_said_to_fit(patch: pytest.MonkeyPatch) -> None:
    wrap(patch, Pipeline, "_fits", lambda right, *given: (dict.fromkeys(right(*given)[0], 1.0), False))


@planted
def nothing_is_said_to_fit(patch: pytest.MonkeyPatch) -> None:
    wrap(patch, Pipeline, "_fits", lambda right, *given: (dict.fromkeys(right(*given)[0], 0.0), True))


# Whether they are found


@pytest.fixture(scope="module")
def museum(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    workspace = shutil.copytree(demo_workspace, tmp_path_factory.mktemp("museum") / "w")
    with RecommendationAgent.open(workspace, load_config(llm="none")) as agent:
        yield agent


Checked = list[tuple[RecommendationAgent, Journey]]


@pytest.fixture(scope="module")
def journeys(museum: RecommendationAgent, outdoor_shop: RecommendationAgent) -> Checked:
    """Those of the shop, which are few, those that are drawn from it, and those that ship."""
    own = read_journeys(Path(__file__).with_name("outdoor_shop.yaml"), outdoor_shop.pipeline.schema)
    drawn = make_journeys(outdoor_shop, 7, seed=1)
    with as_file(files("agent.demo") / "journeys.yaml") as path:
        shipped = read_journeys(path, museum.pipeline.schema)
    return [*((outdoor_shop, journey) for journey in (*own, *drawn)), *((museum, journey) for journey in shipped)]


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str, journeys: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    PLANTED[bug](monkeypatch)
    failure = next(failure for agent, journey in journeys for failure in failures(agent, journey))
    assert failure.expected != "an answer", failure.came  # that would be the patch that crashes, not the bug


def test_without_a_bug_nothing_is_found(journeys: Checked) -> None:
    assert [failure for agent, journey in journeys for failure in failures(agent, journey)] == []


def test_there_are_twenty_bugs_at_least() -> None:
    assert len(PLANTED) >= 20
