"""Makes the accounts of the people who run the house, from the command line."""

from dataclasses import dataclass, field
from datetime import date

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.grant_roles import grant_roles
from nightmarket.domains.identity.actions.read_people import by_handles
from nightmarket.domains.identity.actions.sign_up import Wish, sign_up
from nightmarket.domains.identity.errors import UnknownRole
from nightmarket.domains.identity.store import mails
from nightmarket.domains.identity.values import Account, Arrival, Role
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

COMMAND_LINE = Arrival(address="127.0.0.1", device="command line")


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who runs the house."""

    handle: str
    email: str
    password: str = field(repr=False)
    roles: tuple[str, ...]
    birth_date: date


async def make_staff(tx: Tx, services: Services, staff: Staff) -> Account:
    """Make an account with roles, its address taken as proved; an existing one gets the roles.

    Raises:
        UnknownRole: neither operator, moderator nor auditor.
        Refused: as in `sign_up`.
    """
    now = services.clock()
    wanted = {_role(role) for role in staff.roles}
    handle = staff.handle.lower().removeprefix("@")
    found = (await by_handles(tx, [handle])).get(handle)
    if found is not None:
        roles = wanted | {Role(role) for role in found.roles}
        return await grant_roles(tx, now, None, found.account_id, roles)
    market = services.settings.default_market
    wish = Wish(
        handle=handle,
        email=staff.email,
        password=staff.password,
        birth_date=staff.birth_date,
        market=market,
        language="en",
    )
    account_id = await sign_up(tx, services, now, wish, COMMAND_LINE)
    _, email_key = rules.email(staff.email)
    await mails.verify(tx, account_id, email_key, microseconds(now))
    return await grant_roles(tx, now, None, account_id, wanted)


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError as error:
        raise UnknownRole("roles are operator, moderator and auditor", role=name[:40]) from error
