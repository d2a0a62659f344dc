"""Run in a process that `faults.c` was loaded into: every write of every step of a store fails once, or is the last."""

from __future__ import annotations

import ctypes
import errno
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from retrieval.errors import WorkspaceError
from retrieval.storage.store import Store
from tests.support.histories import STEPS, Step, answers, seed

_LIBRARY = ctypes.CDLL(None)
ACTIONS = {
    "EIO": (errno.EIO, 0),
    "ENOSPC": (errno.ENOSPC, 0),
    "ENOSPC from there on": (errno.ENOSPC, 1),
    "kill": (0, 0),
}


def arm(folder: Path, at: int, action: str = "EIO") -> None:
    with_, on = ACTIONS[action]
    _LIBRARY.faults_arm(str(folder).encode(), ctypes.c_long(at), with_, on)


def whole(path: Path, step: Step, report: Callable[[str], object] = bool) -> None:
    """A step as a command takes it: opened, done and reported, closed."""
    with Store.open(path) as store:
        step(store)
        report("done")


class Trials:
    """All faults of all steps, each on a copy of the same store."""

    def __init__(self, folder: Path, stride: int) -> None:
        self.folder, self.stride = folder, stride
        self.path = folder / "trial" / "tastemaker.db"
        self.n = 0
        self.wrong: list[str] = []
        (folder / "seed").mkdir()
        seed(folder / "seed" / "tastemaker.db")

    def run(self) -> None:
        for offset, (name, step) in enumerate(STEPS.items()):
            self._renew()
            before = self._now()
            arm(self.path.parent, -1)
            whole(self.path, step)
            n_writes = _LIBRARY.faults_disarm()
            after = self._now()
            for at in range(1 + offset % self.stride, n_writes + 1, self.stride):
                for action in ACTIONS:
                    self.n += 1
                    for fault in self._try(step, at, action, before, after):
                        self.wrong.append(f"{name}, write {at} of {n_writes}, {action}: {fault}")

    def _try(self, step: Step, at: int, action: str, before: object, after: object) -> Iterator[str]:
        self._renew()
        acknowledged = self._killed(step, at) if action == "kill" else self._failed(step, at, action)
        state = self._now()
        if state not in ((after,) if acknowledged else (before, after)):
            yield "acknowledged and lost" if acknowledged else "neither as before nor as after"
        whole(self.path, step)
        if self._now() != after:
            yield "done again, it is not as without a fault"

    def _failed(self, step: Step, at: int, action: str) -> bool:
        reports: list[str] = []
        arm(self.path.parent, at, action)
        try:
            whole(self.path, step, reports.append)
        except WorkspaceError:
            pass
        finally:
            _LIBRARY.faults_disarm()
        return bool(reports)

    def _killed(self, step: Step, at: int) -> bool:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            arm(self.path.parent, at, "kill")
            whole(self.path, step, lambda word: os.write(writing, word.encode()))
            os._exit(0)
        os.close(writing)
        os.waitpid(child, 0)
        with os.fdopen(reading) as reports:
            return bool(reports.read())

    def _renew(self) -> None:
        shutil.rmtree(self.path.parent, ignore_errors=True)
        shutil.copytree(self.folder / "seed", self.path.parent)

    def _now(self) -> dict[str, object]:
        with Store.open(self.path) as store:
            return answers(store)


if __name__ == "__main__":
    logging.disable()
    trials = Trials(Path(sys.argv[1]), int(sys.argv[2]))
    trials.run()
    sys.stdout.write(json.dumps({"n": trials.n, "wrong": trials.wrong}))
