"""Reads and writes comments with their mentions, likes, edits and creators' filters."""

from collections.abc import Collection as Some
from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.domains.social.store.reactions import QUERIES
from nightmarket.domains.social.values import Comment, Edit, Filters, Mention, Pace, Sort
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId, CommentId, VideoId
from nightmarket.kernel.pages import PageRequest


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of a thread that is going."""

    comment_id: CommentId
    author_id: AccountId


@dataclass(frozen=True, slots=True)
class _MentionRow:
    comment_id: CommentId
    account_id: AccountId
    handle: str


@dataclass(frozen=True, slots=True)
class _FiltersRow:
    keywords: list[str]
    has_links_held: bool
    has_all_held: bool
    has_unkind_held: bool


async def add(tx: Tx, comment: Comment, text_print: int) -> None:
    """Write a new comment; its counts start at zero."""
    await tx.run(
        QUERIES["comment_add"],
        comment_id=comment.comment_id,
        video_id=comment.video_id,
        creator_id=comment.creator_id,
        author_id=comment.author_id,
        market=comment.market,
        parent_id=comment.parent_id,
        reply_to_id=comment.reply_to_id,
        text=comment.text,
        text_print=text_print,
        created_at_us=comment.created_at_us,
        is_held_by_creator=comment.is_held_by_creator,
        is_held_by_moderation=comment.is_held_by_moderation,
    )


async def lock(tx: Tx, comment_id: CommentId) -> Comment | None:
    """Return one comment, locked; lock a thread's first comment before its answers."""
    return await tx.maybe(Comment, QUERIES["comment_lock"], comment_id=comment_id)


async def comments(tx: Tx, ids: Some[CommentId]) -> dict[CommentId, Comment]:
    """Return comments by id; those that are gone are absent."""
    if not ids:
        return {}
    rows = await tx.rows(Comment, QUERIES["comments"], ids=list(ids))
    return {row.comment_id: row for row in rows}


async def threads(
    tx: Tx,
    video_id: VideoId,
    sort: Sort,
    request: PageRequest,
    *,
    viewer_id: AccountId | None,
    hidden: Some[AccountId],
) -> list[Comment]:
    """Return what starts threads, one more than the page when there are more.

    The cursor of TOP has three keys (pinned, rank, id), that of NEW has one.
    """
    keys: dict[str, object]
    if sort == Sort.TOP:
        pinned, rank, before_id = request.after or (2, 0, ID_MAX)
        keys = {"before_pinned": pinned, "before_rank": rank, "before_id": before_id}
    else:
        (before_id,) = request.after or (ID_MAX,)
        keys = {"before_id": before_id}
    return await tx.rows(
        Comment,
        QUERIES[f"comments_{sort}"],
        video_id=video_id,
        viewer_id=viewer_id or 0,
        hidden=list(hidden),
        limit=request.limit + 1,
        **keys,
    )


async def replies(
    tx: Tx,
    parent_id: CommentId,
    request: PageRequest,
    *,
    viewer_id: AccountId | None,
    hidden: Some[AccountId],
) -> list[Comment]:
    """Return a thread's answers, the oldest first, one more than the page when there are more."""
    (after_id,) = request.after or (0,)
    return await tx.rows(
        Comment,
        QUERIES["replies"],
        parent_id=parent_id,
        viewer_id=viewer_id or 0,
        hidden=list(hidden),
        after_id=after_id,
        limit=request.limit + 1,
    )


async def held(tx: Tx, creator_id: AccountId, request: PageRequest) -> list[Comment]:
    """Return what waits for a creator, one more than the page when there is more."""
    (before_id,) = request.after or (ID_MAX,)
    return await tx.rows(
        Comment,
        QUERIES["comments_held"],
        creator_id=creator_id,
        before_id=before_id,
        limit=request.limit + 1,
    )


async def stand(tx: Tx, comment: Comment) -> None:
    """Write what keeps a comment from being seen; what is not seen is not pinned."""
    is_pinnable = not (
        comment.is_held_by_creator or comment.is_held_by_moderation or comment.is_removed
    )
    await tx.run(
        QUERIES["comment_stand"],
        comment_id=comment.comment_id,
        is_held_by_creator=comment.is_held_by_creator,
        is_held_by_moderation=comment.is_held_by_moderation,
        is_removed=comment.is_removed,
        is_pinnable=is_pinnable,
    )


async def change_text(
    tx: Tx, comment: Comment, text: str, text_print: int, edited_at_us: int
) -> None:
    """Write other words and keep the old ones."""
    await tx.run(
        QUERIES["comment_edit_add"],
        comment_id=comment.comment_id,
        edited_at_us=edited_at_us,
        text_before=comment.text,
    )
    await tx.run(
        QUERIES["comment_text"],
        comment_id=comment.comment_id,
        text=text,
        text_print=text_print,
        edited_at_us=edited_at_us,
    )


