"""Prompts as validated data: one YAML file per prompt."""

from prompts.loader import Example, Prompt, PromptError, RenderedPrompt, load, names, parse

__all__ = ["Example", "Prompt", "PromptError", "RenderedPrompt", "load", "names", "parse"]
