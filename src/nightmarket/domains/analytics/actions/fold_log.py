"""Fold new lines of the interaction log into exposures, watches and counters."""

import numpy as np

from nightmarket.domains.analytics import store
from nightmarket.domains.analytics.rules import fold
from nightmarket.events.watch import CountersChanged
from nightmarket.infra import arrays, eventlog
from nightmarket.infra.db import Tx
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import VideoId

LINES_MAX = 10_000
ROUNDS_MAX = 10
TOLD_MAX = 2_000
"""Videos named by one fact."""


async def fold_log(tx: Tx, services: Services) -> int:
    """Fold what is there, up to 100,000 lines; returns how many lines.

    Exactly once: the cursor moves in the same transaction. Does nothing while another process
    folds. Publishes which videos' counters moved.
    """
    cursor = await store.lock_cursor(tx)
    if cursor is None:
        return 0
    total, moved = 0, set[int]()
    for _ in range(ROUNDS_MAX):
        lines, cursor = await eventlog.read(tx, cursor, LINES_MAX)
        if not len(lines):
            break
        moved |= await fold_lines(tx, lines)
        total += len(lines)
    if total:
        await store.move_cursor(tx, cursor)
        await _tell(tx, services, sorted(moved))
    return total


async def fold_lines(tx: Tx, lines: eventlog.Lines) -> set[int]:
    """Fold some lines; returns the videos whose counters moved."""
    days, request_ids, positions = fold.exposure_keys(lines)
    await store.make_exposure_days(tx, np.unique(days).tolist())
    known = await store.exposures(
        tx, arrays.integer(days), arrays.big(request_ids), arrays.small(positions)
    )
    durations_ms = await store.durations_ms(tx, np.unique(lines.item_ids).tolist())
    folded = fold.fold(lines, known, durations_ms)
    await store.put(tx, folded)
    counted = {video_id for (video_id, _), delta in folded.deltas.items() if any(delta)}
    shown = {video_id for (video_id, _, _), delta in folded.outcomes.items() if any(delta)}
    return counted | shown


async def _tell(tx: Tx, services: Services, video_ids: list[int]) -> None:
    for start in range(0, len(video_ids), TOLD_MAX):
        await publish(
            tx,
            CountersChanged(
                event_id=services.ids(),
                occurred_at=services.clock(),
                market=services.settings.default_market,
                video_ids=tuple(VideoId(one) for one in video_ids[start : start + TOLD_MAX]),
            ),
        )
