"""Rules of the shop: what is put first, moved or kept out, and what its visitors' words mean, whatever was learned."""

from agent.rules.rule import Rule, as_yaml, parse_rules, rules_from_yaml
from agent.rules.rulebook import NO_SWAY, Rulebook, Sway, load_rules, save_rules

__all__ = [
    "NO_SWAY",
    "Rule",
    "Rulebook",
    "Sway",
    "as_yaml",
    "load_rules",
    "parse_rules",
    "rules_from_yaml",
    "save_rules",
]
