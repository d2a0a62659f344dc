"""The command line: `tastemaker`, also `python -m agent`."""

from agent.cli.main import main

__all__ = ["main"]
