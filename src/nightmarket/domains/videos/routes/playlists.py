"""Playlists over HTTP."""

from datetime import datetime

import msgspec
from litestar import delete, get, patch, post, put
from litestar.params import FromPath, FromQuery

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.errors import NoSuchAccount
from nightmarket.domains.videos.actions import keep_playlists
from nightmarket.domains.videos.actions.show_video import StudioVideo, show_videos
from nightmarket.domains.videos.values import Playlist
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import PlaylistId, VideoId, from_text, to_text
from nightmarket.kernel.pages import Page

WRITE = "videos:write"
ALL = "/api/v1/playlists"
ONE = ALL + "/{playlist_id:str}"
ITEM = ONE + "/videos/{video_id:str}"


class PlaylistWish(msgspec.Struct):
    """A playlist's title."""

    title: str


class PlaylistPayload(msgspec.Struct, kw_only=True):
    """A playlist in a list."""

    playlist_id: str
    owner_id: str
    title: str
    videos_count: int
    created_at: str | None


class PlaylistPage(msgspec.Struct):
    """A page of playlists."""

    items: list[PlaylistPayload]
    next_cursor: str | None


class FullPlaylistPayload(msgspec.Struct, kw_only=True):
    """A playlist with those of its videos the caller may watch; `impressions` go with `videos`."""

    playlist_id: str
    owner_id: str
    title: str
    videos_count: int
    created_at: str | None
    videos: list[StudioVideo]
    impressions: list[str]


@post(ALL, status_code=201)
async def create_playlist(
    tx: Tx, subject: Subject, services: Services, now: datetime, data: PlaylistWish
) -> PlaylistPayload:
    """Make an empty playlist."""
    made = await keep_playlists.make_playlist(tx, services, subject, data.title, now)
    return _payload(made)


@get(ALL)
async def list_own_playlists(
    tx: Tx,
    subject: Subject,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PlaylistPage:
    """List one's own playlists, newest first."""
    owner_id = subject.account("videos:read")
    request = pages.request(cursor, limit)
    return _page(await keep_playlists.playlists_of(tx, subject, owner_id, request))


@get("/api/v1/profiles/{handle:str}/playlists")
async def list_profile_playlists(
    tx: Tx,
    subject: Subject,
    handle: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PlaylistPage:
    """List a profile's playlists, newest first."""
    name = handle.lower().removeprefix("@")
    owner = (await identity.by_handles(tx, [name])).get(name)
    if owner is None:
        raise NoSuchAccount("no such account")
    request = pages.request(cursor, limit)
    return _page(await keep_playlists.playlists_of(tx, subject, owner.account_id, request))


@get(ONE)
async def get_playlist(
    tx: Tx, subject: Subject, services: Services, playlist_id: FromPath[str]
) -> FullPlaylistPayload:
    """Show a playlist and its videos in order."""
    found, cards = await keep_playlists.see_playlist(tx, subject, _id(playlist_id))
    videos = await show_videos(tx, cards, subject)
    return FullPlaylistPayload(
        playlist_id=to_text(found.playlist_id),
        owner_id=to_text(found.owner_id),
        title=found.title,
        videos_count=found.videos_count,
        created_at=moment(found.created_at_us),
        videos=videos,
        impressions=analytics.show_list(
            subject,
            services,
            Surface.PLAYLIST,
            [VideoId(from_text(one.video_id)) for one in videos],
        ),
    )


@patch(ONE)
async def change_playlist(
    tx: Tx, subject: Subject, now: datetime, playlist_id: FromPath[str], data: PlaylistWish
) -> PlaylistPayload:
    """Give a playlist another title."""
    owner_id = subject.account(WRITE)
    return _payload(
        await keep_playlists.rename_playlist(tx, owner_id, _id(playlist_id), data.title, now)
    )


@delete(ONE, status_code=204)
async def remove_playlist(tx: Tx, subject: Subject, playlist_id: FromPath[str]) -> None:
    """Delete a playlist; its videos stay."""
    await keep_playlists.delete_playlist(tx, subject.account(WRITE), _id(playlist_id))


@put(ITEM, status_code=204)
async def put_in_playlist(
    tx: Tx, subject: Subject, playlist_id: FromPath[str], video_id: FromPath[str]
) -> None:
    """Put one's own video at the end."""
    number = VideoId(from_text(video_id))
    await keep_playlists.add_to_playlist(tx, subject.account(WRITE), _id(playlist_id), number)


@delete(ITEM, status_code=204)
async def take_out_of_playlist(
    tx: Tx, subject: Subject, playlist_id: FromPath[str], video_id: FromPath[str]
) -> None:
    """Take a video out."""
    number = VideoId(from_text(video_id))
    await keep_playlists.take_from_playlist(tx, subject.account(WRITE), _id(playlist_id), number)


def _payload(playlist: Playlist) -> PlaylistPayload:
    return PlaylistPayload(
        playlist_id=to_text(playlist.playlist_id),
        owner_id=to_text(playlist.owner_id),
        title=playlist.title,
        videos_count=playlist.videos_count,
        created_at=moment(playlist.created_at_us),
    )


def _page(found: Page[Playlist]) -> PlaylistPage:
    return PlaylistPage([_payload(playlist) for playlist in found.items], found.next_cursor)


def _id(text: str) -> PlaylistId:
    return PlaylistId(from_text(text))


ROUTES = (
    create_playlist,
    list_own_playlists,
    list_profile_playlists,
    get_playlist,
    change_playlist,
    remove_playlist,
    put_in_playlist,
    take_out_of_playlist,
)
