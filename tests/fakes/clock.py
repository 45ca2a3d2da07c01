"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class HandClock:
    """Starts at noon on 2026-03-02 UTC, a Monday."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the instant it stands at."""
        return self.instant

    def move(self, **by: float) -> None:
        """Move on by a `timedelta` written as keywords, e.g. `move(hours=2)`."""
        self.instant += timedelta(**by)
