"""Models of the public model hub: the files that are data, nothing else."""

from __future__ import annotations

import logging
from pathlib import Path

from agent.backends.loading.known_models import known
from agent.backends.loading.model_spec import ModelSpec
from agent.errors import ModelError

logger = logging.getLogger(__name__)

_FILES = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.jinja", "*.model", "*.txt", "README.md"]
_NOT_OURS = [
    "original/*",
    "consolidated*",
    "onnx/*",
    "openvino/*",
]  # the same weights again, in forms that are not read here


def model_path(source: str | Path, revision: str | None = None) -> Path:
    """The folder of a model, fetched from the model hub when `source` is `owner/name`.

    An existing folder of that name comes first.

    Args:
        source: Folder or name.
        revision: Commit, tag or branch; for a known model the pinned commit when not given.

    Raises:
        ModelError: there is no such folder, and the hub's copy cannot be had.
    """
    folder = Path(source).expanduser()
    # A path was meant as one: that it is not there is told to the person, not asked of the hub.
    if folder.is_dir() or isinstance(source, Path) or not ModelSpec(source).is_hub_id:
        return folder
    commit = revision or pinned(source)
    if commit is None:
        logger.warning(
            "%s is fetched as it is today, since no revision of it is pinned; say %s@REVISION to keep to one.",
            source,
            source,
        )
    return _fetched(source, commit)


def at_hand(repository: str, revision: str | None = None) -> Path | None:
    """The folder of a model if all of it was fetched before; never asks the hub."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        return Path(
            snapshot_download(
                repository,
                revision=revision,
                allow_patterns=_FILES,
                ignore_patterns=_NOT_OURS,
                local_files_only=True,
            )
        )
    except (OSError, HFValidationError):
        return None


def reachable(repository: str, revision: str | None = None) -> bool:
    """Whether a model was fetched before, or the hub says that it has it."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError

    try:
        return at_hand(repository, revision) is not None or HfApi().file_exists(
            repository, "config.json", revision=revision
        )
    except (OSError, HFValidationError, _client_error()):
        return False


def pinned(repository: str) -> str | None:
    """The pinned commit of a known model; None for any other."""
    model = known(repository)
    return model.revision if model else None


def _fetched(repository: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        return Path(snapshot_download(repository, revision=revision, allow_patterns=_FILES, ignore_patterns=_NOT_OURS))
    except (OSError, HFValidationError, _client_error()) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelError(
            f"{repository} could not be fetched from the model hub: {reason}.",
            "Check the name and the network, or give the path of a model folder on this machine.",
        ) from error


def _client_error() -> type[Exception]:
    """What the hub library's HTTP client raises; which client that is differs between versions of the library."""
    from huggingface_hub.errors import HfHubHTTPError

    return next(kind for kind in HfHubHTTPError.__mro__ if kind.__name__ == "HTTPError")


__all__ = ["at_hand", "model_path", "pinned", "reachable"]
