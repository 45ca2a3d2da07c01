"""Who may watch a video, from what is known of it and of the viewer."""

from dataclasses import dataclass

from nightmarket.domains.videos.values import Audience, ContentLevel, Restriction, VideoState
from nightmarket.kernel.ids import AccountId


@dataclass(frozen=True, slots=True)
class Watcher:
    """What matters of a viewer. A guest's age is unknown, so a guest is no adult here."""

    account_id: AccountId | None
    is_adult: bool
    is_moderator: bool = False


@dataclass(frozen=True, slots=True)
class Bond:
    """How a viewer stands to a creator."""

    is_follower: bool = False
    is_friend: bool = False
    is_blocked: bool = False
    is_creator_private: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What matters of a video."""

    creator_id: AccountId
    state: VideoState
    audience: Audience
    content_level: ContentLevel
    restriction: Restriction


def may_watch(shown: Shown, watcher: Watcher, bond: Bond) -> bool:
    """Tell whether the viewer may watch now. The creator sees everything of their own."""
    if watcher.account_id == shown.creator_id:
        return True
    if watcher.is_moderator:
        return shown.state in {VideoState.LIVE, VideoState.REMOVED}
    if shown.state != VideoState.LIVE or bond.is_blocked:
        return False
    is_for_adults = (
        shown.content_level == ContentLevel.MATURE or shown.restriction == Restriction.AGE_GATE
    )
    if is_for_adults and not watcher.is_adult:
        return False
    if shown.restriction == Restriction.REMOVE:
        return False
    return _is_in_audience(shown.audience, bond)


def _is_in_audience(audience: Audience, bond: Bond) -> bool:
    if audience == Audience.ONLY_ME:
        return False
    if audience == Audience.FRIENDS:
        return bond.is_friend
    if audience == Audience.FOLLOWERS or bond.is_creator_private:
        return bond.is_follower
    return True


def audiences_open_to(bond: Bond, *, is_owner: bool) -> tuple[Audience, ...]:
    """Return which audiences of one creator include the viewer; empty: none."""
    if is_owner:
        return tuple(Audience)
    if bond.is_blocked or (bond.is_creator_private and not bond.is_follower):
        return ()
    open_to = [Audience.EVERYONE]
    if bond.is_follower:
        open_to.append(Audience.FOLLOWERS)
    if bond.is_friend:
        open_to.append(Audience.FRIENDS)
    return tuple(open_to)
