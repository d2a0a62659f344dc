"""Errors a person can act on: what happened, and what to do about it.

The whole tree is drawn in `agent/errors.py`; this file holds its root and the part that needs no model.
"""

from __future__ import annotations


class TastemakerError(Exception):
    """Root of every error this product raises on purpose.

    Args:
        what: One sentence saying what happened, with the value in question.
        hint: One sentence saying what to do about it.
    """

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} {self.hint}"


class CatalogError(TastemakerError):
    """A catalog, or under `--strict` one of its rows, cannot be read."""


class FilterError(TastemakerError):
    """A filter names an unknown field or a value the field cannot have."""


class InteractionsError(TastemakerError):
    """A file of interactions cannot be read."""


class EvaluationError(TastemakerError):
    """There is nothing to evaluate by, or judgments cannot be read."""


class FusionError(TastemakerError):
    """A fusion does not exist, cannot be trained, or was trained on something else."""


class TuningError(TastemakerError):
    """A search is asked for that does not exist."""


class WorkspaceError(TastemakerError):
    """The workspace folder cannot be used."""


class WorkspaceLocked(WorkspaceError):
    """Another process owns the workspace.

    Attributes:
        address: Where it can be asked over HTTP; None where it cannot, or has not said so.
    """

    def __init__(self, what: str, hint: str, address: str | None = None) -> None:
        super().__init__(what, hint)
        self.address = address


class WorkspaceDamaged(WorkspaceError):
    """The workspace does not hold what was written into it."""


class WorkspaceUnwritable(WorkspaceError):
    """The disk is full, or something in the workspace is not to be written; what can be read can still be."""


class WorkspaceNewer(WorkspaceError):
    """The workspace was written by a newer version."""


class WorkspaceOutdated(WorkspaceError):
    """The workspace holds vectors that another model made."""


class IndexDamaged(WorkspaceError):
    """The vector index disagrees with the database and could not be rebuilt."""
