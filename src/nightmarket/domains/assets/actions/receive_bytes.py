"""Receive part of an upload: straight to the disk, keeping whatever arrived when it is cut off."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from nightmarket.domains.assets import rules, store
from nightmarket.domains.assets.actions.complete_upload import note_complete
from nightmarket.domains.assets.actions.create_upload import folder_of
from nightmarket.domains.assets.errors import TooLarge, UploadExpired, WrongChecksum, WrongOffset
from nightmarket.domains.assets.values import Checksum, Received, Upload
from nightmarket.infra.services import Services
from nightmarket.infra.uploads import Appender
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, UploadId


class Cut(Exception):  # Control flow of the byte stream, not an error of ours.
    """The sender went away before the end of its request."""


async def find_upload(
    services: Services, upload_id: UploadId, owner_id: AccountId, now: datetime
) -> Upload:
    """Return an owner's upload that can be gone on with.

    Raises:
        NoSuchUpload: there is none, or it is somebody else's.
        UploadExpired: its time is over.
    """
    async with services.database.transaction() as tx:
        upload = await store.upload(tx, folder_of(services), upload_id, owner_id)
    if microseconds(now) >= upload.expires_at_us and not (upload.purpose and upload.is_complete):
        raise UploadExpired("this upload was not finished in time")
    return upload


async def receive_bytes(
    services: Services,
    upload: Upload,
    offset_bytes: int,
    pieces: AsyncIterator[bytes],
    checksum: Checksum | None,
) -> Received:
    """Append the pieces at `offset_bytes`; holds no database connection meanwhile.

    Pieces may raise `Cut`: what came before is kept, unless a checksum was to prove it.

    Raises:
        UploadBusy: another request is sending it.
        WrongOffset: it has more or fewer bytes already.
        TooLarge: more than was announced; what was announced is kept.
        WrongChecksum: nothing of this request is kept.
        DiskShort, DiskFull: no room; what was sent before is kept.
    """
    folder = folder_of(services)
    rules.require_room(
        free_bytes=await folder.free_bytes(),
        wanted_bytes=max(0, upload.size_bytes - offset_bytes),
        floor_bytes=services.settings.disk_free_bytes_min,
    )
    async with folder.appending(upload.upload_id) as appender:
        if appender.offset != offset_bytes:
            raise WrongOffset("the upload goes on elsewhere", offset_bytes=appender.offset)
        was_cut = await _append(appender, upload, pieces, checksum)
        is_whole = appender.offset == upload.size_bytes
        digest = await appender.digest() if is_whole else None
    now_us = microseconds(services.clock())
    async with services.database.transaction() as tx:
        if is_whole:
            await note_complete(tx, services, upload, digest, now_us)
        else:
            await store.touch(tx, upload.upload_id, now_us + rules.KEPT_US)
    kept = replace(upload, expires_at_us=now_us + rules.KEPT_US, is_complete=is_whole)
    return Received(kept, appender.offset, was_cut)


async def _append(
    appender: Appender, upload: Upload, pieces: AsyncIterator[bytes], checksum: Checksum | None
) -> bool:
    """Return whether the sender went away early."""
    running: Any = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    try:
        async for piece in pieces:
            room = upload.size_bytes - appender.offset
            await appender.write(piece[:room])
            if running is not None:
                running.update(piece)
            if len(piece) > room:
                raise TooLarge("more bytes than were announced", size_bytes=upload.size_bytes)
    except Cut:
        if checksum is not None:
            await appender.take_back()
        return True
    if checksum is not None and running.digest() != checksum.digest:
        await appender.take_back()
        raise WrongChecksum("the bytes do not match their checksum; send them again")
    return False
