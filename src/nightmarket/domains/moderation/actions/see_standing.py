"""See how somebody stands: strikes that count, and how much more they may report."""

from datetime import datetime

from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import cases, statements
from nightmarket.domains.moderation.values import Limit, Limited, Standing
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, ViewerId

HOUR_S = 3600
DAY_S = 24 * HOUR_S


async def standing(
    tx: Tx, viewer_id: ViewerId, account_id: AccountId | None, now: datetime
) -> Standing:
    """Return strikes and limits of one person; None: a guest, who cannot have strikes."""
    now_us = microseconds(now)
    strikes = []
    if account_id is not None:
        strikes = await statements.active_strikes(tx, account_id, now_us)
    rate = await cases.report_rate(
        tx, viewer_id, hour_us=now_us - decisions.HOUR_US, day_us=now_us - decisions.DAY_US
    )
    hour = Limit(
        name=Limited.REPORTS_HOUR,
        used=rate.last_hour,
        used_max=decisions.REPORTS_HOUR_MAX,
        period_s=HOUR_S,
    )
    day = Limit(
        name=Limited.REPORTS_DAY,
        used=rate.last_day,
        used_max=decisions.REPORTS_DAY_MAX,
        period_s=DAY_S,
    )
    return Standing(
        points=sum(strike.points for strike in strikes),
        held_until_us=decisions.held_until_us(strikes),
        limits=(hour, day),
    )
