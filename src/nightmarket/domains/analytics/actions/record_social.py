"""Write what people did through other calls into the interaction log, beside what players saw."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from nightmarket.domains.analytics.values import DAY_US, Kind
from nightmarket.domains.identity import face as identity
from nightmarket.domains.markets import face as markets
from nightmarket.events.event import Event
from nightmarket.events.watch import WatchRecorded
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId

_TAIL_BITS = 62


@dataclass(frozen=True, slots=True)
class Deed:
    """One line to write."""

    kind: Kind
    viewer_id: int
    item_id: int
    amount: int = 1


async def record_social(tx: Tx, fact: Event, deed: Deed, services: Services) -> None:
    """Append one fact to the log; the same fact again changes nothing.

    Whoever may not be profiled is written without a name, as in what players report.
    """
    viewer_id = await _name(tx, deed.viewer_id, services.clock())
    now_us = microseconds(services.clock())
    occurred_us = microseconds(fact.occurred_at)
    column = {
        name: np.array([value], dtype=np.int64)
        for name, value in {
            "kinds": int(deed.kind),
            "surfaces": 0,
            "positions": 0,
            "viewer_ids": viewer_id,
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


async def _name(tx: Tx, viewer_id: int, now: datetime) -> int:
    """Return the account's id when the feed may learn from it, else 0; a guest is 0 here."""
    account_id = AccountId(viewer_id)
    account = (await identity.accounts(tx, [account_id])).get(account_id)
    if account is None or not account.is_personalised:
        return 0
    facts = markets.Facts(
        viewer_market=account.market,
        age_years=max(0, markets.age_years(account.birth_date, now.date())),
        at=now,
    )
    is_allowed = markets.decide(markets.Action.PERSONALISE, facts).is_allowed
    return viewer_id if is_allowed else 0


def _uuid7(at_ms: int, number: int) -> bytes:
    """Return a UUIDv7 of an instant whose tail is our own 63-bit id."""
    tail = number & ((1 << _TAIL_BITS) - 1)
    return (at_ms << 80 | 7 << 76 | 2 << _TAIL_BITS | tail).to_bytes(16, "big")
