"""What people do on the chat page, by the names that they see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


class Chat:
    """The chat page in one tab, in English."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.get_by_role("textbox", name="Your request")
        self.cards = page.get_by_role("article")
        self.turns = page.get_by_role("region", name="Request ")

    def ask(self, text: str) -> Locator:
        """Ask in words. Returns: the new turn, when its answer is whole."""
        from playwright.sync_api import expect

        self.begin(text)
        expect(self.turns.last).to_contain_text(text)
        return self.answered()

    def begin(self, text: str) -> None:
        """Ask in words, and wait for nothing."""
        self.box.fill(text)
        self.box.press("Enter")

    def show(self, *files: Path) -> Locator:
        """Ask with files alone. Returns: the new turn, when its answer is whole."""
        self.attach(*files)
        self.press("Send")
        return self.answered()

    def attach(self, *files: Path) -> None:
        """Put files into the box, and wait until they are there."""
        from playwright.sync_api import expect

        self.choose(*files)
        expect(self.page.get_by_role("button", name="Take the file away")).to_have_count(len(files))

    def choose(self, *files: Path) -> None:
        """Choose files for the box."""
        with self.page.expect_file_chooser() as choosing:
            self.page.get_by_role("button", name="Add pictures").click()
        choosing.value.set_files([str(file) for file in files])

    def answered(self) -> Locator:
        """Wait for the end of the answer that is being made. Returns: its turn."""
        from playwright.sync_api import expect

        last = self.turns.last
        expect(last.get_by_role("button", name="Undo")).to_be_visible()
        return last

    @property
    def address(self) -> str:
        """Of the conversation that is shown."""
        self.page.wait_for_url(re.compile(r"\?c="))
        return self.page.url

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def card(self, title: str) -> Locator:
        """The latest card of an item."""
        return self.page.get_by_role("article", name=title).last
