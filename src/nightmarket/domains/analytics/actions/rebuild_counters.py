"""Make every figure again from the interaction log."""

from nightmarket.domains.analytics import store
from nightmarket.domains.analytics.actions.fold_log import LINES_MAX, fold_lines
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx


async def rebuild_counters(tx: Tx) -> int:
    """Forget what was folded and fold the whole log again; returns how many lines.

    The figures come out as they were. Days that the log no longer holds keep what was counted.
    """
    await store.wait_cursor(tx)
    kept = await eventlog.days_kept(tx)
    await store.clear(tx, min(kept, default=0))
    cursor, total = eventlog.Cursor(), 0
    while True:
        lines, cursor = await eventlog.read(tx, cursor, LINES_MAX)
        if not len(lines):
            break
        await fold_lines(tx, lines)
        total += len(lines)
    await store.move_cursor(tx, cursor)
    return total
