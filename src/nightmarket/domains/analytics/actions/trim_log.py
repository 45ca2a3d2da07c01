"""Make tomorrow's partitions and drop the days that are too old."""

from datetime import datetime

from nightmarket.domains.analytics import store
from nightmarket.infra import eventlog, partitions
from nightmarket.infra.db import Tx
from nightmarket.infra.telemetry import log
from nightmarket.kernel.clock import microseconds


async def trim_log(tx: Tx, now: datetime, days: int) -> list[int]:
    """Keep `days` whole days of the log; returns the days that went. Counters stay."""
    today = partitions.day_of(microseconds(now))
    await eventlog.make_partitions(tx, today)
    gone = await eventlog.drop_before(tx, today - days)
    await store.trim(tx, today - days)
    if gone:
        log("eventlog_trimmed", days=gone)
    return gone
