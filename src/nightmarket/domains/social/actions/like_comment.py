"""Likes a comment, or takes the like back."""

from nightmarket.domains.social.actions.find_comment import find_comment
from nightmarket.domains.social.errors import NoSuchComment
from nightmarket.domains.social.store import comments as store
from nightmarket.events.social import CommentLiked
from nightmarket.infra import outbox
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import CommentId


async def like_comment(tx: Tx, services: Services, subject: Subject, comment_id: CommentId) -> None:
    """Like a comment. Idempotent. The like of the video's creator is shown on it.

    Raises:
        NoSuchComment: not there, or not for this caller.
    """
    account_id = subject.account("social:write")
    await find_comment(tx, subject, comment_id)
    comment = await store.lock(tx, comment_id)
    if comment is None:  # It was deleted this very moment.
        raise NoSuchComment("no such comment")
    now = services.clock()
    is_new = await store.add_like(
        tx, comment_id, account_id, market=subject.market, at_us=microseconds(now)
    )
    if is_new:
        await outbox.publish(
            tx,
            CommentLiked(
                event_id=services.ids(),
                occurred_at=now,
                market=subject.market,
                comment_id=comment_id,
                video_id=comment.video_id,
                author_id=comment.author_id,
                account_id=account_id,
            ),
        )


async def unlike_comment(tx: Tx, subject: Subject, comment_id: CommentId) -> None:
    """Take the like of a comment back. Idempotent, also for what can be seen no more."""
    await store.drop_like(tx, comment_id, subject.account("social:write"))
