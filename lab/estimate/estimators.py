"""SNIPS and doubly robust estimates of a policy's worth, and when they prove nothing.

Weights are what a policy would have done over what chance did. SNIPS (Swaminathan & Joachims, 2015)
is the mean of labels by these weights; the doubly robust estimate (Dudík, Langford & Li, 2011) is
what was predicted for the policy's choices, corrected by the weighted error of the prediction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.estimate.draws import Choice, Draws, Floats

EFFECTIVE_MIN = 1_000
"""Below, no verdict: a handful of draws would decide."""
VIEWERS_MIN = 30
"""Fewer viewers cannot be resampled to say how sure it is."""
DEVIATIONS_MAX = 4.0
"""Weights must be 1 on average; so far off, and the propensities are not those of the draws."""
COVERED = (2.5, 97.5)
PARTS = 8
"""Columns of a head in the table of sums."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and where it lies in 95 of 100 resamples of viewers."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """What a policy earns of one head a slot, by both estimators, and more than another does.

    `by_chance` is what the even draw itself earned. `verdict`: better, worse or no difference seen.
    """

    head: str
    draws: int
    by_chance: float
    snips: Interval
    robust: Interval
    snips_gain: Interval
    robust_gain: Interval
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A policy against another. `refusal` empty: `earned` stands; else why there is no verdict."""

    policy: str
    against: str
    draws: int
    viewers: int
    effective: float
    refusal: str
    earned: tuple[Earned, ...]


def judge(draws: Draws, policy: str, against: str, *, resamples: int, seed: int) -> Judged:
    """Estimate what `policy` earns and how much more than `against`, head by head.

    Heads without any label are left out. Nothing is estimated when it would prove nothing.
    """
    one, other = draws.choices[policy], draws.choices[against]
    people, person = np.unique(draws.viewers, return_inverse=True)
    sizes = [effective(weights(draws, choice)) for choice in (one, other)]
    refusal = _refusal(draws, len(people), {policy: sizes[0], against: sizes[1]})
    earned: tuple[Earned, ...] = ()
    if not refusal:
        known = np.isfinite(draws.labels)
        heads = [head for head in range(len(draws.heads)) if known[:, head].any()]
        columns = [_columns(draws, head, (one, other), person) for head in heads]
        by_person = np.zeros((len(people), len(heads) * PARTS))
        np.add.at(by_person, person, np.concatenate(columns, axis=1))
        sums = _resampled(by_person, resamples, seed)
        earned = tuple(
            _earned(draws, head, sums[:, place * PARTS : (place + 1) * PARTS])
            for place, head in enumerate(heads)
        )
    return Judged(
        policy=policy,
        against=against,
        draws=len(draws),
        viewers=len(people),
        effective=min(sizes),
        refusal=refusal,
        earned=earned,
    )


def weights(draws: Draws, choice: Choice) -> Floats:
    """Return what the policy would have done over what chance did, by draw."""
    found: Floats = choice.chances / draws.propensities
    return found


def effective(weight: Floats) -> float:
    """Return so many draws of equal weight say as much (Kish, 1965)."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def _refusal(draws: Draws, viewers: int, sizes: dict[str, float]) -> str:
    """Say why nothing can be concluded; empty: it can."""
    if not len(draws):
        return "there are no random slots with known outcomes"
    for name, size in sizes.items():
        if size < EFFECTIVE_MIN:
            more = len(draws) * (EFFECTIVE_MIN / size - 1) if size else float("inf")
            return (
                f"the effective sample of {name} is {size:,.0f} and must be {EFFECTIVE_MIN:,}: "
                f"about {more:,.0f} more random slots are needed, or a milder way to choose"
            )
        weight = weights(draws, draws.choices[name])
        deviation = float(weight.std()) / len(weight) ** 0.5
        if abs(float(weight.mean()) - 1.0) > DEVIATIONS_MAX * deviation + 1e-9:
            return (
                f"the weights of {name} are {weight.mean():.3f} on average and should be 1: "
                "what is logged as propensities is not how these draws were made"
            )
    if viewers < VIEWERS_MIN:
        return f"only {viewers} viewers were drawn for; {VIEWERS_MIN} are needed"
    return ""


def _columns(
    draws: Draws, head: int, choices: tuple[Choice, Choice], person: NDArray[np.intp]
) -> Floats:
    """Return float64[draws, PARTS]: what is summed for a head; all 0 where its label is unknown.

    A one for each known label, then for each policy: weighted label, weight, robust term.
    """
    known = np.isfinite(draws.labels[:, head])
    label = np.where(known, draws.labels[:, head], 0.0)
    parts = [known.astype(np.float64), label]
    for choice in choices:
        weight = np.where(known, weights(draws, choice), 0.0)
        predicted, expected = _filled(draws, choice, head, person)
        robust = np.where(known, expected + weight * (label - predicted), 0.0)
        parts += [weight * label, weight, robust]
    return np.stack(parts, axis=1)


def _filled(
    draws: Draws, choice: Choice, head: int, person: NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Return predictions of the shown and of the chosen; where nothing predicted, a mean.

    The mean is that of the other half of the viewers, so that no label predicts itself.
    """
    predicted, expected = draws.predicted[:, head].copy(), choice.expected[:, head].copy()
    label, half = draws.labels[:, head], person % 2
    for side in (0, 1):
        others = label[(half != side) & np.isfinite(label)]
        is_blank = (half == side) & ~np.isfinite(predicted + expected)
        mean = float(others.mean()) if len(others) else 0.0
        predicted[is_blank] = expected[is_blank] = mean
    return predicted, expected


def _resampled(by_person: Floats, resamples: int, seed: int) -> Floats:
    """Return the sums over everybody first, then over viewers drawn with replacement."""
    chance, people = np.random.default_rng(seed), len(by_person)
    found = np.empty((resamples + 1, by_person.shape[1]))
    found[0] = by_person.sum(axis=0)
    for turn in range(1, resamples + 1):
        counts = np.bincount(chance.integers(0, people, people), minlength=people)
        found[turn] = counts @ by_person
    return found


def _earned(draws: Draws, head: int, sums: Floats) -> Earned:
    count, labels = sums[:, 0], sums[:, 1]
    snips = [_ratio(sums[:, 2 + at], sums[:, 3 + at]) for at in (0, 3)]
    robust = [_ratio(sums[:, 4 + at], count) for at in (0, 3)]
    gain = _interval(robust[0] - robust[1])
    return Earned(
        head=draws.heads[head],
        draws=int(count[0]),
        by_chance=float(labels[0] / count[0]),
        snips=_interval(snips[0]),
        robust=_interval(robust[0]),
        snips_gain=_interval(snips[0] - snips[1]),
        robust_gain=gain,
        verdict="better" if gain.low > 0 else "worse" if gain.high < 0 else "no difference seen",
    )


def _ratio(top: Floats, bottom: Floats) -> Floats:
    found: Floats = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return found


def _interval(values: Floats) -> Interval:
    low, high = np.nanpercentile(values[1:], COVERED)
    return Interval(float(values[0]), float(low), float(high))
