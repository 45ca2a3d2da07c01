"""Comments: threads, answers, and what their authors and creators do with them."""

import msgspec
from litestar import delete, get, patch, post, put
from litestar.params import FromPath, FromQuery

from nightmarket.domains.social.actions import read_comments as read
from nightmarket.domains.social.actions.delete_comment import delete_comment
from nightmarket.domains.social.actions.edit_comment import edit_comment, history
from nightmarket.domains.social.actions.like_comment import like_comment, unlike_comment
from nightmarket.domains.social.actions.pin_comment import pin_comment
from nightmarket.domains.social.actions.read_tone import read_tone
from nightmarket.domains.social.actions.release_comment import (
    filters,
    release_comment,
    set_filters,
)
from nightmarket.domains.social.actions.write_comment import Draft, write_comment
from nightmarket.domains.social.assembly.comments import CommentPayload
from nightmarket.domains.social.values import Filters, Sort
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import CommentId, VideoId, from_text

WRITE = "social:write"


class CommentPage(msgspec.Struct):
    """Some comments and how to go on."""

    items: list[CommentPayload]
    next_cursor: str | None


class NewComment(msgspec.Struct):
    """What somebody says; `parent_id` may be any line of a thread."""

    text: str
    parent_id: str | None = None


class ChangedComment(msgspec.Struct):
    """Other words."""

    text: str


class EditPayload(msgspec.Struct):
    """What a comment said before."""

    edited_at: str
    text_before: str


class HistoryPayload(msgspec.Struct):
    """Every earlier text, the newest change first."""

    items: list[EditPayload]


class FiltersPayload(msgspec.Struct):
    """What a creator wants to see before everybody does."""

    keywords: list[str]
    hold_links: bool
    hold_all: bool
    hold_unkind: bool


class FiltersWish(msgspec.Struct):
    """What is to wait; `hold_unkind` left out: stays."""

    keywords: list[str]
    hold_links: bool
    hold_all: bool
    hold_unkind: bool | None = None


class ToneAsk(msgspec.Struct):
    """Words that are about to be sent."""

    text: str


class TonePayload(msgspec.Struct):
    """Whether to ask once more before sending, and for which words."""

    is_unkind: bool
    words: list[str]


