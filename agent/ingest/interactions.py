"""Learn from what people did, as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from retrieval.collaborative.learned import load_learned
from retrieval.importers.importing import ImportReport, import_interactions
from retrieval.storage.workspace import Workspace


def import_and_learn(
    path: Path,
    workspace: Workspace,
    format_name: str | None,
    progress: Callable[[int], None],
    epsilon: float | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[ImportReport, str | None]:
    """Take up a file of interactions and bring the models up to date.

    Args:
        epsilon: As in `AgentConfig.privacy_epsilon`.
        columns: Which column holds what, as for `import_interactions`.

    Returns:
        What the import did, and the name of the model that speaks for histories; None where there is nothing to
        learn from.

    Raises:
        InteractionsError: the file cannot be read, or holds no event.
        WorkspaceError: the workspace cannot be written; what was reported done is kept.
    """
    report = import_interactions(path, workspace.store, format_name=format_name, columns=columns, progress=progress)
    rows = {item_id: row for row, item_id in enumerate(workspace.store.digests())}
    learned = load_learned(workspace.store, rows, epsilon)
    return report, learned.model.name if learned.n_events else None
