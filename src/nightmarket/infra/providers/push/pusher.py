"""What any push service promises."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Push:
    """One encrypted message for one browser."""

    endpoint: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Delivery(Enum):
    """What became of a message: taken, or the browser no longer wants any, or it never will fit."""

    TAKEN = auto()
    GONE = auto()
    REFUSED = auto()


class Pusher(Protocol):
    """Hands messages to browsers' push services. Called from jobs only."""

    async def send(self, push: Push) -> Delivery:
        """Hand over one message; a second one with the same topic replaces it while it waits.

        Raises:
            Unavailable: the service did not answer, or asked to come back later.
        """
        ...
