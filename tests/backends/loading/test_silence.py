"""Other packages' warnings and advice: neither shown nor able to break anything while the agent is called."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from inspect import getattr_static, iscoroutinefunction

import pytest

from agent.backends.loading import model_files
from agent.backends.loading.silence import silent
from agent.dialogue.conversation import Conversation
from agent.recommender import RecommendationAgent
from tests.support.patience import PATIENCE_S


@pytest.fixture(autouse=True)
def warnings_heard() -> None:
    """Here, and only here, calls are as silent as for everybody else."""


@silent
class Library:
    """Calls somebody's code that is going to change."""

    def __init__(self) -> None:
        self.closed = False

    @classmethod
    def open(cls) -> Library:
        warnings.warn("open() is going away", FutureWarning, stacklevel=2)
        return cls()

    @property
    def size(self) -> int:
        warnings.warn("so is size", DeprecationWarning, stacklevel=2)
        return 3

    def numbers(self) -> Iterator[int]:
        try:
            for number in range(self.size):
                warnings.warn(f"and {number}", UserWarning, stacklevel=2)
                yield number
        finally:
            self.closed = True


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_no_warning_within_a_call_becomes_the_callers_error() -> None:
    library = Library.open()
    assert library.size == 3
    assert list(library.numbers()) == [0, 1, 2]


def test_the_callers_own_warnings_stay_errors_between_two_steps() -> None:
    for _ in Library.open().numbers():
        with pytest.raises(UserWarning, match="mine"):
            warnings.warn("mine", UserWarning, stacklevel=1)


def test_filters_set_between_calls_do_not_pile_ours_up() -> None:
    library = Library.open()
    n_filters = len(warnings.filters)
    for n in range(5):
        warnings.filterwarnings("error", message=f"number {n}")
        assert library.size == 3
    assert len(warnings.filters) == n_filters + 5


def test_a_stream_that_nobody_reads_to_its_end_is_closed() -> None:
    library = Library.open()
    numbers = library.numbers()
    next(numbers)
    numbers.close()  # type: ignore[attr-defined]
    assert library.closed


def test_other_threads_are_warned_while_a_call_runs() -> None:
    inside, seen = threading.Event(), threading.Event()

    @silent
    class Slow:
        def work(self) -> None:
            inside.set()
            assert seen.wait(PATIENCE_S)
            warnings.warn("mine alone", UserWarning, stacklevel=1)

    working = threading.Thread(target=Slow().work)
    working.start()
    assert inside.wait(PATIENCE_S)
    with pytest.raises(UserWarning, match="theirs"):
        warnings.warn("theirs", UserWarning, stacklevel=1)
    seen.set()
    working.join()


@pytest.mark.parametrize("kind", [RecommendationAgent, Conversation])
def test_every_public_call_is_silent(kind: type) -> None:
    names = [name for name in list(vars(kind)) if not name.startswith("_")]
    assert len(names) > 10
    for name in names:
        member = getattr_static(kind, name)
        call = getattr(member, "fget", None) or getattr(member, "__func__", member)
        assert hasattr(call, "__wrapped__") or iscoroutinefunction(call), name  # what it awaits is one of the others


def test_advice_that_transformers_prints_is_kept_from_those_who_call_the_agent() -> None:
    from agent.backends.loading.silence import silence

    model_files.library()
    (handler, *_) = logging.getLogger("transformers").handlers
    advice, error = (
        logging.LogRecord("transformers.any", level, "any.py", 1, "rename it", (), None)
        for level in (logging.WARNING, logging.ERROR)
    )
    assert handler.filter(advice)
    with silence():
        assert not handler.filter(advice)
        assert handler.filter(error)


COMMAND = """
import logging, sys, warnings
from agent.cli.main import app, main

@app.command()
def advised() -> None:
    warnings.warn("rename it", FutureWarning)
    logging.getLogger("elsewhere").warning("rename that")
    logging.getLogger("agent.anywhere").warning("A picture is not described.")
    print("done")

main(sys.argv[1:])
"""


@pytest.mark.parametrize(("options", "shown"), [((), False), (("--debug",), True)])
def test_a_command_shows_other_packages_warnings_to_those_who_debug(options: tuple[str, ...], shown: bool) -> None:
    command = [sys.executable, "-c", COMMAND, "advised", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "done\n"
    assert "A picture is not described." in done.stderr
    assert ("rename it" in done.stderr) == shown
    assert ("rename that" in done.stderr) == shown
