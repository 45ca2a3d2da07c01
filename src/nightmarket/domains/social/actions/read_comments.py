"""Lists comments as one caller may read them."""

from nightmarket.domains.identity import face as identity
from nightmarket.domains.social.actions.find_comment import find_comment
from nightmarket.domains.social.assembly.comments import CommentPayload, comment_payloads
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.values import Comment, Sort
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, CommentId, VideoId
from nightmarket.kernel.pages import Page, PageRequest, page

CURSOR_KEYS = {Sort.TOP: 3, Sort.NEW: 1}


async def threads(
    tx: Tx, subject: Subject, video_id: VideoId, sort: Sort, request: PageRequest
) -> Page[CommentPayload]:
    """Return a page of a video's threads.

    Raises:
        NoSuchVideo: not there, or not for this caller.
    """
    await videos.video(tx, video_id, subject)
    found = await store.threads(
        tx,
        video_id,
        sort,
        request,
        viewer_id=subject.account_id,
        hidden=await _hidden(tx, subject),
    )
    key = _top_key if sort is Sort.TOP else _id_key
    return await _assembled(tx, subject, page(found, request.limit, key))


async def replies(
    tx: Tx, subject: Subject, comment_id: CommentId, request: PageRequest
) -> Page[CommentPayload]:
    """Return a page of the answers to a comment, the oldest first.

    Raises:
        NoSuchComment: not there, or not for this caller.
    """
    await find_comment(tx, subject, comment_id)
    found = await store.replies(
        tx,
        comment_id,
        request,
        viewer_id=subject.account_id,
        hidden=await _hidden(tx, subject),
    )
    return await _assembled(tx, subject, page(found, request.limit, _id_key))


async def held(tx: Tx, subject: Subject, request: PageRequest) -> Page[CommentPayload]:
    """Return a page of what waits for the caller to release it, the newest first."""
    found = await store.held(tx, subject.account("social:write"), request)
    return await _assembled(tx, subject, page(found, request.limit, _id_key))


async def one(tx: Tx, subject: Subject, comment: Comment) -> CommentPayload:
    """Return one comment the caller just wrote, changed or released."""
    (payload,) = await comment_payloads(tx, [comment], subject)
    return payload


async def _hidden(tx: Tx, subject: Subject) -> set[AccountId]:
    """People whose comments the caller does not want to see, or who do not want to be seen."""
    if subject.account_id is None:
        return set()
    blocked = await identity.blocks_of(tx, subject.account_id)
    return blocked | await identity.mutes_of(tx, subject.account_id)


async def _assembled(tx: Tx, subject: Subject, found: Page[Comment]) -> Page[CommentPayload]:
    return Page(await comment_payloads(tx, list(found.items), subject), found.next_cursor)


def _top_key(comment: Comment) -> tuple[int, ...]:
    return (int(comment.is_pinned), comment.rank, comment.comment_id)


def _id_key(comment: Comment) -> tuple[int, ...]:
    return (comment.comment_id,)
