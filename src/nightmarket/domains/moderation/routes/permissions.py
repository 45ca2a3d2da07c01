"""HTTP for everyone: what I may do now, by whose rule, since when and until when."""

from datetime import date, datetime

import msgspec
from litestar import get

from nightmarket.domains.identity import face as identity
from nightmarket.domains.markets import face as markets
from nightmarket.domains.moderation.actions.see_standing import standing
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.values import Limited
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment

STRIKES_AUTHORITY = "Nightmarket terms, strikes; Regulation (EU) 2022/2065 (DSA), art. 23"


class PermissionPayload(msgspec.Struct, frozen=True, kw_only=True):
    """One action: rule, authority, basis and reason are null where nothing restricts it."""

    action: markets.Action
    is_allowed: bool
    is_on_by_default: bool
    is_offered: bool
    needs_account: bool
    rule: str | None
    authority: str | None
    basis: markets.Basis | None
    reason: str | None
    since: str | None
    until: str | None


class StrikesPayload(msgspec.Struct, frozen=True, kw_only=True):
    """Points of decisions that still count; from `points_max` on, new things wait for a person."""

    points: int
    points_max: int
    is_held: bool
    until: str | None
    authority: str


class LimitPayload(msgspec.Struct, frozen=True, kw_only=True):
    """How much was done of what may be done in a period that ends now."""

    name: Limited
    used: int
    used_max: int
    period_s: int


class PermissionsPayload(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one person may and may not do in their market."""

    market: str
    permissions: list[PermissionPayload]
    strikes: StrikesPayload
    limits: list[LimitPayload]


@get("/api/v1/me/permissions", tags=["moderation"])
async def show_permissions(
    tx: Tx, subject: Subject, now: datetime, spoken: str
) -> PermissionsPayload:
    """Tell what the caller may do now, guests too; reasons are in the caller's language."""
    viewer_id = subject.viewer("profile:read")
    born = None
    if subject.account_id is not None:
        born = (await identity.account(tx, subject.account_id)).birth_date
    stands = await standing(tx, viewer_id, subject.account_id, now)
    found = markets.permissions(subject.market, born, now)
    return PermissionsPayload(
        market=subject.market,
        permissions=[_permission(one, spoken) for one in found],
        strikes=StrikesPayload(
            points=stands.points,
            points_max=decisions.STRIKE_POINTS_HELD,
            is_held=stands.held_until_us is not None,
            until=moment(stands.held_until_us),
            authority=STRIKES_AUTHORITY,
        ),
        limits=[
            LimitPayload(name=one.name, used=one.used, used_max=one.used_max, period_s=one.period_s)
            for one in stands.limits
        ],
    )


def _permission(one: markets.Permission, language: str) -> PermissionPayload:
    decision = one.decision
    return PermissionPayload(
        action=one.action,
        is_allowed=one.is_allowed,
        is_on_by_default=decision.is_on_by_default,
        is_offered=one.is_offered,
        needs_account=one.needs_account,
        rule=decision.rule or None,
        authority=decision.authority or None,
        basis=decision.basis,
        reason=None if decision.reason is None else decision.reason.said(language),
        since=decision.since.isoformat() if decision.since > date.min else None,
        until=None if one.until is None else one.until.isoformat(),
    )
