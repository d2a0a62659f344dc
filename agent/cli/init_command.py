"""The command that begins a file of settings."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import typer

FILE = Path("tastemaker.toml")
TABLES = {"": "agent.config:AgentConfig"}
"""The tables of the file, each with the class that reads it; who builds upon the agent adds its own."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(init)


def init() -> None:
    """Write tastemaker.toml here, with every setting explained and none set."""
    from agent.cli.settings_file import SettingsTable, settings_text
    from agent.errors import ConfigError

    text = settings_text([SettingsTable(name, _loaded(place)) for name, place in TABLES.items()])
    try:
        with FILE.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ConfigError(
            f"{FILE} is here already.", "Edit it, or move it away to begin anew; nothing was changed."
        ) from error
    except OSError as error:
        raise ConfigError(f"{FILE} cannot be written here: {error.strerror}.", "Choose another folder.") from error
    typer.echo(f"Wrote {FILE}: take the # from what you want to set.")


def _loaded(place: str) -> Any:
    """The class at `module:name`."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
