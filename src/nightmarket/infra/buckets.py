"""Token buckets in one table of fixed size, which web processes of one machine may share."""

import fcntl
import hashlib
import math
import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nightmarket.kernel.clock import Now, microseconds

ROWS = 4_096
SEATS = 8
"""A caller's bucket lies on one of so many seats of one row."""
SECOND_US = 1_000_000
_SEAT = struct.Struct("<Qdq")
"""Whose bucket it is (0: nobody's), its tokens, and when they were counted, microseconds."""


@dataclass(frozen=True, slots=True)
class CallClass:
    """A kind of call: how many at once, and how many a second after that."""

    name: str
    burst: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a call is told: whether it passes, what the bucket holds, when it holds more."""

    is_allowed: bool
    limit: int
    remaining: int
    reset_s: int
    retry_after_s: int = 0

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the lines every limited answer carries."""
        return [
            (b"ratelimit-limit", str(self.limit).encode()),
            (b"ratelimit-remaining", str(self.remaining).encode()),
            (b"ratelimit-reset", str(self.reset_s).encode()),
        ]


class Buckets:
    """Token buckets by caller and kind of call: 786 kB for 32,768 of them, never more.

    When a row is full, its least lately used bucket is forgotten. Where a caller sits depends on
    `secret`, so that nobody can choose to push somebody out.
    """

    def __init__(self, clock: Now, secret: bytes = b"", rows: int = ROWS) -> None:
        """Count for this process alone; `shared` counts for several."""
        self._clock = clock
        self._secret = hashlib.blake2b(secret, digest_size=16).digest()
        self._rows = rows
        self._file: int | None = None
        self._table = mmap.mmap(-1, rows * SEATS * _SEAT.size)

    @classmethod
    def shared(cls, clock: Now, secret: bytes, path: Path) -> Self:
        """Count together with every process that opened the same file.

        Raises:
            OSError: the file cannot be made or is not ours.
        """
        buckets = cls(clock, secret)
        size = len(buckets._table)
        buckets._table.close()
        buckets._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(buckets._file, size)
        buckets._table = mmap.mmap(buckets._file, size)
        return buckets

    def take(self, key: str, kind: CallClass, *, times: int = 1) -> Verdict:
        """Take one token of a bucket that is `times` as large as the class says."""
        now_us = microseconds(self._clock())
        burst, per_s = float(kind.burst * times), kind.per_s * times
        whose = self._number(f"{kind.name} {key}")
        with self._alone():
            place, tokens, counted_us = self._find(whose, burst, now_us)
            passed_s = max(0, now_us - counted_us) / SECOND_US
            tokens = min(burst, tokens + passed_s * per_s)
            is_allowed = tokens >= 1
            if is_allowed:
                tokens -= 1
            _SEAT.pack_into(self._table, place, whose, tokens, max(now_us, counted_us))
        return Verdict(
            is_allowed=is_allowed,
            limit=int(burst),
            remaining=int(tokens),
            reset_s=math.ceil((burst - tokens) / per_s),
            retry_after_s=0 if is_allowed else max(1, math.ceil((1 - tokens) / per_s)),
        )

    def close(self) -> None:
        """Give the table back; nothing may be taken any more."""
        self._table.close()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _number(self, name: str) -> int:
        digest = hashlib.blake2b(name.encode(), digest_size=8, key=self._secret).digest()
        return int.from_bytes(digest, "little") or 1

    def _find(self, whose: int, burst: float, now_us: int) -> tuple[int, float, int]:
        """Return where the caller's bucket lies or will lie, its tokens, and their moment."""
        row = whose % self._rows * SEATS * _SEAT.size
        oldest, least_us = row, now_us + 1
        for place in range(row, row + SEATS * _SEAT.size, _SEAT.size):
            owner, tokens, counted_us = _SEAT.unpack_from(self._table, place)
            if owner == whose:
                return place, tokens, counted_us
            if counted_us < least_us:
                oldest, least_us = place, counted_us
        return oldest, burst, now_us

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the other processes out for the few microseconds that a bucket is changed."""
        if self._file is None:
            yield
            return
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
