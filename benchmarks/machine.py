"""The machine that a run was measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from agent.backends.factory import NAMES, choose
from agent.config import AgentConfig, load_config

PACKAGES = ("tastemaker", "torch", "transformers", "sentence-transformers", "chromadb", "onnxruntime", "numpy")
BUSY_PER_CORE = 0.25  # load average per core above which durations are not to be trusted


@dataclass(frozen=True, slots=True)
class Machine:
    """Facts that a reader needs to judge the figures.

    Attributes:
        cores: Those this process may use.
        load: Load average over the last minute before anything was measured.
        settings: Settings of this machine that differ from the defaults.
        language_model: What `--llm auto` stands for here.
    """

    cpu: str
    cores: int
    memory_gib: float
    load: float
    python: str
    versions: dict[str, str]
    settings: dict[str, object]
    language_model: str

    @property
    def warning(self) -> str:
        """Why the durations may be too long; empty when the machine was quiet."""
        if self.load <= BUSY_PER_CORE * self.cores:
            return ""
        return (
            f"The machine was busy: load average {self.load:.2f} on {self.cores} cores before the run. "
            "Durations are too long; ratios taken in turn suffer less."
        )

    def __str__(self) -> str:
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        settings = ", ".join(f"{name}={value}" for name, value in self.settings.items()) or "defaults"
        lines = (
            f"{self.cpu}, {self.cores} cores, {self.memory_gib:.0f} GiB, load average before {self.load:.2f}",
            f"Python {self.python}; {versions}",
            f"settings: {settings}; language model: {self.language_model}",
            self.warning,
        )
        return "\n".join(line for line in lines if line)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def this_machine() -> Machine:
    """Look around, before anything is measured."""
    pinned = choose("auto").pinned
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        load=os.getloadavg()[0],
        python=platform.python_version(),
        versions={name: _version(name) for name in PACKAGES},
        settings=_unusual(load_config()),
        language_model=NAMES[pinned] if pinned else "none",
    )


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def _unusual(config: AgentConfig) -> dict[str, object]:
    defaults = AgentConfig.model_construct()
    fields = AgentConfig.model_fields
    return {name: getattr(config, name) for name in fields if getattr(config, name) != getattr(defaults, name)}
