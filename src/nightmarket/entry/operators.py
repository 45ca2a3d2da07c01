"""Makes the accounts of the people who run a Nightmarket, from the command line."""

from datetime import date

from nightmarket.domains.identity import face as identity
from nightmarket.entry import wiring
from nightmarket.infra.settings import Settings

BIRTH_DATE = date(1980, 1, 1)


async def create(
    settings: Settings, handle: str, email: str, password: str, roles: list[str]
) -> None:
    """Make an account with roles, or give the roles to the account that has the handle.

    Raises:
        Refused: the handle, address or password cannot be used; the words say why.
    """
    async with wiring.running(settings) as services, services.database.transaction() as tx:
        await identity.make_staff(
            tx, services, identity.Staff(handle, email, password, tuple(roles), BIRTH_DATE)
        )
