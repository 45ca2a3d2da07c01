"""Typed functions over queries.sql; rows never leave this file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nightmarket.domains.assets.errors import NoSuchUpload
from nightmarket.domains.assets.values import Held, Upload
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.infra.uploads import UploadFolder
from nightmarket.kernel.ids import AccountId, UploadId

QUERIES = sql.load("nightmarket.domains.assets")


@dataclass(frozen=True)
class _Row:
    upload_id: UploadId
    owner_id: AccountId
    market: str
    size_bytes: int
    filename: str
    filetype: str
    metadata: str
    is_complete: bool
    sha256: bytes | None
    purpose: str
    created_at_us: int
    expires_at_us: int


async def insert(tx: Tx, upload: Upload) -> None:
    """Write an announced upload."""
    await tx.run(
        QUERIES["upload_insert"],
        upload_id=upload.upload_id,
        owner_id=upload.owner_id,
        market=upload.market,
        size_bytes=upload.size_bytes,
        filename=upload.filename,
        filetype=upload.filetype,
        metadata=upload.metadata,
        created_at_us=upload.created_at_us,
        expires_at_us=upload.expires_at_us,
    )


async def upload(tx: Tx, folder: UploadFolder, upload_id: UploadId, owner_id: AccountId) -> Upload:
    """Return an owner's upload.

    Raises:
        NoSuchUpload: there is none, or it is somebody else's.
    """
    return await _one(tx, folder, "upload", upload_id, owner_id)


async def lock(tx: Tx, folder: UploadFolder, upload_id: UploadId, owner_id: AccountId) -> Upload:
    """Take an owner's upload for a change.

    Raises:
        NoSuchUpload: there is none, or it is somebody else's.
    """
    return await _one(tx, folder, "upload_lock", upload_id, owner_id)


async def _one(
    tx: Tx, folder: UploadFolder, query: str, upload_id: UploadId, owner_id: AccountId
) -> Upload:
    row = await tx.maybe(_Row, QUERIES[query], upload_id=upload_id, owner_id=owner_id)
    if row is None:
        raise NoSuchUpload("no such upload")
    return _upload(row, folder.path(upload_id))


async def held(tx: Tx, owner_id: AccountId) -> Held:
    """Return what the account has waiting; locks the account's announcements."""
    await tx.run(QUERIES["held_lock"], owner_id=owner_id)
    return await tx.one(Held, QUERIES["held"], owner_id=owner_id)


async def touch(tx: Tx, upload_id: UploadId, expires_at_us: int) -> None:
    """Keep the upload until then."""
    await tx.run(QUERIES["upload_touch"], upload_id=upload_id, expires_at_us=expires_at_us)


async def complete(
    tx: Tx, upload_id: UploadId, sha256: bytes | None, *, now_us: int, expires_at_us: int
) -> bool:
    """Note that all bytes are here; False: it was noted before."""
    touched = await tx.run(
        QUERIES["upload_complete"],
        upload_id=upload_id,
        sha256=sha256,
        now_us=now_us,
        expires_at_us=expires_at_us,
    )
    return touched == 1


async def take(tx: Tx, upload_id: UploadId, purpose: str) -> None:
    """Note who uses the upload."""
    await tx.run(QUERIES["upload_take"], upload_id=upload_id, purpose=purpose)


async def delete(tx: Tx, ids: Sequence[UploadId]) -> None:
    """Forget uploads; their files are another matter."""
    await tx.run(QUERIES["uploads_delete"], ids=list(ids))


async def expired(tx: Tx, folder: UploadFolder, now_us: int) -> list[Upload]:
    """Lock and return uploads whose time is over."""
    rows = await tx.rows(_Row, QUERIES["expired"], now_us=now_us)
    return [_upload(row, folder.path(row.upload_id)) for row in rows]


async def known(tx: Tx, ids: Sequence[UploadId]) -> set[UploadId]:
    """Return which of these exist."""
    return {UploadId(number) for number in await tx.column(int, QUERIES["known"], ids=list(ids))}


async def of_owner(tx: Tx, folder: UploadFolder, owner_id: AccountId) -> list[Upload]:
    """Return everything of one account, oldest first."""
    rows = await tx.rows(_Row, QUERIES["uploads_of"], owner_id=owner_id)
    return [_upload(row, folder.path(row.upload_id)) for row in rows]


def _upload(row: _Row, path: Path) -> Upload:
    return Upload(**asdict(row), path=path)
