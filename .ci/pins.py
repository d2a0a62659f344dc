"""Pins of packages, for the commands beside this file. All but `floors` need the package packaging.

python .ci/pins.py moved OLD NEW     what differs between two constraints files
python .ci/pins.py floors            the oldest release that pyproject.toml allows of each direct dependency, pinned
python .ci/pins.py installed         exit 1 and name what is installed here otherwise than constraints.txt says
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOOLS = {"pip", "setuptools", "tastemaker", "wheel"}  # what an environment comes with, and what it is for


def read_pins(path: Path) -> dict[str, str]:
    """Version by package, of the lines that hold for this machine."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    pins = [Requirement(line) for line in lines if line]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def requirements() -> list[str]:
    """Every direct dependency of the core and of all extras, as pyproject.toml has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return sorted({*project["dependencies"], *(requirement for extra in extras for requirement in extra)})


def moved(old: Path, new: Path) -> list[str]:
    """One line for each package that came, went or has another version."""
    before, after = read_pins(old), read_pins(new)
    return [
        f"{name:<45} {before.get(name, 'new'):>16} -> {after.get(name, 'gone')}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def floors() -> list[str]:
    """The lower bounds of all direct dependencies as pins."""
    return [re.sub(r">=([\w.]+).*", r"==\1", one) for one in requirements()]


def unlike_the_lock() -> list[str]:
    """What is installed in this environment and stands in constraints.txt with another version, or not at all."""
    from packaging.utils import canonicalize_name
    from packaging.version import Version

    pins = read_pins(ROOT / "constraints.txt")
    installed = {canonicalize_name(one.name): Version(one.version).public for one in distributions()}
    return [
        f"{name} {version} is installed, the lock says {pins.get(name, 'nothing')}"
        for name, version in sorted(installed.items())
        if name not in TOOLS and pins.get(name) != version
    ]


def main(command: str, *files: str) -> int:
    """Print what a command finds. Returns: what to leave with."""
    lines = {"moved": moved, "floors": floors, "installed": unlike_the_lock}[command](*map(Path, files))
    if lines:
        print("\n".join(lines))
    return int(command == "installed" and bool(lines))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
