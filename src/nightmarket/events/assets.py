"""What `assets` tells: bytes that were handed in are whole, or will never be."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from nightmarket.events.event import Event
from nightmarket.kernel.ids import AccountId, UploadId


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadCompleted(Event):
    """The last byte of an upload is on the disk."""

    name: ClassVar[str] = "upload.completed"

    upload_id: UploadId
    owner_id: AccountId
    size_bytes: int
    purpose: str

    @property
    @override
    def key(self) -> int:
        """Facts about one upload stay in order."""
        return self.upload_id


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDropped(Event):
    """An upload ended before it was whole: its owner stopped it, or it expired."""

    name: ClassVar[str] = "upload.dropped"

    upload_id: UploadId
    owner_id: AccountId
    purpose: str

    @property
    @override
    def key(self) -> int:
        """Facts about one upload stay in order."""
        return self.upload_id
