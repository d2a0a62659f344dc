"""What learned fusions are trained by."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from retrieval.fusion.batch import Answers

PAIRS = 16  # drawn for each request and step
NEVER = -1e9  # the score of what is no candidate


def listwise(scores: Tensor, answers: Answers) -> Tensor:
    """-sum over items i of g_i / sum(g) * log softmax(s)_i over the candidates; the mean over requests.

    Source: Cao et al., Learning to Rank: From Pairwise Approach to Listwise Approach, ICML 2007, equation 5, with
    gains as the target distribution; over one relevant item it is cross-entropy.
    """
    likely = functional.log_softmax(scores.masked_fill(~answers.may, NEVER), dim=1)
    share = answers.gains / answers.gains.sum(dim=1, keepdim=True).clamp(min=1e-9)
    return -(share * likely).sum(dim=1).mean()


def pairwise(scores: Tensor, answers: Answers) -> Tensor:
    """-log sigmoid(s_i - s_j) over pairs of a relevant i and another candidate j, drawn by lot.

    Source: Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009, equation 3.
    """
    others = (answers.may & (answers.gains <= 0)).float()
    usable = (others.sum(dim=1) > 0) & (answers.gains.sum(dim=1) > 0)
    if not usable.any():
        # a nought that hangs on the scores, so that gradients can still be asked for
        return scores.sum() * 0
    better = torch.multinomial(answers.gains[usable], PAIRS, replacement=True)
    worse = torch.multinomial(others[usable], PAIRS, replacement=True)
    judged = scores[usable]
    return functional.softplus(judged.gather(1, worse) - judged.gather(1, better)).mean()


def rating(guess: Tensor, answers: Answers) -> Tensor:
    """Mean of (r - g)^2 over the relevant items, whose gains g are in (0, 1]."""
    relevant = answers.gains > 0
    return ((torch.sigmoid(guess) - answers.gains)[relevant] ** 2).mean() if relevant.any() else guess.sum() * 0


def category(guess: Tensor, answers: Answers) -> Tensor:
    """Binary cross-entropy, over the candidates, of being of a category that a relevant item has."""
    may = answers.may
    return functional.binary_cross_entropy_with_logits(guess[may], answers.akin[may])
