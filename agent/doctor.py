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
from agent.errors import ModelError, TastemakerError
from agent.weights.weights import archives, cached

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from agent.backends.loading.model_spec import ModelSpec
    from agent.models import Models
    from retrieval.storage.workspace import Workspace, WorkspaceHealth

MAX_LISTED = 20  # items whose media have problems
_EMBEDDED = {
    "text": "all-MiniLM-L6-v2 for English, Universal Sentence Encoder multilingual v3 for other languages",
    "picture": "EfficientNet-Lite2; words find pictures by the bridge",
    "sound": "the encoder of the speech model, with the spectrum; words find sounds by a map where one proves itself",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at."""

    about: str
    says: str
    well: bool = True


def examine(config: AgentConfig, workspace: Path | None) -> list[Diagnosis]:
    """Look at the machine, the models and, if one is named, a workspace."""
    from agent.models import Models

    diagnoses = [*_machine(), *_packages(), *_settings(config), _privacy(config), *_models(config)]
    diagnoses.append(_wording(config, workspace))
    if workspace is None:
        diagnoses += _encoders(Models(config))
    else:
        diagnoses += _workspace(workspace, config)
    return diagnoses


def _machine() -> Iterator[Diagnosis]:
    from agent.backends.loading.dtype import precision

    yield Diagnosis("machine", f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    chosen = precision()
    yield Diagnosis("precision", f"{str(chosen.dtype).removeprefix('torch.')} on {chosen.device}: {chosen.reason}")


def _packages() -> Iterator[Diagnosis]:
    """Installed packages outside of the ranges that were tested: they may work, but nobody has tried."""
    from packaging.requirements import Requirement

    try:
        requirements = [Requirement(text) for text in requires("tastemaker") or ()]
    except PackageNotFoundError:
        yield Diagnosis("packages", "Tastemaker itself is not installed, so what it was tested with is not known")
        return
    untested = list(filter(None, map(_check_package, requirements)))
    if not untested:
        yield Diagnosis("packages", "all that are installed are within the ranges that were tested")
    yield from {diagnosis.about: diagnosis for diagnosis in untested}.values()  # extras may ask for the same package


def _check_package(requirement: Requirement) -> Diagnosis | None:
    """What is wrong with the package that answers a requirement; one that only an extra asks for may be missing."""
    about, repair = f"package {requirement.name}", f"run: pip install '{requirement.name}{requirement.specifier}'"
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        return Diagnosis(about, f"is not installed; {repair}", well=False) if needed else None
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return Diagnosis(about, f"{installed} is installed, {requirement.specifier} was tested; {repair}", well=False)


def _settings(config: AgentConfig) -> Iterator[Diagnosis]:
    values = ", ".join(f"{name}={value}" for name, value in config.model_dump().items())
    yield Diagnosis("settings", values)


def _privacy(config: AgentConfig) -> Diagnosis:
    epsilon = config.privacy_epsilon
    if epsilon is None:
        return Diagnosis("privacy", "what people liked is learned from as it is; TASTEMAKER_PRIVACY_EPSILON adds noise")
    return Diagnosis("privacy", f"what people liked is learned from through noise, epsilon {epsilon:g} for each liking")


def _models(config: AgentConfig) -> Iterator[Diagnosis]:
    from agent.backends.factory import EMBEDDED, choose
    from agent.backends.jobs import seeing

    for archive in archives():
        if archive.optional and not cached(archive.name):
            yield Diagnosis(f"model {archive.name}", f"not here; optional: `tastemaker models pull {archive.name}`")
        else:
            here = cached(archive.name)
            says = f"in {here}" if here else f"fetched when first needed ({archive.size_bytes / 1e6:.0f} MB)"
            yield Diagnosis(f"model {archive.name}", says, well=here is not None)
    choice = choose(config.llm, config.vlm)
    yield Diagnosis("language model", f"{choice.name}: {choice.reason}")
    if choice.model is not None and choice.model.is_endpoint:
        yield _model_server(choice.model, config)
    sight = seeing(config.vlm)
    yield Diagnosis("pictures to text", f"{sight.model or EMBEDDED}: {sight.reason}")
    if sight.model is not None and not sight.model.is_endpoint:
        yield _placement(sight.model)
    if sight.model is not None and sight.model.is_endpoint and sight.model != choice.model:
        yield _model_server(sight.model, config)
    yield from _jobs(config)


def _jobs(config: AgentConfig) -> Iterator[Diagnosis]:
    """Who does each job, and why, with what its card says."""
    from agent.backends.jobs import NO_MODEL, choose_jobs
    from agent.rerank.setting import ranking_of

    idle = ranking_of(config, None).rerank_weight == 0
    words = {"describe": "describing pictures", "rerank": "ordering lists", "word": "wording", "read": "reading turns"}
    for job, choice in choose_jobs(config.llm, config.vlm).items():
        if job == "rerank" and choice.model and idle:
            why = f"{choice.name} is asked only where tuning proves that it helps, or rerank_weight is set"
            yield Diagnosis(words[job], f"{NO_MODEL[job]}: {why}")
        elif job != "word":  # who words depends on the workspace too, and is told by itself
            yield Diagnosis(words[job], f"{choice.name}: {choice.why}")


def _encoders(models: Models) -> Iterator[Diagnosis]:
    """Which encoders embed texts, pictures and sounds, and where they would compute."""
    from agent.backends.encoder_slots import SLOTS
    from agent.backends.loading.encoder_place import place_encoder
    from agent.backends.text.sentence_model import is_sentence_model, module_folders

    for slot in SLOTS:
        named = getattr(models.slots, slot)
        if named is None:
            yield Diagnosis(f"{slot} encoder", f"embedded: {_EMBEDDED[slot]}")
            continue
        try:
            modular = slot == "text" or is_sentence_model(named.folder)
            folders = module_folders(named.folder) if modular else [named.folder]
            says = f"{named.id} from {named.pinned}: {place_encoder(named.id, folders).reason}"
            if slot == "text":
                says += "; for all languages, as its card says" if named.multilingual else "; for English"
            yield Diagnosis(f"{slot} encoder", says)
        except TastemakerError as error:
            yield Diagnosis(f"{slot} encoder", str(error), well=False)


def _model_server(spec: ModelSpec, config: AgentConfig) -> Diagnosis:
    """Whether a model server answers, and what becomes of turns when it does not."""
    from agent.backends.budget import Budget
    from agent.backends.chat.breaker import FAILURES, REST_S
    from agent.backends.chat.endpoint import endpoint_model

    terms = (
        f"a turn waits {config.llm_silence_s:g} s for a word of it and {config.llm_turn_s:g} s in all; "
        f"after {FAILURES} failures in a row it is left alone for {REST_S:.0f} s"
    )
    model = endpoint_model(spec.source).within(Budget(config.llm_silence_s, config.llm_turn_s))
    try:
        return Diagnosis("model server", f"answers, and reads {model.context_tokens:,} tokens; {terms}")
    except ModelError as error:
        return Diagnosis("model server", f"{error} Answers do without it: {terms}", well=False)


def _wording(config: AgentConfig, workspace: Path | None) -> Diagnosis:
    """Who words reasons, and why."""
    from agent.explain.casting import chosen_manner

    try:
        chosen = chosen_manner(config, workspace)
    except TastemakerError as error:
        return Diagnosis("wording", str(error), well=False)
    return Diagnosis("wording", chosen.why if chosen else "Reasons are worded by rules: no language model is named.")


def _placement(spec: ModelSpec) -> Diagnosis:
    """Where a vision-language model goes, and in which number format, without loading it."""
    from agent.backends.chat.llava import plan_llava
    from agent.backends.loading.hub import at_hand, pinned
    from agent.backends.loading.known_models import known
    from agent.backends.loading.memory import gib

    folder = Path(spec.source).expanduser()
    if not folder.is_dir():
        local = at_hand(spec.source, spec.revision or pinned(spec.source))
        if local is None:
            model = known(spec.source)
            sizes = model.bytes_by_format() if model else {}
            needs = ", ".join(f"{gib(size)} in {held_in}" for held_in, size in sizes.items())
            return Diagnosis("placement", f"fetched when first needed{f'; its weights take {needs}' if needs else ''}")
        folder = local
    # Planned as for loading, but by the shape of the weights alone: looking must not take gigabytes.
    try:
        return Diagnosis("placement", plan_llava(folder, str(spec), spec.format).reason)
    except TastemakerError as error:
        return Diagnosis("placement", str(error), well=False)


def _workspace(path: Path, config: AgentConfig) -> Iterator[Diagnosis]:
    from agent.models import Models
    from agent.retrieve.encoders import adopt_encoders, check_encoders
    from retrieval.storage.workspace import Workspace

    try:
        with Workspace.open(path) as workspace:
            yield from _report_workspace(workspace)
            models = Models(config)
            adopt_encoders(workspace.store, models)
            yield from _encoders(models)
            check_encoders(workspace.store, models)  # raises where other models made the vectors
    except TastemakerError as error:
        yield Diagnosis("workspace", str(error), well=False)


def _report_workspace(workspace: Workspace) -> Iterator[Diagnosis]:
    health = workspace.health()
    yield Diagnosis("workspace", f"{health.path}: {health.n_items:,} items, format {health.format}")
    for note in health.notes:
        yield Diagnosis("workspace", note, well=False)
    damage = health.damage
    yield Diagnosis("database", f"damaged: {damage}" if damage else "well", well=damage is None)
    for channel in health.channels:
        says = (
            f"{channel.n_vectors:,} vectors of {channel.n_items:,} items, {channel.dim} numbers each, {channel.model}"
        )
        yield Diagnosis(f"channel {channel.name}", says)
    yield _index(health)
    yield from _tuning(workspace)
    yield from _media(workspace)


def _index(health: WorkspaceHealth) -> Diagnosis:
    if not health.index_available:
        return Diagnosis("index", f"Chroma cannot be used, exact search answers: {health.index_reason}", well=False)
    if health.index_rebuilt:
        return Diagnosis("index", f"was rebuilt from the database just now: {health.index_rebuilt}")
    return Diagnosis("index", "in step with the database")


def _tuning(workspace: Workspace) -> Iterator[Diagnosis]:
    """Which settings differ from the defaults because requests of this catalog proved them better."""
    from agent.retrieve.tuned import load_tuned, unused_notes
    from retrieval.channels.registry import present_with

    tuned = load_tuned(workspace.store)
    in_use = [finding for finding in tuned.findings if finding.verdict.kept] if tuned else []
    if tuned is None:
        yield Diagnosis("tuning", "not done: default weights; `tastemaker tune` looks for better ones")
    elif not in_use:
        yield Diagnosis("tuning", f"done by {tuned.method}: no setting proved better than the default")
    for finding in in_use:
        yield Diagnosis(
            f"tuned {finding.about}", f"{finding.chosen} instead of {finding.default}: {finding.verdict.why}"
        )
    # A tuned weight of a channel that has gone since is no longer used, which is worth saying.
    present = present_with(name for name, held in workspace.store.channels().items() if held.n_vectors)
    learned = _refusals(workspace) if tuned and tuned.learned else ()
    for sentence in (*unused_notes(tuned, present), *learned):
        yield Diagnosis("tuning", sentence, well=False)


def _refusals(workspace: Workspace) -> tuple[str, ...]:
    """Why learned fusions are not used, though they were kept."""
    from agent.retrieve.plans import all_refusals
    from agent.retrieve.retriever import open_snapshot

    # Whether a fusion fits can be told by the whole catalog alone, which is why only learned ones have it read.
    return all_refusals(workspace.store, open_snapshot(workspace))


def _media(workspace: Workspace) -> Iterator[Diagnosis]:
    """Items that are recommended from what they have, because a medium of theirs cannot be used."""
    flawed = [(item, medium) for item in workspace.store.items() for medium in item.media if medium.problem]
    if not flawed:
        yield Diagnosis("media", "all media of all items can be used")
        return
    yield Diagnosis("media", f"{len(flawed)} media cannot be used; their items are recommended from what they have")
    for item, medium in flawed[:MAX_LISTED]:
        yield Diagnosis(f"item {item.id}", f"{medium.kind} {medium.name}: {medium.problem}")
