"""What people see: answers on a terminal, progress on stderr, JSON when asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from agent.cli.screen import SCREEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.answers import Answer, Event, Group, Recommendation, Request
    from agent.ingest.catalog import IngestProgress, IngestReport
    from agent.weights.weights import DownloadProgress

MB = 1_000_000


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    # NaN is no JSON: better that it fails here than in the program that reads it.
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False), file=SCREEN.get().out)


def at_terminal() -> bool:
    """Whether progress would be seen by somebody."""
    return SCREEN.get().watched


class AnswerPrinter:
    """Prints an answer while it is made: steps on a terminal's stderr, items in order as soon as they are done.

    Args:
        why: Print also the claims that each reason rests on, and what counted.
    """

    def __init__(self, *, why: bool = False) -> None:
        self._why, self._language = why, "en"
        self._waiting: dict[int, Recommendation] = {}  # reasons get ready in any order
        self._due = 1
        self._request_printed = False
        self._reply_printed = False

    def __call__(self, event: Event) -> None:
        """Print what an event says."""
        if event.kind == "status" and at_terminal():
            typer.secho(f"  … {event.text}", file=SCREEN.get().err, dim=True, err=True)
        if event.request and not self._request_printed:
            _print_request(event.request)
            self._language = event.request.language
            self._request_printed = True
        self._print_reply(event.reply)
        if event.recommendation:
            self._waiting[event.recommendation.rank] = event.recommendation
            while following := self._waiting.pop(self._due, None):
                _print_role(following, event.groups)
                print_recommendation(following, event.groups, self._language)
                if self._why:
                    print_why(following, self._language)
                self._due += 1

    def end(self, answer: Answer) -> None:
        """Print what an answer has beside its items."""
        self._print_reply(answer.reply)
        _print_answer_end(answer)

    def _print_reply(self, reply: str) -> None:
        if reply and not self._reply_printed:
            _print_wrapped(reply, "")
            self._reply_printed = True


def _print_request(request: Request) -> None:
    """What was understood, where that is not plain from the request itself."""
    if request.heard:
        translated = "" if request.heard.english == request.heard.text else f" ({request.heard.english})"
        _print_line(f"  heard: “{request.heard.text}”{translated}", dim=True)
    for sight in request.seen:
        _print_line(f"  saw: {sight}", dim=True)
    for sound in request.sounding:
        _print_line(f"  heard: {sound}", dim=True)
    for must in request.must_haves:
        quote = f" (you said “{must.words}”)" if must.origin == "understood" else ""
        _print_line(f"  must have: {must.filter}{quote}", dim=True)
    for named in request.named:
        _print_line(f"  {'like' if named.liked else 'unlike'}: {named.title}", dim=True)


def _print_role(recommendation: Recommendation, groups: Sequence[Group]) -> None:
    """What a group of items is, before the first of them."""
    from agent.answers import place_of

    place = place_of(recommendation.rank, groups)
    if place and place.first:
        _print_line(f"  {place.group.role}", colour="cyan")


def print_recommendation(recommendation: Recommendation, groups: Sequence[Group] = (), language: str = "en") -> None:
    """One item: what it is, how well it fits, and why it is shown, in a sentence."""
    from agent.answers import place_of
    from agent.language.beside import labels, moment_note, untold_note

    item, place = recommendation.item, place_of(recommendation.rank, groups)
    proposed = place is not None and place.chosen
    beside = ", ".join(labels(recommendation.fit, proposed=proposed, promoted=recommendation.promoted))
    _print_line(f"{recommendation.rank:>3}. {item.title}{f' ({beside})' if beside else ''}", bold=True)
    facts = [str(item.attributes[name]) for name in ("artist", "brand", "director") if name in item.attributes]
    facts += [item.category] if item.category else []
    facts += [f"{item.price:g}"] if item.price is not None else []
    _print_line(f"     {' · '.join([*facts, f'id {item.id}', f'score {recommendation.score:.2f}'])}", dim=True)
    _print_wrapped(recommendation.explanation.text, "     ")
    if moment := recommendation.moment:
        _print_wrapped(moment_note(moment.kind, moment.start_s, moment.text).text_in(language), "     ")
    if untold := untold_note(recommendation.untold):
        _print_wrapped(untold.text_in(language), "     ", colour="yellow")
    if recommendation.twins:
        _print_line(f"     and {len(recommendation.twins)} more like this", dim=True)


def print_why(recommendation: Recommendation, language: str) -> None:
    """What is behind a reason: its claims, what counted, and the places without each part.

    Where a claim can be checked stands in the JSON.
    """
    from agent.language.beside import against_note, counted_note

    lines = [f"- {claim.text}" for claim in recommendation.explanation.claims]
    if decided := recommendation.decided:
        counted = counted_note({name: part.share for name, part in decided.contributions.items()})
        against = against_note({name: part.score for name, part in decided.contributions.items()})
        lines += [note.text_in(language) for note in (counted, against) if note]
        if places := [f"number {part.rank} without {name}" for name, part in decided.modalities.items()]:
            lines.append(", ".join(places))
    for line in lines:
        _print_wrapped(line, "       ", dim=True)


def _print_answer_end(answer: Answer) -> None:
    """What may be meant, criticism that was taken, notes, a question, and the models that took part."""
    for choice in answer.choices:
        _print_line(f"  - {choice}", colour="cyan")
    for move in answer.dialogue.moves if answer.dialogue else ():
        _print_line(f"  now: {move}", dim=True)
    for note in answer.asides:
        _print_line(f"  note: {note}", colour="yellow")
    if answer.dialogue and answer.dialogue.question:
        _print_line(f"  {answer.dialogue.question.text}", colour="cyan")
    used = ", ".join(f"{job} {name}" for job, name in answer.backends.items())
    parts = (f"{sum(answer.timings_s.values()):.1f} s", used, _wording(answer))
    _print_line(f"  {'; '.join(part for part in parts if part)}", dim=True)


def _wording(answer: Answer) -> str:
    total = len(answer.recommendations)
    worded = sum(recommendation.explanation.wording == "model" for recommendation in answer.recommendations)
    if worded == total:
        return "reasons worded by the model" if total else ""
    if not worded:
        return "reasons worded by rules"
    return f"{worded} of {total} reasons worded by the model, the rest by rules"


def print_report(report: IngestReport) -> None:
    """What an ingest did."""
    _print_line(
        f"{report.added:,} added, {report.updated:,} updated, {report.unchanged:,} unchanged"
        f" in {report.seconds:.1f} s ({report.summary})"
    )
    if report.taken is not None:
        _print_line(f"  {report.taken}", dim=True)
        for warning in report.taken.warnings:
            _print_line(f"  {warning}", colour="yellow")
    if fetched := report.fetched:
        _print_line(
            f"  files fetched: {fetched.fetched:,} ({fetched.size_bytes / MB:.1f} MB); here already: {fetched.known:,};"
            f" not to be had: {fetched.failed:,}",
            colour="yellow" if fetched.failed else None,
        )
    for problem in report.problems[:20]:
        _print_line(f"  {problem}", colour="yellow")
    if len(report.problems) > 20:
        _print_line(f"  … and {len(report.problems) - 20:,} more; --json lists all", colour="yellow")
    if report.exclude_unused:
        _print_line(f"  no row has the excluded column {', '.join(report.exclude_unused)}", colour="yellow")
    if report.absent:
        n = len(report.absent)
        kept = "1 item of the workspace is not in this catalog; it stays"
        many = f"{n:,} items of the workspace are not in this catalog; they stay"
        _print_line(f"  {kept if n == 1 else many}", colour="yellow")
    if report.about:
        _print_line(f"  {report.about}", dim=True)
    if report.hearing:
        _print_line(f"  {report.hearing}", dim=True)
    if report.bridge:
        _print_line(f"  {report.bridge}", dim=True)


@contextmanager
def ingest_progress() -> Iterator[Any]:
    """A progress bar on a terminal, silence elsewhere."""
    if not at_terminal():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    # On stderr, so that stdout holds the answer alone, whatever it is piped into.
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading the catalog", total=None)

        def tell(progress: IngestProgress) -> None:
            bar.update(task, description=progress.stage, completed=progress.done, total=progress.total or None)

        yield tell


@contextmanager
def count_progress(events: str) -> Iterator[Callable[[int], None]]:
    """A running count on a terminal, silence elsewhere."""
    if not at_terminal():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(events) as status:
        yield lambda done: status.update(f"{done:,} {events}")


@contextmanager
def download_progress() -> Iterator[DownloadProgress | None]:
    """A bar per archive on a terminal; elsewhere one line per archive on stderr, since a download is a long wait."""
    if not at_terminal():
        yield _announce()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

    columns = (TextColumn("fetching {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(name: str, done_bytes: int, total_bytes: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total_bytes)
            bar.update(tasks[name], completed=done_bytes)

        yield tell


def _announce() -> DownloadProgress:
    announced: set[str] = set()

    def tell(name: str, done_bytes: int, total_bytes: int) -> None:
        del done_bytes
        if name not in announced:
            announced.add(name)
            typer.echo(f"fetching {name} ({total_bytes / MB:.0f} MB)", err=True)

    return tell


def _print_line(text: str, *, bold: bool = False, dim: bool = False, colour: str | None = None) -> None:
    typer.secho(text, file=SCREEN.get().out, bold=bold or None, dim=dim or None, fg=colour)


def _print_wrapped(text: str, indent: str, *, dim: bool = False, colour: str | None = None) -> None:
    import textwrap

    for line in textwrap.wrap(text, SCREEN.get().width, initial_indent=indent, subsequent_indent=indent):
        _print_line(line, dim=dim, colour=colour)
