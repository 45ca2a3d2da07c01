"""Write what people did through other calls into the interaction log, beside what players saw."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.analytics.values import DAY_US, Kind
from nightmarket.events.event import Event
from nightmarket.events.watch import WatchRecorded
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

_TAIL_BITS = 62


@dataclass(frozen=True, slots=True)
class Deed:
    """One line to write: `viewer_id` 0 when nobody may know who it was."""

    kind: Kind
    viewer_id: int
    item_id: int
    amount: int = 1


async def record_social(tx: Tx, fact: Event, deed: Deed, services: Services) -> None:
    """Append one fact to the log; the same fact again changes nothing."""
    now_us = microseconds(services.clock())
    occurred_us = microseconds(fact.occurred_at)
    column = {
        name: np.array([value], dtype=np.int64)
        for name, value in {
            "kinds": int(deed.kind),
            "surfaces": 0,
            "positions": 0,
            "viewer_ids": deed.viewer_id,
            "item_ids": deed.item_id,
            "request_ids": 0,
            "shown_at_us": occurred_us,
            "occurred_at_us": occurred_us,
            "watch_ms": 0,
            "position_ms": 0,
            "duration_ms": 0,
            "amounts": deed.amount,
        }.items()
    }
    # Readers do not look behind LATE_DAYS, so a fact that waited longer is filed one day inside.
    filed_us = max(occurred_us, now_us - (eventlog.LATE_DAYS - 1) * DAY_US)
    entries = eventlog.Entries(event_ids=_uuid7(filed_us // 1000, fact.event_id), **column)
    new = await eventlog.append(tx, entries, market=fact.market, received_at_us=now_us)
    if new:
        await publish(
            tx,
            WatchRecorded(
                event_id=services.ids(), occurred_at=fact.occurred_at, market=fact.market, count=new
            ),
        )


def _uuid7(at_ms: int, number: int) -> bytes:
    """Return a UUIDv7 of an instant whose tail is our own 63-bit id."""
    tail = number & ((1 << _TAIL_BITS) - 1)
    return (at_ms << 80 | 7 << 76 | 2 << _TAIL_BITS | tail).to_bytes(16, "big")
