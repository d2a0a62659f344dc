"""Adapt: a model is taught the wording of people's own examples, and what it learnt is kept where it proves better."""

from agent.adapt.adapt import Adaptation, adapt
from agent.adapt.describing import describing_lessons
from agent.adapt.training import TrainingPlan
from agent.adapt.wording import wording_lessons

__all__ = ["Adaptation", "TrainingPlan", "adapt", "describing_lessons", "wording_lessons"]
