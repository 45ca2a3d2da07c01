"""Identifiers: one type per thing, 63-bit time-ordered integers, short text in URLs and JSON."""

from datetime import UTC, datetime
from typing import NewType

from nightmarket.kernel.clock import Now
from nightmarket.kernel.errors import Invalid

AccountId = NewType("AccountId", int)
GuestId = NewType("GuestId", int)
ViewerId = NewType("ViewerId", int)
"""An account or a guest: whoever watches. Account and guest ids never collide."""
SessionId = NewType("SessionId", int)
UploadId = NewType("UploadId", int)
VideoId = NewType("VideoId", int)
SoundId = NewType("SoundId", int)
PlaylistId = NewType("PlaylistId", int)
CollectionId = NewType("CollectionId", int)
CommentId = NewType("CommentId", int)
NotificationId = NewType("NotificationId", int)
RequestId = NewType("RequestId", int)
EventId = NewType("EventId", int)
ReportId = NewType("ReportId", int)
CaseId = NewType("CaseId", int)
StatementId = NewType("StatementId", int)

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
CELL_BITS = 5
SLOT_BITS = 7
COUNTER_BITS = 10
MILLISECOND_SHIFT = CELL_BITS + SLOT_BITS + COUNTER_BITS
ID_MAX = 2**63 - 1
TEXT_LENGTH_MAX = 13
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)} | {"o": 0, "i": 1, "l": 1}


class MalformedId(Invalid):
    """The text is not an identifier."""

    code = "id.malformed"


class IdMaker:
    """Makes ids that grow with time and never repeat within one cell.

    Layout, high to low: 41 bits milliseconds since `EPOCH` (until 2093), 5 bits cell, 7 bits slot
    (one per running process), 10 bits counter. More than 1,024 ids in one millisecond borrow from
    the next; a clock that steps back keeps counting on from the newest instant seen.
    """

    def __init__(self, clock: Now, *, cell: int = 0, slot: int = 0) -> None:
        assert 0 <= cell < 1 << CELL_BITS, cell
        assert 0 <= slot < 1 << SLOT_BITS, slot
        self._clock = clock
        self._low = (cell << SLOT_BITS | slot) << COUNTER_BITS
        self._last_ms = 0
        self._counter = 0

    def __call__(self) -> int:
        """Return the next id."""
        now_ms = int((self._clock() - EPOCH).total_seconds() * 1000)
        if now_ms > self._last_ms:
            self._last_ms, self._counter = now_ms, 0
        else:
            self._counter += 1
            if self._counter >> COUNTER_BITS:
                self._last_ms, self._counter = self._last_ms + 1, 0
        return self._last_ms << MILLISECOND_SHIFT | self._low | self._counter


def made_at(number: int) -> datetime:
    """Return the instant an id was made, to the millisecond."""
    return datetime.fromtimestamp(EPOCH.timestamp() + (number >> MILLISECOND_SHIFT) / 1000, tz=UTC)


def cell_of(number: int) -> int:
    """Return the cell whose database holds the thing, 0..31."""
    return number >> (SLOT_BITS + COUNTER_BITS) & ((1 << CELL_BITS) - 1)


def to_text(number: int) -> str:
    """Write an id as Crockford base 32, lower case, at most 13 letters; order is kept by length."""
    assert 0 <= number <= ID_MAX, number
    letters = ""
    while number or not letters:
        number, digit = divmod(number, 32)
        letters = ALPHABET[digit] + letters
    return letters


def from_text(text: str) -> int:
    """Read an id written by `to_text`; case and the letters o, i, l are forgiven.

    Raises:
        MalformedId: empty, too long, or letters outside the alphabet.
    """
    number = 0
    if not text or len(text) > TEXT_LENGTH_MAX:
        raise MalformedId("this is not an identifier", text=text[:40])
    for letter in text.lower():
        digit = _VALUE.get(letter)
        if digit is None:
            raise MalformedId("this is not an identifier", text=text[:40])
        number = number * 32 + digit
    if number > ID_MAX:
        raise MalformedId("this is not an identifier", text=text[:40])
    return number
