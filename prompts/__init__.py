"""Prompts as validated data: one YAML file per prompt."""