async def edits(tx: Tx, comment_id: CommentId, limit: int) -> list[Edit]:
    """Return what a comment said before, the newest change first."""
    return await tx.rows(Edit, QUERIES["comment_edits"], comment_id=comment_id, limit=limit)


async def edits_count(tx: Tx, comment_id: CommentId) -> int:
    """Return how often a comment was changed."""
    return await tx.value(int, QUERIES["comment_edits_count"], comment_id=comment_id) or 0


async def move_replies(tx: Tx, comment_id: CommentId, by: int) -> None:
    """Count one visible answer more or less."""
    await tx.run(QUERIES["comment_replies_move"], comment_id=comment_id, by=by)


async def add_like(
    tx: Tx, comment_id: CommentId, account_id: AccountId, *, market: str, at_us: int
) -> bool:
    """Write and count a like; False: it was there already."""
    added = await tx.run(
        QUERIES["comment_like_add"],
        comment_id=comment_id,
        account_id=account_id,
        market=market,
        at_us=at_us,
    )
    if added:
        await tx.run(
            QUERIES["comment_likes_move"], comment_id=comment_id, account_id=account_id, by=1
        )
    return bool(added)


async def drop_like(tx: Tx, comment_id: CommentId, account_id: AccountId) -> bool:
    """Take a like back; False: there was none."""
    gone = await tx.run(QUERIES["comment_like_drop"], comment_id=comment_id, account_id=account_id)
    if gone:
        await tx.run(
            QUERIES["comment_likes_move"], comment_id=comment_id, account_id=account_id, by=-1
        )
    return bool(gone)


async def liked_by(tx: Tx, account_id: AccountId, ids: Some[CommentId]) -> set[CommentId]:
    """Return which comments an account likes."""
    found = await tx.column(int, QUERIES["comment_likes_of"], account_id=account_id, ids=list(ids))
    return {CommentId(one) for one in found}


async def pin(tx: Tx, comment: Comment, *, is_pinned: bool) -> None:
    """Pin this comment in place of any other, or unpin the video's."""
    await tx.run(QUERIES["comment_unpin"], video_id=comment.video_id)
    if is_pinned:
        await tx.run(QUERIES["comment_pin"], comment_id=comment.comment_id)


async def drop(tx: Tx, comment_id: CommentId) -> None:
    """Delete a comment, its answers, and everything about them."""
    await tx.run(QUERIES["comment_drop"], comment_id=comment_id)


async def thread_lines(tx: Tx, parent_id: CommentId, limit: int) -> list[Line]:
    """Return the answers of a thread."""
    return await tx.rows(Line, QUERIES["thread_lines"], parent_id=parent_id, limit=limit)


async def pace(tx: Tx, author_id: AccountId, **since: int) -> Pace:
    """Return what an author wrote lately.

    `since`: `minute_us`, `hour_us`, `day_us`, `video_id`, `text_print`.
    """
    return await tx.one(Pace, QUERIES["comment_pace"], author_id=author_id, **since)


async def set_mentions(tx: Tx, comment_id: CommentId, named: Sequence[Mention]) -> None:
    """Write who is named in a comment, in place of who was."""
    await tx.run(QUERIES["mentions_drop"], comment_id=comment_id)
    if named:
        await tx.run_many(
            QUERIES["mention_add"],
            [
                {"comment_id": comment_id, "account_id": one.account_id, "handle": one.handle}
                for one in named
            ],
        )


async def mentions(tx: Tx, ids: Some[CommentId]) -> dict[CommentId, list[Mention]]:
    """Return who is named in each comment; nobody is absent."""
    found: dict[CommentId, list[Mention]] = {}
    for row in await tx.rows(_MentionRow, QUERIES["mentions"], ids=list(ids)):
        found.setdefault(row.comment_id, []).append(Mention(row.handle, row.account_id))
    return found


async def filters(tx: Tx, account_id: AccountId) -> Filters:
    """Return a creator's filters."""
    row = await tx.maybe(_FiltersRow, QUERIES["filters"], account_id=account_id)
    if row is None:
        return Filters()
    return Filters(tuple(row.keywords), row.has_links_held, row.has_all_held, row.has_unkind_held)


async def set_filters(tx: Tx, account_id: AccountId, chosen: Filters, market: str) -> None:
    """Write a creator's filters."""
    await tx.run(
        QUERIES["filters_set"],
        account_id=account_id,
        market=market,
        keywords=list(chosen.keywords),
        has_links_held=chosen.has_links_held,
        has_all_held=chosen.has_all_held,
        has_unkind_held=chosen.has_unkind_held,
    )


async def video_ids_of(tx: Tx, ids: Some[CommentId]) -> dict[CommentId, VideoId]:
    """Return the video of each comment."""
    return {number: one.video_id for number, one in (await comments(tx, ids)).items()}
