"""Scoring 20 candidates by a language model: ours in one batch, against a loop of single `generate()` calls.

The loop puts the natural question, item and request in one prompt, and lets the model print its yes or no. Both run
on the same weights in the same number format, in turn, round by round, in a process of their own: once held to one
core, where only CPU time counts, once on all cores by the clock.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import prompts
from agent.backends.chats import as_chat
from agent.backends.dtype import compute_dtype, device
from agent.backends.factory import NAMES, SMALL, model_folder
from agent.backends.protocols import Chat
from agent.backends.transformers_chat import TransformersChat
from agent.weights import ensure
from benchmarks.table import Row, quicker, table

ROUNDS, CANDIDATES, REASONS, REASON_TOKENS = 5, 20, 5, 40
REQUEST = "something calm with water for a quiet room, old and from Japan"
FIELDS = ("title", "objectName", "artistDisplayName", "objectDate", "culture", "period", "medium", "department")
CARD_CHARS = 320
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds of each thing measured, and what they were measured on."""

    first: float
    again: float
    loop: float
    word: float
    load: float
    card_tokens: int
    number_format: str


def rows() -> list[Row]:
    """Measure scoring, wording and loading, and say how we compare."""
    model_folder(SMALL)
    one, all_cores = measured(one_core=True), measured(one_core=False)
    note = f"a loop of generate(), 4 new tokens each; {NAMES[SMALL]} in {one.number_format}"
    what, cores = f"score {CANDIDATES} cards of {one.card_tokens} tokens", os.cpu_count()
    new, seen = f"{what}, new", f"{what}, scored before"
    return [
        quicker(f"{new}, CPU time, one core", one.first, one.loop, note, at_least=4.0),
        quicker(f"{seen}, CPU time, one core", one.again, one.loop, note, at_least=4.0),
        quicker(f"{new}, {cores} cores", all_cores.first, all_cores.loop, note),
        quicker(f"{seen}, {cores} cores", all_cores.again, all_cores.loop, note),
        _within(f"{new}, {cores} cores", all_cores.first, 1.0),
        _within(f"word {REASONS} reasons, up to {REASON_TOKENS} tokens each, {cores} cores", all_cores.word, 4.0),
        _within("load the language model once it is in the cache", all_cores.load, 1.5),
    ]


def measured(*, one_core: bool) -> Timing:
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
    return as_chat(prompts.load("explain_item").render(facts=card.splitlines()[:5], request=REQUEST))


def yes_or_no(folder: Path) -> Callable[[str], str]:
    """What a person would write: one prompt and one `generate()` call per item."""
    import transformers

    library: Any = transformers
    tokenizer = library.AutoTokenizer.from_pretrained(folder)
    model = library.AutoModelForCausalLM.from_pretrained(folder, dtype=compute_dtype()).to(device())

    def answer(card: str) -> str:
        question = f"Request: {REQUEST}\n\nItem:\n{card}\n\nDoes the item fit the request? Answer yes or no."
        turns = [
            {"role": "system", "content": "You judge whether an item fits what somebody asks for."},
            {"role": "user", "content": question},
        ]
        inputs = tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_dict=True, return_tensors="pt"
        ).to(model.device)
        ids = model.generate(**inputs, max_new_tokens=4, do_sample=False)
        return str(tokenizer.decode(ids[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))

    return answer


def _measure(one_core: bool) -> Timing:
    clock: Clock = time.perf_counter
    if one_core:
        clock = time.process_time
        os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    folder, items, prompt = model_folder(SMALL), cards(), prompts.load("score_item")
    model, naive, rounds = TransformersChat(folder, name=NAMES[SMALL]), yes_or_no(folder), itertools.count()

    def score(mark: str) -> object:
        return model.score([as_chat(prompt.render(item=mark + item)) for item in items], [REQUEST] * len(items))

    first, again, loop, word, load = in_turn(
        clock,
        lambda: score(f"No. {next(rounds)}\n"),  # a mark that makes each card new to the model
        lambda: score(""),
        lambda: [naive(item) for item in items],
        lambda: model.generate([explained(item) for item in items[:REASONS]], max_new_tokens=REASON_TOKENS),
        lambda: TransformersChat(folder),
    )
    tokens = round(statistics.mean(model.count_tokens(item) for item in items))
    return Timing(first, again, loop, word, load, tokens, str(compute_dtype()).removeprefix("torch."))


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


if __name__ == "__main__":
    print(table(rows()))
