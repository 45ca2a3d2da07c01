"""What the console speaks of: copies of everything about a person, and inspections."""

from dataclasses import dataclass
from enum import StrEnum

from nightmarket.kernel.ids import AccountId

FILE = "nightmarket.zip"


class ExportState(StrEnum):
    """Where a copy stands."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A copy somebody asked for. `folder` cannot be guessed: who knows it may fetch the file."""

    export_id: int
    account_id: AccountId
    market: str
    state: ExportState
    folder: str
    size_bytes: int
    created_at_us: int
    finished_at_us: int | None
    expires_at_us: int

    @property
    def key(self) -> str:
        """Where the file lies in storage."""
        return f"{self.folder}/{FILE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What an auditor looks into, and why: a market from `since_us` to `until_us` (exclusive).

    `key` makes the names that viewers have in it; None: it is closed.
    """

    inspection_id: int
    account_id: AccountId
    market: str
    since_us: int
    until_us: int
    reason: str
    key: bytes | None
    created_at_us: int
    expires_at_us: int
