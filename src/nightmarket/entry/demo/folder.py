"""Publishes every video of a folder through the public API, and says what became of each file."""

import asyncio
import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import httpx
from rich.console import Console

from nightmarket.entry.demo.api import Caller, CallRefused
from nightmarket.entry.demo.notes import Notes

SUFFIXES = {".mkv", ".ts", ".m2ts", ".mts", ".ogg", ".ogv", ".3gp", ".flv", ".m4v", ".f4v", ".vob"}
"""Kinds that the machine's own table of types may not call films."""
AT_ONCE = 3
"""Uploads stay only so far ahead of the work on them: the disk need not hold everything twice."""
OPEN_AFTER = 8
POLL_S = 0.25
SILENT_S_MAX = 900
"""Work on one file that tells nothing new for so long is left alone."""


class FellSilent(Exception):
    """The market told nothing new about a video for a long time."""


def is_film(path: Path) -> bool:
    """Whether a file's name says that it is a video; the market looks at the bytes."""
    kind = mimetypes.guess_type(path.name)[0] or ""
    return kind.startswith("video/") or path.suffix.lower() in SUFFIXES


@dataclass(slots=True)
class FolderShow:
    """One folder on its way into the market; `opened` is called when there is enough to watch."""

    creators: Sequence[Caller]
    notes: Notes
    out: Console
    opened: Callable[[], None]
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _done: int = 0
    _total: int = 0

    async def publish(self, media: Path) -> None:
        """Publish what is not noted yet; returns when all of it is made or refused.

        A file that cannot be published is named with its reason and stops nothing.
        """
        files = sorted(path for path in media.rglob("*") if path.is_file())
        films = [path for path in files if is_film(path)]
        if len(films) < len(files):
            self.out.print(f"  [dim]{len(files) - len(films)} other files are no videos[/]")
        names = {path: path.relative_to(media).as_posix() for path in films}
        known = self.notes.videos.keys() | self.notes.refused.keys()
        waiting = [(number, path) for number, path in enumerate(films) if names[path] not in known]
        self._total, self._done = len(films), len(films) - len(waiting)
        await asyncio.gather(*(self._one(number, path, names[path]) for number, path in waiting))

    async def _one(self, number: int, path: Path, name: str) -> None:
        creator = self.creators[number % len(self.creators)]
        async with self._gate:
            began = perf_counter()
            why = await self._why_not(creator, path, name)
        self._done += 1
        count = f"[dim]{self._done}/{self._total}[/]"
        if why is None:
            took = f"[dim]{perf_counter() - began:.1f} s[/]"
            self.out.print(f"  [green]✓[/] {count} {name} {took}")
        else:
            self.notes.refuse(name, why)
            self.out.print(f"  [yellow]–[/] {count} {name}: {why}")

    async def _why_not(self, creator: Caller, path: Path, name: str) -> str | None:
        """Publish one file and wait until it is made; returns why it could not be."""
        try:
            video = await creator.publish(path, caption=caption_of(path))
            return await self._follow(creator, name, video["video_id"])
        except CallRefused as refusal:
            return refusal.detail
        except (httpx.HTTPError, OSError, FellSilent) as failure:
            return str(failure) or type(failure).__name__

    async def _follow(self, creator: Caller, name: str, video_id: str) -> str | None:
        told, told_at_s = None, perf_counter()
        while True:
            found = await creator.call("GET", f"/videos/{video_id}/progress")
            if found["refusal"] is not None:
                return str(found["refusal"]["words"])
            if found["first_playable"] is not None and name not in self.notes.videos:
                self.notes.publish(name, video_id)
                if len(self.notes.videos) >= OPEN_AFTER:
                    self.opened()
            if found["state"] == "done":
                return None
            if found != told:
                told, told_at_s = found, perf_counter()
            elif perf_counter() - told_at_s > SILENT_S_MAX:
                raise FellSilent(f"nothing new for {SILENT_S_MAX // 60} minutes")
            await asyncio.sleep(POLL_S)


def caption_of(path: Path) -> str:
    """Return words for a file: its name, and its folder's as a hashtag."""
    words = path.stem.replace("_", " ").replace("-", " ")
    tag = "".join(letter for letter in path.parent.name if letter.isalnum())
    return f"{words} #{tag or 'clips'}"[:300]