@get("/api/v1/videos/{video_id:str}/comments")
async def get_comments(
    tx: Tx,
    subject: Subject,
    video_id: FromPath[str],
    sort: FromQuery[Sort] = Sort.TOP,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> CommentPage:
    """List a video's threads."""
    request = pages.request(cursor, limit, keys=read.CURSOR_KEYS[sort])
    return _page(await read.threads(tx, subject, VideoId(from_text(video_id)), sort, request))


@get("/api/v1/comments/{comment_id:str}/replies")
async def get_replies(
    tx: Tx,
    subject: Subject,
    comment_id: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> CommentPage:
    """List the answers to a comment, the oldest first."""
    request = pages.request(cursor, limit)
    return _page(await read.replies(tx, subject, CommentId(from_text(comment_id)), request))


@post("/api/v1/videos/{video_id:str}/comments")
async def post_comment(
    tx: Tx, subject: Subject, services: Services, video_id: FromPath[str], data: NewComment
) -> CommentPayload:
    """Write a comment."""
    parent_id = CommentId(from_text(data.parent_id)) if data.parent_id else None
    draft = Draft(VideoId(from_text(video_id)), data.text, parent_id)
    return await read.one(tx, subject, await write_comment(tx, services, subject, draft))


@patch("/api/v1/comments/{comment_id:str}")
async def patch_comment(
    tx: Tx, subject: Subject, services: Services, comment_id: FromPath[str], data: ChangedComment
) -> CommentPayload:
    """Change one's own comment."""
    number = CommentId(from_text(comment_id))
    return await read.one(tx, subject, await edit_comment(tx, services, subject, number, data.text))


@delete("/api/v1/comments/{comment_id:str}")
async def delete_one(
    tx: Tx, subject: Subject, services: Services, comment_id: FromPath[str]
) -> None:
    """Delete a comment, as its author, the video's creator or a moderator."""
    await delete_comment(tx, services, subject, CommentId(from_text(comment_id)))


@get("/api/v1/comments/{comment_id:str}/history")
async def get_history(tx: Tx, subject: Subject, comment_id: FromPath[str]) -> HistoryPayload:
    """Show what a comment said before."""
    found = await history(tx, subject, CommentId(from_text(comment_id)))
    return HistoryPayload(
        [EditPayload(moment(one.edited_at_us) or "", one.text_before) for one in found]
    )


@put("/api/v1/comments/{comment_id:str}/like")
async def put_like(tx: Tx, subject: Subject, services: Services, comment_id: FromPath[str]) -> None:
    """Like a comment. Idempotent."""
    await like_comment(tx, services, subject, CommentId(from_text(comment_id)))


@delete("/api/v1/comments/{comment_id:str}/like")
async def delete_like(tx: Tx, subject: Subject, comment_id: FromPath[str]) -> None:
    """Take the like of a comment back. Idempotent."""
    await unlike_comment(tx, subject, CommentId(from_text(comment_id)))


@put("/api/v1/comments/{comment_id:str}/pin")
async def put_pin(tx: Tx, subject: Subject, comment_id: FromPath[str]) -> None:
    """Pin a comment on one's own video, in place of the one pinned before. Idempotent."""
    await pin_comment(tx, subject, CommentId(from_text(comment_id)), is_pinned=True)


@delete("/api/v1/comments/{comment_id:str}/pin")
async def delete_pin(tx: Tx, subject: Subject, comment_id: FromPath[str]) -> None:
    """Unpin a comment. Idempotent."""
    await pin_comment(tx, subject, CommentId(from_text(comment_id)), is_pinned=False)


@get("/api/v1/me/comment-filters")
async def get_filters(tx: Tx, subject: Subject) -> FiltersPayload:
    """Show what waits for the caller before everybody sees it."""
    return _filters(await filters(tx, subject.account("profile:read")))


@put("/api/v1/me/comment-filters")
async def put_filters(tx: Tx, subject: Subject, data: FiltersWish) -> FiltersPayload:
    """Choose what waits for the caller before everybody sees it."""
    account_id = subject.account(WRITE)
    is_unkind_held = data.hold_unkind
    if is_unkind_held is None:
        is_unkind_held = (await filters(tx, account_id)).has_unkind_held
    wanted = Filters(tuple(data.keywords), data.hold_links, data.hold_all, is_unkind_held)
    return _filters(await set_filters(tx, account_id, wanted, subject.market))


@post("/api/v1/comments/tone", status_code=200)
async def post_tone(subject: Subject, data: ToneAsk) -> TonePayload:
    """Say whether words may hurt, before they are sent. Nobody is refused for them."""
    words = read_tone(subject, data.text)
    return TonePayload(bool(words), list(words))


@get("/api/v1/me/held-comments")
async def get_held(
    tx: Tx,
    subject: Subject,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> CommentPage:
    """List what waits for the caller, the newest first."""
    return _page(await read.held(tx, subject, pages.request(cursor, limit)))


@post("/api/v1/comments/{comment_id:str}/release", status_code=200)
async def post_release(
    tx: Tx, subject: Subject, services: Services, comment_id: FromPath[str]
) -> CommentPayload:
    """Let everybody see a comment that waited. Idempotent."""
    number = CommentId(from_text(comment_id))
    return await read.one(tx, subject, await release_comment(tx, services, subject, number))


def _page(found: pages.Page[CommentPayload]) -> CommentPage:
    return CommentPage(list(found.items), found.next_cursor)


def _filters(found: Filters) -> FiltersPayload:
    return FiltersPayload(
        list(found.keywords), found.has_links_held, found.has_all_held, found.has_unkind_held
    )


ROUTES = (
    get_comments,
    get_replies,
    post_comment,
    patch_comment,
    delete_one,
    get_history,
    put_like,
    delete_like,
    put_pin,
    delete_pin,
    get_filters,
    put_filters,
    post_tone,
    get_held,
    post_release,
)
