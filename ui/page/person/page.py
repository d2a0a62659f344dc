"""The profile page: what is known about the person who looks at it, to be changed, handed over and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from agent.errors import TastemakerError
from ui.errors.refusals import Forbidden
from ui.guard.visitors import visitor_of
from ui.page.person.view import profile_html
from ui.page.shared.frame import panel
from ui.page.shared.job_panel import POLL_S, PRIVATE, starting
from ui.page.shared.job_view import failure_html, line_html
from ui.page.shared.words import Words

if TYPE_CHECKING:
    from ui.service.service import Service


def profile_page(service: Service) -> None:
    """Lay the page out, and have it answer."""
    page = ProfileAnswers(service)
    shown = panel("profile")
    timer = gr.Timer(POLL_S, active=False)
    gr.on(None, page.open, None, [shown, timer], **PRIVATE)
    timer.tick(page.open, None, [shown, timer], **PRIVATE)
    shown.click(page.press, None, [shown], **PRIVATE)


class ProfileAnswers:
    """What becomes of looking, taking back, opting out and being forgotten."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def open(self, request: gr.Request) -> tuple[str, gr.Timer]:
        """The page as it is now; while models are loaded, that it is to be looked at again."""
        if starting(self._service):
            words = Words.of(request)
            return line_html(words("profile.wait"), words), gr.Timer(active=True)
        return self._shown("", request), gr.Timer(active=False)

    def press(self, event: gr.EventData, request: gr.Request) -> str:
        """Do what a button says, and show what is known then."""
        try:
            pressed = {name: str(getattr(event, name, "")) for name in ("act", "item", "kind")}
            notice = self._do(self._user(request), pressed, Words.of(request))
        except TastemakerError as error:
            return failure_html(error, Words.of(request))
        return self._shown(notice, request)

    def _do(self, user: str, pressed: dict[str, str], words: Words) -> str:
        """What was done, in words.

        Raises:
            TastemakerError: it could not be done.
        """
        act = pressed["act"]
        if act == "withdraw":
            self._service.allowance.take(user)  # all have to be learned from anew
            self._service.run(lambda agent: agent.withdraw(user, pressed["item"], pressed["kind"]))
        elif act in ("out", "back"):
            self._service.run(lambda agent: agent.opt_out(user, act == "out"))
        elif act == "forget":
            self._service.run(lambda agent: agent.forget_user(user))
        return words(f"profile.done_{act}") if act in ("withdraw", "out", "back", "forget") else ""

    def _shown(self, notice: str, request: gr.Request) -> str:
        words = Words.of(request)
        try:
            profile = self._service.agent.profile(self._user(request))
        except TastemakerError as error:
            return failure_html(error, words)
        return profile_html(profile, words, notice)

    def _user(self, request: gr.Request) -> str:
        user = visitor_of(request.cookies)
        if user is None:
            words = Words.of(request)
            raise Forbidden(words("chat.no_cookie"), words("chat.no_cookie_hint"))
        return user
