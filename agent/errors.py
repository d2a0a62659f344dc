"""Every error this product raises on purpose, in one tree.

TastemakerError               what happened, and what to do
├── ConfigError               a setting has a value it cannot have
├── CatalogError              a catalog cannot be read                    (retrieval)
├── FilterError               a filter does not fit the schema            (retrieval)
├── InteractionsError         a file of interactions cannot be read        (retrieval)
├── EvaluationError           there is nothing to evaluate by              (retrieval)
├── FusionError               a fusion cannot be trained, or was trained on something else (retrieval)
├── TuningError               a search does not exist                     (retrieval)
├── RequestError              a request is empty, too long or not usable
├── MediaError                a picture, sound or video cannot be used
├── WeightsError              a model's files are missing or not the pinned ones
├── ModelError                a model cannot be loaded or gave no usable answer
└── WorkspaceError            the workspace folder cannot be used         (retrieval)
    ├── WorkspaceLocked       another process owns it
    ├── WorkspaceNewer        it was written by a newer version
    ├── WorkspaceOutdated     it holds vectors that another model made
    └── IndexDamaged          the vector index could not be rebuilt
"""

from __future__ import annotations

from retrieval.errors import (
    CatalogError,
    EvaluationError,
    FilterError,
    FusionError,
    IndexDamaged,
    InteractionsError,
    TastemakerError,
    TuningError,
    WorkspaceError,
    WorkspaceLocked,
    WorkspaceNewer,
    WorkspaceOutdated,
)


class ConfigError(TastemakerError):
    """A setting has a value it cannot have."""


class RequestError(TastemakerError):
    """A request is empty, too long or asks for the impossible."""


class MediaError(TastemakerError):
    """A picture, sound or video cannot be used."""


class WeightsError(TastemakerError):
    """A model's files are missing, incomplete or not the pinned ones."""


class ModelError(TastemakerError):
    """A model cannot be loaded, or gave no usable answer."""


__all__ = [
    "CatalogError",
    "ConfigError",
    "EvaluationError",
    "FilterError",
    "FusionError",
    "IndexDamaged",
    "InteractionsError",
    "MediaError",
    "ModelError",
    "RequestError",
    "TastemakerError",
    "TuningError",
    "WeightsError",
    "WorkspaceError",
    "WorkspaceLocked",
    "WorkspaceNewer",
    "WorkspaceOutdated",
]
