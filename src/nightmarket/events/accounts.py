"""What `identity` tells: people come, change, follow, block and leave."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from nightmarket.events.event import Event
from nightmarket.kernel.ids import AccountId, GuestId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCreated(Event):
    """Somebody signed up; what the guest did before now belongs to the account."""

    name: ClassVar[str] = "account.created"

    account_id: AccountId
    guest_id: GuestId | None
    handle: str
    display_name: str

    @property
    @override
    def key(self) -> int:
        """Facts about one account stay in order."""
        return self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A parent took back the consent an account stands on: it is closed, and has to go."""

    name: ClassVar[str] = "account.consent_withdrawn"

    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one account stay in order."""
        return self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestMerged(Event):
    """Somebody signed in after watching as a guest."""

    name: ClassVar[str] = "account.guest_merged"

    account_id: AccountId
    guest_id: GuestId

    @property
    @override
    def key(self) -> int:
        """Facts about one account stay in order."""
        return self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(Event):
    """Handle, name, bio, avatar or privacy changed; carries the whole public profile."""

    name: ClassVar[str] = "account.profile_changed"

    account_id: AccountId
    handle: str
    display_name: str
    bio: str
    avatar_key: str | None
    is_private: bool
    language: str

    @property
    @override
    def key(self) -> int:
        """Facts about one account stay in order."""
        return self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(Event):
    """A follow took effect, at once or by an accepted request.

    `impression_id`: the showing it was made from, as the client says; None: from elsewhere.
    """

    name: ClassVar[str] = "account.followed"

    follower_id: AccountId
    followee_id: AccountId
    was_requested: bool
    impression_id: str | None = None

    @property
    @override
    def key(self) -> int:
        """Facts about one followee stay in order."""
        return self.followee_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollowed(Event):
    """A follow ended."""

    name: ClassVar[str] = "account.unfollowed"

    follower_id: AccountId
    followee_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one followee stay in order."""
        return self.followee_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRequested(Event):
    """Somebody asked to follow a private account."""

    name: ClassVar[str] = "account.follow_requested"

    follower_id: AccountId
    followee_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one followee stay in order."""
        return self.followee_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(Event):
    """Neither sees the other any more."""

    name: ClassVar[str] = "account.blocked"

    blocker_id: AccountId
    blocked_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one blocker stay in order."""
        return self.blocker_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountErased(Event):
    """The account and everything personal about it is gone or going."""

    name: ClassVar[str] = "account.erased"

    account_id: AccountId

    @property
    @override
    def key(self) -> int:
        """Facts about one account stay in order."""
        return self.account_id
