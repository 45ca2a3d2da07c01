"""A small world to recommend from: creators, their videos, and a viewer who watches over HTTP."""

from dataclasses import dataclass, field
from typing import Any

from litestar.testing import AsyncTestClient

from nightmarket.domains.videos.values import Audience
from nightmarket.entry.drain import drain
from nightmarket.events.videos import VideoPublished
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, SoundId, VideoId, from_text
from tests.builders import accounts, videos
from tests.builders.analytics import uuid7
from tests.fakes.clock import HandClock


@dataclass(frozen=True, kw_only=True)
class Film:
    """What a film of the world is; `maker` numbers its creator."""

    maker: int = 0
    tags: tuple[str, ...] = ("market",)
    words: str = "a film"
    sound_id: int | None = None
    language: str = "en"
    market: str = "us"
    audience: Audience = Audience.EVERYONE
    ai_label: str = "none"
    content_level: str = "general"


async def makers(services: Services, count: int) -> list[AccountId]:
    """Make creators."""
    async with services.database.transaction() as tx:
        return [await accounts.account(tx, services) for _ in range(count)]


async def show(services: Services, creators: list[AccountId], films: list[Film]) -> list[VideoId]:
    """Publish films, one second apart, and let everybody hear of them."""
    made = []
    for film in films:
        async with services.database.transaction() as tx:
            caption = " ".join([film.words, *(f"#{tag}" for tag in film.tags)])
            clip = videos.Clip(
                caption=caption,
                audience=film.audience,
                market=film.market,
                language=film.language,
                duration_ms=10_000,
            )
            video_id = await videos.video(tx, services, creators[film.maker], clip)
            now = services.clock()
            await publish(
                tx,
                VideoPublished(
                    event_id=services.ids(),
                    occurred_at=now,
                    market=film.market,
                    video_id=video_id,
                    creator_id=creators[film.maker],
                    caption=caption,
                    hashtags=film.tags,
                    mentions=(),
                    language=film.language,
                    sound_id=None if film.sound_id is None else SoundId(film.sound_id),
                    duration_ms=10_000,
                    audience=film.audience.value,
                    ai_label=film.ai_label,
                    content_level=film.content_level,
                    published_at_us=microseconds(now),
                ),
            )
        made.append(video_id)
        if isinstance(services.clock, HandClock):
            services.clock.move(seconds=1)
    await drain(services)
    return made


@dataclass
class Viewer:
    """Somebody with a browser who swipes."""

    client: AsyncTestClient[Any]
    services: Services
    clock: HandClock
    count: int = 0
    cursor: str | None = None
    pages: list[dict[str, Any]] = field(default_factory=list)

    async def page(self, **asked: Any) -> list[dict[str, Any]]:
        """Ask for the next page; returns its items."""
        params = {"limit": 8, **asked}
        if self.cursor:
            params["cursor"] = self.cursor
        answer = await self.client.get("/api/v1/feed", params=params)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        self.pages.append(page)
        self.cursor = page["next_cursor"]
        items: list[dict[str, Any]] = page["items"]
        return items

    async def ids(self, **asked: Any) -> list[int]:
        """The video ids of the next page."""
        return [from_text(item["video"]["video_id"]) for item in await self.page(**asked)]

    async def watch(self, item: dict[str, Any], watch_ms: int) -> None:
        """Watch an item for a while and report it."""
        self.clock.move(milliseconds=watch_ms + 300)
        self.count += 1
        now = self.clock()
        event = {
            "event_id": uuid7(now, (id(self) & 0xFFFFFF) << 20 | self.count),
            "kind": "watch",
            "impression_id": item["impression_id"],
            "occurred_at_ms": microseconds(now) // 1000,
            "watch_ms": watch_ms,
            "duration_ms": item["video"]["duration_ms"],
        }
        answer = await self.client.post("/api/v1/events", json={"events": [event]})
        assert answer.status_code == 200, answer.text
        assert answer.json()["accepted"] == 1, answer.text

    async def settle(self) -> None:
        """Let the folds run."""
        await drain(self.services)
