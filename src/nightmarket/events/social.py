"""What `social` tells: reactions and words on videos."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from nightmarket.events.event import Event
from nightmarket.kernel.ids import AccountId, CommentId, VideoId, ViewerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Liked(Event):
    """An account likes a video."""

    name: ClassVar[str] = "social.liked"

    video_id: VideoId
    creator_id: AccountId
    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Unliked(Event):
    """An account took its like back."""

    name: ClassVar[str] = "social.unliked"

    video_id: VideoId
    creator_id: AccountId
    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Event):
    """An account keeps a video."""

    name: ClassVar[str] = "social.saved"

    video_id: VideoId
    creator_id: AccountId
    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaved(Event):
    """An account no longer keeps a video."""

    name: ClassVar[str] = "social.unsaved"

    video_id: VideoId
    creator_id: AccountId
    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reposted(Event):
    """An account shows a video to its own followers."""

    name: ClassVar[str] = "social.reposted"

    video_id: VideoId
    creator_id: AccountId
    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreposted(Event):
    """An account took its repost back."""

    name: ClassVar[str] = "social.unreposted"

    video_id: VideoId
    creator_id: AccountId
    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(Event):
    """Somebody sent a video on; `channel` is link, web_share, embed or qr."""

    name: ClassVar[str] = "social.shared"

    video_id: VideoId
    creator_id: AccountId
    viewer_id: ViewerId
    channel: str

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented(Event):
    """A comment is visible."""

    name: ClassVar[str] = "social.commented"

    comment_id: CommentId
    video_id: VideoId
    creator_id: AccountId
    author_id: AccountId
    parent_id: CommentId | None
    parent_author_id: AccountId | None
    mentions: tuple[AccountId, ...]
    text_preview: str

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDeleted(Event):
    """A comment is gone, with its replies; `count` is how many lines went."""

    name: ClassVar[str] = "social.comment_deleted"

    comment_id: CommentId
    video_id: VideoId
    creator_id: AccountId
    author_id: AccountId
    count: int

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLiked(Event):
    """An account likes a comment."""

    name: ClassVar[str] = "social.comment_liked"

    comment_id: CommentId
    video_id: VideoId
    author_id: AccountId
    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id
