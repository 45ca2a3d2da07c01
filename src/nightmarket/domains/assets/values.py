"""Frozen values of uploads."""

from dataclasses import dataclass
from pathlib import Path

from nightmarket.kernel.ids import AccountId, UploadId


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload as announced. `sha256` None: not known; `purpose` empty: nobody took it yet."""

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
    path: Path


@dataclass(frozen=True, slots=True)
class Announced:
    """What the client says of bytes to come; `metadata` as it was sent."""

    size_bytes: int
    filename: str
    filetype: str
    metadata: str


@dataclass(frozen=True, slots=True)
class Checksum:
    """What one request's bytes must hash to."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What an account has waiting."""

    uploads_count: int
    bytes_total: int


@dataclass(frozen=True, slots=True)
class Received:
    """Where an upload stands after a request. `was_cut`: the connection ended early."""

    upload: Upload
    offset_bytes: int
    was_cut: bool
