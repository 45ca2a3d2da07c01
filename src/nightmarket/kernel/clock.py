"""Injected time: nothing else in the package may ask the operating system what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Now: TypeAlias = Callable[[], datetime]
"""Returns the current instant, always timezone-aware UTC."""

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970, as columns `_at_us` keep it."""
    return (instant - _UNIX) // timedelta(microseconds=1)


def instant(at_us: int) -> datetime:
    """Return the instant of a column `_at_us`."""
    return _UNIX + timedelta(microseconds=at_us)
