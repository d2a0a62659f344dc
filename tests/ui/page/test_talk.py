"""Conversations of the page: they go on when nobody looks, are found again, and belong to one visitor."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from agent.answers import Event, UserTurn
from agent.dialogue.conversation import Conversation
from agent.errors import RequestError, WorkspaceError
from tests.support.apishelf import ROWS, OpenService, word_agent
from tests.support.patience import PATIENCE_S
from ui.errors.refusals import JobRunning
from ui.page.chat.exchange import Exchange, VisitorWish
from ui.page.chat.talk import Talk
from ui.page.chat.talks import Talks
from ui.service.service import Service

ADA, BOB, CLEO = "visitor-ada", "visitor-bob", "visitor-cleo"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    agent = word_agent(tmp_path_factory.mktemp("talks") / "workspace")
    agent.put_items(ROWS)
    opened = OpenService(agent)
    yield opened
    assert opened.close()


@pytest.fixture
def talks(service: Service) -> Talks:
    return Talks(service)


def ended(talk: Talk) -> Exchange:
    """The last exchange, once its answer is there."""
    end = time.monotonic() + PATIENCE_S
    while talk.working:
        assert time.monotonic() < end
        time.sleep(0.005)
    return talk.exchanges[-1]


def ask(talk: Talk, text: str = "", **said: Any) -> Exchange:
    talk.ask(VisitorWish(text, **said), "en")
    return ended(talk)


class Held:
    """Holds answers back after their first event."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        original = Conversation.answer

        def answer(talk: Conversation, turn: UserTurn, **options: Any) -> Iterator[Event]:
            for event in original(talk, turn, **options):
                yield event
                self.begun.set()
                assert self.go.wait(20)

        monkeypatch.setattr(Conversation, "answer", answer)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    made = Held(monkeypatch)
    yield made
    made.go.set()


def test_an_answer_has_cards_with_reasons_and_no_paths(talks: Talks) -> None:
    exchange = ask(talks.begin(ADA), "a chair", k=2)
    assert exchange.phase == "done"
    assert {card["item"]["category"] for card in exchange.cards.values()} == {"chair"}
    assert all(card["explanation"]["text"] for card in exchange.cards.values())
    assert all("path" not in medium for card in exchange.cards.values() for medium in card["item"]["media"])


def test_a_conversation_is_found_again_after_a_restart(service: Service, talks: Talks) -> None:
    talk = talks.begin(ADA)
    ask(talk, "a chair", k=2)
    talk.judge(next(iter(talk.exchanges[0].cards)), "save")
    found = Talks(service).find(ADA, talk.id)
    assert found is not talk
    assert [one.to_json() for one in found.exchanges] == [one.to_json() for one in talk.exchanges]
    assert ask(found, "in blue").answer is not None
    assert len(Talks(service).find(ADA, talk.id).exchanges) == 2


def test_nobody_else_finds_a_conversation(service: Service, talks: Talks) -> None:
    talk = talks.begin(ADA)
    ask(talk, "a lamp")
    with pytest.raises(RequestError, match="no conversation"):
        Talks(service).find(BOB, talk.id)
    with pytest.raises(RequestError, match="no conversation"):
        talks.find(BOB, talk.id)
    assert talk.id not in [one.id for one in talks.of(BOB)]
    talks.delete(BOB, talk.id)
    assert talk.id in [one.id for one in talks.of(ADA)]


def test_the_list_begins_with_the_latest_and_is_called_by_the_first_request(service: Service) -> None:
    talks, user = Talks(service), "visitor-list"
    first, second = talks.begin(user), talks.begin(user)
    ask(first, "a lamp")
    ask(second, "a chair")
    ask(first, "in blue")
    assert [(one.title, one.exchanges) for one in talks.of(user)] == [("a lamp", 2), ("a chair", 1)]
    talks.delete(user, first.id)
    assert [one.id for one in talks.of(user)] == [second.id]
    assert service.agent.workspace.store.turns(first.id) == []


def test_while_an_answer_is_made_nothing_else_is_asked_in_its_conversation(talks: Talks, held: Held) -> None:
    talk = talks.begin(ADA)
    talk.ask(VisitorWish("a chair"), "en")
    assert held.begun.wait(20)
    with pytest.raises(JobRunning):
        talk.ask(VisitorWish("a lamp"), "en")
    with pytest.raises(JobRunning):
        talk.undo()
    held.go.set()
    assert ended(talk).wish.text == "a chair"
    assert len(talk.exchanges) == 1


