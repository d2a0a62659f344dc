"""What `evaluate --explanations` prints: how the reasons of a workspace are, how models word, and the check itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from agent.cli import output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.config import AgentConfig
    from agent.evaluate.explanations import ExplanationFigures
    from agent.evaluate.grounding import CheckFigure
    from agent.explain.proofs import ModelProof
    from agent.models import Models


def show_explanations(workspace: Path, llm: str, queries: Path | None, k: int, seed: int, as_json: bool) -> None:
    """How faithful and telling explanations are, how a model words, and how well false sentences are told from true.

    Raises:
        TastemakerError: the workspace or the model cannot be used, or no request is answered.
    """
    from agent.config import load_config
    from agent.evaluate.explanations import explanation_figures, read_requests, requests_of
    from agent.evaluate.grounding import check_figures
    from agent.explain.casting import chosen_manner
    from agent.explain.proofs import keep_proof
    from agent.recommender import RecommendationAgent
    from agent.serialise import plain

    config = load_config(llm=llm)
    with RecommendationAgent.open(workspace, config) as agent:
        # First, since who words the reasons of the workspace follows from it.
        proof = _proof(config, agent.models)
        kept = None if config.llm == "none" else keep_proof(workspace, proof)
        chosen = chosen_manner(config, workspace)
        requests = read_requests(queries) if queries else requests_of(agent.retriever.snapshot, seed)
        with output.count_progress("requests answered") as progress:
            figures = explanation_figures(agent, requests, k, progress)
    checks = check_figures()
    if as_json:
        wording = {**proof.plain(), "chosen": plain(chosen), "kept": kept and str(kept)}
        output.print_json({"explanations": plain(figures), "wording": wording, "check": plain(checks)})
        return
    _print_figures(figures)
    _print_proof(proof)
    if chosen:
        typer.echo(f"{chosen.why}\nKept in {kept}.")
    _print_checks(checks)


def _proof(config: AgentConfig, models: Models) -> ModelProof:
    """What rules come to on the gold set, and the language model of the settings, if there is one."""
    from agent.backends.factory import choose
    from agent.backends.identity import model_identity
    from agent.evaluate.wording import gold_cards, planned_cards, prove

    cards = list(planned_cards(gold_cards()))
    identity = model_identity(choose(config.llm, config.vlm))
    with output.count_progress("sentences worded") as progress:
        return prove(cards, models.chat if identity else None, identity, progress)


def _print_figures(figures: ExplanationFigures) -> None:
    cards = figures.cards
    passed = "none written" if figures.passed is None else f"{figures.passed:.3f}"
    rows = [
        ("requests answered", f"{figures.requests}", ""),
        ("explanations", f"{figures.explanations}", f"{figures.claims} claims"),
        ("claims faithful", f"{figures.faithful:.4f}", "pointers lead there, and what is cited stands there"),
        ("numbers and names", f"{figures.exact:.4f}", "in claims, that stand in what they cite"),
        (
            "held against the catalog",
            f"{figures.verified}",
            f"claims and sentences, of which {len(figures.false)} false",
        ),
        ("words of a sentence", f"{cards.words:.0f}", "median"),
        ("out of place", f"{len(cards.out_of_place)}", f"of {cards.cards} sentences"),
        ("wishes met, told", _share(cards.told), ""),
        ("wishes missed, admitted", _share(cards.admitted), ""),
        ("words of requests told", f"{figures.coverage:.3f}", ""),
        ("unlike each other", f"{figures.distinct:.3f}", "1 less the mean likeness within a list"),
        ("begin alike", f"{cards.alike:.3f}", "of the lists"),
        ("worded by the model", f"{figures.by_model:.3f}", f"its sentences that passed: {passed}"),
    ]
    for name, value, note in rows:
        typer.echo(f"{name:<25}{value:>8}  {note}".rstrip())
    for what, lines in (("unfaithful", figures.unfaithful), ("refused", figures.refused), ("false", figures.false)):
        for line in lines:
            typer.echo(f"  {what}: {line}")


def _print_proof(proof: ModelProof) -> None:
    """What each manner of wording came to on the gold set."""
    typer.echo(f"\nwording of {proof.cards} gold cards by {proof.model}")
    typer.echo("manner     passed  worded  changed   told  admitted  words  first s  five s")
    for manner, row in proof.manners.items():
        shares = f"{row.passed:>6.3f}  {row.worded:>6.3f}  {row.changed:>7.3f}"
        by_model = f"{shares if row.prompt else '':<23}"
        times = f"{row.first_s:>7.2f}  {row.five_s:>6.2f}" if row.prompt else ""
        typer.echo(
            f"{manner:<10} {by_model}  {row.told:>5.3f}  {row.admitted:>8.3f}  {row.words:>5.0f}  {times}".rstrip()
        )


def _print_checks(checks: Sequence[CheckFigure]) -> None:
    typer.echo("\nthe check   true  refused  false  caught")
    for row in checks:
        typer.echo(f"{row.half:<9} {row.true:>6}  {row.rejected:>7.3f}  {row.false:>5}  {row.caught:>6.3f}")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


__all__ = ["show_explanations"]
