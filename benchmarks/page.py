"""The page as a person sees it: a Chromium asks in words, and takes the time until something is drawn."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

# Times are taken inside the page, from the key press to what is in the document after it.
_WATCH = """() => {
  const turns = () => document.querySelectorAll('section[aria-label^="Request "]');
  let asked = 0, before = 0;
  window.drawn = {};
  addEventListener('keydown', event => {
    if (event.key === 'Enter') { asked = performance.now(); before = turns().length; window.drawn = {}; }
  }, true);
  new MutationObserver(() => {
    const found = turns();
    if (!asked || found.length <= before) return;
    const last = found[found.length - 1], now = (performance.now() - asked) / 1000;
    window.drawn.step ??= now;
    if (last.querySelector('article, [role=article]')) window.drawn.card ??= now;
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""
_PATIENCE_MS = 120_000


def chromium() -> str | None:
    """The program of a Chromium of this machine, where Playwright is there to drive it."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return None
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def drawn_s(program: str, url: str, texts: Sequence[str]) -> list[tuple[float, float]]:
    """Seconds until a first step and until a first card are drawn, for each request, asked one after another."""
    from playwright.sync_api import sync_playwright

    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        page = browser.new_context(locale="en-US").new_page()
        page.set_default_timeout(_PATIENCE_MS)
        page.goto(url)
        box = page.get_by_role("textbox", name="Your request")
        box.wait_for()
        page.evaluate(_WATCH)
        for text in texts:
            box.fill(text)
            box.press("Enter")
            page.wait_for_function("window.drawn.card")
            page.get_by_role("region", name="Request ").last.get_by_role("button", name="Undo").wait_for()
            times = page.evaluate("window.drawn")
            seconds.append((float(times["step"]), float(times["card"])))
        browser.close()
    return seconds
