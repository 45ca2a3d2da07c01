"""Announce an upload: quota and room are asked first, then an empty file waits for its bytes."""

from datetime import datetime

from nightmarket.domains.assets import rules, store
from nightmarket.domains.assets.values import Announced, Upload
from nightmarket.infra.services import Services
from nightmarket.infra.uploads import UploadFolder
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, UploadId


async def create_upload(
    services: Services, owner_id: AccountId, market: str, announced: Announced, now: datetime
) -> Upload:
    """Write the upload and make its empty file; commits by itself, since bytes follow at once.

    Raises:
        QuotaReached: the account has too much waiting.
        DiskShort: this machine has too little room.
    """
    folder, settings = folder_of(services), services.settings
    rules.require_room(
        free_bytes=await folder.free_bytes(),
        wanted_bytes=announced.size_bytes,
        floor_bytes=settings.disk_free_bytes_min,
    )
    upload_id = UploadId(services.ids())
    now_us = microseconds(now)
    upload = Upload(
        upload_id=upload_id,
        owner_id=owner_id,
        market=market,
        size_bytes=announced.size_bytes,
        filename=announced.filename,
        filetype=announced.filetype,
        metadata=announced.metadata,
        is_complete=False,
        sha256=None,
        purpose="",
        created_at_us=now_us,
        expires_at_us=now_us + rules.KEPT_US,
        path=folder.path(upload_id),
    )
    async with services.database.transaction() as tx:
        held = await store.held(tx, owner_id)
        rules.require_quota(held, announced.size_bytes, bytes_max=settings.upload_bytes_max)
        await store.insert(tx, upload)
    await folder.create(upload_id)  # After the row: the sweep deletes files without one.
    return upload


def folder_of(services: Services) -> UploadFolder:
    """Return where this machine keeps uploads."""
    return UploadFolder(services.settings.data_directory / "uploads")
