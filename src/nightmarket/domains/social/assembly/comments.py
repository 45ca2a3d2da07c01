"""Puts comments together for one caller: people, names, the caller's own marks and rights."""

from collections.abc import Sequence

import msgspec

from nightmarket.domains.identity import face as identity
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind
from nightmarket.domains.social.assembly.payloads import (
    NamedPayload,
    ProfilePayload,
    profile_payload,
)
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.values import Comment
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment, text_id
from nightmarket.kernel.ids import CommentId, to_text


class YourCommentPayload(msgspec.Struct):
    """How the caller stands to a comment, and what they may do with it."""

    liked: bool
    is_owner: bool
    may_delete: bool
    may_pin: bool


class CommentPayload(msgspec.Struct, kw_only=True):
    """A comment. `is_held`: only its author, its creator and moderators see it yet."""

    comment_id: str
    video_id: str
    parent_id: str | None
    reply_to_id: str | None
    author: ProfilePayload
    text: str
    mentions: list[NamedPayload]
    created_at: str
    edited_at: str | None
    likes_count: int
    replies_count: int
    is_pinned: bool
    is_held: bool
    liked_by_creator: bool
    is_creator: bool
    you: YourCommentPayload


async def comment_payloads(
    tx: Tx, found: Sequence[Comment], subject: Subject
) -> list[CommentPayload]:
    """Return comments in the same order; those moderation removed a moment ago are left out.

    The number of queries does not depend on how many there are.
    """
    if not found:
        return []
    ids = [one.comment_id for one in found]
    people = await identity.profiles(tx, {one.author_id for one in found}, subject.account_id)
    named = await store.mentions(tx, ids)
    refs = {number: Ref(RefKind.COMMENT, number) for number in ids}
    shown = await moderation.visibility(tx, set(refs.values()), subject.market)
    liked: set[CommentId] = set()
    if subject.account_id is not None:
        liked = await store.liked_by(tx, subject.account_id, ids)
    payloads = []
    for one in found:
        is_own = subject.account_id in {one.author_id, one.creator_id}
        is_shown = shown[refs[one.comment_id]].is_shown or (is_own and not one.is_visible)
        if not is_shown or one.author_id not in people:
            continue
        payloads.append(
            CommentPayload(
                comment_id=to_text(one.comment_id),
                video_id=to_text(one.video_id),
                parent_id=text_id(one.parent_id),
                reply_to_id=text_id(one.reply_to_id),
                author=profile_payload(people[one.author_id]),
                text=one.text,
                mentions=[
                    NamedPayload(name.handle, to_text(name.account_id))
                    for name in named.get(one.comment_id, ())
                ],
                created_at=moment(one.created_at_us) or "",
                edited_at=moment(one.edited_at_us),
                likes_count=one.likes_count,
                replies_count=one.replies_count,
                is_pinned=one.is_pinned,
                is_held=not one.is_visible,
                liked_by_creator=one.is_liked_by_creator,
                is_creator=one.author_id == one.creator_id,
                you=_you(one, subject, is_liked=one.comment_id in liked),
            )
        )
    return payloads


def _you(one: Comment, subject: Subject, *, is_liked: bool) -> YourCommentPayload:
    is_creator = subject.account_id == one.creator_id
    is_author = subject.account_id == one.author_id
    return YourCommentPayload(
        liked=is_liked,
        is_owner=is_author,
        may_delete=is_author or is_creator or "moderator" in subject.roles,
        may_pin=is_creator and one.parent_id is None and one.is_visible,
    )
