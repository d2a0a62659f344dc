"""How far made-up people can push an item: up among what everybody is shown, and into what real people are recommended.

Four attacks of the literature, by 1, 3 and 5 % of the real people, each of whom rates the pushed item best and others
beside it so as to look like somebody: chosen by lot (`random`), the same with each film's usual rating (`average`), the
most popular ones (`bandwagon`), and those that the friends of one film like (`segment`). All of them come within a day.

Source: Mobasher et al., Toward Trustworthy Recommender Systems, ACM Transactions on Internet Technology 7(4), 2007,
section 3.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.figures import at_least, at_most, observed
from benchmarks.movies import KIT, fold_of, training_events
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import say
from retrieval.collaborative import Model
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.catalogue import SLACK, fit_default
from retrieval.collaborative.history import history_of
from retrieval.collaborative.item_knn import ItemKnn
from retrieval.collaborative.popularity import Popularity
from retrieval.collaborative.surges import without_surges
from retrieval.interactions import Interaction

SHARES = (0.01, 0.03, 0.05)
ATTACKS = ("random", "average", "bandwagon", "segment")
K = 10
BESIDE = 60  # items that each of them rates beside the pushed one
PUSHED = (0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)  # places of pushed items in the order of popularity, as shares
FURTHER = (0.35, 0.65)  # of these, what is pushed into recommendations too
A_DAY_S, A_YEAR_S = 86_400.0, 365 * 86_400.0
HIT_RISE, RANK_LEFT = 0.01, 0.5
N_PEOPLE, N_ITEMS, N_TASTES = 600, 1_500, 8

MODELS: Mapping[str, Callable[[Behaviour], Model]] = {
    "ease": fit_default,
    "item-knn": lambda crowd: ItemKnn.fit(without_surges(crowd, SLACK)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Real people.

    Attributes:
        name: Where they come from.
        events: What they did, what is held back left out.
        rows: Row of each item id.
        wanted: By person what they liked next, where that is known.
    """

    name: str
    events: Sequence[Interaction]
    rows: Mapping[str, int]
    wanted: Mapping[str, str]

    @property
    def people(self) -> list[str]:
        """Their names."""
        return sorted({event.user for event in self.events})

    def behaviour(self, others: Iterable[Interaction] = ()) -> Behaviour:
        """What they liked, and what others did beside them."""
        return Behaviour.build([*self.events, *others], self.rows).liked()


def rows(settings: Settings) -> list[Row]:
    """Ranks and hits before and after each attack, on people made by a seed and, with `--data`, on those of the kit."""
    crowds = [drawn_crowd(seed=0)]
    if settings.data is not None and (settings.data / KIT / "loo_test.csv").is_file():
        crowds.append(kit_crowd(settings.data / KIT))
    return [row for crowd in crowds for row in [*_quality(crowd), *_ranks(crowd), *_hits(crowd)]]


def kit_crowd(kit: Path) -> Crowd:
    """The people of the kit of films."""
    events = training_events(kit)
    with (kit / "catalog.jsonl").open(encoding="utf-8") as lines:
        items = {str(json.loads(line)["id"]): row for row, line in enumerate(lines)}
    wanted = {user: next(iter(own)) for user, own in fold_of(kit, events).wanted.items()}
    return Crowd(KIT, events, items, {user: item for user, item in wanted.items() if item in items})


