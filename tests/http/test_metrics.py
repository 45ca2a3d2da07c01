"""What `/metrics` says moves with what happens, and names nobody."""

from typing import Any

from litestar.testing import AsyncTestClient
from prometheus_client.parser import text_string_to_metric_families

from nightmarket.infra.services import Services
from tests.builders.accounts import account, sign_up
from tests.builders.videos import video

Browser = AsyncTestClient[Any]
Sample = tuple[str, tuple[tuple[str, str], ...]]
SECONDS = "nightmarket_http_request_seconds"
LABELS = {"method", "route", "status", "le", "event", "listener", "outcome", "what", "replica"}
"""A replica is an address of the operator's settings, of which there are sixteen at most."""


async def read(client: Browser) -> dict[Sample, float]:
    """Every figure by name and labels."""
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name.startswith("nightmarket_")
    }


def moved(before: dict[Sample, float], after: dict[Sample, float]) -> dict[Sample, float]:
    """What grew, and by how much; what pages of this test's own reading did is left out."""
    grown = {key: value - before.get(key, 0.0) for key, value in after.items()}
    return {
        key: value for key, value in grown.items() if value and ("route", "/metrics") not in key[1]
    }


async def test_requests_and_events_are_counted_by_name(client: Browser) -> None:
    """A histogram by method, route and status class; a counter by business event."""
    before = await read(client)
    await sign_up(client, handle="miaqx")
    assert (await client.get("/api/v1/profiles/miaqx")).status_code == 200
    assert (await client.get("/api/v1/profiles/miaqx")).status_code == 200
    assert (await client.get("/api/v1/profiles/nobody")).status_code == 404
    grown = moved(before, await read(client))

    def asked(part: str, status: str, **more: str) -> float:
        labels = {"method": "GET", "route": "/api/v1/profiles/{handle}", "status": status} | more
        return grown[(SECONDS + part, tuple(sorted(labels.items())))]

    assert (asked("_count", "2xx"), asked("_count", "4xx")) == (2, 1)
    assert (asked("_bucket", "2xx", le="+Inf"), asked("_bucket", "2xx", le="10.0")) == (2, 2)
    assert 0 < asked("_sum", "2xx") < 20
    assert grown[("nightmarket_business_events_total", (("event", "account_created"),))] == 1


async def test_no_label_names_a_person_or_a_thing(client: Browser, services: Services) -> None:
    """Neither numbers nor handles; and a path that leads nowhere makes no label of its own."""
    me = await sign_up(client, handle="miaqx")
    async with services.database.transaction() as tx:
        number = await video(tx, services, await account(tx, services, handle="benqx"))
    before = await read(client)
    for path in (
        "/api/v1/profiles/miaqx",
        f"/api/v1/videos/{number}",
        "/api/v1/nowhere/1",
        "/api/x",
    ):
        await client.get(path, headers={"x-request-id": "request-number-one"})
    await client.put("/api/v1/follows/zzzzzz")
    after = await read(client)

    values = {value for _, labels in after for _, value in labels}
    assert {label for _, labels in after for label, _ in labels} <= LABELS
    secrets = ("miaqx", "benqx", me["account_id"], str(number), "request-number-one", "zzzzzz")
    assert [value for value in values for secret in secrets if secret in value] == []
    routes = {
        dict(labels)["route"] for (_, labels) in moved(before, after) if "route" in dict(labels)
    }
    assert len(routes) <= 5
    assert all("nowhere" not in route and route != "/api/x" for route in routes)
