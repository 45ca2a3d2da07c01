"""How good an order is: AUC, AUC inside groups, nDCG, calibration; and how sure that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.values.batches import Big

Floats = NDArray[np.float64]
BINS = 10
NDCG_PLACES = 5
RESAMPLES = 400


@dataclass(frozen=True, slots=True)
class Groups:
    """AUC of each group that has both outcomes, with its showings as weight.

    `owners`: whose group it is, for resampling people.
    """

    values: Floats
    weights: Floats
    owners: Big

    @property
    def mean(self) -> float:
        """The mean over groups by showings; NaN: no group has both outcomes."""
        return (
            float((self.values * self.weights).sum() / self.weights.sum())
            if len(self.values)
            else float("nan")
        )


def auc(happened: Floats, score: Floats, weights: Floats | None = None) -> float:
    """Return the chance that something that happened is scored above something that did not.

    Ties count half. NaN when everything or nothing happened.
    """
    weight = np.ones(len(score)) if weights is None else weights
    _, place = np.unique(score, return_inverse=True)
    yes = np.bincount(place, weights=weight * happened)
    no = np.bincount(place, weights=weight * (1.0 - happened))
    below = np.cumsum(no) - no / 2.0
    total = yes.sum() * no.sum()
    return float((yes * below).sum() / total) if total else float("nan")


def by_group(groups: Big, happened: Floats, score: Floats, owners: Big) -> Groups:
    """Return the AUC inside each group, e.g. a viewer or a sitting."""
    order = np.lexsort((score, groups))
    group, hit, value = groups[order], happened[order], score[order]
    starts = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    counts = np.diff(np.append(starts, len(group)))
    rank = np.arange(len(group)) - np.repeat(starts, counts) + 1.0
    tie_starts = np.flatnonzero(
        np.concatenate([[True], (group[1:] != group[:-1]) | (value[1:] != value[:-1])])
    )
    tie_counts = np.diff(np.append(tie_starts, len(group)))
    rank = np.repeat(np.add.reduceat(rank, tie_starts) / tie_counts, tie_counts)
    yes = np.add.reduceat(hit, starts)
    no = counts - yes
    is_mixed = (yes > 0) & (no > 0)
    above = np.add.reduceat(rank * hit, starts) - yes * (yes + 1) / 2.0
    return Groups(
        (above[is_mixed] / (yes * no)[is_mixed]),
        counts[is_mixed].astype(np.float64),
        owners[order][starts[is_mixed]],
    )


def ndcg(groups: Big, worth: Floats, score: Floats) -> float:
    """Return nDCG at 5 over groups that have any worth, each group counting once."""
    order = np.lexsort((-score, groups))
    ideal = np.lexsort((-worth, groups))
    starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order][0] - 1))
    counts = np.diff(np.append(starts, len(order)))
    place = np.arange(len(order)) - np.repeat(starts, counts)
    discount = np.where(place < NDCG_PLACES, 1.0 / np.log2(place + 2.0), 0.0)
    got = np.add.reduceat(worth[order] * discount, starts)
    best = np.add.reduceat(worth[ideal] * discount, starts)
    counted = (best > 0) & (counts > 1)
    return float((got[counted] / best[counted]).mean()) if counted.any() else float("nan")


def calibration(happened: Floats, chance: Floats) -> tuple[float, float]:
    """Return predicted over observed, and the mean gap over ten bins of equal size."""
    observed = happened.sum()
    parts = np.array_split(np.argsort(chance, kind="stable"), BINS)
    gaps = [abs(chance[part].mean() - happened[part].mean()) for part in parts if len(part)]
    return float(chance.sum() / observed) if observed else float("nan"), float(np.mean(gaps))


def bound_of_difference(one: Groups, other: Groups, chance: np.random.Generator) -> float:
    """Return the 2.5 % bound of the difference of two group means, resampling people.

    The same people are drawn for both, so what is common to both cancels out.
    """
    people, place = np.unique(np.concatenate([one.owners, other.owners]), return_inverse=True)
    sums = []
    for groups, at in ((one, place[: len(one.owners)]), (other, place[len(one.owners) :])):
        size = len(people)
        top = np.bincount(at, weights=groups.values * groups.weights, minlength=size)
        sums.append((top, np.bincount(at, weights=groups.weights, minlength=size)))
    found = np.empty(RESAMPLES)
    for turn in range(RESAMPLES):
        drawn = np.bincount(chance.integers(0, len(people), len(people)), minlength=len(people))
        means = [(drawn * top).sum() / (drawn * weight).sum() for top, weight in sums]
        found[turn] = means[0] - means[1]
    return float(np.quantile(found, 0.025))
