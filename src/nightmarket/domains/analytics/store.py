"""Typed functions over queries.sql: the folds' state. Rows never leave this file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nightmarket.domains.analytics.rules.fold import (
    COUNTED,
    OUTCOMES,
    Exposure,
    ExposureKey,
    Folded,
    Watch,
)
from nightmarket.domains.analytics.values import (
    CappedViewer,
    Counters,
    DayFigures,
    Outcomes,
    Watched,
)
from nightmarket.infra import arrays, eventlog, partitions, sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, VideoId, ViewerId

QUERIES = sql.load("nightmarket.domains.analytics")
EXPOSURES = "analytics_exposure"


@dataclass(frozen=True, slots=True)
class _Duration:
    video_id: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class _Exposure:
    day: int
    request_id: int
    position: int
    video_id: int
    watch_ms: int
    reach: int
    is_view: bool
    is_finish: bool
    claimed_ms: int
    passed_ms: int


@dataclass(frozen=True, slots=True)
class _Pair:
    viewer_id: int
    video_id: int


@dataclass(frozen=True, slots=True)
class _Reach:
    reach: int
    views: int


@dataclass(frozen=True, slots=True)
class _Recent:
    video_ids: list[VideoId]
    watch_ms: list[int]
    duration_ms: list[int]
    are_finishes: list[bool]
    are_liked: list[bool]
    at_us: list[int]


@dataclass(frozen=True, slots=True)
class Paced:
    """What a viewer sent in a slot, what is usual there, and until when it is capped; 0: never."""

    lines: int
    usual: int
    until_at_us: int


@dataclass(frozen=True, slots=True)
class _PaceRow:
    slot: int
    market: str
    lines: int


@dataclass(frozen=True, slots=True)
class _WatchRow:
    video_id: int
    market: str
    watch_ms: int
    duration_ms: int
    is_finish: bool
    is_liked: bool
    at_us: int


async def lock_cursor(tx: Tx) -> eventlog.Cursor | None:
    """Take the fold's cursor; None: another process folds just now."""
    return await tx.maybe(eventlog.Cursor, QUERIES["cursor_lock"])


async def wait_cursor(tx: Tx) -> eventlog.Cursor:
    """Take the fold's cursor, waiting for whoever has it."""
    return await tx.one(eventlog.Cursor, QUERIES["cursor_wait"])


async def move_cursor(tx: Tx, cursor: eventlog.Cursor) -> None:
    """Remember how far the fold has read."""
    await tx.run(
        QUERIES["cursor_move"],
        after_xid=cursor.after_xid,
        after_seq=cursor.after_seq,
        day_floor=cursor.day_floor,
    )


async def put_item(
    tx: Tx, video_id: VideoId, *, creator_id: AccountId, duration_ms: int, market: str
) -> None:
    """Remember a video's creator and length."""
    await tx.run(
        QUERIES["item_put"],
        video_id=video_id,
        creator_id=creator_id,
        duration_ms=duration_ms,
        market=market,
    )


async def creator_of(tx: Tx, video_id: VideoId) -> int | None:
    """Return whose video it is; None: never heard of it."""
    return await tx.value(int, QUERIES["item_creator"], video_id=video_id)


async def durations_ms(tx: Tx, video_ids: Sequence[int]) -> dict[int, int]:
    """Return the lengths of the videos that are known."""
    rows = await tx.rows(_Duration, QUERIES["item_durations"], video_ids=list(video_ids))
    return {row.video_id: row.duration_ms for row in rows}


async def exposures(
    tx: Tx, days: arrays.Column, request_ids: arrays.Column, positions: arrays.Column
) -> dict[ExposureKey, Exposure]:
    """Return what is known of some impressions."""
    rows = await tx.rows(
        _Exposure,
        QUERIES["exposures_of"],
        days=days,
        request_ids=request_ids,
        positions=positions,
    )
    return {
        (row.day, row.request_id, row.position): Exposure(
            row.video_id,
            row.watch_ms,
            row.reach,
            row.is_view,
            row.is_finish,
            row.claimed_ms,
            row.passed_ms,
        )
        for row in rows
    }


async def put(tx: Tx, folded: Folded) -> None:
    """Write what a batch changed."""
    await _put_exposures(tx, folded.exposures)
    await _put_watches(tx, folded.watches)
    await _add_figures(tx, folded.deltas)
    await _add_outcomes(tx, folded.outcomes)
    moved = {key: views for key, views in folded.retention.items() if views}
    if moved:
        keys = np.array(list(moved), dtype=np.int64)
        await tx.run(
            QUERIES["retention_add"],
            video_ids=arrays.big(keys[:, 0]),
            days=arrays.integer(keys[:, 1]),
            reaches=arrays.small(keys[:, 2]),
            views=arrays.big(np.array(list(moved.values()), dtype=np.int64)),
        )


