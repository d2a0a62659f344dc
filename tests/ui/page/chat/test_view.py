"""The chat as a visitor sees it: what a tab shows, before there is anything to show and after."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.config import load_config
from agent.errors import RequestError
from retrieval.snapshot import Snapshot
from tests.support.apishelf import OpenService, word_agent
from tests.support.made_media import encoded, photo
from tests.support.patience import PATIENCE_S
from ui.errors.refusals import Forbidden, NotReady
from ui.guard.doors import OPERATOR
from ui.guard.visitors import VISITOR_COOKIE
from ui.page.chat import view
from ui.page.chat.examples import ExampleRequest, examples
from ui.page.chat.exchange import VisitorWish
from ui.page.chat.talk import Talk
from ui.page.chat.talks import Talks
from ui.page.chat.view import NOWHERE, Caller, ChatView, Shown
from ui.page.shared.reader import Reader
from ui.page.shared.words import Words
from ui.service.service import Service, Status


def request(language: str = "en", **cookies: str) -> Any:
    return SimpleNamespace(headers={"accept-language": language}, cookies=cookies, client=None)


def asked(chat: ChatView, caller: Caller, text: str, notice: str = "", box: Any = None) -> tuple[Talk, list[Shown]]:
    """A talk, and all that a tab shows from before the answer is made until it is there."""
    talk, seen = chat.talks.begin(caller.user), threading.Event()

    def prepare(wish: VisitorWish) -> VisitorWish:
        assert seen.wait(PATIENCE_S)
        return wish

    async def followed() -> list[Shown]:
        steps: list[Shown] = []
        async for step in chat.followed(caller, talk, notice, box):
            steps.append(step)  # the answer goes on once the first step is seen
            seen.set()
        return steps

    talk.ask(VisitorWish(text, k=2), "en", prepare)
    return talk, asyncio.run(followed())


@pytest.fixture
def chat(shop: OpenService) -> ChatView:
    return ChatView(shop, Talks(shop))


@pytest.fixture
def ada(shop: OpenService) -> Iterator[Caller]:
    caller = Caller.of(request(**{VISITOR_COOKIE: "ada's secret"}))
    yield caller
    shop.agent.forget_user(caller.user)
    shop.uploads.forget(caller.user)


@pytest.fixture
def unopened(tmp_path: Path) -> Iterator[ChatView]:
    """The chat of a server that has only just begun."""
    service = Service(tmp_path / "workspace", load_config(llm="none"))
    yield ChatView(service, Talks(service))
    service.close()


def test_who_keeps_no_cookie_is_told_so_in_their_language() -> None:
    with pytest.raises(Forbidden, match="This browser sends no cookie"):
        Caller.of(request())
    with pytest.raises(Forbidden, match="浏览器没有发送"):
        Caller.of(request("zh-CN"))


def test_the_first_sight_is_a_welcome_with_examples_of_the_catalog(chat: ChatView, ada: Caller) -> None:
    past, present, chips, history, where, _ = chat.show(ada, None)
    assert "5 items are waiting" in past
    assert 'data-act="example"' in past
    assert present == ""
    assert 'name="field"' in chips
    assert "Nothing yet" in history
    assert where == NOWHERE


def test_examples_are_made_once_for_each_state_of_the_catalog(
    chat: ChatView, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(snapshot: Snapshot, reader: Reader) -> list[ExampleRequest]:
        made.append(reader.words.language)
        return examples(snapshot, reader)

    monkeypatch.setattr(view, "examples", counted)
    for words in (ada.words, Words("zh"), ada.words):
        chat.past(Caller(ada.user, words), None)
    assert made == ["en", "zh"]
    chat.service.agent.reread()
    chat.past(ada, None)
    assert made == ["en", "zh", "en"]


def test_while_models_load_the_items_are_not_read(unopened: ChatView, ada: Caller) -> None:
    past, present, chips, history, where, _ = unopened.show(ada, None, "Wait.")
    assert "You can write already" in past
    assert (present, where) == ("", NOWHERE)
    assert 'name="field"' not in chips
    assert "Wait." in chips
    assert "Nothing yet" in history
    assert unopened.busy


def test_a_conversation_that_cannot_be_read_yet_is_looked_for_again(unopened: ChatView, ada: Caller) -> None:
    assert 'data-talk="a1b2"' in unopened.past(ada, None, sought="a1b2")
    with pytest.raises(NotReady):
        unopened.talk(ada, {"talk": "a1b2"})
    assert unopened.talk(ada, {}) is None


def test_why_nothing_can_be_opened_is_told_with_what_to_do(chat: ChatView, ada: Caller) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chat.service, "_status", Status("failed", "The disk <b>broke</b>.", "Mend it."))
        past = chat.past(replace(ada, role=OPERATOR), None)
        for_visitors = chat.past(ada, None)
    assert "The catalog cannot be opened" in past
    assert "The disk &lt;b&gt;broke&lt;/b&gt;. Mend it." in past
    assert "disk" not in for_visitors
    assert "Please come back later." in for_visitors


def test_an_empty_box_is_no_request(chat: ChatView, ada: Caller) -> None:
    for box in ({}, {"text": None, "files": None}, {"text": "  ", "files": []}):
        with pytest.raises(RequestError, match="The request is empty"):
            chat.wish(box, ada, 3, 0.5)


def test_a_box_becomes_a_request_and_goes_back_into_the_box(chat: ChatView, ada: Caller) -> None:
    picture = chat.service.uploads.keep(encoded(photo(), "PNG"), ada.user, "a.png")
    wish = chat.wish({"text": " a chair ", "files": [str(picture.path)]}, ada, 4.0, 0.25)
    assert (wish.text, wish.k, wish.diversity, wish.sent[0].kind) == ("a chair", 4, 0.25, "picture")
    assert chat.box(ada, wish) == {"text": "a chair", "files": [str(picture.path)]}
    chat.service.uploads.drop(picture)
    assert chat.box(ada, wish) == {"text": "a chair", "files": []}


def test_pictures_of_a_request_are_made_small_before_it_is_shown(chat: ChatView, ada: Caller) -> None:
    picture = chat.service.uploads.keep(encoded(photo(600, 400), "PNG"), ada.user, "a.png")
    wish = chat.prepare(chat.wish({"files": [str(picture.path)]}, ada, 3, 0.5))
    assert wish.sent[0].thumbnail.startswith("data:image/webp;base64,")


def test_a_talk_is_shown_while_it_is_made_and_once_more_when_it_is_there(chat: ChatView, ada: Caller) -> None:
    talk, (first, *_, last) = asked(chat, ada, "a chair", "Look here.", {"text": "", "files": []})
    assert "Look here." in first[2]
    assert first[5] == {"text": "", "files": []}
    assert last[1].count("<article") == 2
    assert last[4] == chat.where(talk) == {"talk": talk.id, "edition": talk.edition}
    assert chat.talk(ada, last[4]) is talk
    assert f'data-id="{talk.id}" aria-current="true"' in last[3]


def test_what_could_not_be_answered_stands_in_the_box_again(chat: ChatView, ada: Caller) -> None:
    talk, (*_, last) = asked(chat, ada, "   ")
    assert talk.exchanges[-1].phase == "failed"
    assert last[5] == {"text": "   ", "files": []}


def test_requests_are_taken_once_the_workspace_is_open_and_holds_something(
    chat: ChatView, unopened: ChatView, ada: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(chat.opened(ada))
    monkeypatch.setattr(view, "START_S", 0.05)
    with pytest.raises(NotReady, match="not loaded yet"):
        asyncio.run(unopened.opened(ada))
    with word_agent(tmp_path / "empty") as agent:
        empty = OpenService(agent)
        with pytest.raises(NotReady, match="There is no catalog yet"):
            asyncio.run(ChatView(empty, Talks(empty)).opened(ada))
        empty.uploads.close()
