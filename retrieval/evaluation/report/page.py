"""The report as one HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from retrieval.evaluation.metrics import label
from retrieval.evaluation.report.plots import figure_svg
from retrieval.evaluation.report.text import interval, summary
from retrieval.evaluation.results import Evaluation, TaskResult

TEMPLATE = Path(__file__).with_name("page.html.j2")

MEANINGS: Mapping[str, str] = {
    "nDCG": "gain of the list, discounted by rank, as a share of the best possible list's",
    "HR": "share of requests with a relevant item in the list",
    "recall": "share of the relevant items that the list shows",
    "precision": "share of the list that is relevant",
    "F1": "harmonic mean of precision and recall",
    "accuracy": "share of all candidates rightly shown or rightly left out; near 1 for any list",
    "MRR": "1 / rank of the first relevant item, whole ranking",
    "MAP": "mean precision at the relevant items, whole ranking",
    "AUC": "share of pairs of a relevant and another item in the right order; 0.5 is chance",
    "diversity": "mean distance (1 - cosine) of two items of a list",
    "novelty": "bits of surprise: the fewer people know the items, the more",
    "popularity lift": "by how much the list is more popular than what the person liked; 0 is faithful",
    "miscalibration": "how far the list's categories stray from the history's; 0 is best",
    "coverage": "share of the catalog that at least one list shows",
}


def page(evaluation: Evaluation) -> str:
    """The page: protocol, plots and all figures of every task."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    k = evaluation.rules.k
    return template.render(
        evaluation=evaluation,
        tasks=[
            {
                "result": task,
                "summary": summary(task),
                "plot": Markup(figure_svg(task, k)),  # noqa: S704 - made by matplotlib, which escapes what it is given
                "metrics": _metrics(task),
            }
            for task in evaluation.tasks
        ],
        label=lambda name: label(name, k),
        interval=interval,
        meanings=MEANINGS,
    )


def _metrics(task: TaskResult) -> list[str]:
    return list(dict.fromkeys(name for row in task.rows for name in row.figures))
