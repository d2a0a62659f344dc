"""Scoring 20 candidates by a language model: ours in one batch, against a loop of single `generate()` calls.

The loop puts the natural question, item and request in one prompt, and lets the model print its yes or no. Both run
on the same weights in the same number format, in turn, round by round, in a process of their own: once held to one
core, where only CPU time counts, once on all cores by the clock. What is kept of the items must not change the order:
it is compared with one whole forward pass for each item, in float32, where rounding is too small to swap two items.

`python -m benchmarks.scoring --data FOLDER` also says what these seconds buy, by the kits of `benchmarks/reranking.py`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import prompts
from agent.backends.chat.chats import as_chat
from agent.backends.chat.transformers_chat import TransformersChat
from agent.backends.factory import NAMES, SMALL, model_folder
from agent.backends.loading.dtype import compute_dtype, device
from agent.backends.protocols import Chat, GenerateOptions
from agent.explain.rewriting import Rewriting, rewriting_chat
from agent.weights.weights import ensure
from benchmarks import reranking
from benchmarks.figures import at_most, observed
from benchmarks.settings import CACHE, Settings
from benchmarks.table import Row, quicker, table

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

ROUNDS, CANDIDATES, REASONS, REASON_TOKENS = 5, 20, 5, 40
REQUEST = "something calm with water for a quiet room, old and from Japan"
FIELDS = ("title", "objectName", "artistDisplayName", "objectDate", "culture", "period", "medium", "department")
CARD_CHARS = 320
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scoring all candidates in one number format.

    Attributes:
        first: Median seconds for items that are new to the model.
        again: The same for items that it has scored before.
        loop: The same for the loop of single calls.
        moved: Items whose place differs between `again` and whole forward passes.
        apart: Largest difference of a score between these two.
        number_format: What both computed in.
    """

    first: float
    again: float
    loop: float
    moved: int
    apart: float
    number_format: str


@dataclass(frozen=True, slots=True)
class Timing:
    """What was measured in one process; `word` and `load` in median seconds."""

    usual: Scoring
    exact: Scoring
    word: float
    load: float
    card_tokens: int


def rows() -> list[Row]:
    """Measure scoring, wording and loading, and say how we compare."""
    model_folder(SMALL)
    one_core, all_cores = measure_apart(one_core=True), measure_apart(one_core=False)
    usual, exact = one_core.usual, one_core.exact
    what, cores = f"score {CANDIDATES} cards of {one_core.card_tokens} tokens", os.cpu_count()
    new, known = f"{what}, new", f"{what}, scored before"
    return [
        quicker(f"{new}, CPU time, one core", usual.first, usual.loop, _loop(usual), at_least=4.0),
        quicker(f"{known}, CPU time, one core", usual.again, usual.loop, _loop(usual), at_least=10.0),
        quicker(
            f"{known}, CPU time, one core, {exact.number_format}", exact.again, exact.loop, _loop(exact), at_least=10.0
        ),
        at_most(f"{known}: items at another place than by whole passes", exact.moved, 0, "items", _apart(exact)),
        observed(
            f"{known}: largest difference to whole passes", usual.apart, "nats", f"rounding of {usual.number_format}"
        ),
        quicker(f"{new}, {cores} cores", all_cores.usual.first, all_cores.usual.loop, _loop(usual)),
        quicker(f"{known}, {cores} cores", all_cores.usual.again, all_cores.usual.loop, _loop(usual)),
        _within(f"{new}, {cores} cores", all_cores.usual.first, 1.0),
        _within(f"word {REASONS} reasons, up to {REASON_TOKENS} tokens each, {cores} cores", all_cores.word, 4.0),
        _within("load the language model once it is in the cache", all_cores.load, 1.5),
    ]


def _loop(scoring: Scoring) -> str:
    return f"a loop of generate(), 4 new tokens each; {NAMES[SMALL]} in {scoring.number_format}"


def _apart(scoring: Scoring) -> str:
    return f"one forward pass for each item, {scoring.number_format}; scores differ by at most {scoring.apart:.0e}"


def measure_apart(*, one_core: bool) -> Timing:
    """Measure in a fresh process, so that the number of threads is settled before any starts."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, one_core).result()


def cards() -> list[str]:
    """Item cards of the demo catalog's first works."""
    records = json.loads((ensure("artworks") / "objects.json").read_text(encoding="utf-8"))["objects"]
    lines = ([f"{field}: {record[field]}" for field in FIELDS if record[field]] for record in records[:CANDIDATES])
    return ["\n".join(card)[:CARD_CHARS] for card in lines]


def explained(card: str) -> Chat:
    """The chat that asks for the reason of an item."""
    facts = tuple(card.splitlines()[:5])
    return rewriting_chat(Rewriting(facts, (), f"{'; '.join(facts)}."))


