"""The levels people see: what each grants, which gate leads on, and what would lift an item."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from nightmarket.domains.pools.rules.rates import (
    LIFT_INTERVAL,
    Field,
    are_suspect,
    posterior,
    weigh,
)
from nightmarket.domains.pools.values.items import Counts, Evidence, Floats

HOUR_US = 3_600_000_000
SUSPECT_HITS_MIN = 50
"""Fewer acts than this are nobody's campaign."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level. `granted`: exposures in all, those of the levels below included.

    The gate that leads *out* of it: after `exposures_min` exposures the lift must be at least
    `lift_min` even `deviations` below its mean. `asks_person`: whoever wants to enter this level
    with suspect support waits for a person.
    """

    name: str
    granted: int
    exposures_min: int
    lift_min: float
    deviations: float
    asks_person: bool


LEVELS: tuple[Level, ...] = (
    Level("newcomer", 100, 20, 1.15, 0.0, asks_person=False),
    Level("rising", 500, 100, 1.10, 1.0, asks_person=False),
    Level("strong", 2_000, 500, 1.10, 1.645, asks_person=True),
    Level("leading", 10_000, 2_000, 1.10, 1.645, asks_person=True),
    Level("top", 50_000, 50_000, 1.10, 1.645, asks_person=True),
)
"""Lowest first. The first gate trusts the mean: a mistake there costs 400 exposures. The later ones
want certainty, since each step costs several times the one before. Lift is against the level's own
field, so the higher the level, the better the others are."""
GRANTED: Counts = np.array([level.granted for level in LEVELS])
TOP = len(LEVELS) - 1
RACE_US = 24 * HOUR_US
"""For how long after its publication an item may be explored."""


class Step(StrEnum):
    """What a gate says."""

    STAY = "stay"
    RAISE = "raise"
    ASK_PERSON = "ask_person"


@dataclass(frozen=True, slots=True)
class Gate:
    """How one item stands before its gate, in figures.

    `exposures_missing`, `lift_missing`: 0 when that part is passed; `is_last`: there is no gate.
    """

    step: Step
    lift: float
    lift_low: float
    lift_high: float
    lift_min: float
    exposures_missing: int
    lift_missing: float
    is_last: bool


def granted(levels: Counts) -> Counts:
    """Return how many exposures each level grants in all, int[n]."""
    found: Counts = GRANTED[levels]
    return found


def next_levels(levels: Counts, grown: Evidence, fresh: Evidence, fields: Floats) -> Counts:
    """Return the level each item's gate lets it to, int[n]: its own or the next, never further.

    Whoever needs a person's look stays: ask `gate` of those that pass. `fields`: float[n, signals],
    the rates of each item's own market and level.
    """
    evidence = weigh(grown, fresh)
    lift = posterior(evidence, Field(fields, 0.0))
    deviations = np.array([level.deviations for level in LEVELS])[levels]
    lift_min = np.array([level.lift_min for level in LEVELS])[levels]
    enough = np.array([level.exposures_min for level in LEVELS])[levels]
    are_through = (
        (levels < TOP)
        & (evidence.exposures >= enough)
        & (lift.mean - deviations * lift.deviation >= lift_min)
    )
    found: Counts = levels + are_through
    return found


def gate(level: int, grown: Evidence, fresh: Evidence, field: Field) -> Gate:
    """Return how one item stands before its level's gate; the evidence has one row."""
    rule = LEVELS[level]
    evidence = weigh(grown, fresh)
    lift = posterior(evidence, field)
    mean, deviation = float(lift.mean[0]), float(lift.deviation[0])
    sure = mean - rule.deviations * deviation
    missing = max(0, rule.exposures_min - int(evidence.exposures[0]))
    is_last = level == TOP
    is_through = not is_last and not missing and sure >= rule.lift_min
    step = Step.RAISE if is_through else Step.STAY
    is_suspect = bool(are_suspect(grown, fresh, hits_min=SUSPECT_HITS_MIN)[0])
    if is_through and LEVELS[level + 1].asks_person and is_suspect:
        step = Step.ASK_PERSON
    return Gate(
        step=step,
        lift=mean,
        lift_low=max(0.0, mean - LIFT_INTERVAL * deviation),
        lift_high=mean + LIFT_INTERVAL * deviation,
        lift_min=rule.lift_min,
        exposures_missing=0 if is_last else missing,
        lift_missing=0.0 if is_last else max(0.0, rule.lift_min - sure),
        is_last=is_last,
    )
