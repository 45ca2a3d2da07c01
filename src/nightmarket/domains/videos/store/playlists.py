"""Reads and writes playlists."""

from nightmarket.domains.videos.store.cards import QUERIES
from nightmarket.domains.videos.values import Playlist
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId, PlaylistId, VideoId
from nightmarket.kernel.pages import PageRequest


async def insert(tx: Tx, playlist: Playlist, market: str) -> None:
    """Write a new playlist."""
    await tx.run(
        QUERIES["playlist_insert"],
        playlist_id=playlist.playlist_id,
        owner_id=playlist.owner_id,
        market=market,
        title=playlist.title,
        now_us=playlist.created_at_us,
    )


async def playlist(tx: Tx, playlist_id: PlaylistId) -> Playlist | None:
    """Return one playlist."""
    return await tx.maybe(Playlist, QUERIES["playlist"], playlist_id=playlist_id)


async def lock(tx: Tx, playlist_id: PlaylistId) -> Playlist | None:
    """Take one playlist for a change; its count is not filled in."""
    return await tx.maybe(Playlist, QUERIES["playlist_lock"], playlist_id=playlist_id)


async def of_owner(tx: Tx, owner_id: AccountId, request: PageRequest) -> list[Playlist]:
    """Return an account's playlists, newest first, one more than the limit if there are more."""
    (before,) = request.after or (ID_MAX,)
    return await tx.rows(
        Playlist,
        QUERIES["playlists_of"],
        owner_id=owner_id,
        before=before,
        limit=request.limit + 1,
    )


async def count(tx: Tx, owner_id: AccountId) -> int:
    """Return how many playlists an account has."""
    return await tx.value(int, QUERIES["playlists_count"], owner_id=owner_id) or 0


async def rename(tx: Tx, playlist_id: PlaylistId, title: str, now_us: int) -> None:
    """Write a new title."""
    await tx.run(QUERIES["playlist_rename"], playlist_id=playlist_id, title=title, now_us=now_us)


async def delete(tx: Tx, playlist_id: PlaylistId) -> None:
    """Forget a playlist."""
    await tx.run(QUERIES["playlist_delete"], playlist_id=playlist_id)


async def add(tx: Tx, playlist_id: PlaylistId, video_id: VideoId) -> None:
    """Put a video at the end, unless it is in."""
    await tx.run(QUERIES["playlist_add"], playlist_id=playlist_id, video_id=video_id)


async def take_out(tx: Tx, playlist_id: PlaylistId, video_id: VideoId) -> None:
    """Take a video out; not in: nothing changes."""
    await tx.run(QUERIES["playlist_take_out"], playlist_id=playlist_id, video_id=video_id)


async def ids(tx: Tx, playlist_id: PlaylistId) -> list[VideoId]:
    """Return a playlist's videos in its order."""
    found = await tx.column(int, QUERIES["playlist_ids"], playlist_id=playlist_id)
    return [VideoId(number) for number in found]
