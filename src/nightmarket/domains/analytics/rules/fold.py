"""The fold over the interaction log: what each line does to exposures, counters and watches.

Pure and sequential: the same lines in the same order give the same figures, however they are cut
into batches. So a rebuild equals what was counted live.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.analytics.rules import trust, views
from nightmarket.domains.analytics.values import DAY_US, Kind, Surface

Big = NDArray[np.int64]
ExposureKey = tuple[int, int, int]
"""Day shown, request, position: one impression."""

COUNTED = ("views", "watch_ms", "finishes", "likes", "comments", "shares", "saves")
"""The counters in the order deltas have them."""
VIEWS, WATCH_MS, FINISHES, LIKES, COMMENTS, SHARES, SAVES = range(len(COUNTED))

OUTCOMES = ("exposures", "long_views", "likes", "comments", "shares", "saves")
"""What a showing of the feed leads to, in the order outcomes have them."""
_OUTCOME_OF = {LIKES: 2, COMMENTS: 3, SHARES: 4, SAVES: 5}
"""Which counter is which outcome."""

_EFFECTS: dict[int, tuple[int, int]] = {
    Kind.LIKE: (LIKES, 1),
    Kind.UNLIKE: (LIKES, -1),
    Kind.SAVE: (SAVES, 1),
    Kind.UNSAVE: (SAVES, -1),
    Kind.SHARE: (SHARES, 1),
    Kind.COMMENT: (COMMENTS, 1),
    Kind.UNCOMMENT: (COMMENTS, -1),
}
"""Kind → which counter moves, and which way; times `amount` when that is more than one."""


class Log(Protocol):
    """Columns of the interaction log, of one length, in its order."""

    @property
    def days(self) -> Big:
        """UTC day of each event."""
        ...

    @property
    def kinds(self) -> Big:
        """`Kind` of each."""
        ...

    @property
    def surfaces(self) -> Big:
        """`Surface` it was shown on."""
        ...

    @property
    def positions(self) -> Big:
        """Place in the page."""
        ...

    @property
    def viewer_ids(self) -> Big:
        """Who; 0: nobody may know."""
        ...

    @property
    def item_ids(self) -> Big:
        """Which video."""
        ...

    @property
    def request_ids(self) -> Big:
        """Which page."""
        ...

    @property
    def shown_at_us(self) -> Big:
        """When the page was made."""
        ...

    @property
    def occurred_at_us(self) -> Big:
        """When it happened."""
        ...

    @property
    def watch_ms(self) -> Big:
        """Playing time."""
        ...

    @property
    def position_ms(self) -> Big:
        """Place in the video."""
        ...

    @property
    def duration_ms(self) -> Big:
        """Length of the video, as the client knows it."""
        ...

    @property
    def amounts(self) -> Big:
        """What else the kind counts."""
        ...

    @property
    def markets(self) -> tuple[str, ...]:
        """The viewer's market."""
        ...


@dataclass(slots=True)
class Exposure:
    """What is known of one impression so far.

    `watch_ms` is the sum of its samples (`claimed_ms`), but not more than passed between serving
    it and the latest sample (`passed_ms`), whichever of them arrived first.
    """

    video_id: int
    watch_ms: int = 0
    reach: int = 0
    is_view: bool = False
    is_finish: bool = False
    claimed_ms: int = 0
    passed_ms: int = 0


@dataclass(slots=True)
class Watch:
    """What one viewer did with one video in this batch; `is_liked` None: nothing about that."""

    market: str
    watch_ms: int = 0
    duration_ms: int = 0
    is_finish: bool = False
    is_liked: bool | None = None
    at_us: int = 0


def _zeros() -> list[int]:
    return [0] * len(COUNTED)


def _no_outcomes() -> list[int]:
    return [0] * len(OUTCOMES)


@dataclass(slots=True)
class Folded:
    """What a batch changes. Exposures and watches replace, the others are to be added.

    `outcomes`: by video, whether the viewer was fresh, and day.
    """

    exposures: dict[ExposureKey, Exposure] = field(default_factory=dict)
    deltas: defaultdict[tuple[int, int], list[int]] = field(
        default_factory=lambda: defaultdict(_zeros)
    )
    retention: defaultdict[tuple[int, int, int], int] = field(
        default_factory=lambda: defaultdict(int)
    )
    outcomes: defaultdict[tuple[int, bool, int], list[int]] = field(
        default_factory=lambda: defaultdict(_no_outcomes)
    )
    watches: dict[tuple[int, int], Watch] = field(default_factory=dict)


def exposure_keys(log: Log) -> tuple[Big, Big, Big]:
    """Return day, request and position of every impression the lines may change, once each."""
    is_watch = log.kinds == Kind.WATCH
    keys = np.stack(
        [
            log.shown_at_us[is_watch] // DAY_US,
            log.request_ids[is_watch],
            log.positions[is_watch],
        ]
    )
    unique = np.unique(keys, axis=1)
    return unique[0], unique[1], unique[2]


