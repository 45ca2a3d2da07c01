"""Rates against a field, smoothed, with how sure they are. Pure; the whole field at once.

A rate is the mean of a Beta posterior (Gelman et al., Bayesian Data Analysis, 3rd edition, section
2.4): the prior weighs as much as `PRIOR_EXPOSURES` exposures at the field's own rate. An item's
*lift* is the weighted mean over the signals of rate / field's rate, so 1.0 is "as good as its
field", whatever is usual in a market.
"""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.pools.values.items import Evidence, Flags, Floats

PRIOR_EXPOSURES = 20.0
"""As much as the floor every upload gets: after it, what was measured and what was expected of any
upload weigh the same."""
FRESH_SHARE_MAX = 0.05
"""Acts of fresh accounts count as at most this share of the exposures to others: a like rate can
be moved by five points, no further, be they ten or ten thousand."""
FRESH_WEIGHT = 0.1
"""What one act of a fresh account counts below that."""
LIFT_INTERVAL = 1.645
"""Standard deviations to each side that hold nine in ten: the interval that people are shown."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What an exposure can lead to. `weight`: its part of the lift; they sum to one."""

    code: str
    weight: float
    why: str


SIGNALS: tuple[Signal, ...] = (
    Signal("long_view", 0.55, "Watching is what every viewer does: by far the most evidence."),
    Signal("like", 0.15, "Said by few, and cheap to fake: less than watching."),
    Signal("comment", 0.06, "Rare, and anger comments too."),
    Signal("share", 0.12, "Vouching for it before others."),
    Signal("save", 0.07, "Wanting it again."),
    Signal("follow", 0.05, "Rarest; about the creator more than about this item."),
)
"""In the order of the columns of `Evidence.hits`."""
WEIGHTS: Floats = np.array([signal.weight for signal in SIGNALS])


@dataclass(frozen=True, slots=True)
class Field:
    """What is usual: one rate a signal, float[signals]; `exposures` that was learned from.

    A rate of 0: it never happened here, so nobody is judged by it.
    """

    rates: Floats
    exposures: float


@dataclass(frozen=True, slots=True)
class Posterior:
    """How good items are against their field: the lift's mean and deviation, float[n] each."""

    mean: Floats
    deviation: Floats

    def bound(self, deviations: float) -> Floats:
        """Return the lift that is passed with as much certainty as so many deviations give."""
        return self.mean - deviations * self.deviation

    def draw(self, chance: np.random.Generator) -> Floats:
        """Return one possible lift of each, float[n].

        A gamma of the same mean and deviation: positive, and skewed to the right as the sum of
        few rare events is, so that nearly unseen items keep their chance.
        """
        shape = (self.mean / self.deviation) ** 2
        return chance.standard_gamma(shape) * (self.mean / shape)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of items before anybody saw them: a lift each, float[n], and its worth."""

    lift: Floats
    exposures: float = PRIOR_EXPOSURES


def field_of(evidence: Evidence) -> Field:
    """Return what is usual among these items."""
    exposures = float(evidence.exposures.sum())
    return Field(evidence.hits.sum(axis=0) / max(1.0, exposures), exposures)


def weigh(grown: Evidence, fresh: Evidence) -> Evidence:
    """Return evidence in which fresh accounts count little, and all together never much.

    Args:
        grown: from accounts that are older than a day.
        fresh: from the others.
    """
    most = FRESH_SHARE_MAX * grown.exposures
    exposures = np.minimum(FRESH_WEIGHT * fresh.exposures, most)
    hits = np.minimum(FRESH_WEIGHT * fresh.hits, most[:, np.newaxis])
    return Evidence(grown.exposures + exposures, grown.hits + hits)


def are_suspect(grown: Evidence, fresh: Evidence, *, hits_min: int) -> Flags:
    """Whether fresh accounts did more than half of anything that happened often, bool[n]."""
    often = grown.hits + fresh.hits >= hits_min
    found: Flags = np.any((fresh.hits > grown.hits) & often, axis=1)
    return found


def rates(
    evidence: Evidence, field: Field, prior_exposures: float = PRIOR_EXPOSURES
) -> tuple[Floats, Floats]:
    """Return each item's smoothed rates and their deviations, float[n, signals] twice."""
    prior = np.clip(field.rates, 0.0, 1.0)
    trials = np.maximum(evidence.exposures[:, np.newaxis], evidence.hits) + prior_exposures
    mean = (evidence.hits + prior_exposures * prior) / trials
    return mean, np.sqrt(mean * (1.0 - mean) / (trials + 1.0))


def posterior(evidence: Evidence, field: Field, expected: Expected | None = None) -> Posterior:
    """Return each item's lift against the field.

    Args:
        evidence: of n items.
        field: what is usual where they race; `rates` may be float[n, signals], one field an item.
        expected: what is expected of them unseen; None: what is usual.
    """
    usual = np.broadcast_to(field.rates, evidence.hits.shape)
    scale = lift_scale(usual)
    lifts = np.ones(len(evidence)) if expected is None else expected.lift
    worth = PRIOR_EXPOSURES if expected is None else expected.exposures
    prior = np.clip(usual * lifts[:, np.newaxis], 0.0, 0.99)
    mean, deviation = rates(evidence, Field(prior, field.exposures), worth)
    lift = np.where(scale.any(axis=1), (scale * mean).sum(axis=1), 1.0)
    spread = np.sqrt(((scale * deviation) ** 2).sum(axis=1))
    return Posterior(np.maximum(lift, 1e-6), np.maximum(spread, 1e-6))


def lift_scale(usual: Floats) -> Floats:
    """Return what one unit of each rate adds to the lift, float[n, signals].

    A signal that never happens in a field adds nothing, and the others share its weight.
    """
    are_usual = usual > 0.0
    weights = np.where(are_usual, WEIGHTS, 0.0)
    total = weights.sum(axis=1, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0.0)
    return np.asarray(weights / np.where(are_usual, usual, 1.0))


def intervals(mean: Floats, deviation: Floats) -> tuple[Floats, Floats]:
    """Return between what nine in ten such rates lie, clipped to what a rate can be."""
    half = LIFT_INTERVAL * deviation
    return np.clip(mean - half, 0.0, 1.0), np.clip(mean + half, 0.0, 1.0)
