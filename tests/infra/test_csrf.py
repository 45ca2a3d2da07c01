"""Another site's page cannot change anything with somebody's cookie."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.infra.csrf import is_from_here
from tests.builders.accounts import sign_up

SITE = "https://night.example"


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({}, True),
        ({b"sec-fetch-site": b"same-origin"}, True),
        ({b"sec-fetch-site": b"none"}, True),
        ({b"sec-fetch-site": b"cross-site"}, False),
        ({b"sec-fetch-site": b"same-site"}, False),
        ({b"origin": b"https://night.example"}, True),
        ({b"origin": b"http://night.example"}, False),
        ({b"origin": b"https://night.example.evil.example"}, False),
        ({b"origin": b"null"}, False),
        ({b"origin": b"http://192.168.0.7:8000", b"host": b"192.168.0.7:8000"}, True),
        ({b"origin": b"http://[", b"host": b"x"}, False),
        ({b"origin": b"https://evil.example", b"authorization": b"Bearer nm_x"}, True),
        ({b"origin": b"https://evil.example", b"sec-fetch-site": b"same-origin"}, False),
    ],
)
def test_where_a_call_comes_from(headers: dict[bytes, bytes], *, is_ours: bool) -> None:
    """Only our own pages, what is no browser, and bearer tokens may change anything."""
    assert is_from_here(headers, SITE) is is_ours


async def test_a_cookie_is_worth_nothing_to_another_site(client: AsyncTestClient[Any]) -> None:
    """The change is refused and did not happen; reading is not affected."""
    await sign_up(client, handle="mia")

    refused = await client.patch(
        "/api/v1/me", json={"bio": "hacked"}, headers={"Origin": "https://evil.example"}
    )

    assert refused.status_code == 403
    assert refused.json()["code"] == "http.other_site"
    assert (await client.get("/api/v1/session")).json()["account"]["bio"] == ""
