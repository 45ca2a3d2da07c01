"""The outbox: facts written in the publisher's transaction, read by listeners at their own pace."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

import msgspec

from nightmarket.infra import sql, telemetry
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

QUERIES = sql.load("nightmarket.infra")
BATCH = 200
FAILURES_MAX = 8
IDLE_S_MAX = 2.0
HELD_BACK_S = 0.02
HELD_BACK_TRIES = 250


class Fact(Protocol):
    """What the outbox needs to know of an event; `events.event.Event` has it."""

    name: ClassVar[str]
    version: ClassVar[int]

    @property
    def event_id(self) -> int:
        """Unique in the cell."""
        ...

    @property
    def occurred_at(self) -> datetime:
        """When it happened, UTC."""
        ...

    @property
    def market(self) -> str:
        """Whose rules the fact's personal data falls under."""
        ...

    @property
    def key(self) -> int:
        """Facts with one key stay in order."""
        ...


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears some facts, in order, each at least once and together with its own cursor's move.

    `hear(tx, fact, services)` works inside the transaction that moves the cursor, so what it
    writes through `tx` happens exactly once. It must not call the outside.
    """

    name: str
    facts: tuple[type[Any], ...]
    hear: Callable[[Tx, Any, Services], Awaitable[None]]


async def publish(tx: Tx, fact: Fact) -> None:
    """Write a fact to be heard after this transaction commits."""
    await tx.run(
        QUERIES["outbox_append"],
        event_id=fact.event_id,
        name=fact.name,
        version=fact.version,
        key=fact.key,
        market=fact.market,
        occurred_at_us=microseconds(fact.occurred_at),
        payload=msgspec.json.encode(fact),
    )
    await tx.run(QUERIES["outbox_wake"])


@dataclass(frozen=True, slots=True)
class _Cursor:
    after_xid: str
    after_seq: int


@dataclass(frozen=True, slots=True)
class _Line:
    xid: str
    seq: int
    name: str
    payload: bytes


class Reader:
    """Moves one listener forward."""

    def __init__(self, listener: Listener, database: Database, services: Services) -> None:
        self._listener = listener
        self._database = database
        self._services = services
        self._decoders = {fact.name: msgspec.json.Decoder(fact) for fact in listener.facts}

    async def prepare(self) -> None:
        """Give a new listener its cursor."""
        async with self._database.transaction() as tx:
            await tx.run(QUERIES["outbox_cursor_make"], listener=self._listener.name)

    async def step(self) -> int:
        """Handle up to `BATCH` facts; returns how many lines were passed, 0 when all is heard.

        A fact that raises is tried again, alone, `FAILURES_MAX` times, then buried with its error.
        """
        try:
            return await self._read(BATCH)
        except Exception:  # noqa: BLE001  # The loop must outlive one bad fact.
            return await self._one_by_one()

    async def _read(self, limit: int) -> int:
        async with self._database.transaction() as tx:
            cursor = await tx.maybe(
                _Cursor, QUERIES["outbox_cursor_lock"], listener=self._listener.name
            )
            if cursor is None:
                return 0
            lines = await tx.rows(
                _Line,
                QUERIES["outbox_read"],
                after_xid=cursor.after_xid,
                after_seq=cursor.after_seq,
                limit=limit,
            )
            if lines:
                with telemetry.span(f"listener {self._listener.name}", facts=len(lines)):
                    for line in lines:
                        await self._hear(tx, line)
                    await self._move(tx, lines[-1])
            return len(lines)

    async def _one_by_one(self) -> int:
        try:
            return await self._read(1)
        except Exception as error:  # noqa: BLE001  # Counted, then buried: see `step`.
            telemetry.log("listener_failed", listener=self._listener.name, error=repr(error))
            return await self._fail("".join(traceback.format_exception(error))[-4000:])

    async def _fail(self, error: str) -> int:
        async with self._database.transaction() as tx:
            failures = await tx.value(
                int, QUERIES["outbox_cursor_fail"], listener=self._listener.name
            )
            if failures is None or failures < FAILURES_MAX:
                return 0
            cursor = await tx.one(
                _Cursor, QUERIES["outbox_cursor_lock"], listener=self._listener.name
            )
            lines = await tx.rows(
                _Line,
                QUERIES["outbox_read"],
                after_xid=cursor.after_xid,
                after_seq=cursor.after_seq,
                limit=1,
            )
            for line in lines:
                await tx.run(
                    QUERIES["outbox_bury"],
                    listener=self._listener.name,
                    seq=line.seq,
                    name=line.name,
                    payload=line.payload,
                    error=error,
                    buried_at_us=microseconds(self._services.clock()),
                )
                await self._move(tx, line)
            telemetry.LISTENER_BURIED.labels(self._listener.name).inc(len(lines))
            return len(lines)

    async def _hear(self, tx: Tx, line: _Line) -> None:
        decoder = self._decoders.get(line.name)
        if decoder is not None:
            await self._listener.hear(tx, decoder.decode(line.payload), self._services)

    async def _move(self, tx: Tx, line: _Line) -> None:
        await tx.run(
            QUERIES["outbox_cursor_move"],
            listener=self._listener.name,
            after_xid=line.xid,
            after_seq=line.seq,
        )


async def drain(listeners: Sequence[Listener], database: Database, services: Services) -> int:
    """Let every listener hear everything there is, in rounds; returns how many lines were passed.

    For tests and for `backup`; the worker uses `listen`.
    """
    readers = [Reader(listener, database, services) for listener in listeners]
    for reader in readers:
        await reader.prepare()
    total = 0
    for _ in range(HELD_BACK_TRIES):
        while passed := sum([await reader.step() for reader in readers]):
            total += passed
        if not await _held_back(database):
            break
        await asyncio.sleep(HELD_BACK_S)
    return total


async def _held_back(database: Database) -> bool:
    """Whether facts wait for older transactions, which may be another database's, to end."""
    async with database.transaction() as tx:
        return bool(await tx.value(int, QUERIES["outbox_held_back"]))


async def listen(
    listeners: Sequence[Listener], database: Database, services: Services, wake: asyncio.Event
) -> None:
    """Read on for ever; `wake` is set when something was published, else look every two seconds."""
    readers = [Reader(listener, database, services) for listener in listeners]
    for reader in readers:
        await reader.prepare()
    while True:
        wake.clear()
        passed = 0
        for reader in readers:
            passed += await reader.step()
        if not passed:
            try:
                await asyncio.wait_for(wake.wait(), IDLE_S_MAX)
            except TimeoutError:
                continue
