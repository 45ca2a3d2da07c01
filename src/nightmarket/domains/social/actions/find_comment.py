"""Finds a comment for somebody who wants to do something with it."""

from nightmarket.domains.identity import face as identity
from nightmarket.domains.social.errors import NoSuchComment
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.values import Comment
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.errors import NotFound
from nightmarket.kernel.ids import CommentId


async def find_comment(tx: Tx, subject: Subject, comment_id: CommentId) -> Comment:
    """Return a comment the caller may see, under a video the caller may see.

    Raises:
        NoSuchComment: not there, or not for this caller; the words are the same.
    """
    found = (await store.comments(tx, [comment_id])).get(comment_id)
    if found is None or not await _is_seen(tx, subject, found):
        raise NoSuchComment("no such comment")
    return found


async def lock_comment(tx: Tx, comment_id: CommentId) -> Comment:
    """Return a comment, locked after its thread's first comment.

    Raises:
        NoSuchComment: gone.
    """
    found = (await store.comments(tx, [comment_id])).get(comment_id)
    if found is not None and found.parent_id is not None:
        await store.lock(tx, found.parent_id)
    locked = await store.lock(tx, comment_id)
    if locked is None:
        raise NoSuchComment("no such comment")
    return locked


async def _is_seen(tx: Tx, subject: Subject, comment: Comment) -> bool:
    is_own = subject.account_id in {comment.author_id, comment.creator_id}
    if comment.is_removed or not (comment.is_visible or is_own):
        return "moderator" in subject.roles
    if subject.account_id is not None and not is_own:
        parted = await identity.blocks_of(tx, subject.account_id)
        if comment.author_id in parted:
            return False
    try:
        await videos.video(tx, comment.video_id, subject)
    except NotFound:
        return False
    return True
