"""Whether there may be a GPU, found out by looking at the machine's devices: no library is loaded for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_DEVICES = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/dev/kfd")  # NVIDIA, Windows' Linux, AMD
_WINDOWS_DRIVER = Path("System32", "nvcuda.dll")


def may_have_gpu() -> bool:
    """Whether a driver of a GPU that models run on is here; false for most machines, on which torch need not be asked.

    To ask torch takes seconds of loading it, which a command that needs no model must not wait for.
    """
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / _WINDOWS_DRIVER).exists()
    return any(Path(device).exists() for device in _DEVICES)


__all__ = ["may_have_gpu"]
