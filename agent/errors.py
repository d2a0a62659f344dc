"""Every error this product raises on purpose, in one tree.

TastemakerError               what happened, and what to do
├── ConfigError               a setting has a value it cannot have
├── CatalogError              a catalog cannot be read                    (retrieval)
├── FilterError               a filter does not fit the schema            (retrieval)
├── InteractionsError         a file of interactions cannot be read        (retrieval)
├── EvaluationError           there is nothing to evaluate by              (retrieval)
├── FusionError               a fusion cannot be trained, or was trained on something else (retrieval)
├── TuningError               a search does not exist                     (retrieval)
├── RuleError                 a rule of the shop is none, or does not fit the catalog
├── RequestError              a request is empty, too long or not usable; a ValueError too
│   └── WrongArgument         a call has an argument of another type, or one that there is not; a TypeError too
├── AgentClosed               the agent was closed, and is called again
├── MediaError                a picture, sound or video cannot be used
├── WeightsError              a model's files are missing or not the pinned ones
├── ModelError                a model cannot be loaded or gave no usable answer
│   └── ServerFailed          the server that it runs on is down, silent, too slow or broken
└── WorkspaceError            the workspace folder cannot be used         (retrieval)
    ├── WorkspaceLocked       another process owns it
    ├── WorkspaceDamaged      it does not hold what was written into it
    ├── WorkspaceUnwritable   its disk is full, or it is not to be written
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
    WorkspaceDamaged,
    WorkspaceError,
    WorkspaceLocked,
    WorkspaceNewer,
    WorkspaceOutdated,
    WorkspaceUnwritable,
)


class ConfigError(TastemakerError):
    """A setting has a value it cannot have."""


class RuleError(TastemakerError):
    """A rule of the shop is none, or does not fit the catalog."""


class RequestError(TastemakerError, ValueError):
    """A request is empty, too long or asks for the impossible."""


class WrongArgument(RequestError, TypeError):
    """A call has an argument of another type than it takes, one that there is not, or lacks one."""


class AgentClosed(TastemakerError):
    """The agent was closed, and is called again."""


class MediaError(TastemakerError):
    """A picture, sound or video cannot be used."""


class WeightsError(TastemakerError):
    """A model's files are missing, incomplete or not the pinned ones."""


class ModelError(TastemakerError):
    """A model cannot be loaded, or gave no usable answer."""


class ServerFailed(ModelError):
    """The server that a model runs on is down, silent, too slow or broken: others who ask it now fare no better."""


__all__ = [
    "AgentClosed",
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
    "RuleError",
    "ServerFailed",
    "TastemakerError",
    "TuningError",
    "WeightsError",
    "WorkspaceDamaged",
    "WorkspaceError",
    "WorkspaceLocked",
    "WorkspaceNewer",
    "WorkspaceOutdated",
    "WorkspaceUnwritable",
    "WrongArgument",
]
