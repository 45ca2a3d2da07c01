"""Use an upload: whoever publishes it takes it, and may ask whether all of it is here."""

from nightmarket.domains.assets import rules, store
from nightmarket.domains.assets.actions.create_upload import folder_of
from nightmarket.domains.assets.errors import AlreadyTaken, NotComplete
from nightmarket.domains.assets.values import Upload
from nightmarket.events.assets import UploadCompleted
from nightmarket.infra import outbox
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import instant, microseconds
from nightmarket.kernel.ids import AccountId, UploadId


async def take(
    tx: Tx, services: Services, upload_id: UploadId, owner_id: AccountId, purpose: str
) -> Upload:
    """Reserve an upload, whole or not, for one use; taking it again for the same use is fine.

    Raises:
        NoSuchUpload: there is none, or it is somebody else's.
        AlreadyTaken: it was used for something else.
    """
    upload = await store.lock(tx, folder_of(services), upload_id, owner_id)
    if upload.purpose not in {"", purpose}:
        raise AlreadyTaken("this upload was used already")
    await store.take(tx, upload_id, purpose)
    is_whole = upload.is_complete or await _notice(tx, services, upload)
    return await _again(tx, services, upload) if is_whole else upload


async def complete_upload(
    tx: Tx, services: Services, upload_id: UploadId, owner_id: AccountId
) -> Upload:
    """Return an upload all of which is here.

    Raises:
        NoSuchUpload: there is none, or it is somebody else's.
        NotComplete: bytes are missing.
    """
    upload = await store.lock(tx, folder_of(services), upload_id, owner_id)
    if not upload.is_complete and not await _notice(tx, services, upload):
        raise NotComplete("the upload is not finished", size_bytes=upload.size_bytes)
    return await _again(tx, services, upload)


async def note_complete(
    tx: Tx, services: Services, upload: Upload, sha256: bytes | None, now_us: int
) -> None:
    """Note, once, that the last byte arrived, and tell."""
    is_news = await store.complete(
        tx,
        upload.upload_id,
        sha256,
        now_us=now_us,
        expires_at_us=now_us + rules.KEPT_US,
    )
    if not is_news:
        return
    current = await _again(tx, services, upload)
    await outbox.publish(
        tx,
        UploadCompleted(
            event_id=services.ids(),
            occurred_at=instant(now_us),
            market=upload.market,
            upload_id=upload.upload_id,
            owner_id=upload.owner_id,
            size_bytes=upload.size_bytes,
            purpose=current.purpose,
        ),
    )


async def _notice(tx: Tx, services: Services, upload: Upload) -> bool:
    """The process may have died between the last byte and the note: the file knows."""
    if await folder_of(services).size(upload.upload_id) != upload.size_bytes:
        return False
    await note_complete(tx, services, upload, None, microseconds(services.clock()))
    return True


async def _again(tx: Tx, services: Services, upload: Upload) -> Upload:
    return await store.upload(tx, folder_of(services), upload.upload_id, upload.owner_id)
