"""What people do with videos, as frozen values."""

from dataclasses import dataclass, replace
from enum import StrEnum

from nightmarket.kernel.ids import AccountId, CollectionId, CommentId, VideoId


class Reaction(StrEnum):
    """What an account can do with a video once, and take back."""

    LIKE = "like"
    SAVE = "save"
    REPOST = "repost"


class Channel(StrEnum):
    """Ways of sharing that are counted."""

    LINK = "link"
    WEB_SHARE = "web_share"
    EMBED = "embed"
    QR = "qr"
    MESSAGE = "message"
    DOWNLOAD = "download"


class Sort(StrEnum):
    """Orders of comments: most answered and liked, or newest."""

    TOP = "top"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Reactions:
    """What one viewer did with one video."""

    has_liked: bool = False
    has_saved: bool = False
    has_reposted: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Exact counts of one video, as of this transaction."""

    likes: int = 0
    saves: int = 0
    reposts: int = 0
    shares: int = 0
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Collection:
    """A named part of what an account saved; only its owner sees it."""

    collection_id: CollectionId
    account_id: AccountId
    title: str
    videos_count: int
    cover_video_id: VideoId | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named in a comment, by the handle written there."""

    handle: str
    account_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment. `parent_id` None: it starts a thread; `reply_to_id`: the line it answers."""

    comment_id: CommentId
    video_id: VideoId
    creator_id: AccountId
    author_id: AccountId
    market: str
    parent_id: CommentId | None
    reply_to_id: CommentId | None
    text: str
    created_at_us: int
    edited_at_us: int | None
    likes_count: int
    replies_count: int
    is_pinned: bool
    is_liked_by_creator: bool
    is_held_by_creator: bool
    is_held_by_moderation: bool
    is_removed: bool
    is_visible: bool
    rank: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What a comment said before it was changed at `edited_at_us`."""

    edited_at_us: int
    text_before: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a creator wants to see before everybody does."""

    keywords: tuple[str, ...] = ()
    has_links_held: bool = False
    has_all_held: bool = False
    has_unkind_held: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """What an author wrote lately: in the last minute, hour, and the same words in a day."""

    in_minute: int
    in_hour: int
    same_on_video: int
    same_in_hour: int


def standing(
    comment: Comment,
    *,
    is_held_by_creator: bool | None = None,
    is_held_by_moderation: bool | None = None,
    is_removed: bool | None = None,
) -> Comment:
    """Return the comment with what keeps it from being seen changed; None: as it was."""
    by_creator = comment.is_held_by_creator if is_held_by_creator is None else is_held_by_creator
    by_moderation = (
        comment.is_held_by_moderation if is_held_by_moderation is None else is_held_by_moderation
    )
    removed = comment.is_removed if is_removed is None else is_removed
    return replace(
        comment,
        is_held_by_creator=by_creator,
        is_held_by_moderation=by_moderation,
        is_removed=removed,
        is_visible=not (by_creator or by_moderation or removed),
    )
