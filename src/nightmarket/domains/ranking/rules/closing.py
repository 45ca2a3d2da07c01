"""Joins events to impressions: positives are certain at once, negatives when their window closes.

A fold over the interaction log with no other clock than the log's own times: the same lines in the
same order settle the same labels, however they are cut into batches. Who comes back to what they
had left, or likes it late, corrects the label: it is yielded once more.
"""

import heapq
from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from nightmarket.domains.analytics.rules import views
from nightmarket.domains.analytics.rules.fold import Log
from nightmarket.domains.analytics.values import UNDONE_BY, Kind
from nightmarket.domains.ranking.rules.early import Early, Pair
from nightmarket.domains.ranking.rules.labels import LONG_VIEW_MS, WatchQuantiles
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.inputs import PLACES
from nightmarket.domains.ranking.values.joined import ImpressionKey, Opened, Settled

OPEN_MAX = 200_000
"""Impressions waiting for labels; beyond it the oldest settles early."""
SITTING_US = 30 * 60 * 1_000_000
SITTINGS_MAX = 500_000
"""Viewers whose sitting is known; beyond it those who left are forgotten."""
SURFACES = 16
FINISH, QUANTILE = heads.index("finish"), heads.index("watch_quantile")
WATCH_HEADS = (heads.LONG_VIEW, FINISH, QUANTILE)
ACTS: dict[int, int] = {
    Kind.LIKE: heads.LIKE,
    Kind.COMMENT: heads.index("comment"),
    Kind.SHARE: heads.index("share"),
    Kind.SAVE: heads.index("save"),
    Kind.FOLLOW: heads.index("follow"),
    Kind.NOT_INTERESTED: heads.index("not_interested"),
    Kind.PROFILE_VISIT: heads.index("profile_visit"),
}
TAKEN_BACK: dict[int, int] = {
    undone: ACTS[made] for made, undone in UNDONE_BY.items() if made in ACTS
}
ACT_HEADS = tuple(sorted(set(ACTS.values())))
WINDOWS_US = tuple(
    sorted({heads.HEADS[head].window_ms * 1000 for head in (*WATCH_HEADS, *ACT_HEADS)})
)


@dataclass(slots=True)
class _Open:
    impression: Opened
    duration_ms: int = 0
    watch_ms: int = 0
    reached: int = 0
    settled: dict[int, float] = field(default_factory=dict)
    acts: set[int] = field(default_factory=set)


@dataclass(slots=True)
class State:
    """A `Closing` in plain values, for keeping."""

    now_us: int
    quantiles: list[list[float]]
    waiting: list[_Open]
    watching: list[tuple[int, ImpressionKey]]
    latest: list[tuple[tuple[int, int], ImpressionKey]]
    sittings: list[tuple[int, tuple[int, int]]]
    due: list[tuple[int, ImpressionKey, int]]
    markets: list[str]
    early: list[tuple[Pair, list[tuple[int, int]]]] = field(default_factory=list)


