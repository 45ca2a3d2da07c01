"""The log is only ever appended to, its chain shows every change, and operators can read it."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import AsyncTestClient

from nightmarket.domains.audit import rules
from nightmarket.domains.audit.face import (
    Actor,
    ActorKind,
    Deed,
    erase_person,
    export_person,
    prove,
    record,
)
from nightmarket.domains.audit.values import Entry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId
from tests.builders.accounts import sign_up, with_roles

OPERATOR = Actor(kind=ActorKind.OPERATOR, actor_id=7, market="us")
PERSON = AccountId(42)


async def three_entries(tx: Tx, services: Services) -> None:
    now = services.clock()
    for number in range(3):
        deed = Deed(
            action="roles.granted",
            object_kind="account",
            object_id=PERSON if number == 1 else 9,
            facts={"role": "moderator", "number": number},
        )
        assert await record(tx, now, OPERATOR, deed) == number + 1


async def test_the_chain_holds(tx: Tx, services: Services) -> None:
    """Three entries, each linked to the one before."""
    await three_entries(tx, services)
    proof = await prove(tx)
    assert (proof.entries, proof.erased, proof.broken_at) == (3, 0, None)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET action = 'roles.taken' WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 3",
        "TRUNCATE audit_entry CASCADE",
        "UPDATE audit_facts SET facts = 'x'",
    ],
)
async def test_the_database_refuses_changes(tx: Tx, services: Services, change: str) -> None:
    """Not even a query written by hand changes what was written."""
    await three_entries(tx, services)
    with pytest.raises(psycopg.errors.RestrictViolation, match="only ever appended"):
        async with tx.savepoint():
            await tx.run(change)
    assert (await prove(tx)).entries == 3


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE audit_entry SET actor_id = 8 WHERE seq = 2", 2),
        ("UPDATE audit_entry SET seq = 5 WHERE seq = 3", 3),
        ("UPDATE audit_facts SET facts = '{}' WHERE seq = 1", 1),
    ],
)
async def test_whoever_lifts_the_trigger_is_seen(
    tx: Tx, services: Services, change: str, broken_at: int
) -> None:
    """Superusers can change rows; the chain then names the first row that does not fit."""
    await three_entries(tx, services)
    await tx.run("SET LOCAL session_replication_role = replica")
    await tx.run(change)
    assert (await prove(tx)).broken_at == broken_at


async def test_erasing_a_person_keeps_the_chain(tx: Tx, services: Services) -> None:
    """The words about them go, the links stay."""
    await three_entries(tx, services)
    before = await export_person(tx, PERSON)
    assert [row["seq"] for row in before["audit_entry"]] == [2]
    assert before["audit_facts"][0]["facts"] == '{"number":1,"role":"moderator"}'

    assert await erase_person(tx, PERSON) == {"audit_facts": 1, "audit_entry": 0}

    proof = await prove(tx)
    assert (proof.entries, proof.erased, proof.broken_at) == (3, 1, None)
    assert (await export_person(tx, PERSON))["audit_facts"] == []


async def test_every_table_is_covered(tx: Tx) -> None:
    """A new table of audit must be exported and erased."""
    tables = set(
        await tx.column(
            str,
            "SELECT table_name::text FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_name LIKE 'audit!_%%' ESCAPE '!'",
        )
    )
    assert set(await export_person(tx, PERSON)) == tables
    assert set(await erase_person(tx, PERSON)) == tables


async def test_operators_read_the_log_and_check_it(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Newest first, in pages, by object; the proof says that it is intact."""
    async with services.database.transaction() as tx:
        await three_entries(tx, services)
    await sign_up(client, handle="olga")
    await with_roles(services, "olga", "operator")

    page = (await client.get("/api/v1/audit?limit=2")).json()
    assert [(item["seq"], item["action"]) for item in page["items"]] == [
        (4, "account.roles_granted"),
        (3, "roles.granted"),
    ]
    rest = (await client.get(f"/api/v1/audit?limit=2&cursor={page['next_cursor']}")).json()
    assert [item["seq"] for item in rest["items"]] == [2, 1]
    assert rest["next_cursor"] is None
    about = (await client.get("/api/v1/audit?object_kind=account&object_id=1a")).json()
    assert [item["facts"]["number"] for item in about["items"]] == [1]
    proof = (await client.get("/api/v1/audit/proof")).json()
    assert proof["is_intact"] is True


@pytest.mark.parametrize("path", ["/api/v1/audit", "/api/v1/audit/proof"])
async def test_others_learn_nothing(client: AsyncTestClient[Any], path: str) -> None:
    """Guests and ordinary people are told that there is no such thing."""
    assert (await client.get(path)).status_code == 404
    await sign_up(client)
    refused = await client.get(path)
    assert refused.status_code == 404
    assert refused.json()["code"] == "http.no_such_thing"


FIELDS = st.sampled_from(
    ["seq", "occurred_at_us", "market", "actor_id", "action", "object_kind", "object_id"]
)


@given(field=FIELDS, at=st.integers(1, 2**40))
def test_any_changed_field_breaks_the_link(field: str, at: int) -> None:
    """The hash covers every field."""
    entry = Entry(
        seq=1,
        occurred_at_us=at,
        market="us",
        actor_kind="operator",
        actor_id=1,
        action="a.b",
        object_kind="account",
        object_id=2,
        facts_digest=bytes(32),
        hash_before=rules.GENESIS,
        hash=b"",
    )
    entry = replace(entry, hash=rules.linked(entry))
    assert rules.is_linked(entry, rules.GENESIS, seq=1)
    old = getattr(entry, field)
    changed: Any = {field: old + "x" if isinstance(old, str) else old + 1}
    assert not rules.is_linked(replace(entry, **changed), rules.GENESIS, seq=1)
