"""What the demo says when it opens is true at once."""

import io
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from nightmarket.entry import asgi
from nightmarket.entry.demo.api import Caller
from nightmarket.entry.demo.door import OPERATOR, PASSWORD, say_ready
from nightmarket.entry.demo.fill import World
from nightmarket.infra.services import Services

ADDRESS = "http://testserver.local"


async def test_everybody_named_at_the_door_can_sign_in(services: Services, tmp_path: Path) -> None:
    """Before a single film is made, and again when a later start goes on; no account is made twice."""
    app: Any = asgi.litestar_app(services)

    def connect() -> Caller:
        transport = httpx.ASGITransport(app)
        return Caller(ADDRESS, http=httpx.AsyncClient(transport=transport, base_url=ADDRESS))

    out = Console(file=io.StringIO(), width=200)
    say_ready(out, ADDRESS, tmp_path)
    said: str = out.file.getvalue()  # type: ignore[attr-defined]
    names = re.search(
        r"sign in as (\S+) or (\S+) \(creators\),\s+(\S+) \(a viewer\) or (\S+)", said
    )
    assert names is not None, said
    assert names[4] == OPERATOR  # Made apart, with its roles, before anybody else.
    for _ in range(2):
        async with AsyncExitStack() as stack:
            await World(ADDRESS, "", tmp_path, out, connect).sign_up(stack)
        for name in names.groups()[:3]:
            async with connect() as caller:
                login = {"login": name, "password": PASSWORD}
                assert (await caller.call("POST", "/session", login))["handle"] == name
