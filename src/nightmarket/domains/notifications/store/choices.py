"""Reads and writes what people chose to hear, when they want quiet, and when a mail is due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nightmarket.domains.notifications.store.lines import QUERIES
from nightmarket.domains.notifications.values import Kind, Preference, QuietHours
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, NotificationId


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When one account may be disturbed, and when it last got a mail."""

    quiet: QuietHours | None
    mailed_at_us: int | None


@dataclass(frozen=True, slots=True)
class Unmailed:
    """One line a mail would tell."""

    notification_id: NotificationId
    kind: str
    text_preview: str
    actors_count: int
    updated_at_us: int


@dataclass(frozen=True, slots=True)
class _PreferenceRow:
    kind: str
    has_inbox: bool
    has_mail: bool


@dataclass(frozen=True, slots=True)
class _RhythmRow:
    quiet_from_minute: int | None
    quiet_to_minute: int | None
    timezone: str | None
    mailed_at_us: int | None
    mail_due_at_us: int | None


async def preferences(tx: Tx, account_id: AccountId) -> dict[Kind, Preference]:
    """Return only what was chosen."""
    rows = await tx.rows(_PreferenceRow, QUERIES["preferences"], account_id=account_id)
    return {Kind(row.kind): Preference(row.has_inbox, row.has_mail) for row in rows}


async def set_preferences(
    tx: Tx, account_id: AccountId, chosen: dict[Kind, Preference], market: str
) -> None:
    """Write choices; kinds that are not named keep theirs."""
    await tx.run_many(
        QUERIES["preference_set"],
        [
            {
                "account_id": account_id,
                "kind": str(kind),
                "market": market,
                "has_inbox": one.has_inbox,
                "has_mail": one.has_mail,
            }
            for kind, one in chosen.items()
        ],
    )


async def rhythm(tx: Tx, account_id: AccountId) -> Rhythm:
    """Return quiet hours and the last mail."""
    row = await tx.maybe(_RhythmRow, QUERIES["rhythm"], account_id=account_id)
    if row is None:
        return Rhythm(None, None)
    quiet = None
    if row.quiet_from_minute is not None:
        assert row.quiet_to_minute is not None
        assert row.timezone is not None
        quiet = QuietHours(row.quiet_from_minute, row.quiet_to_minute, row.timezone)
    return Rhythm(quiet, row.mailed_at_us)


async def set_quiet(tx: Tx, account_id: AccountId, quiet: QuietHours | None, market: str) -> None:
    """Write quiet hours, or none."""
    await tx.run(
        QUERIES["rhythm_set_quiet"],
        account_id=account_id,
        market=market,
        quiet_from_minute=quiet.from_minute if quiet else None,
        quiet_to_minute=quiet.to_minute if quiet else None,
        timezone=quiet.timezone if quiet else None,
    )


async def unmailed(
    tx: Tx, account_id: AccountId, kinds: Collection[Kind], limit: int
) -> list[Unmailed]:
    """Return what a mail would tell, the newest first."""
    return await tx.rows(
        Unmailed,
        QUERIES["unmailed"],
        account_id=account_id,
        kinds=[str(kind) for kind in kinds],
        limit=limit,
    )


async def mailed(
    tx: Tx, account_id: AccountId, lines: Sequence[NotificationId], at_us: int
) -> None:
    """Remember that these lines were told by mail, and that none is due."""
    await tx.run(QUERIES["items_mailed"], notification_ids=list(lines), at_us=at_us)
    await tx.run(QUERIES["rhythm_set_mailed"], account_id=account_id, at_us=at_us)


async def set_mail_due(tx: Tx, account_id: AccountId, market: str, at_us: int) -> None:
    """See to it that a mail may go at this instant, or earlier if it was to go earlier."""
    await tx.run(QUERIES["rhythm_set_due"], account_id=account_id, market=market, at_us=at_us)


async def put_mail_off(tx: Tx, account_id: AccountId, at_us: int | None) -> None:
    """Let the mail that was due go later; None: not at all."""
    await tx.run(QUERIES["rhythm_put_off"], account_id=account_id, at_us=at_us)


async def mails_due(tx: Tx, now_us: int, limit: int) -> list[AccountId]:
    """Return whose mail may go now."""
    found = await tx.column(int, QUERIES["mails_due"], now_us=now_us, limit=limit)
    return [AccountId(one) for one in found]
