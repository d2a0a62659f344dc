"""Doctor: which models run on this machine and why, and whether a workspace is well."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from agent.config import AgentConfig
from agent.errors import TastemakerError
from agent.retrieve.encoders import check_encoders
from agent.retrieve.tuned import load_tuned, unused_notes
from agent.weights.weights import archives, cached
from retrieval.channels.registry import present_with

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from agent.backends.loading.model_spec import ModelSpec
    from retrieval.storage.workspace import Workspace, WorkspaceHealth

MAX_LISTED = 20  # items whose media have problems


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    about: str
    says: str
    well: bool = True


def examine(config: AgentConfig, workspace: Path | None) -> list[Finding]:
    """Look at the machine, the models and, if one is named, a workspace."""
    findings = [*_machine(), *_packages(), *_settings(config), _privacy(config), *_models(config)]
    if workspace is not None:
        findings += _workspace(workspace, config)
    return findings


def _machine() -> Iterator[Finding]:
    from agent.backends.loading.dtype import precision

    yield Finding("machine", f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    found = precision()
    yield Finding("precision", f"{str(found.dtype).removeprefix('torch.')} on {found.device}: {found.reason}")


def _packages() -> Iterator[Finding]:
    """Installed packages outside of the ranges that were tested: they may work, but nobody has tried."""
    from packaging.requirements import Requirement

    try:
        requirements = [Requirement(text) for text in requires("tastemaker") or ()]
    except PackageNotFoundError:
        yield Finding("packages", "Tastemaker itself is not installed, so what it was tested with is not known")
        return
    untested = list(filter(None, map(_untested, requirements)))
    if not untested:
        yield Finding("packages", "all that are installed are within the ranges that were tested")
    yield from {finding.about: finding for finding in untested}.values()  # extras may ask for the same package


def _untested(requirement: Requirement) -> Finding | None:
    """What is wrong with the package that answers a requirement; one that only an extra asks for may be missing."""
    about, repair = f"package {requirement.name}", f"run: pip install '{requirement.name}{requirement.specifier}'"
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        return Finding(about, f"is not installed; {repair}", well=False) if needed else None
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return Finding(about, f"{installed} is installed, {requirement.specifier} was tested; {repair}", well=False)


def _settings(config: AgentConfig) -> Iterator[Finding]:
    values = ", ".join(f"{name}={value}" for name, value in config.model_dump().items())
    yield Finding("settings", values)


def _privacy(config: AgentConfig) -> Finding:
    epsilon = config.privacy_epsilon
    if epsilon is None:
        return Finding("privacy", "what people liked is learned from as it is; TASTEMAKER_PRIVACY_EPSILON adds noise")
    return Finding("privacy", f"what people liked is learned from through noise, epsilon {epsilon:g} for each liking")


def _models(config: AgentConfig) -> Iterator[Finding]:
    from agent.backends.factory import EMBEDDED, choose, choose_sight

    for archive in archives():
        if archive.optional and not cached(archive.name):
            yield Finding(f"model {archive.name}", f"not here; optional: `tastemaker models pull {archive.name}`")
        else:
            here = cached(archive.name)
            says = f"in {here}" if here else f"fetched when first needed ({archive.size_bytes / 1e6:.0f} MB)"
            yield Finding(f"model {archive.name}", says, well=here is not None)
    choice = choose(config.llm, config.vlm)
    yield Finding("language model", f"{choice.pinned or choice.model or 'none'}: {choice.reason}")
    sight = choose_sight(config.vlm)
    yield Finding("pictures to text", f"{sight.model or EMBEDDED}: {sight.reason}")
    if sight.model is not None and not sight.model.is_endpoint:
        yield _placement(sight.model)


def _placement(spec: ModelSpec) -> Finding:
    """Where a vision-language model goes, and in which number format, without loading it."""
    from agent.backends.chat.llava import plan_llava
    from agent.backends.loading.hub import at_hand, pinned
    from agent.backends.loading.known_models import known
    from agent.backends.loading.memory import gib

    folder = Path(spec.source).expanduser()
    if not folder.is_dir():
        found = at_hand(spec.source, spec.revision or pinned(spec.source))
        if found is None:
            model = known(spec.source)
            sizes = model.bytes_by_format() if model else {}
            needs = ", ".join(f"{gib(size)} in {held_in}" for held_in, size in sizes.items())
            return Finding("placement", f"fetched when first needed{f'; its weights take {needs}' if needs else ''}")
        folder = found
    try:
        return Finding("placement", plan_llava(folder, str(spec), spec.format).reason)
    except TastemakerError as error:
        return Finding("placement", str(error), well=False)


def _workspace(path: Path, config: AgentConfig) -> Iterator[Finding]:
    from agent.models import Models
    from retrieval.storage.workspace import Workspace

    try:
        with Workspace.open(path) as workspace:
            yield from _opened(workspace)
            check_encoders(workspace.store, Models(config))
    except TastemakerError as error:
        yield Finding("workspace", str(error), well=False)


def _opened(workspace: Workspace) -> Iterator[Finding]:
    health = workspace.health()
    yield Finding("workspace", f"{health.path}: {health.n_items:,} items, format {health.format}")
    damage = health.damage
    yield Finding("database", f"damaged: {damage}" if damage else "well", well=damage is None)
    for channel in health.channels:
        says = (
            f"{channel.n_vectors:,} vectors of {channel.n_items:,} items, {channel.dim} numbers each, {channel.model}"
        )
        yield Finding(f"channel {channel.name}", says)
    yield _index(health)
    yield from _tuning(workspace)
    yield from _degraded(workspace)


def _index(health: WorkspaceHealth) -> Finding:
    if not health.index_available:
        return Finding("index", f"Chroma cannot be used, exact search answers: {health.index_reason}", well=False)
    if health.index_rebuilt:
        return Finding("index", f"was rebuilt from the database just now: {health.index_rebuilt}")
    return Finding("index", "in step with the database")


def _tuning(workspace: Workspace) -> Iterator[Finding]:
    """Which settings differ from the defaults because requests of this catalog proved them better."""
    tuned = load_tuned(workspace.store)
    kept = [one for one in tuned.findings if one.verdict.kept] if tuned else []
    if tuned is None:
        yield Finding("tuning", "not done: default weights; `tastemaker tune` looks for better ones")
    elif not kept:
        yield Finding("tuning", f"done by {tuned.method}: no setting proved better than the default")
    for one in kept:
        yield Finding(f"tuned {one.about}", f"{one.chosen} instead of {one.default}: {one.verdict.why}")
    present = present_with(name for name, held in workspace.store.channels().items() if held.n_vectors)
    learned = _refused(workspace) if tuned and tuned.learned else ()
    for sentence in (*unused_notes(tuned, present), *learned):
        yield Finding("tuning", sentence, well=False)


def _refused(workspace: Workspace) -> tuple[str, ...]:
    """Why learned fusions are not used, though they were kept."""
    from agent.retrieve.plans import all_refusals
    from agent.retrieve.retriever import open_snapshot

    return all_refusals(workspace.store, open_snapshot(workspace))


def _degraded(workspace: Workspace) -> Iterator[Finding]:
    """Items that are recommended from what they have, because a medium of theirs cannot be used."""
    flawed = [(item, medium) for item in workspace.store.items() for medium in item.media if medium.problem]
    if not flawed:
        yield Finding("media", "all media of all items can be used")
        return
    yield Finding("media", f"{len(flawed)} media cannot be used; their items are recommended from what they have")
    for item, medium in flawed[:MAX_LISTED]:
        yield Finding(f"item {item.id}", f"{medium.kind} {medium.name}: {medium.problem}")