def drawn_crowd(seed: int, n_people: int = N_PEOPLE, n_items: int = N_ITEMS) -> Crowd:
    """People of a few tastes, who came over two years and like what is popular too; their last is held back."""
    rng = np.random.default_rng(seed)
    taste = rng.integers(N_TASTES, size=n_items)
    fame = (1.0 + rng.permutation(n_items)) ** -0.6
    events, wanted = list[Interaction](), dict[str, str]()
    for number in range(n_people):
        own = rng.choice(N_TASTES, 2, replace=False)
        chances = fame * np.where(np.isin(taste, own), 8.0, 1.0)
        n_liked = int(rng.integers(15, 90))
        liked = rng.choice(n_items, n_liked, replace=False, p=chances / chances.sum())
        began_s, user = rng.uniform(0, 2 * A_YEAR_S), f"person {number}"
        stars = np.where(np.isin(taste[liked], own), 5.0, rng.integers(1, 6, n_liked))
        events += [
            Interaction(user, f"item {item}", "rating", float(given), began_s + 60.0 * at)
            for at, (item, given) in enumerate(zip(liked[:-1], stars[:-1], strict=True))
        ]
        wanted[user] = f"item {liked[-1]}"
    return Crowd("people by a seed", events, {f"item {row}": row for row in range(n_items)}, wanted)


