"""Networks of learned fusions: one contract for all, and what each says before it has learned anything."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from retrieval.fusion import Pool
from retrieval.fusion.adversarial import Adversarial, mapped_pairs
from retrieval.fusion.attention import Attention
from retrieval.fusion.autoencoder import LATENT, Autoencoder
from retrieval.fusion.batch import Answers, Batch, batch_of
from retrieval.fusion.catalogue import LEARNERS
from retrieval.fusion.frame import Frame
from retrieval.fusion.layers import Tower, Voices
from retrieval.fusion.learned import MODULES
from retrieval.fusion.network import FusionNetwork
from retrieval.fusion.stack import Stack
from tests.support import lessons

DIMS = {"text": 4, "visual": 3}
B, C, N = 3, 2, 5


def module(kind: type[nn.Module], seed: int = 0) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return kind(C, DIMS).eval()


def unit(rows: int, dim: int, dice: torch.Generator) -> Tensor:
    return nn.functional.normalize(torch.randn(rows, dim, generator=dice), dim=1)


def batch(missing: float = 0.3, seed: int = 1) -> Batch:
    """Requests and candidates, of which some lack scores and vectors; zeros stand where something is missing."""
    dice = torch.Generator().manual_seed(seed)

    def there(*shape: int) -> Tensor:
        return (torch.rand(*shape, generator=dice) >= missing).float()

    known, query_mask, item_mask = there(B, C, N), {m: there(B, 1) for m in DIMS}, {m: there(N, 1) for m in DIMS}
    return Batch(
        scores=torch.randn(B, C, N, generator=dice) * known,
        known=known,
        queries={m: unit(B, dim, dice) * query_mask[m] for m, dim in DIMS.items()},
        query_mask=query_mask,
        items={m: unit(N, dim, dice) * item_mask[m] for m, dim in DIMS.items()},
        item_mask=item_mask,
    )


NOTHING = batch(missing=1.1)
WHOLE = batch(missing=-1.0)
SOME = batch()
GAINS = torch.zeros(B, N).index_put((torch.arange(B), torch.tensor([0, 2, 4])), torch.tensor(1.0))
ANSWERS = Answers(GAINS, torch.ones(B, N, dtype=torch.bool), GAINS)


def test_every_learner_of_the_catalogue_has_its_network() -> None:
    assert set(MODULES) == {*LEARNERS, "stack"}


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("seen", [NOTHING, SOME, WHOLE], ids=["nothing", "some", "all"])
def test_every_candidate_of_every_request_has_a_finite_score_whatever_is_missing(name: str, seen: Batch) -> None:
    scores = module(MODULES[name])(seen)
    assert scores.shape == (B, N)
    assert torch.isfinite(scores).all()


@pytest.mark.parametrize("name", MODULES)
def test_a_few_steps_lower_the_loss(name: str) -> None:
    learner = module(MODULES[name])  # in evaluation mode: without the chance of dropout
    optimiser = torch.optim.Adam(learner.parameters(), lr=0.02)
    with torch.random.fork_rng(devices=[]):
        losses = []
        for _ in range(25):
            torch.manual_seed(0)  # the same pairs and samples in every step
            loss = learner.loss(SOME, ANSWERS)  # type: ignore[operator]
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0] - 0.05


@pytest.mark.parametrize("name", MODULES)
def test_a_request_is_judged_alike_alone_and_among_others(name: str) -> None:
    judge = module(MODULES[name])
    alone = Batch(
        SOME.scores[1:2],
        SOME.known[1:2],
        {m: vectors[1:2] for m, vectors in SOME.queries.items()},
        {m: there[1:2] for m, there in SOME.query_mask.items()},
        SOME.items,
        SOME.item_mask,
    )
    torch.testing.assert_close(judge(alone)[0], judge(SOME)[1])


def test_voices_are_the_sum_over_channels_in_which_a_missing_score_is_the_mean() -> None:
    voices = Voices(C)
    torch.testing.assert_close(voices(SOME), SOME.scores.sum(dim=1))
    with torch.no_grad():
        voices.weights.copy_(torch.tensor([2.0, -1.0]))
    torch.testing.assert_close(voices(SOME), 2 * SOME.scores[:, 0] - SOME.scores[:, 1])


def test_a_tower_begins_as_a_linear_map_of_each_modality() -> None:
    tower = Tower(DIMS, width=6, dropout=0.0).eval()
    linear = sum(SOME.items[m] @ tower.linear[m].weight.T for m in DIMS)
    torch.testing.assert_close(tower(SOME.items, SOME.item_mask), linear + tower.deep.bias)


# Network


def test_an_untrained_network_orders_as_its_channels_do() -> None:
    torch.testing.assert_close(module(FusionNetwork)(SOME), SOME.scores.sum(dim=1))


@pytest.mark.parametrize("kind", [FusionNetwork, Stack])
def test_heads_predict_each_candidate_and_the_click_is_the_score(kind: type[nn.Module]) -> None:
    judge = module(kind)
    tasks = judge.tasks(SOME)  # type: ignore[operator]
    assert [prediction.shape for prediction in tasks] == [(B, N)] * 3
    torch.testing.assert_close(tasks.click, judge(SOME))


# Stack


def test_an_untrained_stack_orders_by_the_mean_of_its_members() -> None:
    fused = module(Stack)(SOME)
    torch.testing.assert_close(fused - fused[:1, :1], SOME.scores.mean(dim=1) - SOME.scores.mean(dim=1)[:1, :1])


# Attention


def test_untrained_attention_listens_alike_to_the_channels_that_know_a_candidate() -> None:
    count = SOME.known.sum(dim=1)
    expected = 2 * SOME.scores.sum(dim=1) / count.clamp(min=1)
    torch.testing.assert_close(module(Attention)(SOME), expected)


def test_attention_sums_to_one_where_a_channel_knows_the_candidate_and_to_nothing_elsewhere() -> None:
    judge = module(Attention)
    with torch.no_grad():
        nn.init.normal_(judge.logits.weight)  # type: ignore[arg-type]
    weights = judge.weights(SOME)  # type: ignore[operator]
    assert not weights[SOME.known == 0].any()
    torch.testing.assert_close(weights.sum(dim=1), (SOME.known.sum(dim=1) > 0).float())
    assert not judge.weights(NOTHING).any()  # type: ignore[operator]


# Autoencoder


def test_a_latent_point_is_the_mean_over_the_modalities_that_are_there() -> None:
    coder = module(Autoencoder)
    points = {m: coder.encoders[m](WHOLE.items[m]) for m in DIMS}  # type: ignore[index,operator]
    both, text = torch.ones(N, 1), torch.zeros(N, 1)
    latent = coder.latent(WHOLE.items, {"text": both, "visual": both})  # type: ignore[operator]
    torch.testing.assert_close(latent, (points["text"] + points["visual"]) / 2)
    torch.testing.assert_close(coder.latent(WHOLE.items, {"text": both, "visual": text}), points["text"])  # type: ignore[operator]
    nowhere = coder.latent(WHOLE.items, {"text": text, "visual": text})  # type: ignore[operator]
    assert nowhere.shape == (N, LATENT)
    assert not nowhere.any()


def test_filling_in_leaves_what_is_there_and_decodes_what_is_not() -> None:
    coder = module(Autoencoder)
    filled = coder.fill(SOME.items, SOME.item_mask, "visual")  # type: ignore[operator]
    held = SOME.item_mask["visual"][:, 0] > 0
    torch.testing.assert_close(filled[held], SOME.items["visual"][held])
    decoded = coder.decoders["visual"](coder.latent(SOME.items, SOME.item_mask))  # type: ignore[index,operator]
    torch.testing.assert_close(filled[~held], decoded[~held])
    assert (~held).any()


def test_reconstruction_counts_only_items_that_have_both() -> None:
    assert module(Autoencoder).reconstruction(NOTHING).item() == 0.0  # type: ignore[operator]
    assert module(Autoencoder).reconstruction(WHOLE).item() > 0.0  # type: ignore[operator]


# Adversarial


def test_where_nothing_is_missing_the_untrained_score_is_the_cosine_of_each_modality_and_the_channels() -> None:
    cosines = sum(WHOLE.queries[m] @ WHOLE.items[m].T for m in DIMS)
    torch.testing.assert_close(module(Adversarial)(WHOLE), cosines + WHOLE.scores.sum(dim=1))


def test_a_missing_vector_is_made_of_the_other_and_only_of_one_that_is_there() -> None:
    judge = module(Adversarial)
    text, nowhere = torch.tensor([[1.0], [0.0], [0.0]]), torch.tensor([[0.0], [1.0], [0.0]])
    vectors = {m: unit(3, dim, torch.Generator().manual_seed(3)) for m, dim in DIMS.items()}
    vectors = {"text": vectors["text"] * text, "visual": vectors["visual"] * nowhere}
    filled, known = judge.filled(vectors, {"text": text, "visual": nowhere})  # type: ignore[operator]
    torch.testing.assert_close(filled["text"][0], vectors["text"][0])
    made = judge.generators["text to visual"](vectors["text"])  # type: ignore[index,operator]
    torch.testing.assert_close(filled["visual"][0], made[0])
    torch.testing.assert_close(filled["visual"][1], vectors["visual"][1])
    assert known["visual"].flatten().tolist() == known["text"].flatten().tolist() == [1.0, 1.0, 0.0]
    assert not filled["visual"][2].any()


@pytest.mark.parametrize(
    ("dims", "pairs"),
    [
        ({"text": 1, "visual": 1, "bridge": 1}, (("text", "visual"),)),
        ({"visual": 1, "sound": 1, "bridge": 1}, (("bridge", "sound"),)),
        ({"text": 1}, ()),
        ({}, ()),
    ],
)
def test_text_and_picture_are_made_of_each_other_or_else_the_first_two_by_name(
    dims: Mapping[str, int], pairs: tuple[tuple[str, str], ...]
) -> None:
    assert mapped_pairs(dims) == pairs


# Batches


def test_a_pool_becomes_a_batch_of_one_request_with_masks_for_what_is_missing() -> None:
    features = lessons.tables()
    case = lessons.cases(features)[0]  # a request of words alone
    rows = np.array([0, 55])  # the second item has no picture
    seen = lessons.pool(case, features, rows)
    scores = {"text": seen.scores["text"], "visual": np.array([0.5, np.nan])}
    frame = Frame.fit([scores], features, np.arange(lessons.N_ITEMS))
    made = batch_of(frame, Pool(rows, scores, seen.queries, features))
    assert made.scores.shape == made.known.shape == (1, 2, 2)
    assert made.known.tolist() == [[[1.0, 1.0], [1.0, 0.0]]]
    assert made.scores[0, 1].tolist() == [0.0, 0.0]  # the mean, and what is missing
    assert {m: (made.query_mask[m].tolist(), made.item_mask[m].tolist()) for m in ("text", "visual")} == {
        "text": ([[1.0]], [[1.0], [1.0]]),
        "visual": ([[0.0]], [[1.0], [0.0]]),
    }
    assert not made.queries["visual"].any()
    assert not made.items["visual"][1].any()
    assert made.items["text"].shape == (2, frame.modalities["text"].n_axes)
