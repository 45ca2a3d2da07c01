"""A workshop for each test, and a folder to work in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nightmarket.infra.media.workshop import Workshop


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    """Yield a workshop without a spare child; one that waits would only cost time here."""
    workshop = Workshop(keeps_spare=False)
    yield workshop
    await workshop.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for renditions."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder
