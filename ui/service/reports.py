"""Finished evaluations and tunings, kept in the workspace to be read again and compared."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from agent.errors import WorkspaceError
from retrieval.files.private import make_folder, write_text

FOLDER = "reports"  # in a workspace; means over everybody, in which nobody is named: it stays when one is forgotten
MOST = 40
_ID = re.compile(r"[0-9]{8}-[0-9]{6}(?:-[0-9]+)?")

ReportKind = Literal["evaluation", "tuning"]


@dataclass(frozen=True, slots=True)
class KeptReport:
    """One finished evaluation or tuning.

    Attributes:
        id: By its time, so that ids sort by age.
        title: What was asked for.
        seconds: It took.
        body: The findings, as plain values.
    """

    id: str
    kind: ReportKind
    title: str
    seconds: float
    body: Mapping[str, Any]


class Reports:
    """The reports of one workspace."""

    def __init__(self, workspace: Path) -> None:
        self._folder = workspace / FOLDER

    def keep(self, kind: ReportKind, title: str, seconds: float, body: Mapping[str, Any]) -> KeptReport:
        """Keep a report; the oldest beyond the most that are kept go.

        Raises:
            WorkspaceError: it cannot be written.
        """
        try:
            make_folder(self._folder)
            report = KeptReport(self._free_id(), kind, title, round(seconds, 1), body)
            part = self._folder / f"{report.id}.part"  # a report that is half written is none
            write_text(part, json.dumps(asdict(report), ensure_ascii=False))
            part.replace(self._folder / f"{report.id}.json")
            for old in self.ids()[MOST:]:
                (self._folder / f"{old}.json").unlink(missing_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"The report cannot be kept in {self._folder} ({error.strerror}).", "Make room on the server's disk."
            ) from error
        return report

    def ids(self) -> list[str]:
        """Ids of all reports, the newest first."""
        names = (path.stem for path in self._folder.glob("*.json"))
        return sorted((name for name in names if _ID.fullmatch(name)), key=_age, reverse=True)

    def find(self, id: str) -> KeptReport | None:
        """A report; None where there is none of this id, or it is damaged."""
        if not _ID.fullmatch(id):
            return None
        try:
            return KeptReport(**json.loads((self._folder / f"{id}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _free_id(self) -> str:
        now, newest = time.strftime("%Y%m%d-%H%M%S"), next(iter(self.ids()), "")
        return f"{now}-{_age(newest)[1] + 1}" if newest.startswith(now) else now


def _age(id: str) -> tuple[str, int]:
    day, clock, *at = id.split("-")
    return day + clock, int(at[0]) if at else 1
