"""What happens when a comment comes into sight or leaves it: counts, events, open pages."""

from collections.abc import Sequence

from nightmarket.domains.social import rules
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.store import reactions as counts
from nightmarket.domains.social.values import Comment, Counts, Mention
from nightmarket.events.social import CommentDeleted, Commented
from nightmarket.infra import outbox, realtime
from nightmarket.infra.db import Tx
from nightmarket.infra.http import text_id
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, CommentId

TOPIC = "comments"
LINES_TOLD_MAX = 1000


async def show(tx: Tx, services: Services, comment: Comment, mentions: Sequence[Mention]) -> None:
    """Count a comment that everybody may see from now on, and tell of it.

    The thread's first comment must be locked. Only ids travel to open pages: each reads what it
    may see.
    """
    parent = await _count(tx, comment, 1)
    to_author = await _answered(tx, comment, parent)
    await outbox.publish(
        tx,
        Commented(
            event_id=services.ids(),
            occurred_at=services.clock(),
            market=comment.market,
            comment_id=comment.comment_id,
            video_id=comment.video_id,
            creator_id=comment.creator_id,
            author_id=comment.author_id,
            parent_id=comment.parent_id,
            parent_author_id=to_author,
            mentions=tuple(one.account_id for one in mentions),
            text_preview=rules.preview(comment.text),
        ),
    )
    await tell(tx, comment, "comment")


async def hide(tx: Tx, comment: Comment) -> int:
    """Count a comment out that nobody may see any more; returns how many lines left the count.

    Its answers go out of sight with it. The thread's first comment must be locked.
    """
    before = await _counted(tx, comment)
    await _count(tx, comment, -1)
    await tell(tx, comment, "comment_gone")
    return before


async def tell_gone(
    tx: Tx, services: Services, comment: Comment, lines: Sequence[store.Line], count: int
) -> None:
    """Publish that a comment and its answers are gone; `count` lines of them had been counted."""
    gone: list[tuple[CommentId, AccountId, int]] = [
        (comment.comment_id, comment.author_id, count),
        *((line.comment_id, line.author_id, 0) for line in lines),
    ]
    for comment_id, author_id, counted in gone:
        await outbox.publish(
            tx,
            CommentDeleted(
                event_id=services.ids(),
                occurred_at=services.clock(),
                market=comment.market,
                comment_id=comment_id,
                video_id=comment.video_id,
                creator_id=comment.creator_id,
                author_id=author_id,
                count=counted,
            ),
        )


async def tell(tx: Tx, comment: Comment, kind: str) -> None:
    """Tell the pages that have the video's comments open."""
    total = (await counts.counts(tx, [comment.video_id])).get(comment.video_id, Counts())
    await realtime.tell(
        tx,
        realtime.topic(TOPIC, comment.video_id),
        kind,
        {
            "comment_id": text_id(comment.comment_id),
            "parent_id": text_id(comment.parent_id),
            "author_id": text_id(comment.author_id),
            "comments_count": total.comments,
        },
    )


async def _count(tx: Tx, comment: Comment, direction: int) -> Comment | None:
    move = counts.count if direction > 0 else counts.uncount
    if comment.parent_id is None:
        await move(tx, comment.video_id, Counts(comments=1 + comment.replies_count))
        return None
    await store.move_replies(tx, comment.parent_id, direction)
    parent = (await store.comments(tx, [comment.parent_id]))[comment.parent_id]
    if parent.is_visible:
        await move(tx, comment.video_id, Counts(comments=1))
    return parent


async def _counted(tx: Tx, comment: Comment) -> int:
    if comment.parent_id is None:
        return 1 + comment.replies_count
    parent = (await store.comments(tx, [comment.parent_id]))[comment.parent_id]
    return 1 if parent.is_visible else 0


async def _answered(tx: Tx, comment: Comment, parent: Comment | None) -> AccountId | None:
    """Return whose line is answered: that of the line named, else the thread's author."""
    if parent is None:
        return None
    if comment.reply_to_id in {None, parent.comment_id}:
        return parent.author_id
    assert comment.reply_to_id is not None
    line = (await store.comments(tx, [comment.reply_to_id])).get(comment.reply_to_id)
    return parent.author_id if line is None else line.author_id
