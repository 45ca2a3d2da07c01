"""Deletes a comment for good, with the answers to it."""

from nightmarket.domains.social.actions.find_comment import find_comment, lock_comment
from nightmarket.domains.social.actions.show_comment import LINES_TOLD_MAX, hide, tell_gone
from nightmarket.domains.social.errors import NoSuchComment
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.values import Comment
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import CommentId


async def delete_comment(
    tx: Tx, services: Services, subject: Subject, comment_id: CommentId
) -> None:
    """Delete a comment as its author, as the video's creator, or as a moderator.

    Raises:
        NoSuchComment: not there, or not for this caller to delete.
    """
    account_id = subject.account("social:write")
    await find_comment(tx, subject, comment_id)
    comment = await lock_comment(tx, comment_id)
    is_theirs = account_id in {comment.author_id, comment.creator_id}
    if not (is_theirs or "moderator" in subject.roles):
        raise NoSuchComment("no such comment")
    await drop(tx, services, comment)
    telemetry.happened("comment_deleted", comment_id=comment_id, by=account_id)


async def drop(tx: Tx, services: Services, comment: Comment) -> None:
    """Delete a locked comment, count it out, and tell that it and its answers are gone."""
    count = await hide(tx, comment) if comment.is_visible else 0
    lines = await store.thread_lines(tx, comment.comment_id, LINES_TOLD_MAX)
    await tell_gone(tx, services, comment, lines, count)
    await store.drop(tx, comment.comment_id)
