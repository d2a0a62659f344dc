"""The command line: `tastemaker`, also `python -m agent`.

The program is `agent.cli.main`. It imports plugins, and they import `agent.cli.options`: so this file imports nothing.
"""