async def _put_exposures(tx: Tx, changed: dict[ExposureKey, Exposure]) -> None:
    if not changed:
        return
    keys = np.array(list(changed), dtype=np.int64)
    states = list(changed.values())
    await tx.run(
        QUERIES["exposures_put"],
        days=arrays.integer(keys[:, 0]),
        request_ids=arrays.big(keys[:, 1]),
        positions=arrays.small(keys[:, 2]),
        video_ids=arrays.big(np.array([state.video_id for state in states])),
        watch_ms=arrays.integer(np.array([state.watch_ms for state in states])),
        reaches=arrays.small(np.array([state.reach for state in states])),
        are_views=[state.is_view for state in states],
        are_finishes=[state.is_finish for state in states],
        claimed_ms=arrays.big(np.array([state.claimed_ms for state in states])),
        passed_ms=arrays.big(np.array([state.passed_ms for state in states])),
    )


async def _put_watches(tx: Tx, watches: dict[tuple[int, int], Watch]) -> None:
    if not watches:
        return
    keys = np.array(list(watches), dtype=np.int64)
    viewer_ids, video_ids = arrays.big(keys[:, 0]), arrays.big(keys[:, 1])
    rows = await tx.rows(
        _Pair, QUERIES["watches_liked"], viewer_ids=viewer_ids, video_ids=video_ids
    )
    liked = {(row.viewer_id, row.video_id) for row in rows}
    states = list(watches.items())
    await tx.run(
        QUERIES["watches_put"],
        viewer_ids=viewer_ids,
        video_ids=video_ids,
        markets=[state.market for _, state in states],
        watch_ms=arrays.integer(np.array([state.watch_ms for _, state in states])),
        duration_ms=arrays.integer(np.array([state.duration_ms for _, state in states])),
        are_finishes=[state.is_finish for _, state in states],
        likings=arrays.small(
            np.array(
                [
                    key in liked if state.is_liked is None else state.is_liked
                    for key, state in states
                ]
            )
        ),
        at_us=arrays.big(np.array([state.at_us for _, state in states])),
    )


async def _add_figures(tx: Tx, deltas: dict[tuple[int, int], list[int]]) -> None:
    moved = {key: delta for key, delta in deltas.items() if any(delta)}
    if not moved:
        return
    keys = np.array(list(moved), dtype=np.int64)
    figures = np.array(list(moved.values()), dtype=np.int64)
    columns: dict[str, Any] = {
        name: arrays.big(figures[:, index]) for index, name in enumerate(COUNTED)
    }
    video_ids = arrays.big(keys[:, 0])
    await tx.run(
        QUERIES["daily_add"], video_ids=video_ids, days=arrays.integer(keys[:, 1]), **columns
    )
    await tx.run(QUERIES["counters_add"], video_ids=video_ids, **columns)


async def _add_outcomes(tx: Tx, outcomes: dict[tuple[int, bool, int], list[int]]) -> None:
    moved = {key: delta for key, delta in outcomes.items() if any(delta)}
    if not moved:
        return
    keys = np.array(list(moved), dtype=np.int64)
    figures = np.array(list(moved.values()), dtype=np.int64)
    columns: dict[str, Any] = {
        name: arrays.big(figures[:, index]) for index, name in enumerate(OUTCOMES)
    }
    await tx.run(
        QUERIES["outcomes_add"],
        video_ids=arrays.big(keys[:, 0]),
        are_fresh=[bool(one) for one in keys[:, 1]],
        days=arrays.integer(keys[:, 2]),
        **columns,
    )


async def outcomes(tx: Tx, video_ids: Sequence[VideoId]) -> list[Outcomes]:
    """Return what showings led to: for each video a row for fresh viewers, one for others."""
    return await tx.rows(Outcomes, QUERIES["outcomes_of"], video_ids=list(video_ids))


async def counters(tx: Tx, video_ids: Sequence[VideoId]) -> dict[VideoId, Counters]:
    """Return totals; a video nobody touched is missing."""
    rows = await tx.rows(Counters, QUERIES["counters_of"], video_ids=list(video_ids))
    return {row.video_id: row for row in rows}


async def daily(tx: Tx, video_id: VideoId, since_day: int) -> list[DayFigures]:
    """Return a video's figures by day, oldest first."""
    return await tx.rows(DayFigures, QUERIES["daily_of"], video_id=video_id, since_day=since_day)


async def reaches(tx: Tx, video_id: VideoId) -> dict[int, int]:
    """Return how many views ended in each twentieth of the video."""
    rows = await tx.rows(_Reach, QUERIES["retention_of"], video_id=video_id)
    return {row.reach: row.views for row in rows}


