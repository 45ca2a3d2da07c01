"""Videos as callers see them: one, and the lists of profiles, hashtags and sounds."""

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.social.actions import read_videos
from nightmarket.domains.social.assembly.payloads import WatchedVideoPayload
from nightmarket.domains.social.routes.collections import VideoPage, video_page
from nightmarket.domains.videos.values import VideoState
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import SoundId, VideoId, from_text


@get("/api/v1/videos/{video_id:str}")
async def get_video(
    tx: Tx, subject: Subject, services: Services, video_id: FromPath[str]
) -> WatchedVideoPayload:
    """Show one video; what is watched there is told by its `impression_id`."""
    number = VideoId(from_text(video_id))
    found = await read_videos.video(tx, subject, number)
    impression_id = None
    if found.state == VideoState.LIVE:
        (impression_id,) = analytics.show_list(subject, services, Surface.LINK, [number])
    return WatchedVideoPayload(**msgspec.structs.asdict(found), impression_id=impression_id)


@get("/api/v1/profiles/{handle:str}/videos")
async def get_profile_videos(
    tx: Tx,
    subject: Subject,
    services: Services,
    handle: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List a profile's videos, pinned first."""
    request = pages.request(cursor, limit, keys=3)
    found = await read_videos.of_profile(tx, subject, handle, request)
    return video_page(found, subject, services, Surface.PROFILE)


@get("/api/v1/profiles/{handle:str}/reposts")
async def get_profile_reposts(
    tx: Tx,
    subject: Subject,
    services: Services,
    handle: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List what a profile reposted, the latest first."""
    request = pages.request(cursor, limit, keys=2)
    found = await read_videos.of_reposter(tx, subject, handle, request)
    return video_page(found, subject, services, Surface.PROFILE)


@get("/api/v1/hashtags/{tag:str}/videos")
async def get_hashtag_videos(
    tx: Tx,
    subject: Subject,
    services: Services,
    tag: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List a hashtag's videos, the newest first."""
    request = pages.request(cursor, limit, keys=2)
    found = await read_videos.of_hashtag(tx, subject, tag, request)
    return video_page(found, subject, services, Surface.HASHTAG)


@get("/api/v1/sounds/{sound_id:str}/videos")
async def get_sound_videos(
    tx: Tx,
    subject: Subject,
    services: Services,
    sound_id: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List a sound's videos, the newest first."""
    request = pages.request(cursor, limit, keys=2)
    found = await read_videos.of_sound(tx, subject, SoundId(from_text(sound_id)), request)
    return video_page(found, subject, services, Surface.SOUND)


ROUTES = (
    get_video,
    get_profile_videos,
    get_profile_reposts,
    get_hashtag_videos,
    get_sound_videos,
)
