"""Writes a comment: read by the rules, the creator's filters and moderation before anybody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nightmarket.domains.identity import face as identity
from nightmarket.domains.markets import face as markets
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind, Snapshot
from nightmarket.domains.social import rules
from nightmarket.domains.social.actions.show_comment import show
from nightmarket.domains.social.errors import CommentsClosed, NoSuchComment
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.store import tone
from nightmarket.domains.social.values import Comment, Mention
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.rules.words import mentioned_handles
from nightmarket.domains.videos.values import Restriction, VideoCard
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, CommentId, VideoId

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say. `parent_id` may be any line of a thread."""

    video_id: VideoId
    text: str
    parent_id: CommentId | None = None


async def write_comment(tx: Tx, services: Services, subject: Subject, draft: Draft) -> Comment:
    """Write a comment under a video the caller may see; it may wait for the creator or a moderator.

    Raises:
        SignInNeeded: a guest.
        NoSuchVideo, NoSuchComment: not there, or not for this caller.
        NotAllowedHere: the caller's market, with rule and authority.
        CommentsClosed: the creator lets fewer people comment.
        TextOutOfBounds, TooFast, CommentRepeated: the words, and how many of them.
    """
    account_id = subject.account("social:write")
    text = rules.text(draft.text)
    card = await videos.video(tx, draft.video_id, subject)
    now = services.clock()
    await _require_allowed(tx, subject, account_id, card, now)
    parent = await _parent(tx, draft, account_id)
    print_ = rules.text_print(text)
    await _require_pace(tx, account_id, card.video_id, print_, now)
    comment_id = CommentId(services.ids())
    mentions = await named_in(tx, text, account_id)
    is_held = await waits_for_creator(tx, text, account_id, card.creator_id)
    is_allowed = await is_shown_by_moderation(
        tx, services, subject, comment_id, text, video_id=card.video_id
    )
    comment = Comment(
        comment_id=comment_id,
        video_id=card.video_id,
        creator_id=card.creator_id,
        author_id=account_id,
        market=subject.market,
        parent_id=None if parent is None else parent.parent_id or parent.comment_id,
        reply_to_id=None if parent is None else parent.comment_id,
        text=text,
        created_at_us=microseconds(now),
        edited_at_us=None,
        likes_count=0,
        replies_count=0,
        is_pinned=False,
        is_liked_by_creator=False,
        is_held_by_creator=is_held,
        is_held_by_moderation=not is_allowed,
        is_removed=False,
        is_visible=is_allowed and not is_held,
        rank=0,
    )
    await store.add(tx, comment, print_)
    await store.set_mentions(tx, comment_id, mentions)
    if comment.is_visible:
        await show(tx, services, comment, mentions)
    telemetry.happened(
        "comment_written",
        comment_id=comment_id,
        video_id=card.video_id,
        is_visible=comment.is_visible,
    )
    return comment


async def waits_for_creator(tx: Tx, text: str, author_id: AccountId, creator_id: AccountId) -> bool:
    """Whether a comment is for its creator's eyes first: by who wrote it, or by its words."""
    if author_id == creator_id:
        return False
    if await identity.is_limited(tx, creator_id, author_id):
        return True
    filters = await store.filters(tx, creator_id)
    return rules.is_held(text, filters, is_unkind=bool(tone.unkind_words(text)))


async def named_in(tx: Tx, text: str, author_id: AccountId) -> list[Mention]:
    """Return the people a text names, at most ten; those who are parted from the author are not."""
    handles = mentioned_handles(text)[: rules.MENTIONS_MAX]
    if not handles:
        return []
    found = await identity.by_handles(tx, handles)
    parted = await identity.blocks_of(tx, author_id)
    return [
        Mention(handle, found[handle].account_id)
        for handle in handles
        if handle in found and found[handle].account_id not in parted
    ]


async def is_shown_by_moderation(
    tx: Tx,
    services: Services,
    subject: Subject,
    comment_id: CommentId,
    text: str,
    *,
    video_id: int = 0,
) -> bool:
    """Hand the words in; False: they wait for a moderator."""
    verdict = await moderation.submit(
        tx,
        services,
        Ref(RefKind.COMMENT, comment_id),
        Snapshot(
            owner_id=subject.account(),
            market=subject.market,
            language=subject.language,
            text=text,
            within_id=video_id,
        ),
    )
    return verdict.is_allowed


async def _require_allowed(
    tx: Tx, subject: Subject, account_id: AccountId, card: VideoCard, now: datetime
) -> None:
    account = await identity.account(tx, account_id)
    markets.require_allowed(
        "comment",
        markets.Facts(
            viewer_market=subject.market,
            item_market=card.market,
            age_years=max(0, markets.age_years(account.birth_date, now.date())),
            at=now,
        ),
    )
    if card.restriction is Restriction.LIMIT and account_id != card.creator_id:
        raise CommentsClosed("this video takes no new comments", open_to="nobody")
    relation = (await identity.relations(tx, account_id, [card.creator_id]))[card.creator_id]
    rules.require_may_comment(
        card.allow_comments,
        is_owner=account_id == card.creator_id,
        is_follower=relation.you_follow == "yes",
        is_friend=relation.is_friend,
    )


async def _parent(tx: Tx, draft: Draft, account_id: AccountId) -> Comment | None:
    """Return the line that is answered, its thread locked; a block hides it like everything."""
    if draft.parent_id is None:
        return None
    line = (await store.comments(tx, [draft.parent_id])).get(draft.parent_id)
    if line is None or line.video_id != draft.video_id:
        raise NoSuchComment("no such comment")
    root = await store.lock(tx, line.parent_id or line.comment_id)
    if root is None or not (root.is_visible and line.is_visible):
        raise NoSuchComment("no such comment")
    if line.author_id in await identity.blocks_of(tx, account_id):
        raise NoSuchComment("no such comment")
    return line


async def _require_pace(
    tx: Tx, account_id: AccountId, video_id: VideoId, text_print: int, now: datetime
) -> None:
    rules.require_pace(
        await store.pace(
            tx,
            account_id,
            video_id=video_id,
            text_print=text_print,
            minute_us=microseconds(now - MINUTE),
            hour_us=microseconds(now - HOUR),
            day_us=microseconds(now - DAY),
        )
    )
