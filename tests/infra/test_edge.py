"""One transaction per request; nothing is sent before it ends; a key makes a call count once."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.di import Provide
from litestar.testing import AsyncTestClient
from psycopg import OperationalError

from nightmarket.infra import http
from nightmarket.infra.db import Tx
from nightmarket.infra.edge import Edge, Replayed, lose, provide_tx, replay
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import Conflict, NightmarketError


class Coin(msgspec.Struct):
    """What is put in."""

    worth: int


class Jammed(Conflict):
    """The slot is stuck."""

    code = "test.jammed"


@post("/coins")
async def put_in(tx: Tx, data: Coin) -> dict[str, int]:
    await tx.run("INSERT INTO coin VALUES (%(worth)s)", worth=data.worth)
    if data.worth < 0:
        raise Jammed("the slot is stuck", worth=data.worth)
    return {"count": await tx.value(int, "SELECT count(*) FROM coin") or 0}


@post("/deferred")
async def put_in_late(tx: Tx) -> dict[str, int]:
    """Breaks a constraint that is checked at commit."""
    await tx.run("INSERT INTO deferred VALUES (1)")
    return {"count": 1}


@post("/cut")
async def cut_off(tx: Tx) -> dict[str, int]:
    """Loses its connection, as when the server restarts."""
    await tx.run("SELECT pg_terminate_backend(pg_backend_pid())")
    return {}


@get("/coins")
async def count(tx: Tx) -> dict[str, int]:
    return {"count": await tx.value(int, "SELECT count(*) FROM coin") or 0}


@pytest.fixture
async def box(services: Services) -> AsyncIterator[AsyncTestClient[Any]]:
    async with services.database.transaction() as tx:
        await tx.run("CREATE TABLE coin (worth int)")
        await tx.run("CREATE TABLE deferred (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        await tx.run("INSERT INTO deferred VALUES (1)")
    app = Litestar(
        [put_in, put_in_late, cut_off, count],
        middleware=[lambda app: Edge(app, services.database, services.clock, lambda: "made-here")],
        dependencies={"tx": Provide(provide_tx)},
        exception_handlers={
            NightmarketError: http.refuse,
            Replayed: replay,
            OperationalError: lose,
            Exception: http.fail,
        },
        logging_config=None,
        openapi_config=None,
    )
    async with AsyncTestClient(app) as client:
        yield client


async def coins(box: AsyncTestClient[Any]) -> int:
    answer: dict[str, int] = (await box.get("/coins")).json()
    return answer["count"]


async def test_an_answer_is_sent_after_its_change_is_saved(box: AsyncTestClient[Any]) -> None:
    answer = await box.post("/coins", json={"worth": 5})

    assert (answer.status_code, answer.json()) == (201, {"count": 1})
    assert await coins(box) == 1


async def test_a_refusal_changes_nothing_and_says_why(box: AsyncTestClient[Any]) -> None:
    answer = await box.post("/coins", json={"worth": -1})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "test.jammed"
    assert answer.json()["facts"] == {"worth": -1}
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert await coins(box) == 0


async def test_a_commit_that_fails_is_never_answered_as_done(box: AsyncTestClient[Any]) -> None:
    answer = await box.post("/deferred", json={})

    assert answer.status_code == 503
    assert answer.json()["code"] == "http.failed"


async def test_one_key_is_one_change_and_one_answer(box: AsyncTestClient[Any]) -> None:
    headers = {"Idempotency-Key": "0190-a"}
    first = await box.post("/coins", json={"worth": 5}, headers=headers)
    second = await box.post("/coins", json={"worth": 5}, headers=headers)

    assert first.json() == second.json() == {"count": 1}
    assert second.headers["idempotent-replay"] == "true"
    assert await coins(box) == 1


async def test_a_key_used_for_something_else_is_refused(box: AsyncTestClient[Any]) -> None:
    headers = {"Idempotency-Key": "0190-b"}
    await box.post("/coins", json={"worth": 5}, headers=headers)
    other = await box.post("/coins", json={"worth": 6}, headers=headers)

    assert (other.status_code, other.json()["code"]) == (409, "http.key_reused")
    assert await coins(box) == 1


async def test_a_refused_call_leaves_its_key_free(box: AsyncTestClient[Any]) -> None:
    """Nothing was changed, so trying again is a first try."""
    headers = {"Idempotency-Key": "0190-c"}
    for _ in range(2):
        answer = await box.post("/coins", json={"worth": -1}, headers=headers)
        assert answer.status_code == 409


async def test_a_request_id_is_kept_when_it_is_one(box: AsyncTestClient[Any]) -> None:
    kept = await box.get("/coins", headers={"X-Request-Id": "abcdef-123456"})
    made = await box.get("/coins", headers={"X-Request-Id": "<script>"})

    assert kept.headers["x-request-id"] == "abcdef-123456"
    assert made.headers["x-request-id"] == "made-here"


async def test_a_lost_database_is_answered_in_words(box: AsyncTestClient[Any]) -> None:
    """The connection breaks in the middle of a request; nothing crashes, nothing is promised."""
    answer = await box.post("/cut", json={})

    assert (answer.status_code, answer.json()["code"]) == (503, "database.unavailable")
