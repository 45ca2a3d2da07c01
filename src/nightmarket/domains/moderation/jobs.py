"""What moderation hears: profiles as they change, content as it goes, guests as they sign in."""

from nightmarket.domains.moderation.actions.follow_content import forget_content, merge_guest
from nightmarket.domains.moderation.actions.see_people import erase_person
from nightmarket.domains.moderation.actions.send_receipt import (
    JOB,
    Receipt,
    forget_contacts,
    send_receipt,
)
from nightmarket.domains.moderation.actions.submit import submit
from nightmarket.domains.moderation.values import Ref, RefKind, Snapshot
from nightmarket.events.accounts import AccountCreated, AccountErased, GuestMerged, ProfileChanged
from nightmarket.events.social import CommentDeleted
from nightmarket.events.videos import VideoRemoved
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import RETRIES_MAIL, Job, Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services

DELETED = "deleted"


async def hear_account(
    tx: Tx, fact: AccountCreated | ProfileChanged | AccountErased, services: Services
) -> None:
    """Read a profile's words; of somebody who left, forget what was written since."""
    match fact:
        case AccountErased():
            await erase_person(tx, fact.account_id)
            return
        case ProfileChanged():
            words, language = (fact.handle, fact.display_name, fact.bio), fact.language
            pictures = () if fact.avatar_key is None else (fact.avatar_key,)
        case _:
            words, language, pictures = (fact.handle, fact.display_name, ""), "", ()
            if fact.guest_id is not None:
                await merge_guest(tx, fact.guest_id, fact.account_id)
    snapshot = Snapshot(
        owner_id=fact.account_id,
        market=fact.market,
        language=language,
        text="\n".join(word for word in words if word),
        asset_keys=pictures,
    )
    await submit(tx, services, Ref(RefKind.PROFILE, fact.account_id), snapshot)


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
    Listener("moderation.profiles", (AccountCreated, ProfileChanged, AccountErased), hear_account),
    Listener("moderation.gone", (VideoRemoved, CommentDeleted), hear_gone),
    Listener("moderation.guests", (GuestMerged,), hear_merge),
)
JOBS = (Job(JOB, Receipt, send_receipt, retries=RETRIES_MAIL),)
SCHEDULES = (Schedule("moderation.forget_contacts", "23 4 * * *", forget_contacts),)
