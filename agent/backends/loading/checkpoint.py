"""The safetensors files of a model folder, read as far as their headers: whole or not, without loading a weight."""

from __future__ import annotations

import hashlib
import json
from math import prod
from pathlib import Path
from typing import Any

from agent.errors import ModelError

_INDEX = "model.safetensors.index.json"
_SINGLE = "model.safetensors"
_LENGTH_BYTES = 8  # of the number, little-endian, that the header's length is written as
_MOST_HEADER_BYTES = 100_000_000  # what the format allows
_BLOCKS, _BLOCK_BYTES = 256, 1 << 14  # of each file that tell its weights from others


def check_checkpoint(folder: Path) -> int:
    """Make sure that all weights of a folder are there and whole.

    Source: the safetensors format: length of the header, header as JSON, then all tensors without a gap.

    Returns:
        Number of weights.

    Raises:
        ModelError: a file is missing, damaged or cut off.
    """
    return sum(check_weights(folder / name) for name in _shards(folder))


def weights_digest(folder: Path) -> str:
    """Hash by which weights of a model folder are known again: of headers, sizes and blocks from all over the files.

    Whole files of several GiB would take long each time; no two models that were trained apart share the blocks.

    Raises:
        ModelError: a file is missing.
    """
    digest = hashlib.sha256()
    for name in _shards(folder):
        with (folder / name).open("rb") as stream:
            size_bytes = (folder / name).stat().st_size
            header_bytes = min(size_bytes, int.from_bytes(stream.read(_LENGTH_BYTES), "little"))
            digest.update(b"%d" % size_bytes)
            digest.update(stream.read(header_bytes))
            for block in range(_BLOCKS):
                stream.seek(size_bytes * block // _BLOCKS)
                digest.update(stream.read(_BLOCK_BYTES))
    return digest.hexdigest()


def _shards(folder: Path) -> list[str]:
    """Names of the files that make up the model; other safetensors may lie beside them."""
    if (folder / _INDEX).is_file():
        try:
            names = sorted(set(json.loads((folder / _INDEX).read_text(encoding="utf-8"))["weight_map"].values()))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise _damaged(folder / _INDEX, "it is no list of files") from error
    elif (folder / _SINGLE).is_file():
        names = [_SINGLE]
    else:
        names = sorted(path.name for path in folder.glob("*.safetensors"))
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            f"{folder} lacks {len(missing)} of its {len(names)} weight files, {missing[0]} among them.",
            "Fetch the model again; its download is incomplete.",
        )
    return names


def check_weights(path: Path) -> int:
    """Make sure that a safetensors file is as long as its header says.

    Returns:
        Number of weights in it.

    Raises:
        ModelError: it is damaged or cut off.
    """
    size_bytes = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(_LENGTH_BYTES), "little")
        if not 0 < length <= min(_MOST_HEADER_BYTES, size_bytes - _LENGTH_BYTES):
            raise _damaged(path, "it does not begin with a header")
        tensors = _tensors(path, stream.read(length))
    try:
        end: int = max((tensor["data_offsets"][1] for tensor in tensors), default=0)
        count: int = sum(prod(tensor["shape"]) for tensor in tensors)
    except (KeyError, IndexError, TypeError) as error:
        raise _damaged(path, "its header does not say where the weights are") from error
    if _LENGTH_BYTES + length + end != size_bytes:
        raise _damaged(path, f"it has {size_bytes:,} bytes, not {_LENGTH_BYTES + length + end:,}")
    return count


def _tensors(path: Path, header: bytes) -> list[dict[str, Any]]:
    try:
        entries = json.loads(header)
        return [entry for name, entry in entries.items() if name != "__metadata__"]
    except (ValueError, AttributeError) as error:
        raise _damaged(path, "its header cannot be read") from error


def _damaged(path: Path, why: str) -> ModelError:
    return ModelError(f"The weights in {path} are damaged: {why}.", "Delete the file and fetch the model again.")


__all__ = ["check_checkpoint", "check_weights", "weights_digest"]
