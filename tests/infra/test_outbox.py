"""Facts reach every listener once, in order, whatever fails in between."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

import psycopg
import pytest
from typing_extensions import override

from nightmarket.events.event import Event
from nightmarket.infra import outbox
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    """A bell rang."""

    name: ClassVar[str] = "test.rang"
    bell: int

    @property
    @override
    def key(self) -> int:
        return self.bell


@dataclass(frozen=True, slots=True, kw_only=True)
class Fell(Event):
    """Something else happened."""

    name: ClassVar[str] = "test.fell"


class Ear:
    """Remembers what it heard; can be told to fail on one bell."""

    def __init__(self, fails_on: int | None = None) -> None:
        self.heard: list[int] = []
        self.fails_on = fails_on
        self.tries = 0

    async def hear(self, tx: Tx, fact: Rang, services: Services) -> None:
        self.tries += 1
        if fact.bell == self.fails_on:
            await tx.run("SELECT 1/0")
        self.heard.append(fact.bell)


def listener(ear: Ear, name: str = "test.ear") -> outbox.Listener:
    return outbox.Listener(name, (Rang,), ear.hear)


async def ring(services: Services, *bells: int) -> None:
    for bell in bells:
        async with services.database.transaction() as tx:
            await outbox.publish(
                tx,
                Rang(event_id=services.ids(), occurred_at=services.clock(), market="us", bell=bell),
            )


async def test_every_listener_hears_every_fact_once_and_in_order(services: Services) -> None:
    first, second = Ear(), Ear()
    both = [listener(first, "test.first"), listener(second, "test.second")]
    await ring(services, 1, 2, 3)
    await outbox.drain(both, services.database, services)
    await ring(services, 4)
    await outbox.drain(both, services.database, services)

    assert first.heard == second.heard == [1, 2, 3, 4]


async def test_facts_of_other_kinds_are_passed_over(services: Services) -> None:
    ear = Ear()
    async with services.database.transaction() as tx:
        await outbox.publish(tx, Fell(event_id=1, occurred_at=services.clock(), market="us"))
    await ring(services, 7)
    await outbox.drain([listener(ear)], services.database, services)

    assert ear.heard == [7]


async def test_a_rolled_back_transaction_tells_nothing(services: Services) -> None:
    ear = Ear()
    with pytest.raises(RuntimeError):
        async with services.database.transaction() as tx:
            await outbox.publish(
                tx, Rang(event_id=1, occurred_at=services.clock(), market="us", bell=1)
            )
            raise RuntimeError
    await outbox.drain([listener(ear)], services.database, services)

    assert ear.heard == []


async def test_a_fact_of_a_slow_transaction_is_not_skipped(services: Services) -> None:
    """A later fact commits first; the reader waits for the older transaction and loses neither."""
    ear = Ear()
    async with await psycopg.AsyncConnection.connect(services.database.url) as slow:
        await outbox.publish(
            Tx(slow), Rang(event_id=1, occurred_at=services.clock(), market="us", bell=1)
        )
        await ring(services, 2)
        await outbox.drain([listener(ear)], services.database, services)
        assert ear.heard == []
    await outbox.drain([listener(ear)], services.database, services)

    assert ear.heard == [1, 2]


async def test_a_fact_that_always_fails_is_buried_and_the_rest_goes_on(services: Services) -> None:
    ear = Ear(fails_on=2)
    await ring(services, 1, 2, 3)
    reader = outbox.Reader(listener(ear), services.database, services)
    await reader.prepare()
    for _ in range(500):  # Other tests' open transactions on the server may hold readers back.
        await reader.step()
        if 3 in ear.heard:
            break
        await asyncio.sleep(0.02)

    assert sorted(set(ear.heard)) == [1, 3]
    async with services.database.transaction() as tx:
        buried = await tx.column(str, "SELECT error FROM infra_outbox_buried")
    assert len(buried) == 1
    assert "division by zero" in buried[0]
