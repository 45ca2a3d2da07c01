"""Reads and writes collections of saved videos."""

from nightmarket.domains.social.store.reactions import QUERIES, Placed
from nightmarket.domains.social.values import Collection
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId, CollectionId, VideoId
from nightmarket.kernel.pages import PageRequest


async def add(tx: Tx, collection: Collection, *, market: str, created_at_us: int) -> None:
    """Write a new collection."""
    await tx.run(
        QUERIES["collection_add"],
        collection_id=collection.collection_id,
        account_id=collection.account_id,
        market=market,
        title=collection.title,
        created_at_us=created_at_us,
    )


async def count_of(tx: Tx, account_id: AccountId) -> int:
    """Return how many collections an account has."""
    return await tx.value(int, QUERIES["collections_count"], account_id=account_id) or 0


async def listed(tx: Tx, account_id: AccountId, request: PageRequest) -> list[Collection]:
    """Return an account's collections, one more than the page when there are more."""
    (before_id,) = request.after or (ID_MAX,)
    return await tx.rows(
        Collection,
        QUERIES["collections"],
        account_id=account_id,
        before_id=before_id,
        limit=request.limit + 1,
    )


async def one(tx: Tx, account_id: AccountId, collection_id: CollectionId) -> Collection | None:
    """Return a collection of its owner."""
    return await tx.maybe(
        Collection, QUERIES["collection"], account_id=account_id, collection_id=collection_id
    )


async def rename(tx: Tx, account_id: AccountId, collection_id: CollectionId, title: str) -> bool:
    """Write another title; False: the account has no such collection."""
    return bool(
        await tx.run(
            QUERIES["collection_rename"],
            account_id=account_id,
            collection_id=collection_id,
            title=title,
        )
    )


async def drop(tx: Tx, account_id: AccountId, collection_id: CollectionId) -> bool:
    """Delete a collection; False: the account has no such collection."""
    return bool(
        await tx.run(QUERIES["collection_drop"], account_id=account_id, collection_id=collection_id)
    )


async def put(
    tx: Tx, account_id: AccountId, collection_id: CollectionId, video_id: VideoId, at_us: int
) -> None:
    """Put a saved video into a collection; a second time changes nothing."""
    await tx.run(
        QUERIES["collection_video_add"],
        account_id=account_id,
        collection_id=collection_id,
        video_id=video_id,
        at_us=at_us,
    )


async def take_out(
    tx: Tx, account_id: AccountId, collection_id: CollectionId, video_id: VideoId
) -> None:
    """Take a video out of a collection; one that is not in it changes nothing."""
    await tx.run(
        QUERIES["collection_video_drop"],
        account_id=account_id,
        collection_id=collection_id,
        video_id=video_id,
    )


async def videos_in(tx: Tx, collection_id: CollectionId, request: PageRequest) -> list[Placed]:
    """Return what is in a collection, one more than the page when there is more."""
    before_us, before_id = request.after or (ID_MAX, ID_MAX)
    return await tx.rows(
        Placed,
        QUERIES["collected_ids"],
        collection_id=collection_id,
        before_us=before_us,
        before_id=before_id,
        limit=request.limit + 1,
    )
