"""What to expect of something that nobody has seen yet, from what it is and who made it. Pure.

A Bayesian linear regression (ridge; Bishop, Pattern Recognition and Machine Learning, 3.3) of the
lifts that were measured lately on traits. It says nothing until it has proved itself: it is fitted
on the older three quarters, tried on the newest, and believed for the share that came true there.
What it then leaves unexplained says how many exposures its word is worth, up to a bound.
"""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.pools.rules.allocation import FLOOR
from nightmarket.domains.pools.rules.rates import PRIOR_EXPOSURES, Expected, lift_scale
from nightmarket.domains.pools.values.items import Counts, Evidence, Floats
from nightmarket.domains.pools.values.traits import Settled, Traits

SETTLED_MIN = 200
"""Fewer measured items teach nothing: everything is expected to be usual."""
SETTLED_MAX = 20_000
"""More than the newest of them teach nothing new."""
NEWEST_SHARE = 0.25
LIFT_VARIANCE = 0.25
"""Of lifts between items, before it is measured: half of what is usual up and down."""
CREATOR_EXPOSURES = 100.0
"""A creator's other items weigh as much as what is usual after so many exposures."""
EXPOSURES_MAX = 50.0
"""However sure, an expectation is worth no more: half of what the first level grants, so that at
its end what was measured weighs twice as much."""
LIFT_MIN, LIFT_MAX = 0.25, 2.0
"""Nothing unseen is expected to be further from what is usual."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was learned. `lifts`: of creators, by owner.

    `share`: of the differences it foretold that came true, 0..1. `exposures`: what its word is
    worth. `mean`: the lift of an item of which nothing is known.
    """

    coefficients: Floats
    owners: Counts
    lifts: Floats
    mean: float
    share: float
    exposures: float
    items: int

    def expect(self, traits: Traits) -> Expected:
        """Return what to expect of items that are not among those it learned from."""
        told = _columns(traits, self._creators(traits.owners)) @ self.coefficients
        lift = np.clip(self.mean + self.share * told, LIFT_MIN, LIFT_MAX)
        return Expected(lift, self.exposures)

    def _creators(self, owners: Counts) -> Floats:
        if not len(self.owners):
            return np.zeros(len(owners))
        places = np.minimum(np.searchsorted(self.owners, owners), len(self.owners) - 1)
        return np.where(self.owners[places] == owners, self.lifts[places], 0.0)


def learn(settled: Settled) -> Expectation | None:
    """Learn what to expect from what was measured; None: there is too little of it.

    Items with fewer exposures than the floor count for nothing.
    """
    keep = np.flatnonzero(settled.evidence.exposures >= FLOOR)
    if len(keep) < SETTLED_MIN:
        return None
    keep = keep[np.argsort(settled.published_us[keep], kind="stable")]
    evidence, usual = settled.evidence.take(keep), settled.usual[keep]
    exposures = evidence.exposures
    lift, noise = _measured(evidence, usual)
    certainty = 1.0 / (LIFT_VARIANCE + noise / exposures)
    mean = float(np.average(lift, weights=certainty))
    traits = settled.traits.take(keep)
    owners, others, lifts = _creators(traits.owners, exposures, lift - mean)
    columns = _columns(traits, others)
    older = len(keep) - int(len(keep) * NEWEST_SHARE)
    tried = _ridge(columns[:older], lift[:older] - mean, certainty[:older])
    share, left = _proved(
        columns[older:] @ tried, lift[older:] - mean, certainty[older:], noise / exposures[older:]
    )
    worth = float(np.clip(noise / max(left, 1e-6), PRIOR_EXPOSURES, EXPOSURES_MAX))
    coefficients = _ridge(columns, lift - mean, certainty)
    return Expectation(coefficients, owners, lifts, mean, share, worth, len(keep))


def _measured(evidence: Evidence, usual: Floats) -> tuple[Floats, float]:
    """Return each item's lift as counted, and the variance that one exposure alone would have."""
    scale = lift_scale(usual)
    rates = np.minimum(1.0, evidence.hits / evidence.exposures[:, np.newaxis])
    chance = rates.mean(axis=0)
    noise = float((scale**2 * chance * (1.0 - chance)).sum(axis=1).mean())
    return (scale * rates).sum(axis=1), max(noise, 1e-6)


def _creators(owners: Counts, exposures: Floats, over: Floats) -> tuple[Counts, Floats, Floats]:
    """Return the owners, how far each item's others lie above the mean, and how far each owner's.

    An item's own lift is not among its creator's: it would foretell itself.
    """
    known, places = np.unique(owners, return_inverse=True)
    weight = np.bincount(places, exposures, len(known))
    total = np.bincount(places, exposures * over, len(known))
    others = (total[places] - exposures * over) / (weight[places] - exposures + CREATOR_EXPOSURES)
    return known, others, total / (weight + CREATOR_EXPOSURES)


def _columns(traits: Traits, creators: Floats) -> Floats:
    """Return float[n, 3 + figures]: whether anything is known, length, the creator's, content."""
    is_known = traits.content.any(axis=1).astype(np.float64)
    seconds = np.maximum(traits.durations_ms, 1_000) / 1_000
    length = np.where(traits.durations_ms > 0, np.clip(np.log10(seconds) - 1.0, -1.0, 1.0), 0.0)
    return np.column_stack([is_known, length, creators, np.clip(traits.content, -1.0, 1.0)])


def _ridge(columns: Floats, over: Floats, certainty: Floats) -> Floats:
    """Return the most likely coefficients; all together they may explain all the variance."""
    spread = LIFT_VARIANCE / columns.shape[1]
    weighted = columns * certainty[:, np.newaxis]
    inner = columns.T @ weighted + np.eye(columns.shape[1]) / spread
    return np.asarray(np.linalg.solve(inner, weighted.T @ over))


def _proved(told: Floats, over: Floats, certainty: Floats, noise: Floats) -> tuple[float, float]:
    """Return the share of what was told that came true, and the variance that is left.

    One standard error is taken off the share: what may be chance is not believed.
    """
    told_apart = told - np.average(told, weights=certainty)
    over_apart = over - np.average(over, weights=certainty)
    power = float((certainty * told_apart**2).sum())
    share = 0.0
    if power > 0.0:
        share = float((certainty * told_apart * over_apart).sum()) / power - power**-0.5
    share = float(np.clip(share, 0.0, 1.0))
    errors = (over_apart - share * told_apart) ** 2 - noise
    return share, float(np.average(errors, weights=certainty))
