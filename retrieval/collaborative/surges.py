"""What everybody did without what a crowd did that came at once: who pushes an item comes with many made-up people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour

COMPANIES = 20  # a twentieth of all people, come at once, is one of them
LOUD = 2  # companies that may choose an item more than all others and count no more: a crowd may lie across two


def without_surges(behaviour: Behaviour, slack: float) -> Behaviour:
    """The same people, without the entries by which an item has more from one company than from most others.

    When something was done is told by our own clock, and that is what nobody can make up. So everybody is in one of
    `COMPANIES` groups of equal size, by when they were last here. From no company does an item keep more people than
    from the one that chose it most after `LOUD` others, or than one person, where that is more: those who chose it
    first. Of fewer people than there are companies each is one alone, and all they did is kept.

    Args:
        slack: How many times as many it may keep; with more, new hits are learned of sooner and crowds push further.

    Source: for groups of which the loudest are not believed, Lugosi and Mendelson, Mean Estimation and Regression under
    Heavy-Tailed Distributions, Foundations of Computational Mathematics 19, 2019, section 2.
    """
    company = np.repeat(_companies(behaviour), np.diff(behaviour.starts))
    chosen = np.zeros((COMPANIES, behaviour.n_items), dtype=np.intp)
    np.add.at(chosen, (company, behaviour.rows), 1)
    most = slack * np.maximum(1, np.sort(chosen, axis=0)[-1 - LOUD])
    stays = _places(company, behaviour) < most[behaviour.rows]
    starts = np.concatenate(([0], np.cumsum(stays)))[behaviour.starts]
    return replace(
        behaviour, starts=starts, rows=behaviour.rows[stays], likes=behaviour.likes[stays], at_s=behaviour.at_s[stays]
    )


def _companies(behaviour: Behaviour) -> NDArray[np.intp]:
    """The group of each person, shape (n_users,); those of whom no time is known come first, as they are ordered."""
    n_people = len(behaviour.users)
    last_s = np.full(n_people, -np.inf)
    present = np.diff(behaviour.starts) > 0
    last_s[present] = np.nan_to_num(behaviour.at_s[behaviour.starts[1:][present] - 1], nan=-np.inf)
    place = np.empty(n_people, dtype=np.intp)
    place[np.argsort(last_s, kind="stable")] = np.arange(n_people)
    return place * COMPANIES // max(1, n_people)


def _places(company: NDArray[np.intp], behaviour: Behaviour) -> NDArray[np.intp]:
    """How many of the same company chose the same item before, for each entry."""
    order = np.lexsort((behaviour.at_s, behaviour.rows, company))
    same = np.r_[False, (np.diff(company[order]) == 0) & (np.diff(behaviour.rows[order]) == 0)][: len(order)]
    at = np.arange(len(order))
    places = np.empty(len(order), dtype=np.intp)
    places[order] = at - np.maximum.accumulate(np.where(same, 0, at))
    return places
