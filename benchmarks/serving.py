"""A server as people and programs meet it: its page, the first card of an answer, many at once, items that come."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from agent.demo.artworks import STAFF_TAGS
from benchmarks import page
from benchmarks.figures import at_least, at_most, not_run, observed, percentile
from benchmarks.served import CONFIG, PAGE, READY, Served, served, streamed
from benchmarks.settings import Settings
from benchmarks.slow_model import SlowModel, slow_model
from benchmarks.table import Row
from benchmarks.workspaces import artworks_catalog, now_and_then, workspace_of
from ui.service.limits import Limits

PAGE_S, STEP_S, CARD_S = 3.0, 0.3, 1.0
MODEL_S, SLOWER, GROWTH = 0.3, 1.5, 5.0
WARM_SHARE = 0.2  # of the time that many ask: only then is memory looked at first
K = 3
MOST_HTTP, MOST_DRAWN = 16, 8  # requests that a language model words to their end
SUBJECTS = (
    "boats on a river",
    "a woman in red",
    "flowers",
    "horses",
    "a stormy sea",
    "mountains in snow",
    "a quiet room",
)
MANNERS = ("calm", "dark", "bright", "sad", "old", "large")
REQUESTS = tuple(f"{subject}, {manner}" for manner in MANNERS for subject in SUBJECTS)
_PATIENCE_S = 120.0


def rows(settings: Settings) -> list[Row]:
    """Start servers over the demo catalog, and ask them."""
    workspace = workspace_of(artworks_catalog(settings), settings, [STAFF_TAGS])
    figures, page_s = list[Row](), list[float]()
    for rounds_left in reversed(range(settings.rounds)):
        with served(workspace, settings.llm) as server:
            page_s.append(server.wait_for(PAGE, CONFIG))
            if not rounds_left:
                figures += _first(server, settings)
    # an order by the language model would ask it more often than once
    unranked = {"TASTEMAKER_RERANK_WEIGHT": "0"}
    with slow_model(MODEL_S) as model, served(workspace, model.spec, unranked) as server:
        server.wait_for(READY)
        figures += [*_crowd(server, model, settings), *_added(server, settings)]
    note = "from the start of the process until the page and its settings are answered; models are still loading"
    return [
        at_most("`tastemaker serve` until the page is usable", statistics.median(page_s), PAGE_S, "s", note),
        *figures,
    ]


def _first(server: Served, settings: Settings) -> list[Row]:
    """Until something is seen of an answer in words, and until its first items are: over HTTP, and in a browser."""
    ready_s = server.wait_for(READY)
    with _client(server) as client:
        for text in REQUESTS[-Limits().at_once :]:  # one for each thread that answers
            _steps_s(client, text)
        timings = [_steps_s(client, text) for text in REQUESTS[: min(settings.n_requests, MOST_HTTP)]]
    steps, cards, wholes = zip(*timings, strict=True)
    note = f"95th percentile of {len(steps)} requests in words, warm, one after another"
    return [
        observed("`tastemaker serve` until models are loaded", ready_s, "s", "from the start of the process"),
        at_most("first step over HTTP", percentile(steps, 95), STEP_S, "s", note),
        at_most("first cards over HTTP", percentile(cards, 95), CARD_S, "s", note),
        observed("whole answer, reasons worded", statistics.median(wholes), "s", "median of the same requests"),
        *_drawn(server),
    ]


def _drawn(server: Served) -> list[Row]:
    program = page.chromium()
    if program is None:
        return [not_run("first step and cards in a browser", "Playwright and a Chromium are not both here")]
    steps, cards = zip(*page.drawn_s(program, server.url, REQUESTS[:MOST_DRAWN]), strict=True)
    note = f"95th percentile of {len(steps)} requests in words, from the key press to what is drawn"
    return [
        at_most("first step in a browser", percentile(steps, 95), STEP_S, "s", note),
        at_most("first cards in a browser", percentile(cards, 95), CARD_S, "s", note),
    ]


def _steps_s(client: httpx.Client, text: str) -> tuple[float, float, float]:
    """Seconds until the first step, the first items and the end of an answer."""
    began, seconds = time.perf_counter(), dict[str, float]()
    for name, _ in streamed(client, {"text": text, "k": K}):
        seconds.setdefault("step", time.perf_counter() - began)
        seconds.setdefault(name, time.perf_counter() - began)
    return seconds["step"], seconds["candidates"], seconds["final"]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Many people who ask at the same time, each again as soon as they are answered.

    Attributes:
        seconds: Of each answer, errors left out.
        errors: What went wrong.
        growth: Of the server's memory, percent.
        calls: Of the language model, for each answer.
    """

    seconds: Sequence[float]
    errors: Sequence[str]
    growth: float
    calls: float


