"""Adapt: examine a model, train it, examine what it learnt, and keep that only where it proves better."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.adapt.folder import AdapterManifest, BaseModel, ExampleCounts, write_adapter, write_manifest
from agent.adapt.lessons import BadExample, Divided, Job, LessonFile, divided
from agent.adapt.proof import Examination, examine, judge_adapter
from agent.adapt.training import Learnt, Tell, TrainingPlan, train
from agent.backends.chat.local_chat import LocalChat
from agent.backends.factory import NAMES, local_folder, model_folder, open_local, pinned_model
from agent.backends.loading.checkpoint import weights_digest
from agent.backends.loading.model_spec import ModelSpec, parse_spec
from agent.errors import ConfigError, ModelError, RequestError

Examinations = tuple[Examination, Examination | None]  # of what is held back, and of domains that are left out


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What came of it.

    Attributes:
        folder: Where the adapter is; None where it was not kept.
        why: Why it was kept or not, in a sentence.
        manifest: What it is and came to.
        bad: Examples that were left out.
        use: What to say to use it; empty where it was not kept.
    """

    folder: Path | None
    why: str
    manifest: AdapterManifest
    bad: tuple[BadExample, ...]
    use: str = ""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told how far it is.

    Attributes:
        stage: Told what is done next.
        training: Told after each step of training.
    """

    stage: Callable[[str], None] = lambda _: None
    training: Tell = lambda _: None


def adapt(
    lessons: LessonFile,
    base: str,
    out: Path,
    plan: TrainingPlan,
    *,
    left_out: Sequence[str] = (),
    watcher: Watcher | None = None,
) -> Adaptation:
    """Teach a model, and keep what it learnt in `out` where held-back lessons prove it better.

    A run that was stopped goes on where it was when it is called again with the same arguments.

    Args:
        lessons: What it is taught.
        base: The model, as settings name it.
        out: Folder to be made.
        left_out: Domains that are not taught, and judged apart.

    Raises:
        ConfigError: the model cannot be trained here, or peft is not installed.
        ModelError: the model cannot be had or loaded.
        RequestError: too few lessons are good, or `out` is there already.
    """
    watcher = watcher or Watcher()
    _check_free(out)
    spec, parts = _trainable(base), divided(lessons, left_out)
    run = _Teaching(lessons, parts, spec, BaseModel(_name(spec), weights_digest(_folder(spec))), plan, out, watcher)
    before, learnt = run.taught()
    counts = ExampleCounts(lessons.sha256, len(parts.learnt), len(parts.held), len(parts.left_out), len(lessons.bad))
    manifest = AdapterManifest(lessons.job, run.base, counts, plan, learnt.seconds, left_out_domains=tuple(left_out))
    adaptation = run.proven(before, learnt, manifest)
    run.checkpoint.unlink(missing_ok=True)
    return adaptation


@dataclass(frozen=True, slots=True, eq=False)
class _Teaching:
    """One call of `adapt`, with all that it is called with."""

    lessons: LessonFile
    parts: Divided
    spec: ModelSpec
    base: BaseModel
    plan: TrainingPlan
    out: Path
    watcher: Watcher

    @property
    def checkpoint(self) -> Path:
        """What a run that was stopped goes on from."""
        return self.out.with_name(f"{self.out.name}.training")

    def taught(self) -> tuple[Examinations, Learnt]:
        """What the model does before it learns, and what it learns."""
        self.watcher.stage("examining the model")
        model = _open(self.spec)
        _check_sight(model, self.lessons.job)
        before = self._examined(model)
        self.watcher.stage("training")
        return before, train(
            model, self.parts.learnt, self.plan, self.base.sha256, self.checkpoint, self.watcher.training
        )

    def proven(self, before: Examinations, learnt: Learnt, manifest: AdapterManifest) -> Adaptation:
        """What was learnt, read back as anybody will read it, and kept where it proves better."""
        gc.collect()  # the model that was trained, since two at once might not fit
        partial = self.out.with_name(f"{self.out.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            write_adapter(partial, learnt, manifest)
            self.watcher.stage("examining what it learnt")
            after = self._examined(_open(replace(self.spec, adapter=str(partial))))
            verdict, judged = judge_adapter(before[0], after[0], self.plan.seed), _judged(manifest, before, after)
            if not verdict.kept:
                return Adaptation(None, verdict.why, judged, tuple(self.lessons.bad))
            write_manifest(partial, judged)
            partial.replace(self.out)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return Adaptation(self.out, verdict.why, judged, tuple(self.lessons.bad), self._use())

    def _examined(self, model: LocalChat) -> Examinations:
        """What a model does on what is held back, and on the domains that are left out."""
        held = examine(model, self.parts.held, self.lessons.options)
        return held, examine(model, self.parts.left_out, self.lessons.options) if self.parts.left_out else None

    def _use(self) -> str:
        return f"{'--llm' if self.lessons.job == 'wording' else '--vlm'} {self.spec}+{self.out}"


def _check_free(out: Path) -> None:
    if out.exists():
        raise RequestError(f"{out} is there already.", "Name another folder with --out, or move this one away.")
    if not out.absolute().parent.is_dir():
        raise RequestError(f"There is no folder {out.parent} to write {out.name} to.", "Make it, or name another.")


def _trainable(base: str) -> ModelSpec:
    spec = parse_spec(base)
    if spec.is_endpoint or spec.source in ("auto", "none", "embedded"):
        raise ConfigError(f"{base} is no model whose weights are here.", "Name one with --base.")
    if spec.adapter:
        raise ConfigError("A model that has an adapter cannot learn another.", "Name the model alone.")
    return spec


def _folder(spec: ModelSpec) -> Path:
    return model_folder(spec.source) if spec.source in NAMES else local_folder(spec)


def _name(spec: ModelSpec) -> str:
    """What people call the model: of a folder on this machine its name."""
    folder = Path(spec.source).expanduser()
    return folder.resolve().name if folder.is_dir() else spec.source


def _open(spec: ModelSpec) -> LocalChat:
    return pinned_model(spec.source, spec.adapter) if spec.source in NAMES else open_local(spec)


def _check_sight(model: LocalChat, job: Job) -> None:
    from agent.backends.chat.llava import LlavaModel

    if job == "describing" and not isinstance(model, LlavaModel):
        raise ModelError(f"{model.name} cannot see pictures.", "Name a vision-language model with --base.")


def _judged(manifest: AdapterManifest, before: Examinations, after: Examinations) -> AdapterManifest:
    return replace(
        manifest,
        before=before[0].figures,
        after=after[0].figures,
        left_out_before=before[1].figures if before[1] else None,
        left_out_after=after[1].figures if after[1] else None,
    )


__all__ = ["Adaptation", "Watcher", "adapt"]
