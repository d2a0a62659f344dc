"""Histories that their callers keep: the same history leads on from the same state, and nobody else's does."""

from __future__ import annotations

import pytest

from agent.answers import UserTurn
from tests.support.apishelf import OpenService
from ui.service import chat_history
from ui.service.chat_history import Histories, PastExchange, plain_answer, shown_in

CHAIRS = PastExchange(UserTurn("a chair"), "1. **Red chair**: It is red.\n\n2. **Blue chair**: It is blue.")


@pytest.mark.parametrize(
    "dressed",
    [
        "<think>searching\n1. **Boating**: no</think>\n1. **Red chair**: It is red.",
        '<details type="reasoning" done="true"><summary>x</summary>searching</details>1. **Red chair**: It is red.\n\n',
        "\n  1. **Red chair**: It is red.  ",
    ],
)
def test_what_front_ends_put_around_an_answer_is_no_part_of_it(dressed: str) -> None:
    assert plain_answer(dressed) == "1. **Red chair**: It is red."


def test_details_that_are_no_reasoning_stay() -> None:
    answer = "<details><summary>More</summary>1. **Red chair**</details>"
    assert plain_answer(answer) == answer


def test_items_of_one_title_are_taken_in_turn_and_a_title_in_the_text_is_no_entry() -> None:
    answer = "I like the **Twin** best.\n\n1. **Twin**: one\n\n2. **Twin**: two\n\n3. **Twin**: three"
    assert shown_in(answer, {"Twin": ["a", "b"]}) == ("a", "b")


def test_an_unknown_history_is_read_in_its_answers(shop: OpenService) -> None:
    talk = Histories().conversation(shop.agent, None, [CHAIRS])
    (turn,) = talk.turns
    assert turn.shown == ("3", "4")
    assert shop.agent.workspace.store.turns(talk.id) == []


def test_a_known_beginning_is_gone_on_from_and_only_the_rest_is_read(shop: OpenService) -> None:
    histories = Histories()
    known = histories.conversation(shop.agent, "ada", [CHAIRS]).turns
    histories.keep("ada", [CHAIRS], known, histories.n_forgotten)
    lamp = PastExchange(UserTurn("a lamp"), "1. **Harbour lamp**: It is brass.")
    onward = histories.conversation(shop.agent, "ada", [CHAIRS, lamp])
    assert onward.turns[0] is known[0]
    assert onward.turns[1].shown == ("2",)
    other = histories.conversation(shop.agent, "bob", [CHAIRS, lamp])
    assert other.turns[0] is not known[0]


def test_a_turn_that_cannot_be_understood_is_passed_over(shop: OpenService) -> None:
    empty = PastExchange(UserTurn(""), "The request is empty.")
    assert len(Histories().conversation(shop.agent, None, [empty, CHAIRS]).turns) == 1


def test_only_the_latest_histories_are_kept(shop: OpenService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_history, "MOST_KEPT", 2)
    histories = Histories()
    pasts = [[PastExchange(UserTurn(text), "Nothing fits.")] for text in ("a", "b", "c")]
    for past in pasts:
        histories.keep(None, past, (), histories.n_forgotten)
    assert histories.n_kept == 2
    histories.keep(None, pasts[1], (), histories.n_forgotten)  # known already: it takes no other's place
    assert histories.n_kept == 2


def test_who_is_forgotten_takes_nobody_along() -> None:
    histories = Histories()
    for user in ("ada", "bob", None):
        histories.keep(user, [CHAIRS], (), histories.n_forgotten)
    histories.forget("ada")
    histories.forget("nobody")
    assert histories.n_kept == 2


def test_an_answer_that_was_made_while_somebody_was_forgotten_is_not_remembered() -> None:
    histories = Histories()
    before = histories.n_forgotten
    assert histories.forget("ada") == 0
    histories.keep("ada", [CHAIRS], (), before)
    assert histories.n_kept == 0
    histories.keep("ada", [CHAIRS], (), histories.n_forgotten)
    assert (histories.forget("ada"), histories.n_kept) == (1, 0)
