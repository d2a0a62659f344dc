"""Prompts as validated data: one YAML file per prompt."""

from prompts.loader import Prompt, PromptError, RenderedPrompt, WorkedExample, load, names, parse

__all__ = ["Prompt", "PromptError", "RenderedPrompt", "WorkedExample", "load", "names", "parse"]