def made_up(attack: str, crowd: Crowd, share: float, pushed: str, seed: int = 0) -> list[Interaction]:
    """What `share` as many made-up people do as there are real ones: from the last event of these on, within a day."""
    rng = np.random.default_rng(seed)
    ratings = defaultdict[str, list[float]](list)
    for event in crowd.events:
        ratings[event.item_id].append(event.value or 0.0)
    begins_s = max(event.at_s or 0.0 for event in crowd.events)
    events = list[Interaction]()
    for number in range(round(share * len(crowd.people))):
        beside = _beside(attack, crowd, ratings, rng)
        beside[len(beside) // 2] = (pushed, 5.0)
        at_s = begins_s + rng.uniform(0, A_DAY_S)
        named = {item: stars for item, stars in beside if item != pushed} | {pushed: 5.0}
        events += [
            Interaction(f"made up {number}", item, "rating", stars, at_s + at)
            for at, (item, stars) in enumerate(named.items())
        ]
    return events


def _beside(
    attack: str, crowd: Crowd, ratings: Mapping[str, list[float]], rng: np.random.Generator
) -> list[tuple[str, float]]:
    """What one of them rates to look like somebody, and how."""
    drawn = [str(item) for item in rng.choice(list(crowd.rows), BESIDE, replace=False)]
    if attack == "random":
        return [(item, float(rng.integers(1, 6))) for item in drawn]
    if attack == "average":
        return [(item, float(np.mean(ratings.get(item, [3.0])))) for item in drawn]
    loved = sorted(ratings, key=lambda item: -len(ratings[item]))
    if attack == "bandwagon":
        return [(item, 5.0) for item in loved[: BESIDE // 2]] + [(item, 3.0) for item in drawn[BESIDE // 2 :]]
    return [(item, 5.0) for item in _segment(crowd, loved[20])]


def _segment(crowd: Crowd, of: str) -> list[str]:
    """What the friends of an item like more than others do."""
    matrix = crowd.behaviour().matrix()
    together = np.asarray((matrix.T @ matrix[:, [crowd.rows[of]]]).todense()).ravel()
    closeness = together / np.sqrt(np.asarray(matrix.sum(axis=0)).ravel() + 20.0)
    ids = list(crowd.rows)
    return [ids[row] for row in np.argsort(-closeness, kind="stable")[:BESIDE]]


def rank_of(popularity: Popularity, row: int) -> int:
    """Place of an item among the popular ones, from 1."""
    return int((popularity.shares > popularity.shares[row]).sum()) + 1


def pushed_items(crowd: Crowd, places: Sequence[float] = PUSHED) -> list[str]:
    """Items at these places of the order of popularity, as shares of those that anybody chose."""
    shares, ids = Popularity.fit(crowd.behaviour()).shares, list(crowd.rows)
    order = np.argsort(-shares, kind="stable")[: int((shares > 0).sum())]
    return [ids[order[int(place * len(order))]] for place in places]


def ranks(crowd: Crowd, attack: str, share: float, places: Sequence[float] = PUSHED) -> list[tuple[int, int]]:
    """Rank by popularity before and after an attack, for each pushed item."""
    before = Popularity.fit(crowd.behaviour())
    pairs = []
    for pushed in pushed_items(crowd, places):
        after = Popularity.fit(crowd.behaviour(made_up(attack, crowd, share, pushed)))
        row = crowd.rows[pushed]
        pairs.append((rank_of(before, row), rank_of(after, row)))
    return pairs


def top_items(crowd: Crowd, model: Model) -> dict[str, list[int]]:
    """By real person the first `K` items that they do not know."""
    behaviour, tops = Behaviour.build(crowd.events, crowd.rows), dict[str, list[int]]()
    for user in crowd.people:
        scores = np.nan_to_num(model.scores(history_of(behaviour, user)), nan=-np.inf).astype(np.float64)
        scores[behaviour.of(user)[0]] = -np.inf
        tops[user] = np.argsort(-scores, kind="stable")[:K].tolist()
    return tops


def hit_rate(crowd: Crowd, tops: Mapping[str, list[int]], pushed: str | None = None) -> float:
    """Share of people whose first `K` hold what they liked next, or a pushed item."""
    sought = crowd.wanted if pushed is None else dict.fromkeys(crowd.people, pushed)
    return float(np.mean([crowd.rows[item] in tops[user] for user, item in sought.items() if user in tops]))


def _ranks(crowd: Crowd) -> list[Row]:
    figures = []
    for attack in ATTACKS:
        for share in SHARES:
            pairs = ranks(crowd, attack, share)
            left = [after / before for before, after in pairs]
            worst = pairs[int(np.argmin(left))]
            shown = ", ".join(f"{before:,} to {after:,}" for before, after in pairs)
            name = f"{crowd.name}: popularity, {attack} by {share:.0%}, rank left of a pushed item"
            note = f"median of {len(pairs)} items; worst {min(left):.2f}, from {worst[0]:,} to {worst[1]:,}; {shown}"
            figures.append(at_least(name, float(np.median(left)), RANK_LEFT, "of it", note))
    return figures


def _hits(crowd: Crowd) -> list[Row]:
    figures = []
    for name, fit in MODELS.items():
        honest = top_items(crowd, fit(crowd.behaviour()))
        for attack in ATTACKS:
            for share in SHARES:
                say(f"{crowd.name}: {name}, {attack} by {share:.0%}")
                rises, falls = [], []
                for pushed in pushed_items(crowd, FURTHER):
                    tops = top_items(crowd, fit(crowd.behaviour(made_up(attack, crowd, share, pushed))))
                    rises.append(hit_rate(crowd, tops, pushed) - hit_rate(crowd, honest, pushed))
                    falls.append(hit_rate(crowd, honest) - hit_rate(crowd, tops))
                note = f"the most of {len(rises)} items; HR@{K} of what people liked next falls by {max(falls):.4f}"
                figures.append(
                    at_most(
                        f"{crowd.name}: {name}, {attack} by {share:.0%}, HR@{K} of a pushed item rises by",
                        max(rises),
                        HIT_RISE,
                        "",
                        note,
                    )
                )
                figures.append(
                    at_most(
                        f"{crowd.name}: {name}, {attack} by {share:.0%}, HR@{K} of what people liked next falls by",
                        max(falls),
                        HIT_RISE,
                        "",
                        f"from {hit_rate(crowd, honest):.3f}",
                    )
                )
    return figures


def _quality(crowd: Crowd) -> list[Row]:
    popularity = Popularity.fit(crowd.behaviour())
    behaviour = Behaviour.build(crowd.events, crowd.rows)
    gains = []
    for user, item in crowd.wanted.items():
        scores = popularity.shares.astype(np.float64)
        scores[behaviour.of(user)[0]] = -1.0
        rank = int((scores > scores[crowd.rows[item]]).sum()) + 1
        gains.append(1.0 / np.log2(rank + 1) if rank <= K else 0.0)
    return [observed(f"{crowd.name}: popularity, nDCG@{K} of what people liked next", float(np.mean(gains)), "", "")]
