"""What the overview shows, as HTML: made without a browser."""

from __future__ import annotations

from ui.page.shared.templating import html
from ui.page.shared.words import Words
from ui.service.overview import DAYS, MOST_LINES, Overview


def overview_html(seen: Overview, words: Words) -> str:
    """All of it but the rules."""
    lists: dict[str, list[tuple[str, int | None]]] = {
        "asked": [(wish.text, wish.n) for wish in seen.wishes],
        "in_vain": [(wish.text, wish.in_vain) for wish in seen.in_vain],
        "shown": [(item.title, item.n) for item in seen.shown],
        "never": [(item.title, None) for item in seen.never],
    }
    totals = {name: sum(getattr(day, name) for day in seen.days) for name in ("wishes", "clicks", "saves")}
    return html(
        "overview",
        words,
        days=seen.days,
        most=max([1, *(day.wishes for day in seen.days)]),
        totals={**totals, "people": seen.n_people},
        n_days=DAYS,
        sections=[(name, rows[:MOST_LINES], max(0, len(rows) - MOST_LINES)) for name, rows in lists.items()],
    )
