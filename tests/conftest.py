"""What all tests share: quiet libraries, and the pinned archives in the user's own cache."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.support.letting_go",
    "tests.support.outdoor_shop",
    "tests.support.person",
    "tests.support.servers",
]

# Before any library that reads them is imported. Passive: threads that wait must not take the core from other work.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # several processes run tests: one core for each
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

# Timing decides nothing: on a busy machine any example may be slow.
settings.register_profile("tastemaker", deadline=None)
settings.load_profile("tastemaker")


def pytest_configure(config: pytest.Config) -> None:
    """What our own modules are warned of is an error; what other packages warn each other of is shown at the end."""
    ours = "|".join(["agent", "benchmarks", "prompts", "retrieval", "tastemaker", "tests", "ui"])
    config.addinivalue_line("filterwarnings", rf"error:::({ours})(\..*)?\Z")


@pytest.fixture(autouse=True)
def warnings_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here warnings are looked at, also during calls of the agent, which silence them for everybody else."""
    monkeypatch.setattr("agent.backends.loading.silence._AnyTextInCall.match", lambda *_: False)


@pytest.fixture(autouse=True)
def plain_machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No GPU is here and no model was judged, whatever machine it is: who does which job would follow from it."""
    none = tmp_path_factory.getbasetemp() / "cards"
    monkeypatch.setattr("agent.backends.model_card.cards_folder", lambda: none)
    monkeypatch.setattr("agent.backends.loading.gpu.may_have_gpu", lambda: False)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all processes that run tests have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def weights() -> Callable[[str], Path]:
    """The folder of a pinned archive, by its name; fetched once per machine. The only way out to the network."""
    from agent.weights.weights import ensure

    return ensure
