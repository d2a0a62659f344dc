"""Models of the public model hub: the files that are data, nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from agent.errors import ModelError

_HUB_NAME = re.compile(r"(?P<id>\w[\w.-]*/\w[\w.-]*)(?:@(?P<revision>[\w./-]+))?")
_FILES = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.jinja", "*.model", "*.txt"]


def model_path(source: str | Path) -> Path:
    """The folder of a model, fetched from the model hub when `source` is `owner/name` or `owner/name@revision`.

    An existing folder of that name comes first.

    Raises:
        ModelError: there is no such folder, and the hub's copy cannot be had.
    """
    folder = Path(source).expanduser()
    named = _HUB_NAME.fullmatch(str(source))
    if folder.is_dir() or isinstance(source, Path) or named is None:
        return folder
    return _fetched(named["id"], named["revision"])


def _fetched(repository: str, revision: str | None) -> Path:
    from httpx import HTTPError
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repository, revision=revision, allow_patterns=_FILES))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, HTTPError, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(
            f"{repository} could not be fetched from the model hub: {reason}.",
            "Check the name and the network, or give the path of a model folder on this machine.",
        ) from error


__all__ = ["model_path"]
