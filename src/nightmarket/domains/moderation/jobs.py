"""What moderation hears: profiles as they change, content as it goes, guests as they sign in."""

from nightmarket.domains.moderation.actions.follow_content import forget_content, merge_guest
from nightmarket.domains.moderation.actions.submit import submit
from nightmarket.domains.moderation.values import Ref, RefKind, Snapshot
from nightmarket.events.accounts import AccountCreated, GuestMerged, ProfileChanged
from nightmarket.events.social import CommentDeleted
from nightmarket.events.videos import VideoRemoved
from nightmarket.infra.db import Tx
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services

DELETED = "deleted"


async def hear_account(tx: Tx, fact: AccountCreated | ProfileChanged, services: Services) -> None:
    """Read a profile's words."""
    is_change = isinstance(fact, ProfileChanged)
    avatar = fact.avatar_key if isinstance(fact, ProfileChanged) else None
    words = [fact.handle, fact.display_name, fact.bio if isinstance(fact, ProfileChanged) else ""]
    snapshot = Snapshot(
        owner_id=fact.account_id,
        market=fact.market,
        language=fact.language if isinstance(fact, ProfileChanged) else "",
        text="\n".join(word for word in words if word),
        asset_keys=() if avatar is None else (avatar,),
    )
    await submit(tx, services, Ref(RefKind.PROFILE, fact.account_id), snapshot)
    if not is_change and isinstance(fact, AccountCreated) and fact.guest_id is not None:
        await merge_guest(tx, fact.guest_id, fact.account_id)


async def hear_gone(tx: Tx, fact: VideoRemoved | CommentDeleted, services: Services) -> None:
    """Forget what its owner deleted; what a decision hides stays known."""
    del services
    if isinstance(fact, CommentDeleted):
        await forget_content(tx, Ref(RefKind.COMMENT, fact.comment_id))
    elif fact.reason == DELETED:
        await forget_content(tx, Ref(RefKind.VIDEO, fact.video_id))


async def hear_merge(tx: Tx, fact: GuestMerged, services: Services) -> None:
    """Give a guest's reports to the account."""
    del services
    await merge_guest(tx, fact.guest_id, fact.account_id)


LISTENERS = (
    Listener("moderation.profiles", (AccountCreated, ProfileChanged), hear_account),
    Listener("moderation.gone", (VideoRemoved, CommentDeleted), hear_gone),
    Listener("moderation.guests", (GuestMerged,), hear_merge),
)
