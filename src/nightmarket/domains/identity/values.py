"""Accounts and what belongs to them, as frozen values."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from nightmarket.kernel.ids import AccountId, GuestId, SessionId, to_text

AVATAR_SIZES_PX = {"small": 96, "large": 320}


class Role(StrEnum):
    """What an account may do for the house; none for ordinary people."""

    OPERATOR = "operator"
    MODERATOR = "moderator"
    AUDITOR = "auditor"


SCOPES = {
    "profile:read": "Read the profile, the settings, whom the account follows, likes and saves.",
    "profile:write": "Change the profile and the settings, and steer the feed.",
    "follows:write": "Follow, block and mute.",
    "videos:read": "Read the account's own videos and drafts.",
    "videos:write": "Upload, edit and delete videos.",
    "social:write": "Like, save, repost, comment.",
    "inbox:read": "Read the inbox.",
    "feed:read": "Read the account's feed, and report what was watched.",
    "analytics:read": "Read the figures of the account's own videos.",
}
"""Scopes an API token may carry and what people are told each one means."""


class Audience(StrEnum):
    """Who may see something its owner made."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    FRIENDS = "friends"
    ONLY_ME = "only_me"


class Follows(StrEnum):
    """Whether somebody follows somebody."""

    NO = "no"
    REQUESTED = "requested"
    YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything others in the house may know about an account."""

    account_id: AccountId
    market: str
    handle: str
    name: str
    bio: str
    links: list[str]
    avatar_key: str | None
    language: str
    birth_date: date
    is_private: bool
    is_personalised: bool
    is_verified: bool
    roles: list[str]
    followers_count: int
    following_count: int
    created_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """An account with what only its owner sees."""

    account_id: AccountId
    market: str
    handle: str
    name: str
    bio: str
    links: list[str]
    avatar_key: str | None
    language: str
    birth_date: date
    is_private: bool
    is_personalised: bool
    is_verified: bool
    roles: list[str]
    email: str | None
    is_email_verified: bool
    has_totp: bool
    passkeys_count: int
    created_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One account as one viewer sees it in a list."""

    account_id: AccountId
    handle: str
    name: str
    avatar_key: str | None
    is_private: bool
    is_verified: bool
    you_follow: Follows = Follows.NO
    follows_you: bool = False

    @property
    def avatar_url(self) -> str | None:
        """Where the small picture is served; None: the client draws one."""
        return avatar_url(self.avatar_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How a viewer stands to another account."""

    you_follow: Follows = Follows.NO
    follows_you: bool = False
    you_block: bool = False
    blocks_you: bool = False
    you_mute: bool = False

    @property
    def is_friend(self) -> bool:
        """Both follow each other."""
        return self.you_follow is Follows.YES and self.follows_you

    @property
    def is_blocked(self) -> bool:
        """Either blocks the other."""
        return self.you_block or self.blocks_you


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An account as a viewer sees it in a list, and how the viewer stands to it."""

    profile: Profile
    relation: Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody without an account, as the signed cookie remembers them."""

    guest_id: GuestId
    market: str
    language: str
    is_personalised: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """From where and on what somebody signs in, as the session list shows it."""

    address: str
    device: str
    guest_id: GuestId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session just begun; `token` is shown to the browser once and never kept."""

    session_id: SessionId
    account_id: AccountId
    token: str = field(repr=False)


def avatar_url(key: str | None, size: str = "small") -> str | None:
    """Return the address of an avatar, `small` (96 px) or `large` (320 px)."""
    return None if key is None else f"/media/{key}/{size}.webp"


def avatar_folder(account_id: AccountId, chance: str) -> str:
    """Return a fresh folder for an avatar: a new picture has a new address, so caches never lie."""
    return f"av{to_text(account_id)}{chance}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything around an account that decides what it is shown; blocks go both ways."""

    follows: list[AccountId]
    friends: list[AccountId]
    blocks: list[AccountId]
    mutes: list[AccountId]
    settings: dict[str, Any]
