"""Several things at once over several turns: each stays a request of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.answers import Answer
from agent.dialogue.conversation import Conversation
from agent.dialogue.set_talk import with_shown
from agent.dialogue.state import State, state_codec
from agent.recommender import RecommendationAgent
from tests.support.household import HOUSEHOLD
from tests.support.worded import worded_agent

PRICES = {item.id: item.price or 0.0 for item in HOUSEHOLD}


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    with worded_agent(tmp_path_factory.mktemp("set talk") / "w", HOUSEHOLD) as opened:
        yield opened


@pytest.fixture
def talk(agent: RecommendationAgent) -> Conversation:
    opened = agent.conversation()
    opened.say("a kettle, a lamp and a blanket")
    return opened


def groups(answer: Answer) -> dict[str, list[str]]:
    return {group.role: list(group.items) for group in answer.groups}


def test_what_is_denied_holds_for_all(talk: Conversation) -> None:
    shown = groups(talk.say("no wool in any of it"))
    assert list(shown) == ["kettle", "lamp", "blanket"]
    assert "heath" not in shown["blanket"]
    assert [denial.term for denial in talk.state.denied] == ["wool"]


def test_a_condition_of_all_holds_for_each(talk: Conversation) -> None:
    shown = groups(talk.say("by Ardo"))
    assert (shown["kettle"], shown["blanket"]) == (["brook"], ["heath"])


def test_a_condition_of_one_thing_leaves_the_others(talk: Conversation) -> None:
    before = talk.state.roles
    shown = groups(talk.say("the lamp under 50"))
    assert shown["lamp"] == ["reed"]
    assert [role.chosen for role in talk.state.roles][::2] == [role.chosen for role in before][::2]


def test_a_thing_is_given_up(talk: Conversation) -> None:
    answer = talk.say("leave the lamp out, I'll borrow one")
    assert list(groups(answer)) == ["kettle", "blanket"]
    assert answer.dialogue is not None
    assert answer.dialogue.act == "forget"


def test_the_only_thing_left_is_an_ordinary_request(talk: Conversation) -> None:
    talk.say("together under 300")
    talk.say("drop the lamp")
    answer = talk.say("drop the blanket")
    assert answer.groups == ()
    assert {entry.item.id for entry in answer.recommendations} == {"brook", "alder"}
    assert [must.filter for must in talk.state.must_haves] == ["price<=300"]


def test_another_is_shown_in_place_of_one_and_the_others_stay(talk: Conversation) -> None:
    before = {role.words: role.chosen for role in talk.state.roles}
    answer = talk.say("swap the kettle")
    after = {group.role: group.chosen for group in answer.groups}
    assert after["kettle"] not in (None, before["kettle"])
    assert (after["lamp"], after["blanket"]) == (before["lamp"], before["blanket"])
    talk.say("swap the kettle")
    assert talk.state.roles[0].chosen == after["kettle"]  # there is no third


def test_one_more_thing_is_added(talk: Conversation) -> None:
    talk.say("drop the lamp")
    assert list(groups(talk.say("and a lamp too"))) == ["kettle", "blanket", "lamp"]


def test_a_budget_is_set_replaced_and_given_up(talk: Conversation) -> None:
    for budget in (100, 120):
        answer = talk.say(f"make it {budget} in all")
        assert answer.total is not None
        assert answer.total == sum(PRICES[group.chosen] for group in answer.groups if group.chosen) <= budget
    talk.say("forget the budget")
    assert talk.state.budget is None


def test_what_all_costs_is_told(talk: Conversation) -> None:
    answer = talk.say("together under 100")
    told = talk.say("what is that all together")
    assert told.recommendations == ()
    assert f"{answer.total:g}" in told.reply


def test_cheaper_leaves_what_is_the_cheapest(talk: Conversation) -> None:
    talk.say("together under 100")
    answer = talk.say("cheaper")
    assert all(items for items in groups(answer).values())


def test_a_question_is_answered_of_the_item_proposed(talk: Conversation) -> None:
    talk.say("the kettle has to be by Ardo")
    told = talk.say("does the kettle have a whistle?")
    assert told.groups == ()
    assert "whistle" in told.reply
    assert talk.state.focus == "brook"


def test_a_choice_is_kept(talk: Conversation) -> None:
    taken = talk.state.roles[1].chosen
    answer = talk.say("I'll take the lamp")
    assert answer.recommendations == ()
    assert talk.state.liked == (taken,)
    assert {group.role: group.chosen for group in talk.say("make it 300 in total").groups}["lamp"] == taken


def test_a_condition_is_given_up(talk: Conversation) -> None:
    talk.say("no wool")
    assert "heath" in groups(talk.say("never mind the wool"))["blanket"]
    assert talk.state.denied == ()


def test_others_are_shown_of_all(talk: Conversation) -> None:
    before = [role.chosen for role in talk.state.roles]
    talk.say("show me others")
    assert all(new != old for new, old in zip((role.chosen for role in talk.state.roles), before, strict=True))


def test_another_kind_of_thing_begins_anew(talk: Conversation) -> None:
    answer = talk.say("show me bicycles")
    assert answer.groups == ()
    assert talk.state.roles == ()


def test_thanks_leave_everything_as_it_was(talk: Conversation) -> None:
    before = talk.state.roles
    talk.say("thanks!")
    assert talk.state.roles == before


def test_taking_a_turn_back_shows_the_groups_again(talk: Conversation) -> None:
    before = [role.chosen for role in talk.state.roles]
    talk.say("drop the lamp")
    assert [group.chosen for group in talk.say("undo").groups] == before


def test_a_set_is_resumed(talk: Conversation) -> None:
    state = talk.state
    assert state_codec().validate_json(state_codec().dump_json(state)) == state


def test_a_list_that_is_known_by_its_order_alone_is_cut_where_it_can_be(talk: Conversation) -> None:
    shown = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
    assert [role.chosen for role in with_shown(talk.state, shown).roles] == ["a", "d", "g"]
    assert with_shown(talk.state, shown[:4]) == talk.state
    assert with_shown(State(), []) == State()
