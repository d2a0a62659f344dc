"""Casting: who words reasons under the settings, and why."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from agent.backends.factory import ModelChoice, choose
from agent.backends.identity import model_identity
from agent.backends.jobs import choose_jobs
from agent.backends.model_card import card_of
from agent.config import AgentConfig
from agent.explain.proofs import ChosenManner, ModelProof, choose_manner, read_proofs


def chosen_manner(config: AgentConfig, workspace: Path | None = None) -> ChosenManner | None:
    """The manner of the language model that the settings lead to; None where they lead to none. Loads nothing.

    Args:
        workspace: Where it may have been measured.

    Raises:
        ConfigError: the settings lead nowhere, or what was measured cannot be read.
    """
    choice, identity, judged = _choice(config.llm, config.vlm)
    if identity is None:
        return None
    proofs = (*judged, *read_proofs(workspace))
    return choose_manner(identity, choice.name, proofs, by_hand=is_named(config))


def is_named(config: AgentConfig) -> bool:
    """Whether somebody chose the language model by name."""
    choice, identity, _ = _choice(config.llm, config.vlm)
    return identity is not None and (config.llm != "auto" or choice.pinned is None)


@cache  # a model is loaded once as well, whatever happens to its files later
def _choice(llm: str, vlm: str) -> tuple[ModelChoice, str | None, tuple[ModelProof, ...]]:
    """The model that is to word, its identity, and what it proved when it was judged on this machine."""
    choice = choose_jobs(llm, vlm)["word"].model or choose(llm, vlm)
    card = card_of(choice)
    return choice, model_identity(choice), (ModelProof.of(card.proof),) if card and card.proof else ()


__all__ = ["chosen_manner", "is_named"]
