"""Checkpoints: a trained fusion as safetensors bytes, with a manifest that says what it was trained on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import FusionError
from retrieval.fusion import Fusion
from retrieval.fusion.catalogue import make
from retrieval.snapshot import Snapshot

if TYPE_CHECKING:
    from torch import Tensor

    from retrieval.fusion.ensemble import Ensemble
    from retrieval.fusion.frame import Frame
    from retrieval.fusion.learned import LearnedFusion

FORMAT = 1
_TRAIN_AGAIN = "Train it again on this catalog, or adapt it to it."


@dataclass(frozen=True, slots=True)
class Features:
    """Which vectors a fusion was trained on.

    Attributes:
        models: By channel the identity of the model that made its vectors.
        n_items: How many items there were; items ingested later change nothing.
        digest: Of the ids and the vectors of those items.
    """

    models: Mapping[str, str]
    n_items: int
    digest: str

    @classmethod
    def of(cls, snapshot: Snapshot, models: Mapping[str, str], n_items: int | None = None) -> Features:
        """The vectors of a catalog, or of the first `n_items` that were ingested into it."""
        n = len(snapshot.items) if n_items is None else min(n_items, len(snapshot.items))
        digest = hashlib.sha256()
        for item in snapshot.items[:n]:
            digest.update(json.dumps(item.id).encode())
        for name, table in sorted(snapshot.tables.items()):
            digest.update(name.encode() + table.starts[: n + 1].astype("<i8").tobytes())
            digest.update(np.ascontiguousarray(table.matrix[: table.starts[n]]).data)
        return cls(dict(sorted(models.items())), n, digest.hexdigest())


def to_bytes(fusion: LearnedFusion | Ensemble, features: Features) -> bytes:
    """The fusion and what it was trained on; the same fusion gives the same bytes."""
    from safetensors.torch import save

    from retrieval.fusion.ensemble import Ensemble

    tensors: dict[str, Tensor] = {}
    learners = _learners(fusion)
    for prefix, learner in learners.items():
        tensors |= {f"{prefix}/module/{name}": value for name, value in learner.module.state_dict().items()}
        # twins share one frame, which is written once below
        if not prefix.startswith("twin"):
            tensors |= {f"{prefix}/frame/{name}": value for name, value in _frame_tensors(learner.frame).items()}
    if isinstance(fusion, Ensemble) and fusion.twins:
        tensors |= {f"twins/frame/{name}": value for name, value in _frame_tensors(_twins_frame(fusion)).items()}
    manifest = {
        "format": FORMAT,
        "fusion": fusion.name,
        "features": asdict(features),
        "figures": dict(fusion.figures),
        "learners": {
            prefix: {
                "name": learner.name,
                "channels": learner.frame.channels,
                "modalities": list(learner.frame.modalities),
            }
            for prefix, learner in learners.items()
        },
        "plain": {plain.name: _weights(plain) for plain in fusion.plain} if isinstance(fusion, Ensemble) else {},
    }
    # in order of name and in one piece each, so that the same fusion gives the same bytes
    whole = {name: value.detach().cpu().clone().contiguous() for name, value in sorted(tensors.items())}
    return save(whole, {"manifest": json.dumps(manifest, sort_keys=True)})


def from_bytes(saved: bytes, snapshot: Snapshot, models: Mapping[str, str], *, adapting: bool = False) -> Fusion:
    """The fusion that `to_bytes` saved.

    Args:
        snapshot: Of the catalog it is to be used on.
        models: By channel the model that made its vectors.
        adapting: Accept one that was trained on another catalog, if its vectors came from the same models.

    Raises:
        FusionError: it is damaged, of a newer version, or was trained on other vectors than this catalog's.
    """
    manifest, tensors = _read(saved)
    trained_on = Features(**manifest["features"])
    _check_models(manifest["fusion"], trained_on, models)
    if not adapting and Features.of(snapshot, models, trained_on.n_items).digest != trained_on.digest:
        raise FusionError(
            f"The fusion {manifest['fusion']} was trained on {trained_on.n_items:,} items whose vectors are not those"
            " of this catalog.",
            _TRAIN_AGAIN,
        )
    try:
        return _built(manifest, tensors)
    except (KeyError, RuntimeError, ValueError, TypeError) as error:
        raise _damaged(str(error)) from error


def _check_models(name: str, trained_on: Features, models: Mapping[str, str]) -> None:
    for channel, model in trained_on.models.items():
        # a channel that the catalog lacks is a missing modality, which every fusion bears
        if models.get(channel, model) != model:
            raise FusionError(
                f"The fusion {name} was trained on {channel} vectors of {model}, and this catalog's are of"
                f" {models[channel]}.",
                _TRAIN_AGAIN,
            )


def _read(saved: bytes) -> tuple[dict[str, Any], dict[str, Tensor]]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(saved)
        # the header is read by hand: `load` gives tensors alone, and what was trained on stands beside them
        length = int.from_bytes(saved[:8], "little")
        manifest = json.loads(json.loads(saved[8 : 8 + length])["__metadata__"]["manifest"])
        version = manifest["format"]
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise _damaged(str(error)) from error
    if version != FORMAT:
        raise FusionError(
            f"The checkpoint has format {version}, and this version reads format {FORMAT}.",
            "Update tastemaker, or train the fusion again.",
        )
    return manifest, tensors


def _built(manifest: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Fusion:
    from retrieval.fusion.ensemble import Ensemble

    if manifest["fusion"] != "ensemble":
        return replace(_learner("one", manifest, tensors), figures=manifest["figures"])
    plain = tuple(
        make(name, weights["weights"], frozenset(weights["absolute"])) for name, weights in manifest["plain"].items()
    )
    names = sorted({prefix.split("/")[1] for prefix in manifest["learners"] if prefix.startswith("twin")})
    shared = _frame("twins", manifest["learners"][f"twin/{names[0]}/0"], tensors) if names else None
    twins = {
        name: (
            _learner(f"twin/{name}/0", manifest, tensors, shared),
            _learner(f"twin/{name}/1", manifest, tensors, shared),
        )
        for name in names
    }
    return Ensemble(plain, twins, replace(_learner("stack", manifest, tensors), figures=manifest["figures"]))


def _learner(
    prefix: str, manifest: Mapping[str, Any], tensors: Mapping[str, Tensor], frame: Frame | None = None
) -> LearnedFusion:
    from retrieval.fusion.learned import LearnedFusion, new_module

    described = manifest["learners"][prefix]
    frame = frame or _frame(prefix, described, tensors)
    module = new_module(described["name"], frame)
    module.load_state_dict(_part(tensors, f"{prefix}/module/"))
    return LearnedFusion(described["name"], frame, module.eval())


def _frame(prefix: str, described: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Frame:
    from retrieval.fusion.frame import Frame
    from retrieval.fusion.projection import Projection

    arrays = {name: value.numpy() for name, value in _part(tensors, f"{prefix}/frame/").items()}
    modalities = {name: Projection(arrays[f"mean/{name}"], arrays[f"axes/{name}"]) for name in described["modalities"]}
    return Frame(tuple(described["channels"]), arrays["mean"], arrays["spread"], modalities)


def _frame_tensors(frame: Frame) -> dict[str, Tensor]:
    import torch

    arrays: dict[str, NDArray[np.float32]] = {"mean": frame.mean, "spread": frame.spread}
    for name, projection in frame.modalities.items():
        arrays |= {f"mean/{name}": projection.mean, f"axes/{name}": projection.axes}
    return {name: torch.from_numpy(values) for name, values in arrays.items()}


def _learners(fusion: LearnedFusion | Ensemble) -> dict[str, LearnedFusion]:
    from retrieval.fusion.ensemble import Ensemble

    if not isinstance(fusion, Ensemble):
        return {"one": fusion}
    twins = {f"twin/{name}/{at}": pair[at] for name, pair in fusion.twins.items() for at in (0, 1)}
    return {**twins, "stack": fusion.stack}


def _twins_frame(fusion: Ensemble) -> Frame:
    return next(iter(fusion.twins.values()))[0].frame


def _weights(fusion: Fusion) -> dict[str, Any]:
    return {
        "weights": dict(getattr(fusion, "weights", {})),
        "absolute": sorted(getattr(fusion, "absolute", ())),
    }


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _damaged(why: str) -> FusionError:
    return FusionError(f"The checkpoint cannot be read: {why}.", "Train the fusion again.")
