"""Fixtures of the ranker's tests; they ask what comes out, not how soon, so compile fast."""

from typing import Any

import jax
import pytest
from litestar.testing import AsyncTestClient

from nightmarket.infra.services import Services
from tests.builders.feed import Viewer
from tests.fakes.clock import HandClock

jax.config.update("jax_disable_most_optimizations", True)  # type: ignore[no-untyped-call]  # noqa: FBT003  # Its own signature.


@pytest.fixture
def viewer(client: AsyncTestClient[Any], services: Services, clock: HandClock) -> Viewer:
    """A guest of market us who speaks English."""
    client.headers["accept-language"] = "en-US"
    return Viewer(client, services, clock)
