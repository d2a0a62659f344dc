"""People at a browser: a Chromium, visitors who share nothing, and what no page may ever do to them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from filelock import FileLock

from tests.support.browser import NoBrowser, chromium
from tests.support.patience import PATIENCE_S

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PATIENCE_MS = PATIENCE_S * 1_000
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# what Gradio says in the console when a page is left whose stream of events is open, or that still fetches its parts
LEAVING = ("AbortError: signal is aborted", "TypeError: Failed to fetch", "Unexpected error Connection errored out")
not_run = pytest.StashKey[str]()
NOT_RUN = "browser tests not run"  # what a process that runs tests tells the one that began it


@pytest.fixture(scope="session")
def chromium_program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program file of a Chromium. Without one, people are told at the end of the run; in CI that is a failure."""
    try:
        with FileLock(tmp_path_factory.getbasetemp().parent / "chromium.lock"):
            return chromium()
    except NoBrowser as error:
        request.config.stash[not_run] = str(error)
        if hasattr(request.config, "workeroutput"):
            request.config.workeroutput[NOT_RUN] = str(error)
        if os.environ.get("CI"):
            pytest.fail(f"no Chromium for the browser tests: {error}", pytrace=False)
        pytest.skip("no Chromium")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a process that ran tests has to tell."""
    if why := getattr(node, "workeroutput", {}).get(NOT_RUN):
        node.config.stash[not_run] = why


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say aloud that the pages were not tried, and how to have them tried."""
    if why := config.stash.get(not_run, None):
        terminalreporter.section("BROWSER TESTS NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(f"There is no Chromium here and none could be installed ({why}).", red=True)
        terminalreporter.line("Install one, or name one in the environment variable CHROMIUM, and run again.", red=True)


# Playwright keeps an event loop running in this thread: it ends with each module, so that other tests may have theirs.
@pytest.fixture(scope="module")
def browser(chromium_program: Path) -> Iterator[Browser]:
    """A Chromium at work."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_program, timeout=PATIENCE_MS)
        yield running
        running.close()


class Visitor:
    """A person with a browser of their own: cookies, language, colours, a screen.

    What goes wrong in it is kept in `complaints`: requests to other hosts, and errors in the console.
    """

    def __init__(self, browser: Browser, home: str, settings: dict[str, Any]) -> None:
        self.home = home
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(base_url=home, **{"viewport": DESKTOP, **settings})
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("request", lambda request: self._note_host(request.url))
        self.context.on("console", self._note_error)
        self.context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))

    def open(self, path: str = "/") -> Page:
        """A tab with a page of the server in it."""
        page = self.context.new_page()
        page.on("websocket", lambda socket: self._note_host(socket.url))
        page.goto(path)
        return page

    def _note_host(self, url: str) -> None:
        other, here = urlsplit(url), urlsplit(self.home)
        if other.scheme not in ("data", "blob", "about") and other.netloc != here.netloc:
            self.complaints.append(f"asks another host: {url}")

    def _note_error(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(LEAVING):
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Let a new person come: `visit(home, locale="zh-CN", color_scheme="dark", viewport=PHONE)`.

    When the test is over, nobody may have a complaint that the test did not take back.
    """
    visitors: list[Visitor] = []

    def come(home: str, **settings: Any) -> Visitor:
        visitors.append(Visitor(browser, home, settings))
        return visitors[-1]

    yield come
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.context.close()
    assert complaints == []
