"""Embedding 1,000 short item cards: ours, Chroma's default class and stock sentence-transformers, on the same weights.

The three run in turn, round by round, in a process of their own: once held to one core, once on all of them.
Chroma's class pads every text to 256 tokens, so its time per card is constant: it embeds every tenth card and its
time is multiplied by ten.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.weights.weights import derived, ensure
from benchmarks.table import Row, quicker, table
from retrieval.encoding import Vectors

CARDS, ROUNDS, CHROMA_SHARE = 1000, 7, 10
Embed = Callable[[list[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians over the rounds for all cards, and how near the vectors are to ours."""

    cpu_s: float
    wall_s: float
    least_cosine: float


def rows() -> list[Row]:
    """Measure, and say how we compare."""
    chroma = derived("minilm-l6", "chroma-onnx-1", export)
    one_core, all_cores = measure_apart(chroma, one_core=True), measure_apart(chroma, one_core=False)
    cores = os.cpu_count()
    peers = (("chroma", "Chroma's ONNXMiniLM_L6_V2", 5.0), ("stock", "sentence-transformers, float32", None))
    table_rows = []
    for peer, note, at_least in peers:
        what = f"embed {CARDS:,} item cards"
        cpu = quicker(
            f"{what}, CPU time, one core", one_core["ours"].cpu_s, one_core[peer].cpu_s, note, at_least=at_least
        )
        wall = quicker(f"{what}, {cores} cores", all_cores["ours"].wall_s, all_cores[peer].wall_s, note)
        table_rows += [cpu, wall]
    cosine = one_core["stock"].least_cosine
    note = "least over all cards"
    return [*table_rows, Row("cosine to float32", cosine, None, "", None, "at least 0.999", cosine >= 0.999, note)]


def measure_apart(chroma: Path, *, one_core: bool) -> dict[str, Timing]:
    """Run all contestants in a fresh process, so that the number of threads is settled before any starts."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, chroma, one_core).result()


def cards(count: int) -> list[str]:
    """Short item cards put together, by a fixed seed, from the records of the demo catalog."""
    records = json.loads((ensure("artworks") / "objects.json").read_text(encoding="utf-8"))["objects"]
    dice = random.Random(0)
    fields = ("title", "objectName", "culture", "medium")
    return [", ".join(filter(None, (dice.choice(records)[field] for field in fields))) for _ in range(count)]


def export(source: Path, target: Path) -> None:
    """Write the weights as Chroma's class wants them: `onnx/model.onnx` beside the tokenizer's files."""
    import torch
    from transformers import AutoModel

    class LastHidden(torch.nn.Module):
        """BERT as transformers has it, without its pooler."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = AutoModel.from_pretrained(source, attn_implementation="eager").eval()

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
            hidden: torch.Tensor = self.bert(ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
            return hidden

    folder = target / "onnx"
    folder.mkdir()
    for name in ("config.json", "special_tokens_map.json", "tokenizer_config.json", "tokenizer.json", "vocab.txt"):
        (folder / name).write_bytes((source / name).read_bytes())
    names = ["input_ids", "attention_mask", "token_type_ids"]
    sample = (torch.zeros(2, 256, dtype=torch.int64),) * 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own age and of every shape it reads
        torch.onnx.export(
            LastHidden(),
            (sample[0], torch.ones_like(sample[0]), sample[0]),
            str(folder / "model.onnx"),
            input_names=names,
            output_names=["last_hidden_state"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in [*names, "last_hidden_state"]},
            opset_version=17,
            dynamo=False,
        )


def _measure(chroma: Path, one_core: bool) -> dict[str, Timing]:
    if one_core:  # before any library starts its threads, which is when it looks at these
        os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = cards(CARDS)
    contestants: dict[str, tuple[Embed, int]] = {
        "ours": (_ours(), 1),
        "chroma": (_chroma(chroma), CHROMA_SHARE),
        "stock": (_stock(), 1),
    }
    vectors = {name: embed(texts[::share]) for name, (embed, share) in contestants.items()}  # also warms up
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, (embed, share) in contestants.items():
            times[name].append(_timed(embed, texts[::share], share))
    return {
        name: Timing(
            cpu_s=statistics.median(cpu for cpu, _ in times[name]),
            wall_s=statistics.median(wall for _, wall in times[name]),
            least_cosine=float((vectors["ours"][::share] * vectors[name]).sum(axis=1).min()),
        )
        for name, (_, share) in contestants.items()
    }


def _timed(embed: Embed, texts: Sequence[str], scale: int) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    embed(list(texts))
    return (time.process_time() - cpu) * scale, (time.perf_counter() - wall) * scale


def _ours() -> Embed:
    from agent.backends.text.minilm import MiniLM

    return MiniLM.from_archive().encode


def _chroma(folder: Path) -> Embed:
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2

    peer = ONNXMiniLM_L6_V2(preferred_providers=["CPUExecutionProvider"])
    peer.DOWNLOAD_PATH = folder
    return lambda texts: np.array(peer(texts))


def _stock() -> Embed:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(ensure("minilm-l6")), device="cpu")
    return lambda texts: np.asarray(model.encode(texts, normalize_embeddings=True, show_progress_bar=False))


if __name__ == "__main__":
    print(table(rows()))
