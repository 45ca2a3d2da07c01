"""Fixtures of the race's tests."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.infra.services import Services
from tests.builders.feed import Viewer
from tests.fakes.clock import HandClock


@pytest.fixture
def viewer(client: AsyncTestClient[Any], services: Services, clock: HandClock) -> Viewer:
    """A guest of market us who speaks English."""
    client.headers["accept-language"] = "en-US"
    return Viewer(client, services, clock)
