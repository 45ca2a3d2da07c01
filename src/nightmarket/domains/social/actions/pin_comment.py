"""Pins one comment of a video above the others."""

from nightmarket.domains.social.actions.find_comment import find_comment, lock_comment
from nightmarket.domains.social.actions.show_comment import tell
from nightmarket.domains.social.errors import NoSuchComment, NotPinnable
from nightmarket.domains.social.store import comments as store
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import CommentId


async def pin_comment(tx: Tx, subject: Subject, comment_id: CommentId, *, is_pinned: bool) -> None:
    """Pin a comment in place of the one pinned before, or unpin it. Idempotent.

    Raises:
        NoSuchComment: not there, or not on a video of the caller's.
        NotPinnable: an answer, or one not everybody sees.
    """
    account_id = subject.account("social:write")
    await find_comment(tx, subject, comment_id)
    comment = await lock_comment(tx, comment_id)
    if comment.creator_id != account_id:
        raise NoSuchComment("no such comment")
    if comment.is_pinned == is_pinned:
        return
    if is_pinned and (comment.parent_id is not None or not comment.is_visible):
        raise NotPinnable("only a comment that everybody sees can be pinned")
    await store.pin(tx, comment, is_pinned=is_pinned)
    await tell(tx, comment, "comment_changed")
