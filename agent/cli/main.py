"""The commands, and what happens when one fails."""

from __future__ import annotations

import json
import os
import sys

import click
import typer

from agent.cli import catalog_commands, model_commands, request_commands

app = typer.Typer(
    name="tastemaker",
    help="Recommend from your own catalog, by text, picture or speech, with reasons you can check.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def common(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
    debug: bool = typer.Option(False, "--debug", help="Show tracebacks."),  # read by `main`
) -> None:
    """Settings of all commands."""
    del debug
    if version:
        from importlib.metadata import version as installed

        click.echo(f"tastemaker {installed('tastemaker')}")
        raise typer.Exit


request_commands.register(app)
catalog_commands.register(app)
app.add_typer(model_commands.app, name="models")


def main(arguments: list[str] | None = None) -> None:
    """Run a command; every failure is one sentence of what happened and one of what to do.

    Exits with 0 (done), 1 (failed) or 2 (the call was wrong).
    """
    # threads that wait must not take the core from other work; read by OpenMP when it is loaded
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    # `--debug` and `--version` belong to the program, but people write them anywhere
    given = [*(["--debug"] if debug else []), *(argument for argument in given if argument != "--debug")]
    try:
        code = app(given, standalone_mode=False)
    except click.exceptions.Abort:
        _fail("Stopped.", "What was reported as done is kept; run the command again to go on.", given)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except KeyboardInterrupt:
        _fail("Stopped.", "What was reported as done is kept; run the command again to go on.", given)
    except Exception as error:
        if debug:
            raise
        _fail_with(error, given)
    sys.exit(code if isinstance(code, int) else 0)


def _fail_with(error: Exception, given: list[str]) -> None:
    from agent.errors import ConfigError, FilterError, RequestError, TastemakerError

    if isinstance(error, TastemakerError):
        wrong_call = isinstance(error, ConfigError | FilterError | RequestError)
        _fail(error.what, error.hint, given, code=2 if wrong_call else 1)
    if isinstance(error, BrokenPipeError):
        sys.exit(1)
    _fail(
        f"Something unexpected happened: {type(error).__name__}: {error}",
        "Run the command again with --debug and report what it prints.",
        given,
    )


def _fail(what: str, hint: str, given: list[str], code: int = 1) -> None:
    if "--json" in given:
        click.echo(json.dumps({"error": {"what": what, "hint": hint}}, ensure_ascii=False))
    else:
        click.echo(f"{what}\n{hint}", err=True)
    sys.exit(code)
