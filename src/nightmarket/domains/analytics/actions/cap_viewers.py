"""Count what each viewer sends, and leave who sends far too much out of every fold for a while."""

from dataclasses import dataclass

from nightmarket.domains.analytics import store
from nightmarket.domains.analytics.rules import caps
from nightmarket.domains.analytics.values import CappedViewer
from nightmarket.infra.db import Tx
from nightmarket.infra.telemetry import happened


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, from which market; also whoever may not be named in the log."""

    viewer_id: int
    market: str


async def is_counted(tx: Tx, sender: Sender, lines: int, now_us: int) -> bool:
    """Note that somebody sends so many lines; returns whether these count.

    They do not when the viewer is capped, or is so by these very lines. What was decided is
    written with each line in the log, so whoever reads it, whenever, leaves out the same.
    """
    slot = caps.slot(now_us)
    paced = await store.note_pace(tx, slot, sender.viewer_id, sender.market, lines)
    if not caps.is_too_much(paced.lines, paced.usual):
        return paced.until_at_us <= now_us
    is_new = paced.until_at_us <= now_us
    await store.put_cap(
        tx,
        CappedViewer(
            sender.viewer_id,
            sender.market,
            paced.lines,
            paced.usual,
            now_us,
            now_us + caps.CAPPED_US,
        ),
    )
    if is_new:
        happened("viewer_capped", viewer_id=sender.viewer_id, lines=paced.lines, usual=paced.usual)
    return False


async def learn_usual(tx: Tx, now_us: int) -> None:
    """Take the median of the last day's finished slots anew, and forget older ones."""
    slot = caps.slot(now_us)
    await store.make_usual(
        tx,
        since_slot=slot - caps.REMEMBERED_SLOTS,
        before_slot=slot,
        viewers_min=caps.VIEWERS_MIN,
        now_us=now_us,
    )
