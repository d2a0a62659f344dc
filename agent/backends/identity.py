"""Identity of a language model: its name with what its weights are, so that what was measured of it is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from agent.backends.factory import NAMES, ModelChoice
from agent.backends.loading.hub import pinned
from agent.backends.loading.model_spec import ModelSpec
from agent.weights.weights import archives

SHOWN = 12  # digits of a hash
BLOCKS, BLOCK_BYTES = 64, 4_096  # that are read of a file of weights: whole ones would take seconds
CARD = "tastemaker-card.json"  # in a model folder: what it proved, which is no part of what it is
_WEIGHTS = (".safetensors", ".bin", ".json")
_TOKENS = (".txt", ".model")


def model_identity(choice: ModelChoice) -> str | None:
    """Name and weights of the model that the settings lead to; None where they lead to none. Loads nothing."""
    if choice.pinned:
        archive = next(archive for archive in archives() if archive.name == choice.pinned)
        weights = _short("".join(member.sha256 for member in archive.members).encode())
        return _adapted(f"{NAMES[choice.pinned]}@{weights}", choice.adapter)
    return _adapted(_named(choice.model), choice.model.adapter) if choice.model else None


def _adapted(identity: str, adapter: str | None) -> str:
    """The identity with what the model learnt beside its weights."""
    if not adapter:
        return identity
    folder = Path(adapter).expanduser()
    return f"{identity}+{folder.resolve().name}@{folder_digest(folder)}"


def _named(spec: ModelSpec) -> str:
    """A server and what it calls the model, a commit of the model hub, or a folder with what lies in it."""
    folder = Path(spec.source).expanduser()
    if spec.is_endpoint:
        return spec.source
    if not folder.is_dir():
        return f"{spec.source}:{spec.format}@{spec.revision or pinned(spec.source) or 'newest'}"
    return f"{folder.resolve().name}:{spec.format}@{folder_digest(folder)}"


def folder_digest(folder: Path, *, deep: bool = False) -> str:
    """Digest of the files of a model folder: of each its name, its size, and blocks from all over it.

    Args:
        deep: Those in folders below it count too, and what its tokenizer reads.
    """
    among, kinds = (folder.rglob("*"), (*_WEIGHTS, *_TOKENS)) if deep else (folder.iterdir(), _WEIGHTS)
    files = sorted(path for path in among if path.suffix in kinds and path.name != CARD)
    return _short(b"".join(part for path in files for part in _samples(path)))


def _samples(path: Path) -> Iterator[bytes]:
    size_bytes = path.stat().st_size
    yield f"{path.name} {size_bytes}\n".encode()
    with path.open("rb") as file:
        starts = (at * max(BLOCK_BYTES, size_bytes // BLOCKS) for at in range(BLOCKS))
        for start in (*starts, max(0, size_bytes - BLOCK_BYTES)):
            file.seek(start)
            yield file.read(BLOCK_BYTES)


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:SHOWN]


__all__ = ["CARD", "folder_digest", "model_identity"]
