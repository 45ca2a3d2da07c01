"""Entries of the audit log and who they are about."""

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    """What kind of caller did something."""

    ACCOUNT = "account"
    GUEST = "guest"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did something; `actor_id` None: the system itself."""

    kind: ActorKind
    actor_id: int | None
    market: str

    def __post_init__(self) -> None:
        assert (self.actor_id is None) == (self.kind is ActorKind.SYSTEM), self


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done: `noun.verb`, on what, and the facts an auditor needs to judge it."""

    action: str
    object_kind: str = ""
    object_id: int | None = None
    facts: dict[str, str | int | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log. `facts` None: erased on a person's request; the chain still holds."""

    seq: int
    occurred_at_us: int
    market: str
    actor_kind: str
    actor_id: int | None
    action: str
    object_kind: str
    object_id: int | None
    facts_digest: bytes
    hash_before: bytes
    hash: bytes
    salt: bytes | None = None
    facts: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What checking the chain found; `broken_at` None: every link holds."""

    entries: int
    erased: int
    broken_at: int | None
