"""People for tests: signed up over HTTP, or made inside a transaction."""

from datetime import date
from itertools import count
from typing import Any

from litestar.testing import AsyncTestClient

from nightmarket.domains.identity.actions.grant_roles import grant_roles
from nightmarket.domains.identity.actions.read_people import by_handles
from nightmarket.domains.identity.actions.sign_up import Wish
from nightmarket.domains.identity.actions.sign_up import sign_up as make
from nightmarket.domains.identity.values import Arrival, Role
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId

PASSWORD = "correct horse battery"
ADULT = date(1990, 5, 17)
_numbers = count(1)


async def sign_up(
    client: AsyncTestClient[Any], *, handle: str = "", **given: Any
) -> dict[str, Any]:
    """Sign somebody up with this browser, which is signed in from then on; returns `Me`."""
    name = handle or f"person{next(_numbers)}"
    wish = {
        "handle": name,
        "email": f"{name}@example.org",
        "password": PASSWORD,
        "birth_date": ADULT.isoformat(),
        "market": "us",
        "language": "en",
    } | given
    answer = await client.post("/api/v1/accounts", json=wish)
    assert answer.status_code == 201, answer.text
    me: dict[str, Any] = answer.json()
    return me


async def sign_in(
    client: AsyncTestClient[Any], login: str, password: str = PASSWORD, **given: Any
) -> dict[str, Any]:
    """Sign this browser in; returns `Me`."""
    answer = await client.post(
        "/api/v1/session", json={"login": login, "password": password} | given
    )
    assert answer.status_code == 201, answer.text
    me: dict[str, Any] = answer.json()
    return me


async def account(tx: Tx, services: Services, *, handle: str = "", **given: Any) -> AccountId:
    """Make an account inside a transaction; returns its id."""
    name = handle or f"person{next(_numbers)}"
    wish: dict[str, Any] = {
        "handle": name,
        "email": f"{name}@example.org",
        "password": PASSWORD,
        "birth_date": ADULT,
        "market": "us",
        "language": "en",
    } | given
    arrival = Arrival(address="127.0.0.1", device="tests")
    return await make(tx, services, services.clock(), Wish(**wish), arrival)


async def with_roles(services: Services, handle: str, *roles: str) -> None:
    """Give somebody who signed up exactly these roles."""
    async with services.database.transaction() as tx:
        found = (await by_handles(tx, [handle]))[handle]
        wanted = {Role(role) for role in roles}
        await grant_roles(tx, services.clock(), None, found.account_id, wanted)
