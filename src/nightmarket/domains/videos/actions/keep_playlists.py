"""Keep playlists: make, rename, fill, show, delete."""

from datetime import datetime

from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos.actions.see_videos import videos
from nightmarket.domains.videos.errors import NoSuchPlaylist, NoSuchVideo, TooMany
from nightmarket.domains.videos.rules.words import clean_title
from nightmarket.domains.videos.store import cards
from nightmarket.domains.videos.store import playlists as store
from nightmarket.domains.videos.values import Playlist, VideoCard
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, PlaylistId, VideoId
from nightmarket.kernel.pages import Page, PageRequest

PLAYLISTS_MAX = 200
VIDEOS_MAX = 500


async def make_playlist(
    tx: Tx, services: Services, owner: Subject, title: str, now: datetime
) -> Playlist:
    """Make an empty playlist.

    Raises:
        BadTitle: empty or too long.
        TooMany: the account has two hundred.
    """
    owner_id = owner.account("videos:write")
    if await store.count(tx, owner_id) >= PLAYLISTS_MAX:
        raise TooMany("delete a playlist first", playlists_max=PLAYLISTS_MAX)
    made = Playlist(PlaylistId(services.ids()), owner_id, clean_title(title), 0, microseconds(now))
    await store.insert(tx, made, owner.market)
    return made


async def rename_playlist(
    tx: Tx, owner_id: AccountId, playlist_id: PlaylistId, title: str, now: datetime
) -> Playlist:
    """Give a playlist another title.

    Raises:
        NoSuchPlaylist: there is none, or it is somebody else's.
        BadTitle: empty or too long.
    """
    await _own(tx, owner_id, playlist_id)
    await store.rename(tx, playlist_id, clean_title(title), microseconds(now))
    return await _one(tx, playlist_id)


async def delete_playlist(tx: Tx, owner_id: AccountId, playlist_id: PlaylistId) -> None:
    """Delete a playlist; its videos stay.

    Raises:
        NoSuchPlaylist: there is none, or it is somebody else's.
    """
    await _own(tx, owner_id, playlist_id)
    await store.delete(tx, playlist_id)


async def add_to_playlist(
    tx: Tx, owner_id: AccountId, playlist_id: PlaylistId, video_id: VideoId
) -> None:
    """Put one's own video at the end of one's own playlist; in already: nothing changes.

    Raises:
        NoSuchPlaylist, NoSuchVideo: there is none, or it is somebody else's.
        TooMany: five hundred are in.
    """
    await _own(tx, owner_id, playlist_id)
    card = (await cards.cards(tx, [video_id])).get(video_id)
    if card is None or card.creator_id != owner_id:
        raise NoSuchVideo("no such video")
    if (await _one(tx, playlist_id)).videos_count >= VIDEOS_MAX:
        raise TooMany("a playlist holds at most 500 videos", videos_max=VIDEOS_MAX)
    await store.add(tx, playlist_id, video_id)


async def take_from_playlist(
    tx: Tx, owner_id: AccountId, playlist_id: PlaylistId, video_id: VideoId
) -> None:
    """Take a video out of one's own playlist.

    Raises:
        NoSuchPlaylist: there is none, or it is somebody else's.
    """
    await _own(tx, owner_id, playlist_id)
    await store.take_out(tx, playlist_id, video_id)


async def see_playlist(
    tx: Tx, viewer: Subject, playlist_id: PlaylistId
) -> tuple[Playlist, list[VideoCard]]:
    """Return a playlist and those of its videos the viewer may watch, in its order.

    Raises:
        NoSuchPlaylist: there is none, or its owner is closed to the viewer.
    """
    found = await _one(tx, playlist_id)
    if not await identity.may_see(tx, viewer.account_id, found.owner_id, "everyone"):
        raise NoSuchPlaylist("no such playlist")
    ids = await store.ids(tx, playlist_id)
    seen = await videos(tx, ids, viewer)
    return found, [seen[number] for number in ids if number in seen]


async def playlists_of(
    tx: Tx, viewer: Subject, owner_id: AccountId, request: PageRequest
) -> Page[Playlist]:
    """Return an account's playlists, newest first; none of an account closed to the viewer."""
    if not await identity.may_see(tx, viewer.account_id, owner_id, "everyone"):
        return Page([], None)
    found = await store.of_owner(tx, owner_id, request)
    return pages.page(found, request.limit, lambda playlist: (playlist.playlist_id,))


async def _one(tx: Tx, playlist_id: PlaylistId) -> Playlist:
    found = await store.playlist(tx, playlist_id)
    if found is None:
        raise NoSuchPlaylist("no such playlist")
    return found


async def _own(tx: Tx, owner_id: AccountId, playlist_id: PlaylistId) -> None:
    found = await store.lock(tx, playlist_id)
    if found is None or found.owner_id != owner_id:
        raise NoSuchPlaylist("no such playlist")
