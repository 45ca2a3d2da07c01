"""Builders for impressions, reported events and lines of the interaction log."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nightmarket.domains.analytics.rules import impressions
from nightmarket.domains.analytics.values import Impression, Surface
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import RequestId, VideoId, ViewerId


def uuid7(at: datetime, number: int) -> str:
    """A UUIDv7 of an instant, different for each number."""
    whole = (microseconds(at) // 1000) << 80 | 7 << 76 | 2 << 62 | number
    text = f"{whole:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass
class Player:
    """Reports what one viewer does; every event has its own id."""

    viewer_id: int
    secret: bytes = b"tests"
    count: int = 0
    requests: int = 1000
    shown: dict[str, datetime] = field(default_factory=dict)

    def shows(self, video_id: int, at: datetime, position: int = 0) -> str:
        """Serve a video to this viewer; returns the impression."""
        self.requests += 1
        impression = Impression(
            viewer_id=ViewerId(self.viewer_id),
            video_id=VideoId(video_id),
            request_id=RequestId(self.viewer_id * 100_000 + self.requests),
            position=position,
            surface=Surface.FOR_YOU,
            shown_at_ms=microseconds(at) // 1000,
        )
        return impressions.mint(impression, impressions.key_of(self.secret))

    def event(self, impression_id: str, at: datetime, **more: Any) -> dict[str, Any]:
        """One event about an impression."""
        self.count += 1
        return {
            "event_id": uuid7(at, self.viewer_id << 20 | self.count),
            "kind": "watch",
            "impression_id": impression_id,
            "occurred_at_ms": microseconds(at) // 1000,
            **more,
        }
