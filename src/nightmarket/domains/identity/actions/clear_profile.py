"""Takes a profile's words and picture away after moderation decided so; the account stays."""

from dataclasses import replace
from datetime import datetime

from nightmarket.domains.identity.actions.change_avatar import drop_avatar
from nightmarket.domains.identity.actions.read_people import accounts
from nightmarket.domains.identity.actions.tell import tell_profile
from nightmarket.domains.identity.store import changes
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId


async def clear_profile(tx: Tx, services: Services, now: datetime, account_id: AccountId) -> None:
    """Reset name, bio, links and picture; the handle is then all a profile shows. Twice is once.

    After an appeal the owner may write them anew: nothing here forbids words, moderation does.
    """
    await changes.lock(tx, account_id)
    before = (await accounts(tx, [account_id])).get(account_id)
    if before is None:
        return
    bare = replace(before, name=before.handle, bio="", links=[])
    if bare != before:
        await changes.set_profile(tx, bare)
        await tell_profile(tx, services.ids, now, bare)
    await drop_avatar(tx, services, now, account_id)
    telemetry.happened("profile_cleared", account_id=account_id)
