"""What `moderation` tells: reports, decisions and appeals about anything."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from nightmarket.events.event import Event
from nightmarket.kernel.ids import AccountId, ReportId, StatementId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentReported(Event):
    """Somebody reported something."""

    name: ClassVar[str] = "moderation.reported"

    report_id: ReportId
    ref_kind: str
    ref_id: int
    policy: str

    @property
    @override
    def key(self) -> int:
        """Facts about one ref stay in order."""
        return self.ref_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDecided(Event):
    """A decision took effect: none, label, limit, age_gate, demote or remove.

    `territories`: the markets whose law asks for it; empty: everywhere. Whoever keeps how a thing
    stands reads `everywhere`; what holds in some markets only is asked of moderation last.
    """

    name: ClassVar[str] = "moderation.decided"

    ref_kind: str
    ref_id: int
    owner_id: AccountId
    decision: str
    policy: str
    statement_id: StatementId | None
    territories: tuple[str, ...] = ()

    @property
    @override
    def key(self) -> int:
        """Facts about one ref stay in order."""
        return self.ref_id

    @property
    def everywhere(self) -> str:
        """The decision as it holds in every market."""
        return "none" if self.territories else self.decision


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided(Event):
    """An appeal was answered; upheld means the decision stands."""

    name: ClassVar[str] = "moderation.appeal_decided"

    ref_kind: str
    ref_id: int
    owner_id: AccountId
    statement_id: StatementId
    is_upheld: bool

    @property
    @override
    def key(self) -> int:
        """Facts about one ref stay in order."""
        return self.ref_id
