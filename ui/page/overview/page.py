"""The overview: what visitors ask, find and do, and the rules by which the shop answers that. For the operator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import gradio as gr

from agent.errors import TastemakerError
from ui.page.overview.view import overview_html
from ui.page.shared.frame import panel
from ui.page.shared.job_panel import POLL_S, PRIVATE, starting
from ui.page.shared.job_view import failure_html, line_html
from ui.page.shared.words import Words, label
from ui.service.overview import overview

if TYPE_CHECKING:
    from agent.recommender import RecommendationAgent
    from ui.service.service import Service


def overview_page(service: Service) -> None:
    """Lay the page out, and have it answer."""
    answers = OverviewAnswers(service)
    with gr.Column(elem_classes="tm-page"):
        gr.Markdown(label("overview.h1"))
        seen = panel("overview")
        gr.Markdown(label("rules.h2"))
        gr.Markdown(label("rules.help"))
        notice = panel("rules-told")
        rules = gr.Textbox(label=label("rules.label"), lines=8, max_lines=30, elem_classes="tm-code")
        gr.Button(label("rules.save"), variant="primary").click(answers.save, [rules], [notice, rules], **PRIVATE)
    timer = gr.Timer(POLL_S, active=False)
    gr.on(None, answers.open, None, [seen, rules, timer], **PRIVATE)
    timer.tick(answers.open, None, [seen, rules, timer], **PRIVATE)


class OverviewAnswers:
    """What becomes of looking, and of setting rules."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def open(self, request: gr.Request) -> list[Any]:
        """The page as it is now; while models are loaded, that it is to be looked at again."""
        words = Words.of(request)
        if starting(self._service):
            return [line_html(words("profile.wait"), words), gr.skip(), gr.Timer(active=True)]
        try:
            shown, rules = self._service.run(lambda agent: (_seen(agent, words), _rules(agent)))
        except TastemakerError as error:
            return [failure_html(error, words), gr.skip(), gr.Timer(active=False)]
        return [shown, rules, gr.Timer(active=False)]

    def save(self, rules: str, request: gr.Request) -> list[Any]:
        """Keep the rules that stand in the box, and no others."""
        from agent.rules import rules_from_yaml

        words = Words.of(request)

        def change(agent: RecommendationAgent) -> str:
            agent.set_rules(rules_from_yaml(rules or "", agent.pipeline.schema))
            return _rules(agent)

        try:
            spelled = self._service.run(change)
        except TastemakerError as error:
            return [failure_html(error, words), gr.skip()]
        return [line_html(words("rules.saved"), words), spelled]


def _seen(agent: RecommendationAgent, words: Words) -> str:
    today = datetime.now(UTC).date()
    return overview_html(overview(agent.workspace.store, agent.pipeline.snapshot.items, today), words)


def _rules(agent: RecommendationAgent) -> str:
    from agent.rules import as_yaml

    return as_yaml(agent.rules) if agent.rules else ""