def _crowd(server: Served, model: SlowModel, settings: Settings) -> list[Row]:
    places = Limits().at_once
    with _client(server) as client:
        alone_s = statistics.median(_steps_s(client, text)[2] for text in REQUESTS[:7])
    crowd = _asking(server, model, settings)
    ideal_s = MODEL_S * max(1.0, settings.n_users / places)  # nothing but the model takes time, and no place is empty
    load = f"{settings.n_users} people for {settings.seconds:g} s, a model that takes {MODEL_S:g} s"
    shared = (
        f"{len(crowd.seconds):,} answers, {places} at a time: ideally {ideal_s:.2f} s; one alone takes {alone_s:.2f} s"
    )
    slower = percentile(crowd.seconds, 95) / ideal_s
    note = f"{load}; {shared}; {crowd.calls:.1f} calls of the model each"
    failed = "; ".join(dict.fromkeys(crowd.errors)) or "none"
    return [
        at_most("errors under load", len(crowd.errors), 0, "", f"{load}: {failed}"),
        at_most("95th percentile under load, by the ideal", slower, SLOWER, "times", note),
        at_most("memory growth under load", crowd.growth, GROWTH, "%", f"after the first {WARM_SHARE:.0%} of the time"),
    ]


def _asking(server: Served, model: SlowModel, settings: Settings) -> Crowd:
    began, seconds, errors = time.monotonic(), list[float](), list[str]()
    end, warm = began + settings.seconds, began + WARM_SHARE * settings.seconds
    before = next(model.answered)  # looking at a counter moves it on, which is taken off again below

    def person(number: int) -> None:
        texts = itertools.cycle(REQUESTS[number % len(REQUESTS) :] + REQUESTS[: number % len(REQUESTS)])
        with _client(server) as client:
            while time.monotonic() < end:
                sent = time.perf_counter()
                try:
                    client.post("/v1/recommend", json={"text": next(texts), "k": K}).raise_for_status()
                    seconds.append(time.perf_counter() - sent)
                except httpx.HTTPError as error:
                    errors.append(str(error))

    with ThreadPoolExecutor(settings.n_users) as pool:
        visits = [pool.submit(person, number) for number in range(settings.n_users)]
        time.sleep(max(0.0, warm - time.monotonic()))
        warm_bytes = server.resident_bytes
        for visit in visits:
            visit.result()
    growth = 100 * (server.resident_bytes / warm_bytes - 1)
    return Crowd(seconds, errors, growth, (next(model.answered) - before - 1) / max(1, len(seconds)))


def _added(server: Served, settings: Settings) -> list[Row]:
    """Items that come one by one; each is looked for as soon as the call that adds it returns."""
    tell, seconds, n_found = now_and_then(), list[float](), 0
    with _client(server) as client:
        for number, title in enumerate(_titles(settings.n_added)):
            began = time.perf_counter()
            client.put(f"/v1/items/new-{number}", json={"title": title}).raise_for_status()
            seconds.append(time.perf_counter() - began)
            hits = client.post("/v1/search", json={"text": title, "k": 1}).raise_for_status().json()["hits"]
            n_found += [hit["item"]["id"] for hit in hits] == [f"new-{number}"]
            tell(f"serving: {number + 1:,} of {settings.n_added:,} items added")
    share, later_s = 100 * n_found / settings.n_added, statistics.median(seconds[-50:])
    note = f"{settings.n_added:,} items, one call each; {later_s:.3f} s with all the others there"
    return [
        at_least("items found by the next search once added", share, 100, "%", f"{settings.n_added:,} items"),
        observed("adding one item over HTTP", statistics.median(seconds), "s", note),
    ]


def _titles(n: int) -> Iterator[str]:
    """Titles that are each somewhat unlike all others."""
    colours, things = ("red", "blue", "green", "white", "black"), ("kettle", "ladder", "violin", "bicycle", "lantern")
    for number, (colour, thing) in zip(range(n), itertools.cycle(itertools.product(colours, things)), strict=False):
        yield f"A {colour} {thing}, number {number}"


def _client(server: Served) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=_PATIENCE_S)
