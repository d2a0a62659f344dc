"""How the language model's opinion counts: as a person has set it, as was tuned for this very model, or by default."""

from __future__ import annotations

from agent.backends.factory import NAMES, SMALL, choose
from agent.backends.identity import model_identity
from agent.config import AgentConfig
from retrieval.tuning.setting import RankingSetting
from retrieval.tuning.tuned import Tuned


def ranking_of(config: AgentConfig, tuned: Tuned | None) -> AgentConfig:
    """The settings with the model's say in them.

    What was tuned for another model says nothing of this one, so it is left out. By default the smallest pinned model
    on a processor has no say: it costs a request more than anything else, and makes lists no better that anybody would
    notice (`python -m benchmarks.scoring` measures both).
    """
    rankings = tuned.rankings if tuned else {}
    if not rankings and "rerank_weight" in config.model_fields_set:
        return config
    model = ranking_model(config)
    setting = rankings.get(model) if model else None
    found: dict[str, object] = {}
    if setting:
        found = {
            "rerank_method": setting.method,
            "rerank_pictures": setting.pictures,
            "rerank_weight": setting.weight,
            "max_shift": setting.max_shift,
        }
    elif model and _is_idle(model):
        found = {"rerank_weight": 0.0}
    changed = {name: value for name, value in found.items() if name not in config.model_fields_set}
    return config.model_copy(update=changed) if changed else config


def ranking_model(config: AgentConfig) -> str | None:
    """Identity of the language model that the settings lead to; None for none. Nothing is loaded."""
    return model_identity(choose(config.llm, config.vlm))


def setting_of(config: AgentConfig, model: str) -> RankingSetting:
    """What the settings say of ranking by a model."""
    return RankingSetting(model, config.rerank_method, config.rerank_pictures, config.rerank_weight, config.max_shift)


def _is_idle(model: str) -> bool:
    """Whether a model has no say unless somebody gives it one."""
    if not model.startswith(f"{NAMES[SMALL]}@"):
        return False
    from agent.backends.loading.dtype import device

    return device() == "cpu"


__all__ = ["ranking_model", "ranking_of", "setting_of"]
