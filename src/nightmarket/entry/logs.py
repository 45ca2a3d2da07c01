"""Log files: one a process and day, kept for some days."""

import contextlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from nightmarket.kernel.clock import Now

PATTERN = "*-????-??-??.log"
DAY_LENGTH = len("2026-01-31")


@dataclass(frozen=True, slots=True)
class LogFolder:
    """Where the processes' own words go; only files that it named itself are ever deleted."""

    folder: Path
    days_kept: int
    clock: Now

    def add(self, process: str, chunk: bytes) -> None:
        """Append to the day's file; the first word of a day deletes what is too old.

        A full disk harms no one: then the words are lost.
        """
        today = self.clock().date()
        path = self.folder / f"{process}-{today.isoformat()}.log"
        with contextlib.suppress(OSError):
            self.folder.mkdir(exist_ok=True)
            if not path.exists():
                self._trim(today - timedelta(days=self.days_kept))
            with path.open("ab") as file:
                file.write(chunk)

    def _trim(self, oldest: date) -> None:
        for path in self.folder.glob(PATTERN):
            if path.stem[-DAY_LENGTH:] < oldest.isoformat():
                path.unlink(missing_ok=True)
