"""Collections of saved videos."""

from datetime import datetime

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, FromQuery

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.social.actions import collect, read_videos
from nightmarket.domains.social.assembly.payloads import VideoPayload
from nightmarket.domains.social.store import collections as store
from nightmarket.domains.social.values import Collection, Reaction
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import CollectionId, VideoId, from_text, to_text

READ, WRITE = "profile:read", "social:write"


class CollectionPayload(msgspec.Struct):
    """A named part of what one saved."""

    collection_id: str
    title: str
    videos_count: int
    cover_url: str | None


class CollectionPage(msgspec.Struct):
    """Some collections and how to go on."""

    items: list[CollectionPayload]
    next_cursor: str | None


class VideoPage(msgspec.Struct):
    """Some videos and how to go on; `impressions` go with `items`."""

    items: list[VideoPayload]
    impressions: list[str]
    next_cursor: str | None


class Titled(msgspec.Struct):
    """A collection's title."""

    title: str


@get("/api/v1/collections")
async def get_collections(
    tx: Tx,
    subject: Subject,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> CollectionPage:
    """List the caller's collections, the newest first."""
    request = pages.request(cursor, limit)
    found = await store.listed(tx, subject.account(READ), request)
    cut = pages.page(found, request.limit, lambda one: (one.collection_id,))
    covers = await read_videos.covers(
        tx, subject, [one.cover_video_id for one in cut.items if one.cover_video_id]
    )
    items = [
        _payload(one, covers.get(one.cover_video_id) if one.cover_video_id else None)
        for one in cut.items
    ]
    return CollectionPage(items, cut.next_cursor)


@post("/api/v1/collections")
async def post_collection(
    tx: Tx, subject: Subject, services: Services, now: datetime, data: Titled
) -> CollectionPayload:
    """Make a collection."""
    made = await collect.make_collection(
        tx,
        subject.account(WRITE),
        CollectionId(services.ids()),
        data.title,
        market=subject.market,
        now=now,
    )
    return _payload(made, None)


@patch("/api/v1/collections/{collection_id:str}")
async def patch_collection(
    tx: Tx, subject: Subject, collection_id: FromPath[str], data: Titled
) -> CollectionPayload:
    """Give a collection another title."""
    number = CollectionId(from_text(collection_id))
    found = await collect.rename_collection(tx, subject.account(WRITE), number, data.title)
    covers = await read_videos.covers(
        tx, subject, [found.cover_video_id] if found.cover_video_id else []
    )
    return _payload(found, covers.get(found.cover_video_id) if found.cover_video_id else None)


@delete("/api/v1/collections/{collection_id:str}")
async def delete_collection(tx: Tx, subject: Subject, collection_id: FromPath[str]) -> None:
    """Delete a collection; what is in it stays saved."""
    number = CollectionId(from_text(collection_id))
    await collect.drop_collection(tx, subject.account(WRITE), number)


@delete("/api/v1/collections/{collection_id:str}/videos/{video_id:str}")
async def delete_collected(
    tx: Tx, subject: Subject, collection_id: FromPath[str], video_id: FromPath[str]
) -> None:
    """Take a video out of a collection; it stays saved. Idempotent."""
    number = CollectionId(from_text(collection_id))
    await collect.take_out(tx, subject.account(WRITE), number, VideoId(from_text(video_id)))


@get("/api/v1/collections/{collection_id:str}/videos")
async def get_collection_videos(
    tx: Tx,
    subject: Subject,
    services: Services,
    collection_id: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List what is in a collection, the latest first."""
    request = pages.request(cursor, limit, keys=2)
    number = CollectionId(from_text(collection_id))
    subject.account(READ)
    found = await read_videos.of_collection(tx, subject, number, request)
    return video_page(found, subject, services, Surface.COLLECTION)


@get("/api/v1/me/likes")
async def get_likes(
    tx: Tx,
    subject: Subject,
    services: Services,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List what the caller likes, the latest first."""
    request = pages.request(cursor, limit, keys=2)
    subject.account(READ)
    found = await read_videos.of_reaction(tx, subject, Reaction.LIKE, request)
    return video_page(found, subject, services, Surface.COLLECTION)


@get("/api/v1/me/saves")
async def get_saves(
    tx: Tx,
    subject: Subject,
    services: Services,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> VideoPage:
    """List what the caller keeps, the latest first."""
    request = pages.request(cursor, limit, keys=2)
    subject.account(READ)
    found = await read_videos.of_reaction(tx, subject, Reaction.SAVE, request)
    return video_page(found, subject, services, Surface.COLLECTION)


def video_page(
    found: pages.Page[VideoPayload], subject: Subject, services: Services, surface: Surface
) -> VideoPage:
    """Return a page of videos as it is sent, with an impression for each."""
    ids = [VideoId(from_text(one.video_id)) for one in found.items]
    impressions = analytics.show_list(subject, services, surface, ids)
    return VideoPage(list(found.items), impressions, found.next_cursor)


def _payload(one: Collection, cover_url: str | None) -> CollectionPayload:
    return CollectionPayload(to_text(one.collection_id), one.title, one.videos_count, cover_url)


ROUTES = (
    get_collections,
    post_collection,
    patch_collection,
    delete_collected,
    delete_collection,
    get_collection_videos,
    get_likes,
    get_saves,
)