def fold(log: Log, exposures: dict[ExposureKey, Exposure], durations_ms: dict[int, int]) -> Folded:
    """Apply every line, in order.

    Args:
        log: the lines.
        exposures: what is known of the impressions they are about; changed in place.
        durations_ms: the server's own length of a video, which wins over the client's.
    """
    folded = Folded(exposures=exposures)
    columns = zip(
        log.days.tolist(),
        log.kinds.tolist(),
        log.item_ids.tolist(),
        log.viewer_ids.tolist(),
        log.amounts.tolist(),
        strict=True,
    )
    for index, (day, kind, video_id, viewer_id, amount) in enumerate(columns):
        if kind == Kind.WATCH:
            _watch(folded, log, index, durations_ms)
        elif kind in _EFFECTS:
            column, sign = _EFFECTS[kind]
            folded.deltas[video_id, day][column] += sign * max(1, amount)
            is_fresh = trust.is_fresh(viewer_id, int(log.occurred_at_us[index]))
            outcomes = folded.outcomes[video_id, is_fresh, day]
            outcomes[_OUTCOME_OF[column]] += sign * max(1, amount)
            if column == LIKES and viewer_id:
                watch = _watch_of(folded, viewer_id, video_id, log.markets[index])
                watch.is_liked = sign > 0
                watch.at_us = max(watch.at_us, int(log.occurred_at_us[index]))
    return folded


def _watch(folded: Folded, log: Log, index: int, durations_ms: dict[int, int]) -> None:
    video_id, day = int(log.item_ids[index]), int(log.days[index])
    watch_ms = int(log.watch_ms[index])
    duration_ms = durations_ms.get(video_id) or int(log.duration_ms[index])
    shown_day = int(log.shown_at_us[index]) // DAY_US
    key = (shown_day, int(log.request_ids[index]), int(log.positions[index]))
    exposure = folded.exposures.get(key)
    is_first = exposure is None
    if exposure is None:
        exposure = folded.exposures[key] = Exposure(video_id)
    was_long = views.is_long(exposure.watch_ms, duration_ms)
    passed_ms = int(log.occurred_at_us[index] - log.shown_at_us[index]) // 1000
    exposure.claimed_ms += watch_ms
    exposure.passed_ms = max(exposure.passed_ms, passed_ms)
    counted_ms = min(exposure.claimed_ms, exposure.passed_ms + views.SLACK_MS)
    added_ms = max(0, counted_ms - exposure.watch_ms)
    folded.deltas[video_id, day][WATCH_MS] += added_ms
    exposure.watch_ms += added_ms
    reached = views.reach(
        exposure.watch_ms, int(log.position_ms[index]), duration_ms, int(log.amounts[index])
    )
    _count_view(folded, exposure, (video_id, day), (duration_ms, max(reached, exposure.reach)))
    viewer_id = int(log.viewer_ids[index])
    if log.surfaces[index] == Surface.FOR_YOU:
        is_fresh = trust.is_fresh(viewer_id, int(log.occurred_at_us[index]))
        outcomes = folded.outcomes[video_id, is_fresh, day]
        outcomes[0] += is_first
        outcomes[1] += views.is_long(exposure.watch_ms, duration_ms) and not was_long
    if viewer_id:
        watch = _watch_of(folded, viewer_id, video_id, log.markets[index])
        watch.watch_ms = max(watch.watch_ms, exposure.watch_ms)
        watch.duration_ms = duration_ms
        watch.is_finish = watch.is_finish or exposure.is_finish
        watch.at_us = max(watch.at_us, int(log.occurred_at_us[index]))


def _count_view(
    folded: Folded, exposure: Exposure, place: tuple[int, int], got: tuple[int, int]
) -> None:
    """Count the view and finish once, and keep each view in one bucket of the retention curve."""
    (video_id, day), (duration_ms, reached) = place, got
    delta = folded.deltas[place]
    was_view = exposure.is_view
    if not was_view and views.is_view(exposure.watch_ms, duration_ms):
        exposure.is_view = True
        delta[VIEWS] += 1
    is_finish = views.is_finish(reached, exposure.watch_ms, duration_ms)
    if exposure.is_view and not exposure.is_finish and is_finish:
        exposure.is_finish = True
        delta[FINISHES] += 1
    if was_view and reached != exposure.reach:
        folded.retention[video_id, day, exposure.reach] -= 1
        folded.retention[video_id, day, reached] += 1
    elif exposure.is_view and not was_view:
        folded.retention[video_id, day, reached] += 1
    exposure.reach = reached


def _watch_of(folded: Folded, viewer_id: int, video_id: int, market: str) -> Watch:
    key = (viewer_id, video_id)
    watch = folded.watches.get(key)
    if watch is None:
        watch = folded.watches[key] = Watch(market)
    return watch


def retention_curve(by_reach: dict[int, int], steps: int) -> tuple[float, ...]:
    """Return the share of views still watching at each step, 1.0 first, float[steps + 1]."""
    total = sum(by_reach.values())
    if total <= 0:
        return ()
    left, curve = total, []
    for step in range(steps + 1):
        curve.append(left / total)
        left -= by_reach.get(step, 0)
    return tuple(curve)
