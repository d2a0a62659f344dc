"""Explain: evidence is collected, worded in a sentence, and every word checked against it."""

from agent.explain.attribution import attribute
from agent.explain.reasons import reasons
from agent.explain.selection import Inquiry, Selection
from agent.explain.why_not import WhyNot, why_not
from agent.explain.wording import explanations

__all__ = ["Inquiry", "Selection", "WhyNot", "attribute", "explanations", "reasons", "why_not"]
