"""Videos as callers see them: one, and the lists of profiles, hashtags and sounds."""

from litestar import get
from litestar.params import FromPath, FromQuery

from nightmarket.domains.social.actions import read_videos
from nightmarket.domains.social.assembly.payloads import VideoPayload
from nightmarket.domains.social.routes.collections import VideoPage, video_page
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel import pages
from nightmarket.kernel.ids import SoundId, VideoId, from_text


@get("/api/v1/videos/{video_id:str}")
async def get_video(tx: Tx, subject: Subject, video_id: FromPath[str]) -> VideoPayload:
    """Show one video."""
    return await read_videos.video(tx, subject, VideoId(from_text(video_id)))


@get("/api/v1/profiles/{handle:str}/videos")
async def get_profile_videos(
    tx: Tx,
    subject: Subject,
    handle: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List a profile's videos, pinned first."""
    request = pages.request(cursor, limit, keys=3)
    return video_page(await read_videos.of_profile(tx, subject, handle, request))


@get("/api/v1/profiles/{handle:str}/reposts")
async def get_profile_reposts(
    tx: Tx,
    subject: Subject,
    handle: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List what a profile reposted, the latest first."""
    request = pages.request(cursor, limit, keys=2)
    return video_page(await read_videos.of_reposter(tx, subject, handle, request))


@get("/api/v1/hashtags/{tag:str}/videos")
async def get_hashtag_videos(
    tx: Tx,
    subject: Subject,
    tag: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List a hashtag's videos, the newest first."""
    request = pages.request(cursor, limit, keys=2)
    return video_page(await read_videos.of_hashtag(tx, subject, tag, request))


@get("/api/v1/sounds/{sound_id:str}/videos")
async def get_sound_videos(
    tx: Tx,
    subject: Subject,
    sound_id: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List a sound's videos, the newest first."""
    request = pages.request(cursor, limit, keys=2)
    return video_page(
        await read_videos.of_sound(tx, subject, SoundId(from_text(sound_id)), request)
    )


ROUTES = (
    get_video,
    get_profile_videos,
    get_profile_reposts,
    get_hashtag_videos,
    get_sound_videos,
)
