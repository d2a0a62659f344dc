"""Privacy: what is known of a person is given out on request, and forgotten on request."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.errors import WorkspaceError
from agent.people.person_profile import Profile
from agent.serialise import plain
from agent.understand.validation import user_id
from retrieval.evaluation.row_cache import FOLDER
from retrieval.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased of one person.

    Attributes:
        rows: By table of the database how many rows.
        evaluation: Whether kept figures of evaluations were erased, since single people stand in them.
        memory: What the process held of them beside its files, by what it is.
    """

    user: str
    rows: Mapping[str, int]
    evaluation: bool
    memory: Mapping[str, int] = field(default_factory=dict)


def export(profile: Profile, workspace: Workspace) -> dict[str, Any]:
    """Everything that is known of a person, as one JSON document."""
    vectors = {name: [round(float(x), 6) for x in rows[0]] for name, rows in profile.vectors.items()}
    rows = workspace.store.rows_of(profile.user)
    # Turns are stored as text of JSON, which nobody could read among the rows.
    conversations = _conversations(rows.pop("turns", []))
    return {**profile_json(profile), "vectors": vectors, "conversations": conversations, "rows": rows}


def _conversations(turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Conversations with their turns in order: of each what was said, what was shown, and what was known after it."""
    conversations: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(turns, key=lambda row: int(row["number"])):
        turn = {"number": row["number"], **json.loads(row["body"])}
        conversations.setdefault(row["conversation"], []).append(turn)
    return [{"id": conversation, "turns": own_turns} for conversation, own_turns in sorted(conversations.items())]


def profile_json(profile: Profile) -> dict[str, Any]:
    """A profile without its vectors, as plain JSON values."""
    names = ("user", "opted_out", "n_events", "text", "likes", "avoids", "objections")
    return {name: plain(getattr(profile, name)) for name in (*names, "liked", "disliked", "saved", "hidden")}


def forget(user: str, workspace: Workspace) -> Forgotten:
    """Erase every trace of a person from a workspace's files; all others keep theirs.

    Rows and reasons go from every table, from backups that migrations made and from the log; what was learned from
    everybody goes too, and is learned anew without them. The vector index holds ids and vectors of items alone, and
    what its library left of the process's memory in its files is overwritten. That they had opted out is forgotten as
    well.

    Raises:
        RequestError: no usable name.
        WorkspaceError: a file cannot be written; what is left is erased when it is asked again.
    """
    person = user_id(user)
    rows = workspace.store.delete_user(person)
    workspace.wipe_index()
    folder = workspace.path / FOLDER
    return Forgotten(person, rows, evaluation=_remove(folder))


def opt_out(user: str, out: bool, workspace: Workspace) -> None:
    """Keep nothing of a person from now on and learn from nothing they did, or do so again; their rows stay.

    Raises:
        RequestError: no usable name.
        WorkspaceError: a file cannot be written.
    """
    workspace.store.opt_out(user_id(user), out)
    if out:
        _remove(workspace.path / FOLDER)


def _remove(folder: Path) -> bool:
    """Erase a folder; whether there was one."""
    if not folder.is_dir():
        return False
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise WorkspaceError(
            f"{error.filename} cannot be erased ({error.strerror}).", "Give yourself the right to, and ask again."
        ) from error
    return True
