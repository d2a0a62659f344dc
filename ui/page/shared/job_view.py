"""How long work stands, as HTML."""

from __future__ import annotations

from agent.errors import TastemakerError
from agent.language.messages import in_language
from ui.page.shared.templating import html
from ui.page.shared.words import Words, sentences
from ui.service.jobs import JobState


def job_html(state: JobState | None, words: Words) -> str:
    """A job with its progress or its end; empty where there is none."""
    if state is None:
        return ""
    left = None if state.left_s is None else duration(state.left_s, words)
    name = words(f"job.{state.name}") if f"job.{state.name}" in sentences() else state.name
    what, hint = in_language((state.what, state.hint), words.language)
    shown = {"name": name, "stage": stage_of(state, words), "left": left, "what": what, "hint": hint}
    return html("job", words, job=state, **shown)


def failure_html(error: TastemakerError, words: Words) -> str:
    """An error of ours."""
    what, hint = in_language((error.what, error.hint), words.language)
    return html("failure", words, what=what, hint=hint)


def line_html(text: str, words: Words) -> str:
    """A sentence, whatever it quotes."""
    return html("line", words, text=text)


def stage_of(state: JobState, words: Words) -> str:
    """What a job is doing, in the reader's language where we have words for it."""
    key = f"stage.{state.stage}"
    return words(key) if key in sentences() else state.stage or words("stage.beginning")


def duration(seconds: float, words: Words) -> str:
    """Roughly how long, as a person would say it."""
    if seconds < 90:
        return words("job.seconds", n=max(1, round(seconds)))
    if seconds < 90 * 60:
        return words("job.minutes", n=round(seconds / 60))
    return words("job.hours", n=round(seconds / 3600))
