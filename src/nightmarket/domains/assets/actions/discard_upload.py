"""Discard uploads: by their owner, after use, when they expire, or with their owner's account."""

from collections.abc import Sequence
from datetime import datetime

from nightmarket.domains.assets import store
from nightmarket.domains.assets.actions.create_upload import folder_of
from nightmarket.domains.assets.errors import AlreadyTaken
from nightmarket.domains.assets.values import Upload
from nightmarket.events.assets import UploadDropped
from nightmarket.infra import outbox, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import instant, microseconds
from nightmarket.kernel.ids import AccountId, MalformedId, UploadId, from_text


async def discard_upload(
    tx: Tx, services: Services, upload_id: UploadId, owner_id: AccountId
) -> None:
    """Delete an upload that nobody uses yet; the bytes go with the commit.

    Raises:
        NoSuchUpload: there is none, or it is somebody else's.
        AlreadyTaken: it is whole and in use; delete what uses it.
    """
    upload = await store.lock(tx, folder_of(services), upload_id, owner_id)
    if upload.purpose and upload.is_complete:
        raise AlreadyTaken("this upload is in use; delete what was made of it")
    await _drop(tx, services, [upload], microseconds(services.clock()))


async def release(tx: Tx, services: Services, ids: Sequence[UploadId]) -> None:
    """Delete uploads that were used up; the bytes go with the commit. Unknown ids are fine."""
    await store.delete(tx, ids)
    _delete_files_later(tx, services, ids)


async def erase_person(tx: Tx, services: Services, account_id: AccountId) -> int:
    """Delete everything an account uploaded; returns how many uploads that was."""
    uploads = await store.of_owner(tx, folder_of(services), account_id)
    await release(tx, services, [upload.upload_id for upload in uploads])
    return len(uploads)


async def sweep(services: Services, now: datetime) -> None:
    """Drop what expired, and files that no upload owns, left behind by a crash."""
    folder = folder_of(services)
    now_us = microseconds(now)
    async with services.database.transaction() as tx:
        expired = await store.expired(tx, folder, now_us)
        await _drop(tx, services, expired, now_us)
    names = await folder.names()  # Read before the rows: a file is made after its row.
    ids = [number for name in names if (number := _id(name)) is not None]
    async with services.database.transaction() as tx:
        orphans = set(ids) - await store.known(tx, ids)
    for orphan in orphans:
        await folder.delete(orphan)
    if expired or orphans:
        telemetry.log("uploads_swept", expired=len(expired), orphans=len(orphans))


async def _drop(tx: Tx, services: Services, uploads: Sequence[Upload], now_us: int) -> None:
    for upload in uploads:
        await outbox.publish(
            tx,
            UploadDropped(
                event_id=services.ids(),
                occurred_at=instant(now_us),
                market=upload.market,
                upload_id=upload.upload_id,
                owner_id=upload.owner_id,
                purpose=upload.purpose,
            ),
        )
    await release(tx, services, [upload.upload_id for upload in uploads])


def _delete_files_later(tx: Tx, services: Services, ids: Sequence[UploadId]) -> None:
    folder = folder_of(services)

    async def delete() -> None:
        for upload_id in ids:
            await folder.delete(upload_id)

    tx.after_commit(delete)


def _id(name: str) -> UploadId | None:
    try:
        return UploadId(from_text(name))
    except MalformedId:
        return None
