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
class Shown:
    """What matters of a video."""

    creator_id: AccountId
    state: VideoState
    audience: Audience
    content_level: ContentLevel
    restriction: Restriction


def may_watch(shown: Shown, watcher: Watcher, *, is_in_audience: bool) -> bool:
    """Tell whether the viewer may watch now. The creator sees everything of their own.

    `is_in_audience`: identity's answer about follows, blocks and private accounts.
    """
    if watcher.account_id == shown.creator_id:
        return True
    if watcher.is_moderator:
        return shown.state in {VideoState.LIVE, VideoState.REMOVED}
    if shown.state != VideoState.LIVE or shown.restriction == Restriction.REMOVE:
        return False
    is_for_adults = (
        shown.content_level == ContentLevel.MATURE or shown.restriction == Restriction.AGE_GATE
    )
    if is_for_adults and not watcher.is_adult:
        return False
    return is_in_audience
