"""Tiny wheels in a folder, which pip takes for a package index."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

from agent.weights.archives import Wheel


def make_wheel(folder: Path, package: str, content: dict[str, bytes]) -> Wheel:
    filename = f"{package}-1.0-py3-none-any.whl"
    info = f"{package}-1.0.dist-info"
    files = {f"{package}/{path}": data for path, data in content.items()} | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    with zipfile.ZipFile(folder / filename, "w") as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
    whole = (folder / filename).read_bytes()
    return Wheel(package.replace("_", "-"), "1.0", filename, len(whole), hashlib.sha256(whole).hexdigest())


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