def test_an_opinion_given_while_an_answer_is_made_counts_after_it(talks: Talks, held: Held) -> None:
    talk = talks.begin(ADA)
    talk.ask(VisitorWish("a chair"), "en")
    assert held.begun.wait(20)
    talk.judge("3", "like")
    held.go.set()
    ended(talk)
    assert talk._conversation.state.liked == ("3",)


def test_a_stopped_answer_leaves_the_conversation_as_it_was(talks: Talks, held: Held) -> None:
    talk = talks.begin(ADA)
    talk.ask(VisitorWish("a chair"), "en")
    assert held.begun.wait(20)
    talk.stop()
    held.go.set()
    assert ended(talk).phase == "stopped"
    assert talk._conversation.turns == ()
    assert ask(talk, "a lamp").phase == "done"
    assert [one.wish.text for one in talk.exchanges] == ["a lamp"]


def test_what_is_forgotten_while_it_is_made_is_not_kept(service: Service, talks: Talks, held: Held) -> None:
    user = "visitor-forgotten"
    talk = talks.begin(user)
    talk.ask(VisitorWish("a chair"), "en")
    assert held.begun.wait(20)
    threading.Timer(0.05, held.go.set).start()
    talks.forget(user)
    assert not talk.working
    service.agent.forget_user(user)
    assert talks.of(user) == []
    assert service.agent.workspace.store.turns(talk.id) == []


def test_undo_takes_the_answer_and_the_opinions_after_it_back(service: Service, talks: Talks) -> None:
    talk = talks.begin(ADA)
    ask(talk, "a chair")
    ask(talk, "in blue")
    talk.judge("4", "like")
    said = talk.undo()
    assert said is not None
    assert said.text == "in blue"
    assert len(talk._conversation.turns) == 1
    assert len(Talks(service).find(ADA, talk.id).exchanges) == 1
    talk.undo()
    assert talk.undo() is None
    assert talk.id not in [one.id for one in talks.of(ADA)]


def test_a_failed_request_is_told_and_gives_way_to_the_next(talks: Talks) -> None:
    talk = talks.begin(CLEO)
    failed = ask(talk, "   ")
    assert failed.phase == "failed"
    assert failed.what
    assert failed.hint
    ask(talk, "a chair")
    assert [one.phase for one in talk.exchanges] == ["done"]


def test_an_answer_that_cannot_be_kept_is_shown_and_says_so(talks: Talks, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = talks.begin(ADA)

    def full(*_: object) -> None:
        raise WorkspaceError("The disk is full.", "Free some space.")

    monkeypatch.setattr(talk._service.agent.workspace.store, "put_exchange", full)
    exchange = ask(talk, "a chair")
    assert exchange.phase == "done"
    assert exchange.answer is not None
    assert "The disk is full. Free some space." in exchange.answer["notes"]


def test_must_haves_hold_until_they_go(talks: Talks) -> None:
    talk = talks.begin(ADA)
    talk.require(["price<=50"])
    assert talk.must_haves == ("price<=50",)
    assert set(ask(talk, "a lamp").cards) <= {"1", "2"}
    assert talk.must_haves == ("price<=50",)
    ask(talk, command="", without=("price<=50",))
    assert talk.must_haves == ()


def test_a_must_have_that_nothing_was_asked_with_goes_without_an_answer(talks: Talks) -> None:
    talk = talks.begin(ADA)
    talk.require(["price<=50"])
    talk.release("price<=50")
    assert talk.must_haves == ()
    assert talk.exchanges == []


def test_all_that_a_person_does_makes_other_tabs_out_of_date(service: Service, talks: Talks) -> None:
    talk = talks.begin(CLEO)
    seen = [talk.edition]
    shown = ask(talk, "a chair").cards
    seen.append(talk.edition)
    talk.judge(next(iter(shown)), "save")
    seen.append(talk.edition)
    assert len(set(seen)) == 3
    assert Talks(service).find(CLEO, talk.id).edition == talk.edition
    talk.undo()
    assert talk.edition == seen[0]


def test_nothing_is_kept_of_who_opted_out(service: Service, talks: Talks) -> None:
    user = "visitor-out"
    service.agent.opt_out(user)
    talk = talks.begin(user)
    assert ask(talk, "a chair").phase == "done"
    assert ask(talk, "in blue").phase == "done"
    assert talks.of(user) == []
    assert talks.find(user, talk.id) is talk
