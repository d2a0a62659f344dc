"""The profile page without a browser: what is known of a visitor, theirs alone, taken back, handed over, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.support.apishelf import ROWS, OpenService, word_agent
from ui.errors import problems
from ui.guard.visitors import VISITOR_COOKIE, visitor_of
from ui.page import export
from ui.page.chat.talks import Talks
from ui.page.person.page import ProfileAnswers
from ui.page.person.view import profile_html
from ui.page.shared.words import Words
from ui.service.service import Service

ADA, BOB = "ada's secret", "bob's secret"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    agent = word_agent(tmp_path / "w")
    agent.put_items(ROWS)
    opened = OpenService(agent)
    yield opened
    opened.close()


@pytest.fixture
def page(service: Service) -> ProfileAnswers:
    Talks(service)
    return ProfileAnswers(service)


def user(secret: str) -> str:
    found = visitor_of({VISITOR_COOKIE: secret})
    assert found is not None
    return found


def of(secret: str, language: str = "en") -> Any:
    return SimpleNamespace(headers={"accept-language": language}, cookies={VISITOR_COOKIE: secret})


def pressed(page: ProfileAnswers, secret: str, **said: str) -> str:
    return page.press(SimpleNamespace(**said), of(secret))  # type: ignore[arg-type]


def live(service: Service, secret: str) -> str:
    """Everything that a visitor leaves behind. Returns: the id of their conversation."""
    agent, who = service.agent, user(secret)
    agent.feedback(who, "3", "like")
    agent.feedback(who, "4", "save")
    agent.feedback(who, "2", "dislike", "no brass <b>please</b>")
    agent.feedback(who, "1", "hide")
    talk = agent.conversation(user=who)
    talk.say("a chair")
    service.uploads.keep(b"id,title\n1,Lamp\n", who, "mine.csv", {"catalog"})
    return talk.id


def test_what_is_known_is_told_in_sentences_with_the_items_they_rest_on(page: ProfileAnswers, service: Service) -> None:
    live(service, ADA)
    shown, timer = page.open(of(ADA))
    assert "You seem to like category: chair (2 of 2 items you liked)." in shown
    assert "Rests on: Red chair · Blue chair" in shown
    assert "You do not want “brass”: you said “no brass &lt;b&gt;please&lt;/b&gt;”." in shown
    for heading in ("What you liked", "What you did not like", "What you saved", "What you hid"):
        assert heading in shown
    assert "<b>" not in shown
    assert not timer.active
    assert "您似乎喜欢 类别：chair" in page.open(of(ADA, "zh-CN"))[0]


def test_somebody_new_and_somebody_without_a_cookie_are_told_so(page: ProfileAnswers) -> None:
    assert "Nothing yet" in page.open(of(ADA))[0]
    nobody = SimpleNamespace(headers={}, cookies={})
    assert 'role="alert"' in page.open(nobody)[0]  # type: ignore[arg-type]


def test_a_like_is_taken_back_and_a_hidden_item_is_shown_again(page: ProfileAnswers, service: Service) -> None:
    live(service, ADA)
    for item, kind in (("3", "like"), ("4", "save"), ("1", "hide"), ("2", "dislike")):
        assert "Taken back." in pressed(page, ADA, act="withdraw", item=item, kind=kind)
    assert "Nothing yet" in page.open(of(ADA))[0]
    assert service.agent.profile(user(ADA)).n_events == 0


def test_who_opts_out_is_told_so_and_may_come_back(page: ProfileAnswers, service: Service) -> None:
    live(service, ADA)
    assert "You have opted out" in pressed(page, ADA, act="out")
    assert service.agent.profile(user(ADA)).opted_out
    assert "You have opted out" not in pressed(page, ADA, act="back")


def test_who_is_forgotten_leaves_nothing_and_others_keep_theirs(page: ProfileAnswers, service: Service) -> None:
    talk, other = live(service, ADA), live(service, BOB)
    before = profile_html(service.agent.profile(user(BOB)), Words("en"))
    shown = pressed(page, ADA, act="forget")
    assert "Everything that was stored about you is erased." in shown
    assert "Nothing yet" in shown
    export = service.agent.export_user(user(ADA))
    assert (export["n_events"], export["conversations"], export["rows"]) == (0, [], {})
    assert service.agent.workspace.store.turns(talk) == []
    assert service.agent.workspace.store.turns(other) != []
    assert service.uploads.forget(user(ADA)) == 0
    assert service.uploads.forget(user(BOB)) == 1
    assert profile_html(service.agent.profile(user(BOB)), Words("en")) == before
    traces = [
        path for path in service.workspace.rglob("*") if path.is_file() and user(ADA).encode() in path.read_bytes()
    ]
    assert traces == []


def test_buttons_that_do_not_exist_and_words_that_are_wrong_change_nothing(
    page: ProfileAnswers, service: Service
) -> None:
    live(service, ADA)
    kept = service.agent.profile(user(ADA)).n_events
    assert "What is known about you" in pressed(page, ADA, act="nonsense")
    assert "There is no feedback of the kind" in pressed(page, ADA, act="withdraw", item="3", kind="adore")
    assert service.agent.profile(user(ADA)).n_events == kept


def test_each_browser_is_handed_its_own_export_and_nobody_elses(service: Service) -> None:
    live(service, ADA)
    app = FastAPI()
    app.state.service = service
    problems.install(app)
    app.include_router(export.router)
    answers = {
        secret: TestClient(app, cookies={VISITOR_COOKIE: secret}).get("/page/profile.json") for secret in (ADA, BOB)
    }
    assert {secret: answer.json()["n_events"] for secret, answer in answers.items()} == {ADA: 4, BOB: 0}
    assert "attachment" in answers[ADA].headers["content-disposition"]
    assert answers[ADA].headers["cache-control"] == "no-store"
    assert TestClient(app).get("/page/profile.json").status_code == 403
