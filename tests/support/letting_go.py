"""A test that failed holds nothing: its models would stay in memory, and a run in which many fail would fill it.

An exception holds the frames that it came through, these hold the test's values, and often the exception itself. Such a
circle waits for the garbage collector, which counts objects: a model of a gigabyte is a few hundred of them.
"""

from __future__ import annotations

import contextlib
import gc
import traceback
from collections.abc import Generator
from types import FrameType

import pytest

failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Once the report is written, nobody looks at the values in the frames any more."""
    report = yield
    if call.excinfo is not None:
        item.stash[failed] = True
        error: BaseException | None = call.excinfo.value
        while error is not None:
            for frame, _ in traceback.walk_tb(error.__traceback__):
                _clear(frame)
            error = error.__cause__ or error.__context__
    return report


def _clear(frame: FrameType) -> None:
    with contextlib.suppress(RuntimeError):  # pytest's own frames are still at work
        frame.clear()
        _ = frame.f_locals  # the copy that the report was written from: reading it brings it up to date


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Collect what still goes in circles when a test that failed is over."""
    done = yield
    if item.stash.get(failed, False):
        gc.collect()
    return done
