"""The commands, and what happens when one fails."""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from agent.backends.loading.silence import silence_process
from agent.cli import (
    adapt_command,
    catalog_commands,
    chat_command,
    check_command,
    evaluate_command,
    init_command,
    interaction_commands,
    model_commands,
    people_commands,
    request_commands,
    review_commands,
    rules_command,
    tune_command,
    verify_command,
)

STOPPED = 130  # what the program leaves with after Ctrl-C

app = typer.Typer(
    name="tastemaker",
    help="Recommend from your own catalog, by text, picture or speech, with reasons you can check.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked_for: bool) -> None:
    if asked_for:
        from importlib.metadata import version

        typer.echo(f"tastemaker {version('tastemaker')}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Options of the program itself; `main` reads `--debug`."""
    del version, debug


# Commands import what they run on inside of themselves: `--help` must not wait for torch.
request_commands.register(app)
chat_command.register(app)
catalog_commands.register(app)
init_command.register(app)
evaluate_command.register(app)
check_command.register(app)
verify_command.register(app)
tune_command.register(app)
people_commands.register(app)
rules_command.register(app)
app.add_typer(adapt_command.app, name="adapt")
app.add_typer(interaction_commands.app, name="interactions")
app.add_typer(review_commands.app, name="reviews")
app.add_typer(model_commands.app, name="models")
for plugin in entry_points(group="tastemaker.commands"):  # what is built upon the agent, such as its page
    plugin.load()(app)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; every failure is one sentence of what happened and one of what to do.

    Exits with 0 (done), 1 (failed) or 2 (the call was wrong).
    """
    # threads that wait must not take the core from other work; read by OpenMP when it is loaded
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    if not (debug or sys.warnoptions):
        silence_process()
    # `--debug` belongs to the program, but people write it anywhere
    arguments = [*(["--debug"] if debug else []), *(argument for argument in arguments if argument != "--debug")]
    try:
        app(arguments)
    except SystemExit as leaving:
        if leaving.code == STOPPED:
            _fail("Stopped.", "What was reported as done is kept; run the command again to go on.", arguments)
        raise
    except Exception as error:
        if debug:
            raise
        _fail_with(error, arguments)  # the last border: nobody is shown a traceback they did not ask for


def _fail_with(error: Exception, arguments: list[str]) -> None:
    from agent.errors import ConfigError, FilterError, RequestError, TastemakerError

    if isinstance(error, TastemakerError):
        wrong_call = isinstance(error, ConfigError | FilterError | RequestError)
        _fail(error.what, error.hint, arguments, code=2 if wrong_call else 1)
    if isinstance(error, BrokenPipeError):
        sys.exit(1)
    _fail(
        f"Something unexpected happened: {type(error).__name__}: {error}",
        "Run the command again with --debug and report what it prints.",
        arguments,
    )


def _fail(what: str, hint: str, arguments: list[str], code: int = 1) -> None:
    if "--json" in arguments:
        typer.echo(json.dumps({"error": {"what": what, "hint": hint}}, ensure_ascii=False))
    else:
        typer.echo(f"{what}\n{hint}", err=True)
    sys.exit(code)
