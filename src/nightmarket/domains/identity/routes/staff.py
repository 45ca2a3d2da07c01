"""Routes: operators give and take roles and badges."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import get, put

from nightmarket.domains.identity.actions.grant_roles import give_badge, grant_roles
from nightmarket.domains.identity.routes.payloads import InPath
from nightmarket.domains.identity.routes.subject import browser
from nightmarket.domains.identity.routes.ties import other
from nightmarket.domains.identity.store import changes
from nightmarket.domains.identity.values import Account, Role
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import to_text


class Roles(msgspec.Struct, kw_only=True):
    """Exactly the roles an account is to have."""

    roles: list[Role]


class Badge(msgspec.Struct, kw_only=True):
    """Whether the account carries the badge."""

    is_verified: bool


class StaffLine(msgspec.Struct, kw_only=True):
    """An account and what it may do for the house."""

    account_id: str
    handle: str
    name: str
    market: str
    roles: list[str]
    is_verified: bool


class StaffList(msgspec.Struct, kw_only=True):
    """Everybody with a role."""

    items: list[StaffLine]


@get("/api/v1/staff")
async def list_staff(tx: Tx, subject: Subject) -> StaffList:
    """Everybody with a role, for operators and auditors."""
    subject.require_role(Role.OPERATOR, Role.AUDITOR)
    return StaffList(items=[_line(one) for one in await changes.with_roles(tx)])


@put("/api/v1/staff/{account_id:str}/roles")
async def set_roles(
    tx: Tx, subject: Subject, now: datetime, account_id: InPath, data: Roles
) -> StaffLine:
    """Give an account exactly these roles; operators only, and written into the audit log."""
    browser(subject)
    granter_id = subject.require_role(Role.OPERATOR)
    return _line(await grant_roles(tx, now, granter_id, other(account_id), set(data.roles)))


@put("/api/v1/staff/{account_id:str}/badge")
async def set_badge(
    tx: Tx, subject: Subject, now: datetime, account_id: InPath, data: Badge
) -> StaffLine:
    """Give or take the badge; operators only, and written into the audit log."""
    browser(subject)
    granter_id = subject.require_role(Role.OPERATOR)
    wanted = data.is_verified
    return _line(await give_badge(tx, now, granter_id, other(account_id), is_verified=wanted))


def _line(account: Account) -> StaffLine:
    return StaffLine(
        account_id=to_text(account.account_id),
        handle=account.handle,
        name=account.name,
        market=account.market,
        roles=account.roles,
        is_verified=account.is_verified,
    )


ROUTES: tuple[Any, ...] = (list_staff, set_roles, set_badge)
