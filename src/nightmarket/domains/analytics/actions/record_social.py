"""Write what people did through other calls into the interaction log, beside what players saw."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from nightmarket.domains.analytics import store
from nightmarket.domains.analytics.actions.cap_viewers import Sender, is_counted
from nightmarket.domains.analytics.values import DAY_US, UNDONE_BY, Impression, Kind
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
_MADE = {undone: made for made, undone in UNDONE_BY.items()}


@dataclass(frozen=True, slots=True)
class Deed:
    """One line to write. `shown`: the impression it was done at; None: about the video only."""

    kind: Kind
    viewer_id: int
    item_id: int
    amount: int = 1
    shown: Impression | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Which fact a line comes from, and under whose name it is written; 0: nobody's."""

    event_id: int
    occurred_at: datetime
    market: str
    name: int


async def record_social(tx: Tx, fact: Event, deed: Deed, services: Services) -> None:
    """Append one fact to the log; the same fact again changes nothing.

    Whoever may not be profiled is written without a name, as in what players report.
    """
    name = await _name(tx, deed.viewer_id, services.clock())
    told = Told(fact.event_id, fact.occurred_at, fact.market, name)
    await append_deed(tx, deed, told, services)


async def append_deed(tx: Tx, deed: Deed, told: Told, services: Services) -> None:
    """Append one line; what takes a deed back counts as the deed did, and else as its viewer."""
    now_us = microseconds(services.clock())
    occurred_us = microseconds(told.occurred_at)
    sender = Sender(deed.viewer_id, told.market)
    counts = await is_counted(tx, sender, 1, now_us) and not await _undoes_capped(tx, deed, told)
    shown = deed.shown
    column = {
        name: np.array([value], dtype=np.int64)
        for name, value in {
            "kinds": int(deed.kind),
            "surfaces": shown.surface if shown else 0,
            "positions": shown.position if shown else 0,
            "viewer_ids": told.name,
            "item_ids": deed.item_id,
            "request_ids": shown.request_id if shown else 0,
            "shown_at_us": shown.shown_at_ms * 1000 if shown else occurred_us,
            "occurred_at_us": occurred_us,
            "watch_ms": 0,
            "position_ms": 0,
            "duration_ms": 0,
            "amounts": deed.amount,
        }.items()
    }
    # Readers do not look behind LATE_DAYS, so a fact that waited longer is filed one day inside.
    filed_us = max(occurred_us, now_us - (eventlog.LATE_DAYS - 1) * DAY_US)
    entries = eventlog.Entries(event_ids=_uuid7(filed_us // 1000, told.event_id), **column)
    new = await eventlog.append(
        tx, entries, market=told.market, received_at_us=now_us, is_counted=counts
    )
    if new and not counts:
        eventlog.count(new, 0, (), capped=new)
    elif new:
        await publish(
            tx,
            WatchRecorded(
                event_id=services.ids(), occurred_at=told.occurred_at, market=told.market, count=new
            ),
        )


async def _undoes_capped(tx: Tx, deed: Deed, told: Told) -> bool:
    """Whether this takes back what was not counted: else figures would fall that never rose."""
    made = _MADE.get(deed.kind)
    if made is None or await store.cap_of(tx, deed.viewer_id) is None:
        return False
    earlier = await eventlog.latest(tx, eventlog.Done(told.name, made, deed.item_id), 0)
    return bool(earlier) and not earlier[0].is_counted


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
