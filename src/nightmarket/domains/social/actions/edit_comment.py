"""Changes a comment's words; what it said before stays to be read."""

from nightmarket.domains.social import rules
from nightmarket.domains.social.actions.find_comment import find_comment, lock_comment
from nightmarket.domains.social.actions.show_comment import hide, tell
from nightmarket.domains.social.actions.write_comment import (
    is_shown_by_moderation,
    named_in,
    waits_for_creator,
)
from nightmarket.domains.social.errors import NoSuchComment, TooMany
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.values import Comment, Edit, standing
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import CommentId

EDITS_MAX = 50


async def edit_comment(
    tx: Tx, services: Services, subject: Subject, comment_id: CommentId, text: str
) -> Comment:
    """Give the caller's own comment other words; they are read by the same rules as new ones.

    Raises:
        NoSuchComment: not there, or somebody else's.
        TextOutOfBounds: the words.
        TooMany: changed fifty times already.
    """
    account_id = subject.account("social:write")
    words = rules.text(text)
    await find_comment(tx, subject, comment_id)
    before = await lock_comment(tx, comment_id)
    if before.author_id != account_id:
        raise NoSuchComment("no such comment")
    if before.text == words:
        return before
    if await store.edits_count(tx, comment_id) >= EDITS_MAX:
        raise TooMany("a comment can be changed fifty times", count_max=EDITS_MAX)
    is_held = await waits_for_creator(tx, words, account_id, before.creator_id)
    is_allowed = await is_shown_by_moderation(tx, services, subject, comment_id, words)
    await store.change_text(
        tx, before, words, rules.text_print(words), microseconds(services.clock())
    )
    await store.set_mentions(tx, comment_id, await named_in(tx, words, account_id))
    await _settle(tx, before, is_held=is_held, is_allowed=is_allowed)
    return (await store.comments(tx, [comment_id]))[comment_id]


async def history(tx: Tx, subject: Subject, comment_id: CommentId) -> list[Edit]:
    """Return what a comment said before, the newest change first.

    Raises:
        NoSuchComment: not there, or not for this caller.
    """
    await find_comment(tx, subject, comment_id)
    return await store.edits(tx, comment_id, EDITS_MAX)


async def _settle(tx: Tx, before: Comment, *, is_held: bool, is_allowed: bool) -> None:
    """New words may bring a comment out of sight, never into it."""
    after = (await store.comments(tx, [before.comment_id]))[before.comment_id]
    after = standing(
        after,
        is_held_by_creator=before.is_held_by_creator or is_held,
        is_held_by_moderation=before.is_held_by_moderation or not is_allowed,
    )
    if before.is_visible and not after.is_visible:
        await hide(tx, before)
    await store.stand(tx, after)
    if after.is_visible:
        await tell(tx, after, "comment_changed")
