"""Builders of videos: rows as if a clip had been processed, and tiny real clips."""

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from litestar.testing import AsyncTestClient

from nightmarket.domains.videos.rules.words import hashtags as tags_of
from nightmarket.domains.videos.store import changes
from nightmarket.domains.videos.store.cards import QUERIES
from nightmarket.domains.videos.values import (
    Audience,
    MediaDocument,
    Mention,
    Rendition,
    VideoState,
    Wishes,
)
from nightmarket.entry.drain import drain
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, UploadId, VideoId, to_text
from tests.builders.clips import make_clip

DOCUMENT = MediaDocument(
    width=720,
    height=1280,
    duration_ms=12_000,
    renditions=(Rendition("360", "360.mp4", 360, 640, 600_000, 900_000, "avc1.640016,mp4a.40.2"),),
    hls_file="master.m3u8",
    poster="poster-small.webp",
    cover="cover-small.webp",
    placeholder="data:image/webp;base64,AA==",
    has_sound=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """What a built video is; change what the test is about."""

    caption: str = "A night at the market #food"
    audience: Audience = Audience.EVERYONE
    state: VideoState = VideoState.LIVE
    market: str = "us"
    language: str = "en"
    mentions: tuple[Mention, ...] = ()
    duration_ms: int = 12_000
    statistics: tuple[float, ...] = field(default=())


async def video(
    tx: Tx, services: Services, creator_id: AccountId, clip: Clip | None = None
) -> VideoId:
    """Write a video straight into the tables, live for everyone unless `clip` says otherwise.

    No events are published and no bytes exist; for lists, reactions and feeds.
    """
    clip = clip or Clip()
    video_id = VideoId(services.ids())
    now_us = microseconds(services.clock())
    tags = tags_of(clip.caption)
    await changes.insert(
        tx,
        changes.NewVideo(
            video_id=video_id,
            creator_id=creator_id,
            market=clip.market,
            state=VideoState.PROCESSING,
            wishes=Wishes(
                upload_id=UploadId(services.ids()), caption=clip.caption, audience=clip.audience
            ),
            language=clip.language,
            hashtags=tags,
            mentions=clip.mentions,
            media_key=f"test{to_text(video_id)}",
            now_us=now_us,
        ),
    )
    await tx.run(
        "UPDATE videos_media SET document = %(document)s, state = 'done', fraction = 1, "
        "statistics = %(statistics)s WHERE video_id = %(video_id)s",
        video_id=video_id,
        document=msgspec.json.encode(replace(DOCUMENT, duration_ms=clip.duration_ms)),
        statistics=list(clip.statistics),
    )
    await tx.run(QUERIES["state_set"], video_id=video_id, state=clip.state.value, now_us=now_us)
    if clip.state == VideoState.LIVE and clip.audience == Audience.EVERYONE:
        await changes.set_hashtags(tx, video_id, tags, now_us)
    return video_id


async def upload(
    client: AsyncTestClient[Any],
    content: bytes,
    *,
    place: str = "",
    offset: int = 0,
    bytes_sent: int | None = None,
) -> str:
    """Send a file, or the next part of it, by tus; returns the upload's address."""
    tus = {"Tus-Resumable": "1.0.0"}
    if not place:
        length = {"Upload-Length": str(len(content))}
        answer = await client.post("/api/v1/uploads", headers={**tus, **length})
        assert answer.status_code == 201, answer.text
        place = answer.headers["Location"]
    end = len(content) if bytes_sent is None else bytes_sent
    lines = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    answer = await client.patch(place, content=content[offset:end], headers={**tus, **lines})
    assert answer.status_code == 204, answer.text
    return place


async def hand_in(client: AsyncTestClient[Any], place: str, **given: Any) -> dict[str, Any]:
    """POST a video made of an upload; returns its payload."""
    wish = {"upload_id": place.rsplit("/", 1)[1], **given}
    answer = await client.post("/api/v1/videos", json=wish)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def publish(
    client: AsyncTestClient[Any],
    services: Services,
    *,
    seconds: float = 0.6,
    hue: float = 0.6,
    **given: Any,
) -> dict[str, Any]:
    """Upload and publish a tiny real clip as the signed-in account, work done; returns the video."""
    path = services.settings.data_directory / f"clip-{services.ids()}.mp4"
    film = make_clip(path, seconds=seconds, hue=hue).read_bytes()
    path.unlink()
    video_id = (await hand_in(client, await upload(client, film), **given))["video_id"]
    await drain(services)
    listed = (await client.get("/api/v1/me/videos?limit=100")).json()["items"]
    found: dict[str, Any] = next(one for one in listed if one["video_id"] == video_id)
    return found
