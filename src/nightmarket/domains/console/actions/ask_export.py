"""Ask for a copy of everything about oneself."""

import secrets

import msgspec

from nightmarket.domains.console.errors import ExportsTooMany, NoSuchExport, SessionNeeded
from nightmarket.domains.console.rules import limits
from nightmarket.domains.console.store import copies
from nightmarket.domains.console.values import Export, ExportState
from nightmarket.infra import jobs, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, SessionId

JOB = "console.make_export"
FOLDER_BYTES = 20


class ExportWish(msgspec.Struct, kw_only=True):
    """Which copy to make."""

    export_id: int


async def ask_export(tx: Tx, services: Services, account_id: AccountId, market: str) -> Export:
    """Queue the making of a copy; whom it is about may fetch it for a week.

    Raises:
        ExportsTooMany: one is being made, or three were asked for in a day.
    """
    now = services.clock()
    rate = await copies.rate(tx, account_id, microseconds(now) - 86_400_000_000)
    limits.check_rate(pending=rate.pending, last_day=rate.last_day)
    asked = Export(
        export_id=services.ids(),
        account_id=account_id,
        market=market,
        state=ExportState.PENDING,
        folder=secrets.token_hex(FOLDER_BYTES),
        size_bytes=0,
        created_at_us=microseconds(now),
        finished_at_us=None,
        expires_at_us=microseconds(now + limits.KEPT),
    )
    if not await copies.insert(tx, asked):
        raise ExportsTooMany("a copy is being made already", retry_after_s=60)
    await jobs.defer(tx, JOB, ExportWish(export_id=asked.export_id))
    telemetry.happened("export_asked", export_id=asked.export_id)
    return asked


async def exports_of(tx: Tx, account_id: AccountId) -> list[Export]:
    """List a person's copies, newest first."""
    return await copies.exports_of(tx, account_id)


async def ready_export(
    tx: Tx, account_id: AccountId, session_id: SessionId | None, export_id: int
) -> Export:
    """Return a copy that may be fetched.

    Raises:
        SessionNeeded: an API token asks.
        NoSuchExport: not ready, over, or somebody else's.
    """
    if session_id is None:
        raise SessionNeeded("sign in with a browser to fetch this")
    found = await copies.export(tx, export_id)
    is_theirs = found is not None and found.account_id == account_id
    if found is None or not is_theirs or found.state is not ExportState.READY:
        raise NoSuchExport("no such copy")
    return found
