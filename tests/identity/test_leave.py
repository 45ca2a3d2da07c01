"""Everything about a person is given to them, and is gone when they leave, table by table."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.actions import allow_client
from nightmarket.domains.identity.actions.begin_session import begin_session
from nightmarket.domains.identity.actions.block import block, limit, mute
from nightmarket.domains.identity.actions.change_profile import Changes, change_profile
from nightmarket.domains.identity.actions.follow import follow
from nightmarket.domains.identity.actions.make_token import TokenWish, make_token
from nightmarket.domains.identity.actions.use_passkey import begin_registration
from nightmarket.domains.identity.store import changes, keys, mails, oauth, parents
from nightmarket.domains.identity.store.logins import of, remember_guest
from nightmarket.domains.identity.values import Arrival
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, GuestId, VideoId
from tests.builders.accounts import ADULT, PASSWORD, account

NOT_OF_A_PERSON = {"identity_throttle", "identity_awaiting"}
"""Keyed digests that last an hour at most: nothing in it can be given to or found by a person. And
sign-ups that wait for a parent: nobody yet, forgotten with the answer or after two weeks."""
SECRETS = {"password_hash", "token_hash", "code_hash", "public_key", "secret", "challenge"}


async def tables(tx: Tx) -> set[str]:
    found = await tx.column(
        str,
        "SELECT table_name::text FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_name LIKE 'identity!_%%' ESCAPE '!'",
    )
    return set(found) - NOT_OF_A_PERSON


async def full_life(tx: Tx, services: Services) -> tuple[AccountId, AccountId]:
    """Make somebody with a row in every table, and a friend."""
    now, ids = services.clock(), services.ids
    mia = await account(tx, services, handle="mia")
    ben = await account(tx, services, handle="ben")
    await change_profile(tx, ids, now, mia, Changes(handle="mia.lee"))
    await begin_session(tx, ids, now, (mia, "us"), Arrival(address="203.0.113.9", device="Phone"))
    await make_token(tx, services, now, mia, TokenWish(name="t", scopes=["profile:read"]))
    login = await of(tx, mia)
    assert login is not None
    await mails.make_token(tx, login, bytes(32), mails.VERIFY, now_us=1, expires_at_us=2)
    await keys.begin_totp(tx, mia, "us", "sealed")
    await keys.make_recovery(tx, mia, "us", [bytes(32)])
    await begin_registration(tx, services, now, mia)
    passkey = keys.Passkey(
        passkey_id=ids(), account_id=mia, market="us", credential_id=b"c", public_key=b"k",
        sign_count=0, name="phone", created_at_us=1,
    )  # fmt: skip
    await keys.make_passkey(tx, passkey)
    client = await allow_client.register(tx, now, mia, "app", ["https://app.example/cb"])
    ask = allow_client.Ask(
        client_id=client.client_id, redirect_uri="https://app.example/cb",
        scopes=["profile:read"], challenge="a" * 43,
    )  # fmt: skip
    await allow_client.allow(tx, now, mia, ask)
    grant = oauth.Grant(
        grant_id=ids(), client_id=client.client_id, account_id=mia, market="us",
        scopes=["profile:read"], refresh_hash=bytes(32),
    )  # fmt: skip
    await oauth.make_grant(tx, grant, bytes(32), 1)
    waited = parents.Awaiting(
        awaiting_id=1, market="us", handle="mia", name="Mia", email="m@example.org",
        email_key="m@example.org", password_hash="", language="en", birth_date=ADULT,
        parent_email="p@example.org", rule="r", authority="a", asked_at_us=1, expires_at_us=2,
    )  # fmt: skip
    await parents.make_consent(tx, mia, waited, 2)
    await remember_guest(tx, GuestId(77), (mia, "us"), 3)
    await follow(tx, ids, now, mia, ben)
    await follow(tx, ids, now, ben, mia)
    eve = await account(tx, services, handle="eve")
    await block(tx, ids, now, mia, eve)
    await mute(tx, now, mia, ben)
    await limit(tx, now, mia, ben)
    await changes.count_video(tx, mia, VideoId(5))
    return mia, ben


async def test_everything_is_exported_and_nothing_is_left(tx: Tx, services: Services) -> None:
    """Every table has a row before, none after; others lose only their tie."""
    mia, ben = await full_life(tx, services)

    given = await identity.export_person(tx, mia)
    assert set(given) == await tables(tx)
    assert [name for name, rows in given.items() if not rows] == []
    columns = {column for rows in given.values() for row in rows for column in row}
    assert not columns & SECRETS
    assert given["identity_login"][0]["email"] == "mia@example.org"
    assert given["identity_handle_history"][0]["handle"] == "mia"
    assert len(given["identity_follow"]) == 2

    await identity.erase_person(tx, mia, services)

    assert [name for name, rows in (await identity.export_person(tx, mia)).items() if rows] == []
    for table in await tables(tx):
        about_mia = f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%{mia}%%'"  # noqa: S608  # Our own names.
        left = await tx.value(int, about_mia)
        assert left == 0, table
    friend = await identity.account(tx, ben)
    assert (friend.followers_count, friend.following_count) == (0, 0)
    told = await tx.column(str, "SELECT name FROM infra_outbox ORDER BY seq")
    assert told[-1] == "account.erased"
    await identity.erase_person(tx, mia, services)
    assert len(await tx.column(str, "SELECT name FROM infra_outbox")) == len(told)


async def test_who_left_cannot_come_in(client: AsyncTestClient[Any], services: Services) -> None:
    """The session is worth nothing, the handle is nobody's."""
    me = (await client.post("/api/v1/accounts", json={
        "handle": "mia", "email": "mia@example.org", "password": PASSWORD,
        "birth_date": "1990-01-01", "market": "us", "language": "en",
    })).json()  # fmt: skip
    assert (await client.get("/api/v1/session")).json()["account"] is not None
    async with services.database.transaction() as own:
        found = (await identity.by_handles(own, ["mia"]))["mia"]
        await identity.erase_person(own, found.account_id, services)
    assert (await client.get("/api/v1/session")).json()["account"] is None
    gone = await client.get(f"/api/v1/profiles/{me['handle']}")
    assert gone.json()["code"] == "identity.no_such_account"
    signed = await client.post("/api/v1/session", json={"login": "mia", "password": PASSWORD})
    assert signed.json()["code"] == "identity.wrong_credentials"


@pytest.mark.parametrize("batch", [1, 30])
async def test_reading_people_takes_as_many_queries_for_many(
    tx: Tx, services: Services, batch: int
) -> None:
    """Profiles for a whole list cost one query."""
    people = [await account(tx, services) for _ in range(3)]
    asked: list[str] = []
    original = tx.connection.cursor

    def counting(*args: Any, **kwargs: Any) -> Any:
        asked.append("query")
        return original(*args, **kwargs)

    tx.connection.cursor = counting  # type: ignore[method-assign]  # Counts what is asked.
    cards = await identity.profiles(tx, people * batch, people[0])
    assert set(cards) == set(people)
    assert len(asked) == 1
