"""Whether a GPU may be here, told without loading anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent.backends.loading import gpu

ASKING = """
import sys
from agent.backends.loading import gpu
gpu._DEVICES = ()
from agent.backends.jobs import choose_jobs
from agent.config import AgentConfig
config = AgentConfig()
print(choose_jobs(config.llm, config.vlm)["describe"].name)
print([name for name in ("torch", "transformers", "huggingface_hub", "httpx") if name in sys.modules])
"""


def test_a_device_of_a_driver_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    device = tmp_path / "nvidiactl"
    monkeypatch.setattr(gpu, "_DEVICES", (str(device),))
    monkeypatch.setattr(sys, "platform", "linux")
    assert not gpu.may_have_gpu()
    device.touch()
    assert gpu.may_have_gpu()


def test_windows_tells_by_the_drivers_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    assert not gpu.may_have_gpu()
    (tmp_path / "System32").mkdir()
    (tmp_path / "System32" / "nvcuda.dll").touch()
    assert gpu.may_have_gpu()


def test_without_a_gpu_who_does_what_is_decided_without_torch_or_the_network() -> None:
    done = subprocess.run([sys.executable, "-c", ASKING], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["embedded", "[]"]
