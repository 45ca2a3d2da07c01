"""Collections: named parts of what an account saved, seen by nobody else."""

from datetime import datetime

from nightmarket.domains.social import rules
from nightmarket.domains.social.errors import NoSuchCollection, TooMany
from nightmarket.domains.social.store import collections as store
from nightmarket.domains.social.values import Collection
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, CollectionId, VideoId


async def make_collection(
    tx: Tx,
    account_id: AccountId,
    collection_id: CollectionId,
    title: str,
    *,
    market: str,
    now: datetime,
) -> Collection:
    """Make an empty collection.

    Raises:
        TitleOutOfBounds: the title.
        TooMany: 200 are enough.
    """
    if await store.count_of(tx, account_id) >= rules.COLLECTIONS_MAX:
        raise TooMany("there are 200 collections already", count_max=rules.COLLECTIONS_MAX)
    made = Collection(collection_id, account_id, rules.title(title), 0, None)
    await store.add(tx, made, market=market, created_at_us=microseconds(now))
    return made


async def collection(tx: Tx, account_id: AccountId, collection_id: CollectionId) -> Collection:
    """Return one of the account's collections.

    Raises:
        NoSuchCollection: not there, or somebody else's.
    """
    found = await store.one(tx, account_id, collection_id)
    if found is None:
        raise NoSuchCollection("no such collection")
    return found


async def rename_collection(
    tx: Tx, account_id: AccountId, collection_id: CollectionId, title: str
) -> Collection:
    """Give a collection another title.

    Raises:
        NoSuchCollection: not there, or somebody else's.
        TitleOutOfBounds: the title.
    """
    await store.rename(tx, account_id, collection_id, rules.title(title))
    return await collection(tx, account_id, collection_id)


async def drop_collection(tx: Tx, account_id: AccountId, collection_id: CollectionId) -> None:
    """Delete a collection; what is in it stays saved. Idempotent."""
    await store.drop(tx, account_id, collection_id)


async def collect(
    tx: Tx, account_id: AccountId, collection_id: CollectionId, video_id: VideoId, now: datetime
) -> None:
    """Put a saved video into a collection. Idempotent.

    Raises:
        NoSuchCollection: not there, or somebody else's.
    """
    await collection(tx, account_id, collection_id)
    await store.put(tx, account_id, collection_id, video_id, microseconds(now))


async def take_out(
    tx: Tx, account_id: AccountId, collection_id: CollectionId, video_id: VideoId
) -> None:
    """Take a video out of a collection; it stays saved. Idempotent.

    Raises:
        NoSuchCollection: not there, or somebody else's.
    """
    await collection(tx, account_id, collection_id)
    await store.take_out(tx, account_id, collection_id, video_id)