class OneByOne:
    """What a person would write: the library's own model, one call for each item.

    Args:
        dtype: What to compute in.
    """

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        import transformers

        library: Any = transformers
        self._tokenizer = library.AutoTokenizer.from_pretrained(folder)
        self._model = library.AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).to(device())

    def yes_or_no(self, card: str) -> str:
        """The model's printed answer to the natural question."""
        question = f"Request: {REQUEST}\n\nItem:\n{card}\n\nDoes the item fit the request? Answer yes or no."
        inputs = self._prompt("You judge whether an item fits what somebody asks for.", question)
        ids = self._model.generate(**inputs, max_new_tokens=4, do_sample=False)
        return str(self._tokenizer.decode(ids[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))

    def likelihood(self, chat: Chat) -> float:
        """Mean log-probability per token of the request as the answer to a chat, in one whole forward pass."""
        import torch

        prompt = self._prompt(*(message.text for message in chat))["input_ids"]
        tail = self._tokenizer(REQUEST, add_special_tokens=False, return_tensors="pt")["input_ids"].to(prompt.device)
        with torch.inference_mode():
            logits = self._model(torch.cat([prompt, tail], dim=1)).logits[0, prompt.shape[1] - 1 : -1]
        return float(logits.float().log_softmax(dim=-1).gather(1, tail[0][:, None]).mean())

    def _prompt(self, system: str, user: str) -> Any:
        turns = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        prompt = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_dict=True, return_tensors="pt"
        )
        return prompt.to(self._model.device)


def _measure(one_core: bool) -> Timing:
    import torch

    clock: Clock = time.perf_counter
    if one_core:
        clock = time.process_time
        os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        torch.set_num_threads(1)
    folder, items = model_folder(SMALL), cards()
    usual, model = _scoring(clock, folder, items, compute_dtype())
    exact = _scoring(clock, folder, items, torch.float32)[0] if one_core else usual
    reasons = GenerateOptions(max_new_tokens=REASON_TOKENS)
    word, load = in_turn(
        clock,
        lambda: model.generate([explained(item) for item in items[:REASONS]], reasons),
        lambda: TransformersChat(folder),
    )
    tokens = round(statistics.mean(model.count_tokens(item) for item in items))
    return Timing(usual, exact, word, load, tokens)


def _scoring(clock: Clock, folder: Path, items: list[str], dtype: torch.dtype) -> tuple[Scoring, TransformersChat]:
    prompt, rounds = prompts.load("score_item"), itertools.count()
    model, naive = TransformersChat(folder, name=NAMES[SMALL], dtype=dtype), OneByOne(folder, dtype)

    def chats(mark: str = "") -> list[Chat]:
        return [as_chat(prompt.render(item=mark + item)) for item in items]

    def score(mark: str = "") -> NDArray[np.float64]:
        return model.score(chats(mark), [REQUEST] * len(items))

    first, again, loop = in_turn(
        clock,
        lambda: score(f"No. {next(rounds)}\n"),  # a mark that makes each card new to the model
        score,
        lambda: [naive.yes_or_no(item) for item in items],
    )
    scores, whole = score(), np.array([naive.likelihood(chat) for chat in chats()])
    moved = int((np.argsort(-scores) != np.argsort(-whole)).sum())
    number_format = str(dtype).removeprefix("torch.")
    return Scoring(first, again, loop, moved, float(np.abs(scores - whole).max()), number_format), model


def in_turn(clock: Clock, *runs: Callable[[], object]) -> list[float]:
    """Median seconds of each, run once before and then in turn, round by round."""
    for run in runs:
        run()
    rounds = [[_timed(clock, run) for run in runs] for _ in range(ROUNDS)]
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def _timed(clock: Clock, run: Callable[[], object]) -> float:
    start = clock()
    run()
    return clock() - start


def _within(name: str, seconds: float, limit_s: float) -> Row:
    return Row(name, seconds, None, "s", None, f"at most {limit_s:g} s", seconds <= limit_s, "")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of evaluation kits, for what reranking buys")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where workspaces are kept between runs")
    parser.add_argument("--llm", default=SMALL, help="the model that reranks; %(default)s unless said otherwise")
    parser.add_argument("--requests", type=int, default=reranking.REQUESTS, help="of each kit")
    parser.add_argument("--kits-only", action="store_true", help="leave out what needs no kit")
    options = parser.parse_args(arguments)
    settings = Settings(data=options.data, cache=options.cache)
    bought = reranking.rows(settings, options.llm, options.requests) if options.data else []
    print(table([*([] if options.kits_only else rows()), *bought]))


if __name__ == "__main__":
    main()
