"""What a race is measured by."""

from dataclasses import dataclass

import numpy as np

from lab.race.world import NEVER, Race
from nightmarket.domains.pools.rules.allocation import FLOOR
from nightmarket.domains.pools.values.items import Counts, Flags


@dataclass(frozen=True, slots=True)
class Figures:
    """One policy's figures. All but the rates are of the second day's uploads, at their end.

    found_share            of the best 1 % by true long-view rate, those that had ten times the
                           average exposures (1,000) within their day
    found_hours_median     from publication to then, over those found; None: none was
    floor_share            uploads with at least 20 exposures in all
    floor_in_time_share    uploads that had them within two hours of publication
    exposures_min          of any upload
    long_view_rate         long views of all explored exposures after the first day
    regret                 how much the oracle's long-view rate is higher
    used_share             impressions that were handed out
    wasted_before_found    exposures above the floor that went to the worse half of those published
                           in the same half hour before one of the best was found (not found: all
                           day), mean over the best
    wasted_share           exposures above the floor that went to the worse half of the uploads
    gini                   of exposures over uploads: 0 all the same, 1 one has all
    starved_share          uploads nobody was shown
    """

    policy: str
    found_share: float
    found_hours_median: float | None
    floor_share: float
    floor_in_time_share: float
    exposures_min: int
    long_view_rate: float
    regret: float
    used_share: float
    wasted_before_found: float
    wasted_share: float
    gini: float
    starved_share: float


@dataclass(frozen=True, slots=True)
class Started:
    """Our policy's figures where content tells so much and newcomers start from this."""

    told: str
    start: str
    figures: Figures


def figures(race: Race, oracle: Race) -> Figures:
    """Measure a race against the oracle of the same world."""
    board, scenario = race.board, race.board.scenario
    day = board.published // scenario.rounds_a_day == 1
    given, quality = board.given[day], board.quality[day]
    found = board.found[day]
    waited = found - board.published[day] + 1
    is_best = quality >= np.quantile(quality, 1 - scenario.top_share)
    is_found = is_best & (found != NEVER)
    above = np.maximum(0, given - FLOOR)
    in_time = (board.floor_met[day] != NEVER) & (
        board.floor_met[day] - board.published[day] < scenario.rounds_a_day // 12
    )
    hours = waited[is_found] * 24 / scenario.rounds_a_day
    return Figures(
        policy=race.policy,
        found_share=_short(is_found.sum() / is_best.sum()),
        found_hours_median=_short(float(np.median(hours))) if len(hours) else None,
        floor_share=_short((given >= FLOOR).mean()),
        floor_in_time_share=_short(in_time.mean()),
        exposures_min=int(given.min()),
        long_view_rate=_short(race.long_views / max(1, race.shown)),
        regret=_short(_rate(oracle) - _rate(race)),
        used_share=_short(race.shown / race.impressions),
        wasted_before_found=round(_before_found(race, day), 1),
        wasted_share=_short(above[quality < np.median(quality)].sum() / max(1, above.sum())),
        gini=_short(gini(given)),
        starved_share=_short((given == 0).mean()),
    )


def _before_found(race: Race, day: Flags) -> float:
    """Return the waste before the best were found; the best are those of the whole day."""
    board, scenario = race.board, race.board.scenario
    best = np.flatnonzero(day)
    best = best[board.quality[best] >= np.quantile(board.quality[best], 1 - scenario.top_share)]
    sums = board.wasted.cumsum(axis=1)
    until = np.where(board.found[best] == NEVER, scenario.rounds - 1, board.found[best])
    return float(sums[board.published[best], until].mean())


def gini(values: Counts) -> float:
    """Return how unevenly `values` are spread, 0..1."""
    ordered = np.sort(values).astype(np.float64)
    total = ordered.sum()
    if not total:
        return 0.0
    ranks = np.arange(1, len(ordered) + 1)
    return float((2 * ranks - len(ordered) - 1) @ ordered / (len(ordered) * total))


def _rate(race: Race) -> float:
    return race.long_views / max(1, race.shown)


def _short(value: float) -> float:
    return round(float(value), 4)
