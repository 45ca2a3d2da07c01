"""Creators' filters, and the comments that wait because of them."""

from dataclasses import replace

from nightmarket.domains.social import rules
from nightmarket.domains.social.actions.find_comment import find_comment, lock_comment
from nightmarket.domains.social.actions.show_comment import show
from nightmarket.domains.social.errors import NoSuchComment
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.values import Comment, Filters, standing
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, CommentId


async def release_comment(
    tx: Tx, services: Services, subject: Subject, comment_id: CommentId
) -> Comment:
    """Let everybody see a comment that waited for the caller; what waits for moderation stays.

    Raises:
        NoSuchComment: not there, or not on a video of the caller's.
    """
    account_id = subject.account("social:write")
    await find_comment(tx, subject, comment_id)
    comment = await lock_comment(tx, comment_id)
    if comment.creator_id != account_id:
        raise NoSuchComment("no such comment")
    if not comment.is_held_by_creator:
        return comment
    released = standing(comment, is_held_by_creator=False)
    await settle(tx, services, comment, released)
    return released


async def settle(tx: Tx, services: Services, before: Comment, after: Comment) -> None:
    """Write a locked comment's standing, and show it when nothing keeps it from being seen now."""
    await store.stand(tx, after)
    if after.is_visible and not before.is_visible:
        named = (await store.mentions(tx, [after.comment_id])).get(after.comment_id, [])
        await show(tx, services, after, named)


async def filters(tx: Tx, account_id: AccountId) -> Filters:
    """Return a creator's filters."""
    return await store.filters(tx, account_id)


async def set_filters(tx: Tx, account_id: AccountId, wanted: Filters, market: str) -> Filters:
    """Write a creator's filters; comments already there stay as they are.

    Raises:
        KeywordsOutOfBounds: too many words, or one too long.
    """
    kept = replace(wanted, keywords=rules.keywords(wanted.keywords))
    await store.set_filters(tx, account_id, kept, market)
    return kept
