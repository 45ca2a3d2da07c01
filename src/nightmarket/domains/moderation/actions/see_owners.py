"""See whose things cases are about, as moderators are shown them."""

from collections.abc import Collection

from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.values import Profile
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId


async def owners_of(tx: Tx, account_ids: Collection[AccountId]) -> dict[AccountId, Profile]:
    """Return the owners that still exist, as a stranger sees them."""
    return await identity.profiles(tx, account_ids, None)
