"""The base of every published fact. Facts are frozen and versioned and carry no logic."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, told to whoever listens.

    Subclasses set `name` (stable, `noun.happened`), raise `version` when a field changes its
    meaning, and answer `key`: events with one key reach each listener in the order they happened.
    """

    name: ClassVar[str] = "event"
    version: ClassVar[int] = 1

    event_id: int
    occurred_at: datetime
    market: str

    @property
    def key(self) -> int:
        """The partition: usually the id of the thing the fact is about."""
        return self.event_id
