"""What the inbox is made of: kinds, notices, preferences and quiet hours."""

from dataclasses import dataclass
from enum import StrEnum

from nightmarket.kernel.ids import AccountId, CommentId, NotificationId, VideoId


class Kind(StrEnum):
    """Why somebody is told."""

    LIKE = "like"
    COMMENT = "comment"
    REPLY = "reply"
    MENTION = "mention"
    REPOST = "repost"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    VIDEO_LIVE = "video_live"
    MODERATION = "moderation"


@dataclass(frozen=True, slots=True)
class Preference:
    """Where one kind is heard."""

    has_inbox: bool
    has_mail: bool


DEFAULTS: dict[Kind, Preference] = {
    Kind.LIKE: Preference(has_inbox=True, has_mail=False),
    Kind.COMMENT: Preference(has_inbox=True, has_mail=True),
    Kind.REPLY: Preference(has_inbox=True, has_mail=True),
    Kind.MENTION: Preference(has_inbox=True, has_mail=True),
    Kind.REPOST: Preference(has_inbox=True, has_mail=False),
    Kind.FOLLOW: Preference(has_inbox=True, has_mail=True),
    Kind.FOLLOW_REQUEST: Preference(has_inbox=True, has_mail=True),
    Kind.VIDEO_LIVE: Preference(has_inbox=True, has_mail=False),
    Kind.MODERATION: Preference(has_inbox=True, has_mail=True),
}
"""What people hear who never chose: what addresses them in person by mail, the rest here only."""

ALWAYS_IN_INBOX = frozenset({Kind.MODERATION})
"""A statement of reasons must reach its person, whatever they chose (DSA, article 17)."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span in minutes of the local day; it may pass midnight."""

    from_minute: int
    to_minute: int
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell one account. Notices of one `group` share a line while it is unread."""

    account_id: AccountId
    kind: Kind
    group: str
    actor_id: AccountId | None = None
    video_id: VideoId | None = None
    comment_id: CommentId | None = None
    cause_comment_id: CommentId | None = None
    text_preview: str = ""


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One line of the inbox. `actors` are the newest first, at most `ACTORS_SHOWN_MAX`."""

    notification_id: NotificationId
    kind: str
    video_id: VideoId | None
    comment_id: CommentId | None
    text_preview: str
    actors: tuple[AccountId, ...]
    actors_count: int
    updated_at_us: int
    is_read: bool


ACTORS_SHOWN_MAX = 3
