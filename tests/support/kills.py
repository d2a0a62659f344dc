"""A workspace that is worked on by one process after another, each killed at a random moment."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import chromadb  # noqa: F401 - before any child is made, which would take seconds for it

from retrieval.storage import workspace as workspaces
from retrieval.storage.index import VectorIndex
from retrieval.storage.index_probe import disagreement
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from tests.support.histories import answers, entry, event, vector

USERS = ("ada", "bob", "cyd")
OF_INDEX = ("sync", "rebuild")
KINDS = ("ingest", "ingest", "replace", "delete", "feedback", "feedback", "withdraw", "forget", "channel", *OF_INDEX)


def work(store: Store, number: int) -> str:
    """Do to a store what the work of this number does to any; returns what kind of work it is."""
    chance = random.Random(number)
    kind, names = chance.choice(KINDS), [f"item {chance.randrange(60)}" for _ in range(4)]
    user = chance.choice(USERS)
    if kind == "ingest":
        store.put([entry(name) for name in names])
    elif kind == "replace":
        store.put([entry(names[0], f"Title {number}")])
    elif kind == "delete":
        store.delete(names[:2])
    elif kind == "feedback":
        store.put_interactions([event(user, name) for name in names])
    elif kind == "withdraw":
        store.withdraw(user, names[0], "like")
    elif kind == "forget":
        store.delete_user(user)
    elif kind == "channel":
        ids = list(store.digests())[:5]
        if ids:
            store.replace_channel("bridge", f"fit {number}", ids, vector("bridge")[None].repeat(len(ids), 0))
    return kind


def labour(folder: Path, number: int, writing: int) -> None:
    """Work on from this number, reporting each work that is done, until killed."""
    with Workspace.open(folder, create=True) as workspace:
        fault = disagreement(workspace.store, workspace.index) or workspace.index.reason
        os.write(writing, f"open {fault or ''}\n".encode())
        while True:
            kind = work(workspace.store, number)
            if kind in OF_INDEX:
                (workspace.sync_index if kind == "sync" else workspace.rebuild_index)()
            os.write(writing, f"{number}\n".encode())
            number += 1


def forked(folder: Path, number: int, n_works: int, wait_s: float) -> list[str]:
    """What a worker reported until it was killed, some time after so many works."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            labour(folder, number, writing)
        except BaseException as error:  # noqa: BLE001 - reported, whatever it is; no child goes on as its parent
            os.write(writing, f"failed {error!r}\n".encode())
        os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as reports:
        lines = [line for _, line in zip(range(n_works), reports, strict=False)]
        time.sleep(wait_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return [*lines, *reports]


def known(store: Store) -> dict[str, object]:
    # what the index has still to learn is no part of what was reported
    return {name: value for name, value in answers(store).items() if name != "pending"}


def rounds(folder: Path, n_kills: int, chance: random.Random) -> Iterator[str]:
    """What went wrong."""
    number = 0
    for kill in range(n_kills):
        for line in forked(folder / "workspace", number, chance.randrange(8), chance.random() * 0.05):
            if line.startswith(("open", "failed")):
                if fault := line.removeprefix("open ").strip():
                    yield f"after {kill} kills: {fault}"
                continue
            with Store.open(folder / "expected.db") as expected:
                work(expected, number)
            number = int(line) + 1
        if not (folder / "workspace" / "tastemaker.db").exists():
            continue  # killed before there was one
        with (
            Store.open(folder / "workspace" / "tastemaker.db") as store,
            Store.open(folder / "expected.db") as expected,
        ):
            if known(store) != known(expected):
                # the one that was under way may have been done before it could be reported
                work(expected, number)
                number += 1
                if known(store) != known(expected):
                    yield f"kill {kill}, work {number}: neither as reported nor one further"
                    return


def probe_here(database: Path, folder: Path) -> str | None:
    """The probe without a Python of its own, which takes seconds to start."""
    with Store.read(database) as store:
        return disagreement(store, VectorIndex(folder))


if __name__ == "__main__":
    logging.disable()
    workspaces.probe = probe_here  # type: ignore[attr-defined]
    wrong = list(rounds(Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))))
    sys.stdout.write(json.dumps({"wrong": wrong}))
