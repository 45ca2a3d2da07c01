"""Lets a crowd watch for days and measures what became of people, makers and uploads."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lab.crowd.faults import ALL, NONE, Faults, Line, Wire
from lab.crowd.market import Market
from lab.crowd.world import BEGIN_US, DAY_US, DURATION_MS, HOUR_US, Crowd, World
from lab.race.figures import gini
from nightmarket.domains.analytics.values import Kind
from nightmarket.domains.pools.rules.allocation import FLOOR, FLOOR_US
from nightmarket.kernel.ids import MILLISECOND_SHIFT

PERSON_BASE = 1 << MILLISECOND_SHIFT
"""People's ids are those of accounts made long ago, so nobody is fresh."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run the feed. `explore_share`: of slots; `has_pools`: it pays the floor."""

    name: str
    explore_share: float
    has_pools: bool
    faults: Faults = NONE


WAYS = (
    Way("no exploration", 0.0, has_pools=False),
    Way("exploration without pools", 0.1, has_pools=False),
    Way("exploration by pools", 0.1, has_pools=True),
    Way("the same, with faults", 0.1, has_pools=True, faults=ALL),
)


@dataclass(frozen=True, slots=True)
class Result:
    """One way's figures.

    retention_share        of the people, those who came on each of the last three days, averaged
    long_view_rate_first   of everything shown on the first three days
    long_view_rate_last    of everything shown on the last three days
    topics_a_page          different topics on a page, of eight places
    creator_gini           of exposures over makers
    starved_share          uploads older than a day that nobody was shown
    floor_share            uploads older than a day with at least 20 exposures
    floor_two_hours_share  those that had them within two hours
    best_advantage         median exposures of the best 5 % of uploads over the median of all
    counts_equal_clean     whether the figures equal a fold of the same events without faults
    """

    way: str
    retention_share: float
    long_view_rate_first: float
    long_view_rate_last: float
    topics_a_page: float
    creator_gini: float
    starved_share: float
    floor_share: float
    floor_two_hours_share: float
    best_advantage: float
    counts_equal_clean: bool
    faults: dict[str, int]


def simulate(
    crowd: Crowd, seed: int, days: int, way: Way, step: Callable[[], None] = lambda: None
) -> Result:
    """Run one way; the same arguments give the same result. `step` is called after each hour."""
    return asyncio.run(_Run(crowd, seed, days, way).all(step))


class _Run:
    def __init__(self, crowd: Crowd, seed: int, days: int, way: Way) -> None:
        self.world, self.days, self.way = World(crowd, seed, days), days, way
        self.market = Market(self.world, seed, way.explore_share, has_pools=way.has_pools)
        self.wire = Wire(way.faults, np.random.default_rng([seed, 14]))
        self.sent: list[Line] = []
        self.requests = 0
        self.shown = np.zeros(len(self.world.topic), dtype=np.int64)
        self.floor_met_us = np.zeros(len(self.world.topic), dtype=np.int64)
        self.long_views = np.zeros((days, 2), dtype=np.int64)
        self.came = np.zeros(days, dtype=np.int64)
        self.topics: list[int] = []

    async def all(self, step: Callable[[], None]) -> Result:
        """Run every hour of every day."""
        are_here = np.ones(self.world.crowd.people, dtype=np.bool_)
        for day in range(self.days):
            self.came[day] = are_here.sum()
            for hour in range(24):
                now_us = BEGIN_US + day * DAY_US + (hour + 1) * HOUR_US
                self.market.turn(now_us)
                opening = are_here & (self.world.opens_at.astype(np.int64) == hour)
                lines: list[Line] = []
                for person in np.flatnonzero(opening).tolist():
                    lines += await self._visit(person, day, now_us)
                self.market.fold(self.wire.carry(lines))
                step()
            are_here = self.world.comes_back()
        self.market.fold(self.wire.rest())
        return self._result()

    async def _visit(self, person: int, day: int, now_us: int) -> list[Line]:
        lines: list[Line] = []
        for turn in range(self.world.crowd.pages_a_day):
            at_us = now_us + turn * 120_000_000
            self.requests += 1
            page = await self.market.page(person, self.requests, at_us)
            uploads = page.ids - 1
            if not len(uploads):
                continue
            watch_ms, are_liked = self.world.watches(person, uploads)
            self._count(uploads, day, at_us, watch_ms)
            for place, video_id in enumerate(page.ids.tolist()):
                acts = [(Kind.WATCH, watch_ms[place])]
                acts += [(Kind.LIKE, 0)] if are_liked[place] else []
                for kind, lasted_ms in acts:
                    lines.append(
                        Line(
                            event_id=len(self.sent) + len(lines),
                            kind=kind,
                            person=PERSON_BASE + person,
                            video_id=video_id,
                            request_id=self.requests,
                            position=place,
                            shown_at_us=at_us,
                            occurred_at_us=at_us + (place + 1) * DURATION_MS * 1000,
                            watch_ms=lasted_ms,
                            duration_ms=DURATION_MS,
                        )
                    )
        self.sent += lines
        return lines

    def _count(self, uploads: np.ndarray, day: int, at_us: int, watch_ms: list[int]) -> None:
        self.shown[uploads] += 1
        self.floor_met_us[uploads[self.shown[uploads] == FLOOR]] = at_us
        self.long_views[day] += (sum(one >= DURATION_MS for one in watch_ms), len(watch_ms))
        self.topics.append(len(set(self.world.topic[uploads].tolist())))

    def _result(self) -> Result:
        world = self.world
        old = world.published_us < BEGIN_US + (self.days - 1) * DAY_US
        shown = self.shown[old]
        waited = self.floor_met_us[old] - world.published_us[old]
        is_best = world.quality[old] >= np.quantile(world.quality[old], 0.95)
        by_maker = np.bincount(world.maker, weights=self.shown, minlength=world.crowd.makers)
        ends = min(3, self.days)
        first = self.long_views[:ends].sum(axis=0)
        last = self.long_views[-ends:].sum(axis=0)
        usual = max(1.0, float(np.median(shown))) if len(shown) else 1.0
        return Result(
            way=self.way.name,
            retention_share=_short(self.came[-ends:].mean() / world.crowd.people),
            long_view_rate_first=_short(first[0] / max(1, first[1])),
            long_view_rate_last=_short(last[0] / max(1, last[1])),
            topics_a_page=_short(float(np.mean(self.topics or [0]))),
            creator_gini=_short(gini(by_maker.astype(np.int64))),
            starved_share=_short((shown == 0).mean()),
            floor_share=_short((shown >= FLOOR).mean()),
            floor_two_hours_share=_short(((shown >= FLOOR) & (waited <= FLOOR_US)).mean()),
            best_advantage=_short(float(np.median(shown[is_best])) / usual),
            counts_equal_clean=self._equals_clean(),
            faults=dict(self.wire.counts),
        )

    def _equals_clean(self) -> bool:
        clean = Market(self.world, 0, 0.0, has_pools=False)
        clean.fold(self.sent)
        mine = {one: totals for one, totals in self.market.totals.items() if any(totals)}
        others = {one: totals for one, totals in clean.totals.items() if any(totals)}
        return mine == others


def _short(value: float) -> float:
    return round(float(value), 4)
