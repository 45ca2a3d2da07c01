"""What social makes of the facts others publish: decisions about comments, videos that go."""

from typing import Any

import msgspec

from nightmarket.domains.social.actions.release_comment import settle
from nightmarket.domains.social.actions.show_comment import hide
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.store import upkeep
from nightmarket.domains.social.values import standing
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.videos import VideoRemoved
from nightmarket.infra import jobs
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import CommentId, VideoId

FORGET_JOB = "social.forget_video"
DELETED = "deleted"
BATCH = 2000
BATCHES_MAX = 10_000


class Forgotten(msgspec.Struct):
    """A video that is gone for good."""

    video_id: int


async def follow_decisions(tx: Tx, fact: Any, services: Services) -> None:
    """Hear one fact."""
    if isinstance(fact, ContentDecided) and fact.ref_kind == "comment":
        await follow_decision(
            tx, services, CommentId(fact.ref_id), is_removed=fact.everywhere == "remove"
        )
    elif isinstance(fact, VideoRemoved) and fact.reason == DELETED:
        await jobs.defer(tx, FORGET_JOB, Forgotten(fact.video_id))


async def follow_decision(
    tx: Tx, services: Services, comment_id: CommentId, *, is_removed: bool
) -> None:
    """Hide a comment that was removed, or show one that waited for this or is let back."""
    found = (await store.comments(tx, [comment_id])).get(comment_id)
    if found is None:
        return
    if found.parent_id is not None:
        await store.lock(tx, found.parent_id)
    before = await store.lock(tx, comment_id)
    if before is None:
        return
    after = standing(before, is_held_by_moderation=False, is_removed=is_removed)
    if before.is_visible and not after.is_visible:
        await hide(tx, before)
    await settle(tx, services, before, after)


async def forget_video(database: Database, video_id: VideoId) -> None:
    """Delete everything people did with a deleted video, in small transactions. Idempotent."""
    for _ in range(BATCHES_MAX):
        async with database.transaction() as tx:
            if not await upkeep.forget_video(tx, video_id, BATCH):
                return
