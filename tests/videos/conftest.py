"""Videos are tested with what lies below them: nothing above is needed for them to work."""

import pytest

from nightmarket.entry import wiring


@pytest.fixture(autouse=True)
def only_videos_and_below(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wire the domains up to videos."""
    place = wiring.DOMAINS.index("videos")
    monkeypatch.setattr(wiring, "DOMAINS", wiring.DOMAINS[: place + 1])