async def recent_watches(tx: Tx, viewer_id: ViewerId, since_us: int, limit: int) -> list[Watched]:
    """Return what a viewer watched or liked, newest first."""
    found = await tx.one(
        _Recent, QUERIES["watches_recent"], viewer_id=viewer_id, since_us=since_us, limit=limit
    )
    columns = (
        found.video_ids,
        found.watch_ms,
        found.duration_ms,
        found.are_finishes,
        found.are_liked,
        found.at_us,
    )
    return list(map(Watched._make, zip(*columns, strict=True)))


async def watches_of(tx: Tx, viewer_id: int) -> list[dict[str, Any]]:
    """Return everything kept of what one viewer watched."""
    rows = await tx.rows(_WatchRow, QUERIES["watches_of"], viewer_id=viewer_id)
    return [asdict(row) for row in rows]


async def forget_watches(tx: Tx, viewer_id: int) -> int:
    """Erase one viewer's watches."""
    return await tx.run(QUERIES["watches_forget"], viewer_id=viewer_id)


async def forget_creator(tx: Tx, creator_id: int) -> int:
    """Take an erased creator's name off their videos' figures."""
    return await tx.run(QUERIES["items_forget"], creator_id=creator_id)


async def merge_watches(tx: Tx, guest_id: int, account_id: int) -> None:
    """Give a guest's watches to an account."""
    await tx.run(QUERIES["watches_merge"], guest_id=guest_id, account_id=account_id)
    await tx.run(QUERIES["watches_forget"], viewer_id=guest_id)


async def note_pace(tx: Tx, slot: int, viewer_id: int, market: str, lines: int) -> Paced:
    """Add what a viewer sends in a slot; returns how it stands."""
    given = {"slot": slot, "viewer_id": viewer_id, "market": market, "lines": lines}
    return await tx.one(Paced, QUERIES["pace_note"], **given)


async def make_usual(tx: Tx, since_slot: int, **given: int) -> None:
    """Take what is usual from slots of `since_slot` up to before `before_slot`; forget older."""
    await tx.run(QUERIES["usual_make"], since_slot=since_slot, **given)
    await tx.run(QUERIES["pace_trim"], before_slot=since_slot)


async def put_cap(tx: Tx, capped: CappedViewer) -> None:
    """Cap a viewer, or for longer."""
    await tx.run(QUERIES["cap_put"], **asdict(capped))


async def cap_of(tx: Tx, viewer_id: int) -> CappedViewer | None:
    """Return the cap of one viewer, over or not; None: never capped while the log reaches back."""
    return await tx.maybe(CappedViewer, QUERIES["cap_of"], viewer_id=viewer_id)


async def caps_now(tx: Tx, now_us: int, limit: int) -> list[CappedViewer]:
    """Return who is capped, whose cap lasts longest first."""
    return await tx.rows(CappedViewer, QUERIES["caps_now"], now_us=now_us, limit=limit)


async def pace_of(tx: Tx, viewer_id: int) -> list[dict[str, Any]]:
    """Return what is kept of how much one viewer sends."""
    rows = await tx.rows(_PaceRow, QUERIES["pace_of"], viewer_id=viewer_id)
    return [asdict(row) for row in rows]


async def forget_pace(tx: Tx, viewer_id: int) -> None:
    """Erase how much one viewer sent, and its cap."""
    await tx.run(QUERIES["pace_forget"], viewer_id=viewer_id)
    await tx.run(QUERIES["cap_forget"], viewer_id=viewer_id)


async def merge_cap(tx: Tx, guest_id: int, account_id: int) -> None:
    """Give a guest's cap to an account; what the guest sent is forgotten."""
    await tx.run(QUERIES["cap_merge"], guest_id=guest_id, account_id=account_id)
    await forget_pace(tx, guest_id)


async def trim(tx: Tx, before_day: int) -> None:
    """Forget impressions, watches and caps older than `before_day`."""
    await partitions.drop_before(tx, EXPOSURES, before_day)
    await tx.run(QUERIES["watches_trim"], before_us=before_day * partitions.DAY_US)
    await tx.run(QUERIES["caps_trim"], before_us=before_day * partitions.DAY_US)


async def make_exposure_days(tx: Tx, days: Sequence[int]) -> None:
    """Make the partitions impressions of `days` are kept in."""
    await partitions.ensure(tx, EXPOSURES, days)


async def clear(tx: Tx, since_day: int) -> None:
    """Forget everything that was folded from days since `since_day`; totals keep older days."""
    await tx.run(QUERIES["rebuild_exposures"])
    await tx.run(QUERIES["rebuild_watches"])
    await tx.run(QUERIES["rebuild_daily"], since_day=since_day)
    await tx.run(QUERIES["rebuild_retention"], since_day=since_day)
    await tx.run(QUERIES["rebuild_outcomes"], since_day=since_day)
    await tx.run(QUERIES["rebuild_counters_clear"])
    await tx.run(QUERIES["rebuild_counters"])