class Closing:
    """The impressions that wait. `take` feeds lines in; what it yields is in order."""

    def __init__(self) -> None:
        self.now_us = 0
        self.quantiles = WatchQuantiles()
        self._open: OrderedDict[ImpressionKey, _Open] = OrderedDict()
        self._latest: dict[tuple[int, int], ImpressionKey] = {}
        self._watching: dict[int, ImpressionKey] = {}
        self._sitting: dict[int, tuple[int, int]] = {}
        self._due: list[tuple[int, ImpressionKey, int]] = []
        self._markets: dict[str, int] = {}
        self._early = Early()

    def __len__(self) -> int:
        """How many impressions wait."""
        return len(self._open)

    def state(self) -> State:
        """Return everything this knows."""
        return State(
            now_us=self.now_us,
            quantiles=self.quantiles.counts.tolist(),
            waiting=list(self._open.values()),
            watching=list(self._watching.items()),
            latest=list(self._latest.items()),
            sittings=list(self._sitting.items()),
            due=self._due,
            markets=list(self._markets),
            early=self._early.state(),
        )

    @classmethod
    def of(cls, state: State) -> Self:
        """Return what goes on where `state` was taken."""
        found = cls()
        found.now_us = state.now_us
        found.quantiles.counts = np.array(state.quantiles)
        found._open = OrderedDict((one.impression.key, one) for one in state.waiting)
        found._watching = dict(state.watching)
        found._latest = dict(state.latest)
        found._sitting = dict(state.sittings)
        found._due = list(state.due)
        found._markets = {name: number for number, name in enumerate(state.markets)}
        found._early.restore(state.early)
        return found

    def take(self, log: Log) -> Iterator[Opened | Settled]:
        """Yield what these lines open and settle; lines without a viewer teach nothing."""
        for index in range(len(log.kinds)):
            self.now_us = max(self.now_us, int(log.occurred_at_us[index]))
            yield from self._close_due()
            if not log.viewer_ids[index]:
                continue
            kind = int(log.kinds[index])
            if kind == Kind.WATCH:
                yield from self._watch(log, index)
            elif kind in ACTS:
                yield from self._act(log, index, ACTS[kind])
            elif kind in TAKEN_BACK:
                yield from self._take_back(log, index, TAKEN_BACK[kind])

    def viewers(self) -> list[int]:
        """Return everybody of whom an impression or an act waits or a sitting is known."""
        waiting = {one.impression.viewer_id for one in self._open.values()}
        return sorted(waiting | self._sitting.keys() | self._early.viewers())

    def forget(self, viewer_ids: Collection[int]) -> list[ImpressionKey]:
        """Lose everything about these viewers; returns the impressions that waited."""
        gone = [one for one in self._open.values() if one.impression.viewer_id in viewer_ids]
        for waiting in gone:
            self._drop(waiting)
        self._early.forget(viewer_ids)
        for viewer_id in viewer_ids:
            self._sitting.pop(viewer_id, None)
        return [waiting.impression.key for waiting in gone]

    def place(self, surface: int, market: str) -> int:
        """Return the number of a place; a market nobody was seen in shares the last one."""
        number = self._markets.get(market, PLACES // SURFACES - 1)
        return min(PLACES - 1, surface + SURFACES * number)

    def _place_of(self, surface: int, market: str) -> int:
        self._markets.setdefault(market, len(self._markets))
        return self.place(surface, market)

    def _watch(self, log: Log, index: int) -> Iterator[Opened | Settled]:
        key = _key(log, index)
        viewer_id = int(log.viewer_ids[index])
        before = self._watching.get(viewer_id)
        if before is not None and before != key:
            yield from self._left(before)
        self._watching[viewer_id] = key
        if key not in self._open:
            yield from self._first_news(log, index, key)
        waiting = self._open[key]
        passed_ms = int(log.occurred_at_us[index] - log.shown_at_us[index]) // 1000
        most_ms = max(0, passed_ms) + views.SLACK_MS
        waiting.watch_ms = min(most_ms, waiting.watch_ms + int(log.watch_ms[index]))
        waiting.duration_ms = int(log.duration_ms[index]) or waiting.duration_ms
        reached = views.reach(
            waiting.watch_ms,
            int(log.position_ms[index]),
            waiting.duration_ms,
            int(log.amounts[index]),
        )
        waiting.reached = max(waiting.reached, reached)
        certain = {head: 1.0 for head in self._reached(waiting) if waiting.settled.get(head) != 1.0}
        if certain:
            yield self._settle(waiting, certain)

    def _first_news(self, log: Log, index: int, key: ImpressionKey) -> Iterator[Opened | Settled]:
        """Open an impression, and join what was done at it before anybody told of it."""
        waiting = self._opened(log, index, key)
        yield waiting.impression
        impression = waiting.impression
        pair = (impression.viewer_id, impression.item_id)
        done = self._early.claim(pair, impression.shown_at_us)
        if done:
            yield self._settle(waiting, dict.fromkeys(done, 1.0))
        yield from self._make_room()

    def _opened(self, log: Log, index: int, key: ImpressionKey) -> _Open:
        viewer_id, shown_us = int(log.viewer_ids[index]), int(log.shown_at_us[index])
        begun_us, last_us = self._sitting.get(viewer_id, (shown_us, shown_us))
        if shown_us - last_us > SITTING_US:
            begun_us = shown_us
        self._sitting[viewer_id] = (begun_us, max(last_us, shown_us))
        if len(self._sitting) > SITTINGS_MAX:
            since_us = self.now_us - SITTING_US
            self._sitting = {who: one for who, one in self._sitting.items() if one[1] > since_us}
        impression = Opened(
            key=key,
            viewer_id=viewer_id,
            item_id=int(log.item_ids[index]),
            place=self._place_of(int(log.surfaces[index]), log.markets[index]),
            sitting=begun_us,
            shown_at_us=shown_us,
        )
        waiting = self._open[key] = _Open(impression)
        self._latest[viewer_id, impression.item_id] = key
        for window_us in WINDOWS_US:
            heapq.heappush(self._due, (max(shown_us, self.now_us) + window_us, key, window_us))
        return waiting

    def _reached(self, waiting: _Open) -> list[int]:
        """Return the watch heads that are certainly yes by now."""
        found = []
        if 0 < min(LONG_VIEW_MS, waiting.duration_ms) <= waiting.watch_ms:
            found.append(heads.LONG_VIEW)
        if views.is_finish(waiting.reached, waiting.watch_ms, waiting.duration_ms):
            found.append(FINISH)
        return found

    def _act(self, log: Log, index: int, head: int) -> Iterator[Opened | Settled]:
        if self._joined(log, index) is None:
            if not log.request_ids[index]:
                self._early.put(_pair(log, index), head, int(log.occurred_at_us[index]))
            elif self._is_in_time(log, index, head):
                yield from self._first_news(log, index, _key(log, index))
        waiting = self._joined(log, index)
        if waiting is not None and waiting.settled.get(head) != 1.0:
            yield self._settle(waiting, {head: 1.0})

    def _take_back(self, log: Log, index: int, head: int) -> Iterator[Settled]:
        waiting = self._joined(log, index)
        if waiting is None:
            self._early.take_back(_pair(log, index), head)
        elif head in waiting.acts:
            waiting.acts.discard(head)
            yield self._settle(waiting, {head: 0.0})

    def _joined(self, log: Log, index: int) -> _Open | None:
        """Return the impression an act names, or the viewer's latest of the video it is about."""
        pair, key = _pair(log, index), _key(log, index)
        waiting = self._open.get(key if key[0] else self._latest.get(pair, (0, -1)))
        if waiting is None or waiting.impression.viewer_id != pair[0]:
            return None
        return waiting

    def _is_in_time(self, log: Log, index: int, head: int) -> bool:
        """Whether an act is the first news of its impression: its window cannot have closed."""
        key = _key(log, index)
        age_us = self.now_us - int(log.shown_at_us[index])
        is_early = age_us <= heads.HEADS[head].window_ms * 1000
        return key[0] != 0 and key not in self._open and is_early

    def _left(self, key: ImpressionKey) -> Iterator[Settled]:
        """The viewer went on to something else: how long this was watched is certain."""
        waiting = self._open.get(key)
        if waiting is not None:
            yield from self._settle_watch(waiting)

    def _settle_watch(self, waiting: _Open, *, is_over: bool = False) -> Iterator[Settled]:
        if QUANTILE in waiting.settled:
            return
        watch_ms, duration_ms = np.array([waiting.watch_ms]), np.array([waiting.duration_ms])
        certain = {head: 0.0 for head in (heads.LONG_VIEW, FINISH) if head not in waiting.settled}
        certain[QUANTILE] = float(self.quantiles.label(watch_ms, duration_ms)[0])
        if waiting.duration_ms:
            self.quantiles.learn(watch_ms, duration_ms)
        yield self._settle(waiting, certain, is_over=is_over)

    def _close_due(self) -> Iterator[Settled]:
        while self._due and self._due[0][0] <= self.now_us:
            _, key, window_us = heapq.heappop(self._due)
            waiting = self._open.get(key)
            if waiting is not None:
                yield from self._close(waiting, window_us)

    def _close(self, waiting: _Open, window_us: int) -> Iterator[Settled]:
        is_last = window_us == WINDOWS_US[-1]
        if heads.HEADS[heads.LONG_VIEW].window_ms * 1000 <= window_us:
            yield from self._settle_watch(waiting)
        certain = {
            head: 0.0
            for head in ACT_HEADS
            if head not in waiting.settled and heads.HEADS[head].window_ms * 1000 <= window_us
        }
        if certain or is_last:
            yield self._settle(waiting, certain, is_over=is_last)
        if is_last:
            self._drop(waiting)

    def _make_room(self) -> Iterator[Settled]:
        while len(self._open) > OPEN_MAX:
            yield from self._close(next(iter(self._open.values())), WINDOWS_US[-1])

    def _drop(self, waiting: _Open) -> None:
        impression = waiting.impression
        del self._open[impression.key]
        pair = (impression.viewer_id, impression.item_id)
        if self._latest.get(pair) == impression.key:
            del self._latest[pair]
        if self._watching.get(impression.viewer_id) == impression.key:
            del self._watching[impression.viewer_id]

    def _settle(
        self, waiting: _Open, certain: dict[int, float], *, is_over: bool = False
    ) -> Settled:
        waiting.settled.update(certain)
        waiting.acts.update(head for head, value in certain.items() if value and head != QUANTILE)
        return Settled(waiting.impression, certain, frozenset(waiting.acts), is_over)


def _key(log: Log, index: int) -> ImpressionKey:
    return int(log.request_ids[index]), int(log.positions[index])


def _pair(log: Log, index: int) -> Pair:
    return int(log.viewer_ids[index]), int(log.item_ids[index])
