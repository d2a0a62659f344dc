"""Each thing that a person can do on the chat page, and what of the page is new after it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from agent.answers import StateView
from tests.support.apishelf import OpenService
from ui.guard.visitors import VISITOR_COOKIE, visitor_of
from ui.page.chat.handlers import EMPTY_BOX, Acts
from ui.page.chat.talk import Talk
from ui.page.chat.talks import Talks
from ui.page.chat.view import NOWHERE, Caller, ChatView, Shown
from ui.page.shared.reader import Reader
from ui.page.shared.words import Words
from ui.service.jobs import BackgroundJob

SECRET = "ada's secret"
UNCHANGED = {"__type__": "update"}


def request(language: str = "en", secret: str = SECRET) -> Any:
    cookies = {VISITOR_COOKIE: secret} if secret else {}
    return SimpleNamespace(headers={"accept-language": language}, cookies=cookies, client=None)


class Tab:
    """The chat page in one tab of one browser."""

    def __init__(self, chat: ChatView, language: str = "en", secret: str = SECRET) -> None:
        self.acts = Acts(chat)
        self.request = request(language, secret)
        self.where: dict[str, Any] = dict(NOWHERE)

    def press(self, act: str, **data: object) -> Shown:
        return self._after(self.acts.press(self.where, 2, 0.5, self.request, {"act": act, **data}))

    def send(self, text: str, *files: str) -> Shown:
        return self._after(self.acts.send({"text": text, "files": [*files]}, self.where, 2, 0.5, self.request))

    def arrive(self, talk: str = "") -> Shown:
        return self._after(self.acts.arrive(talk, self.request))

    def look(self) -> Shown:
        return self._after(self.acts.look(self.where, self.request))

    def _after(self, steps: AsyncIterator[Shown]) -> Shown:
        """The last of what is shown."""

        async def last() -> Shown:
            return [step async for step in steps][-1]

        made = asyncio.run(last())
        self.where = made[4] if made[4] != UNCHANGED else self.where
        return made


@pytest.fixture
def chat(shop: OpenService) -> Iterator[ChatView]:
    made = ChatView(shop, Talks(shop))
    yield made
    user = visitor_of({VISITOR_COOKIE: SECRET}) or ""
    made.talks.forget(user)
    shop.agent.forget_user(user)


@pytest.fixture
def tab(chat: ChatView) -> Tab:
    return Tab(chat)


def talk_of(chat: ChatView, tab: Tab) -> Talk:
    return chat.talks.find(visitor_of({VISITOR_COOKIE: SECRET}) or "", tab.where["talk"])


def test_what_is_sent_is_answered_and_the_box_is_empty(tab: Tab, chat: ChatView) -> None:
    _, present, *_ = tab.send("a chair")
    assert present.count("<article") == 2
    assert talk_of(chat, tab).exchanges[0].wish.diversity == 0.5
    assert EMPTY_BOX in asyncio.run(collected(tab.acts.send({"text": "in blue"}, tab.where, 2, 0.5, tab.request)))


async def collected(steps: AsyncIterator[Shown]) -> list[Any]:
    return [part async for step in steps for part in step]


def test_a_press_that_means_nothing_changes_nothing(tab: Tab) -> None:
    for act in ("", "nonsense", "_chat", "arrive"):
        assert tab.press(act) == (UNCHANGED,) * 6


def test_who_keeps_no_cookie_is_told_so_whatever_they_do(chat: ChatView) -> None:
    nobody = Tab(chat, secret="")
    for shown in (nobody.arrive(), nobody.send("a chair"), nobody.press("undo"), nobody.press("new")):
        assert "This browser sends no cookie" in shown[0]
        assert shown[4] == NOWHERE


@pytest.mark.parametrize("act", ["like", "save", "reject", "stop", "undo", "edit", "retry", "others", "relax"])
def test_a_button_of_a_conversation_that_is_gone_says_so(tab: Tab, act: str) -> None:
    assert "The conversation is not there any more. Begin a new one." in tab.press(act)[2]


def test_another_tab_is_shown_how_things_stand_before_it_changes_anything(tab: Tab, chat: ChatView) -> None:
    tab.send("a chair")
    other = Tab(chat)
    other.arrive(tab.where["talk"])
    tab.send("in blue")
    _, present, chips, *_ = other.send("in red")
    assert "went on in another tab" in chips
    assert "in blue" in present
    assert [exchange.wish.text for exchange in talk_of(chat, tab).exchanges] == ["a chair", "in blue"]
    other.send("in red")
    assert len(talk_of(chat, tab).exchanges) == 3


def test_a_like_is_kept_and_asks_for_more_of_it(tab: Tab, chat: ChatView) -> None:
    tab.send("a chair")
    _, present, *_ = tab.press("like", item="3", title="Red chair")
    assert "More like “Red chair”" in present
    assert talk_of(chat, tab).exchanges[0].marks == {"3": "like"}
    assert talk_of(chat, tab).exchanges[1].wish.command == "more like this one"


def test_a_judgement_asks_for_nothing(tab: Tab, chat: ChatView) -> None:
    tab.send("a chair")
    tab.press("save", item="3")
    tab.press("reject", item="4", reason="too blue")
    (exchange,) = talk_of(chat, tab).exchanges
    assert exchange.marks == {"3": "save", "4": "dislike"}
    assert "no item" in tab.press("save", item="none")[2]


def test_a_request_is_put_back_into_the_box_with_its_filters_beside_it(tab: Tab, chat: ChatView) -> None:
    tab.press("filter", field="price", comparison="<=", value="90")
    tab.send("a chair")
    shown = tab.press("edit")
    assert shown[5] == {"text": "a chair", "files": []}
    assert "price ≤ 90" in shown[2]
    assert talk_of(chat, tab).pending == ("price<=90",)


def test_a_request_is_asked_again_with_the_settings_of_now(tab: Tab, chat: ChatView) -> None:
    tab.send("a chair")
    steps = tab.acts.press(tab.where, 1, 0.9, tab.request, {"act": "retry"})
    shown = tab._after(steps)
    (exchange,) = talk_of(chat, tab).exchanges
    assert (exchange.wish.text, exchange.wish.k, exchange.wish.diversity) == ("a chair", 1, 0.9)
    assert shown[1].count("<article") == 1


def test_a_filter_waits_for_the_first_request_and_asks_anew_after_it(tab: Tab, chat: ChatView) -> None:
    shown = tab.press("filter", field="category", comparison="=", value="chair")
    assert "category: chair" in shown[2]
    assert shown[1] == ""
    tab.send("a thing")
    shown = tab.press("filter", field="price", comparison="<=", value="90")
    assert "Only price ≤ 90" in shown[1]
    assert talk_of(chat, tab).must_haves == ("category=chair", "price<=90")
    shown = tab.press("unfilter", filter="price<=90")
    assert "Without price ≤ 90" in shown[1]
    assert talk_of(chat, tab).must_haves == ("category=chair",)


@pytest.mark.parametrize(
    ("field", "value"), [("maker", "x"), ("price", "cheap"), ('pr"ice', "1"), ("", ""), ("price", "")]
)
def test_a_filter_that_cannot_be_is_told(tab: Tab, field: str, value: str) -> None:
    shown = tab.press("filter", field=field, comparison="=", value=value)
    assert 'role="alert"' in shown[2]
    assert shown[4] == NOWHERE


def test_a_value_with_commas_or_quotes_is_one_value(tab: Tab) -> None:
    shown = tab.press("filter", field="category", comparison="=", value='brass, "old"')
    assert "No item has &#39;brass, &#34;old&#34;&#39; as &#39;category&#39;" in shown[2]


@pytest.mark.parametrize("n", ["9", "-1", "first", ""])
def test_what_is_not_offered_any_more_cannot_be_chosen(tab: Tab, n: str) -> None:
    assert "That is not offered any more." in tab.press("example", n=n)[2]
    tab.send("a chair under 1")
    assert "That is not offered any more." in tab.press("relax", n=n)[2]


def test_a_must_have_can_be_given_up_where_nothing_meets_them_all(tab: Tab, chat: ChatView) -> None:
    tab.send("a chair under 1")
    shown = tab.press("relax", n="0")
    assert shown[1].count("<article") > 0
    assert talk_of(chat, tab).exchanges[-1].wish.without == ("price<1",)


def test_an_example_is_asked_as_if_it_was_written(tab: Tab, chat: ChatView) -> None:
    offered = chat.offer(Reader(Words("en"))).examples
    tab.press("example", n="0")
    assert talk_of(chat, tab).exchanges[0].wish.text == offered[0].text


def test_a_first_visit_begins_with_one_of_the_goods(tab: Tab, chat: ChatView) -> None:
    tab.press("begin", title="Harbour lamp")
    (exchange,) = talk_of(chat, tab).exchanges
    assert exchange.wish.text == "Harbour lamp"


def test_conversations_are_opened_left_and_erased(tab: Tab, chat: ChatView) -> None:
    tab.send("a chair")
    first = tab.where["talk"]
    assert tab.press("new")[4] == NOWHERE
    tab.send("a lamp")
    second = tab.where["talk"]
    assert tab.press("delete", id=first)[4]["talk"] == second  # another one: this one stays
    assert tab.press("open", id=second)[4]["talk"] == second
    assert tab.press("delete", id=second)[4] == NOWHERE
    assert "You have no conversation" in tab.press("open", id=first)[2]


def test_a_conversation_of_another_visitor_is_none(tab: Tab, chat: ChatView) -> None:
    tab.send("a chair")
    other = Tab(chat, secret="bob's secret")
    assert "items are waiting" in other.arrive(tab.where["talk"])[0]
    assert "You have no conversation" in other.press("open", id=tab.where["talk"])[2]


def test_a_tab_in_which_something_is_said_is_not_drawn_anew_while_the_server_works(tab: Tab) -> None:
    assert "items are waiting" in tab.look()[0]
    tab.send("a chair")
    assert tab.look() == (UNCHANGED,) * 6


def test_what_a_tab_shows_before_anything_is_said_does_not_take_the_place_of_an_answer(
    tab: Tab, chat: ChatView, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = chat.show

    def show_late(caller: Caller, talk: Talk | None, *more: Any) -> Shown:
        if talk is None:  # while the sheet is made, somebody speaks in the same tab
            monkeypatch.setattr(chat, "show", shown)
            Tab(chat).send("a chair")
        return shown(caller, talk, *more)

    monkeypatch.setattr(chat, "show", show_late)
    assert tab.look() == (UNCHANGED,) * 6
    assert "items are waiting" in tab.look()[0]  # another tab's conversation keeps nobody from seeing it


def test_a_demo_is_not_begun_while_other_work_runs(tab: Tab, chat: ChatView, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(chat.service.jobs, "_job", BackgroundJob("tuning", lambda _: gate.wait(20)))
    assert "Another job (tuning) is running." in tab.press("demo")[2]
    gate.set()


def test_what_is_told_is_told_in_the_readers_language(chat: ChatView) -> None:
    chinese = Tab(chat, "zh-CN")
    assert "用文字、图片或声音来找" in chinese.arrive()[0]
    assert "需求是空的。" in chinese.send(" ")[2]


def test_what_may_be_meant_is_said_by_a_press(tab: Tab, chat: ChatView) -> None:
    _, present, *_ = tab.send("asdf qwer zxcv")
    choices = talk_of(chat, tab).exchanges[0].answer
    assert choices is not None
    said = choices["choices"][-1]
    assert f'data-act="choose" data-n="{len(choices["choices"]) - 1}">{said}<' in present
    tab.press("choose", n=len(choices["choices"]) - 1)
    assert [exchange.wish.text for exchange in talk_of(chat, tab).exchanges] == ["asdf qwer zxcv", said]
    assert "not offered any more" in tab.press("choose", n=9)[2]


def test_each_part_of_what_was_understood_goes_by_its_chip(tab: Tab, chat: ChatView) -> None:
    _, _, chips, *_ = tab.send("the cheapest chair, not red")
    assert [part in chips for part in ("looking for: chair", "no red", "price: lowest first")] == [True] * 3
    _, present, chips, *_ = tab.press("unfilter", filter="red", said="no red")
    assert "Without no red" in present
    assert "no red" not in chips
    assert talk_of(chat, tab).understood.kind == "chair"
    tab.press("unfilter", filter="price asc", said="price: lowest first")
    _, present, chips, *_ = tab.press("unfilter", filter="chair", said="looking for: chair")
    assert talk_of(chat, tab).understood == StateView(refers=())
    assert "is forgotten: what are you looking for?" in present
