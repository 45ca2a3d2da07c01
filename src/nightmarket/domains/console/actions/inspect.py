"""Open and close inspections, and note every reading in the audit log."""

import secrets
from datetime import datetime

from nightmarket.domains.audit import face as audit
from nightmarket.domains.audit.face import Actor, ActorKind, Deed
from nightmarket.domains.console.errors import NoSuchInspection
from nightmarket.domains.console.rules import inspecting
from nightmarket.domains.console.store import inspections
from nightmarket.domains.console.values import Inspection
from nightmarket.domains.feed.values.shown import Stretch
from nightmarket.domains.markets import face as markets
from nightmarket.domains.markets.face import Facts, Office
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId

AUDITOR = "auditor"


async def open_inspection(
    tx: Tx, services: Services, subject: Subject, wish: Stretch, reason: str
) -> Inspection:
    """Begin to look into a market; from here on its viewers have names for this auditor.

    Raises:
        NotAllowedHere: the market's records are not for auditors of the caller's market.
        ReasonNeeded, InspectionsTooMany: as they say.
    """
    account_id, now = subject.require_role(AUDITOR), services.clock()
    why = inspecting.reason(reason)
    check_market(subject, wish.market, now)
    inspecting.check_open(await inspections.count_open(tx, account_id))
    inspection = Inspection(
        inspection_id=services.ids(),
        account_id=account_id,
        market=wish.market,
        since_us=wish.since_us,
        until_us=wish.until_us,
        reason=why,
        key=secrets.token_bytes(inspecting.KEY_BYTES),
        created_at_us=microseconds(now),
        expires_at_us=microseconds(now + inspecting.KEPT_OPEN),
    )
    await inspections.insert(tx, inspection)
    await note(tx, now, inspection, "opened", wish)
    return inspection


def check_market(subject: Subject, market: str, now: datetime) -> None:
    """Refuse who may not look into a market.

    Raises:
        NotAllowedHere: with the rule.
        NoSuchMarket: not hosted here.
    """
    facts = Facts(viewer_market=subject.market, item_market=market, at=now)
    markets.require_allowed(Office.INSPECT, facts)


async def find_inspection(
    tx: Tx, subject: Subject, inspection_id: int, now: datetime
) -> Inspection:
    """Return an inspection of the caller, open or closed.

    Raises:
        NoSuchInspection: none, or another auditor's.
        NotAllowedHere: the caller moved to another market since, or the rules did.
    """
    account_id = subject.require_role(AUDITOR)
    found = await inspections.of(tx, inspection_id, account_id)
    if found is None:
        raise NoSuchInspection("you have no such inspection")
    check_market(subject, found.market, now)
    return found


async def close_inspection(tx: Tx, subject: Subject, inspection_id: int, now: datetime) -> None:
    """Throw away the key of the names; closed already changes nothing.

    Raises:
        NoSuchInspection: none, or another auditor's.
    """
    account_id = subject.require_role(AUDITOR)
    found = await inspections.of(tx, inspection_id, account_id)
    if found is None:
        raise NoSuchInspection("you have no such inspection")
    if found.key is not None:
        await inspections.close(tx, inspection_id)
        await note(tx, now, found, "closed")


async def note(
    tx: Tx,
    now: datetime,
    inspection: Inspection,
    verb: str,
    stretch: Stretch | None = None,
    **more: str | int | None,
) -> None:
    """Write into the audit log who looked, at what, and why. Call it last: recorders wait."""
    facts: dict[str, str | int | bool | None] = {"reason": inspection.reason}
    if stretch is not None:
        facts |= {"since": moment(stretch.since_us), "until": moment(stretch.until_us)}
        facts |= {"tab": stretch.tab.value} if stretch.tab else {}
    facts |= {name: value for name, value in more.items() if value}
    who = Actor(kind=ActorKind.ACCOUNT, actor_id=inspection.account_id, market=inspection.market)
    deed = Deed(
        action=f"inspection.{verb}",
        object_kind="inspection",
        object_id=inspection.inspection_id,
        facts=facts,
    )
    await audit.record(tx, now, who, deed)


async def close_expired(services: Services, now: datetime) -> None:
    """Close what nobody closed in time."""
    async with services.database.transaction() as tx:
        await inspections.expire(tx, microseconds(now))


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, object]]]:
    """Return what an auditor looked into; the keys are nobody's."""
    return {
        "console_inspection": [
            {
                "inspection_id": one.inspection_id,
                "market": one.market,
                "since_us": one.since_us,
                "until_us": one.until_us,
                "reason": one.reason,
                "is_open": one.key is not None,
                "created_at_us": one.created_at_us,
                "expires_at_us": one.expires_at_us,
            }
            for one in await inspections.all_of(tx, account_id)
        ]
    }
