"""Likes, saves, reposts and shares."""

from datetime import datetime

import msgspec
from litestar import delete, post, put
from litestar.params import FromPath

from nightmarket.domains.social.actions.collect import collect
from nightmarket.domains.social.actions.react import react, unreact
from nightmarket.domains.social.actions.share import share
from nightmarket.domains.social.store import reactions as store
from nightmarket.domains.social.values import Counts, Reaction, Reactions
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import CollectionId, VideoId, from_text


class ReactionsPayload(msgspec.Struct):
    """How the caller stands to the video now, and its exact counts."""

    liked: bool
    saved: bool
    reposted: bool
    counts: "ReactionCounts"


class ReactionCounts(msgspec.Struct):
    """Exact counts, as of this answer."""

    likes: int
    saves: int
    reposts: int
    shares: int
    comments: int


class SaveInto(msgspec.Struct):
    """Where to keep it besides; null: in no collection."""

    collection_id: str | None = None


class ShareBy(msgspec.Struct):
    """How it was sent on: link, web_share, embed, qr, message or download."""

    channel: str


class SharePayload(msgspec.Struct):
    """The exact count of shares."""

    shares: int


@put("/api/v1/videos/{video_id:str}/like")
async def put_like(
    tx: Tx, subject: Subject, services: Services, video_id: FromPath[str]
) -> ReactionsPayload:
    """Like a video. Idempotent."""
    return await _give(tx, services, subject, Reaction.LIKE, video_id)


@delete("/api/v1/videos/{video_id:str}/like", status_code=200)
async def delete_like(
    tx: Tx, subject: Subject, services: Services, video_id: FromPath[str]
) -> ReactionsPayload:
    """Take a like back. Idempotent."""
    return await _take(tx, services, subject, Reaction.LIKE, video_id)


@put("/api/v1/videos/{video_id:str}/save")
async def put_save(
    tx: Tx,
    subject: Subject,
    services: Services,
    now: datetime,
    video_id: FromPath[str],
    data: SaveInto | None = None,
) -> ReactionsPayload:
    """Keep a video, and put it into a collection when one is named. Idempotent."""
    payload = await _give(tx, services, subject, Reaction.SAVE, video_id)
    if data is not None and data.collection_id:
        collection_id = CollectionId(from_text(data.collection_id))
        await collect(tx, subject.account(), collection_id, VideoId(from_text(video_id)), now)
    return payload


@delete("/api/v1/videos/{video_id:str}/save", status_code=200)
async def delete_save(
    tx: Tx, subject: Subject, services: Services, video_id: FromPath[str]
) -> ReactionsPayload:
    """Keep a video no more; it leaves every collection. Idempotent."""
    return await _take(tx, services, subject, Reaction.SAVE, video_id)


@put("/api/v1/videos/{video_id:str}/repost")
async def put_repost(
    tx: Tx, subject: Subject, services: Services, video_id: FromPath[str]
) -> ReactionsPayload:
    """Show a video to one's followers. Idempotent."""
    return await _give(tx, services, subject, Reaction.REPOST, video_id)


@delete("/api/v1/videos/{video_id:str}/repost", status_code=200)
async def delete_repost(
    tx: Tx, subject: Subject, services: Services, video_id: FromPath[str]
) -> ReactionsPayload:
    """Take a repost back. Idempotent."""
    return await _take(tx, services, subject, Reaction.REPOST, video_id)


@post("/api/v1/videos/{video_id:str}/shares", status_code=200)
async def post_share(
    tx: Tx, subject: Subject, services: Services, video_id: FromPath[str], data: ShareBy
) -> SharePayload:
    """Count a share, of guests too."""
    number = VideoId(from_text(video_id))
    await share(tx, services, subject, number, data.channel)
    return SharePayload((await store.counts(tx, [number])).get(number, Counts()).shares)


async def _give(
    tx: Tx, services: Services, subject: Subject, reaction: Reaction, video_id: str
) -> ReactionsPayload:
    number = VideoId(from_text(video_id))
    await react(tx, services, subject, reaction, number)
    return await _standing(tx, subject, number)


async def _take(
    tx: Tx, services: Services, subject: Subject, reaction: Reaction, video_id: str
) -> ReactionsPayload:
    number = VideoId(from_text(video_id))
    await unreact(tx, services, subject, reaction, number)
    return await _standing(tx, subject, number)


async def _standing(tx: Tx, subject: Subject, video_id: VideoId) -> ReactionsPayload:
    """How it stands; of a video that can be seen no more, nothing is counted out."""
    marks = (await store.reactions(tx, subject.account(), [video_id])).get(video_id, Reactions())
    seen = list(await videos.videos(tx, [video_id], subject))
    counts = (await store.counts(tx, seen)).get(video_id, Counts())
    return ReactionsPayload(
        marks.has_liked,
        marks.has_saved,
        marks.has_reposted,
        ReactionCounts(counts.likes, counts.saves, counts.reposts, counts.shares, counts.comments),
    )


ROUTES = (
    put_like,
    delete_like,
    put_save,
    delete_save,
    put_repost,
    delete_repost,
    post_share,
)
