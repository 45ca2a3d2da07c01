"""Bytes on their way in: one growing file per upload; its size says what has arrived."""

import asyncio
import errno
import fcntl
import hashlib
import os
import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from nightmarket.kernel.errors import Conflict, NotFound, Unavailable
from nightmarket.kernel.ids import UploadId, to_text

PIECE_BYTES = 1024 * 1024
"""Bytes gathered before a thread writes them: fewer hops, bounded memory."""
SUMS_MAX = 256
"""Running checksums remembered per process; a forgotten one only means that none is known."""

_sums: OrderedDict[Path, tuple[int, Any]] = OrderedDict()


class UploadBusy(Conflict):
    """Another request is writing to this upload right now."""

    code = "assets.upload_busy"
    http_status = 423


class UploadFileMissing(NotFound):
    """The upload's file is not here any more."""

    code = "assets.no_such_upload"


class DiskFull(Unavailable):
    """The disk has no room; what arrived so far is kept."""

    code = "assets.disk_full"
    http_status = 507


class UploadFolder:
    """All uploads of one machine, as files named by their id."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, upload_id: UploadId) -> Path:
        """Return where the upload's bytes lie."""
        return self._root / f"{to_text(upload_id)}.part"

    async def create(self, upload_id: UploadId) -> None:
        """Make the empty file.

        Raises:
            DiskFull: not even that fits.
        """
        await asyncio.to_thread(self._create, upload_id)

    def _create(self, upload_id: UploadId) -> None:
        with _room():
            self._root.mkdir(parents=True, exist_ok=True)
            self.path(upload_id).touch()

    async def size(self, upload_id: UploadId) -> int:
        """Return how many bytes have arrived.

        Raises:
            UploadFileMissing: the file is gone.
        """
        try:
            return (await asyncio.to_thread(os.stat, self.path(upload_id))).st_size
        except FileNotFoundError as error:
            raise UploadFileMissing("no such upload") from error

    async def delete(self, upload_id: UploadId) -> None:
        """Remove the bytes; nothing there is fine."""
        _sums.pop(self.path(upload_id), None)
        await asyncio.to_thread(self.path(upload_id).unlink, missing_ok=True)

    async def names(self) -> set[str]:
        """Return the ids, as text, of every file here."""
        return await asyncio.to_thread(self._names)

    def _names(self) -> set[str]:
        return {path.stem for path in self._root.glob("*.part")}

    async def free_bytes(self) -> int:
        """Return the room left on the disk."""
        return await asyncio.to_thread(self._free_bytes)

    def _free_bytes(self) -> int:
        self._root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._root).free

    @asynccontextmanager
    async def appending(self, upload_id: UploadId) -> AsyncIterator["Appender"]:
        """Open the upload for one writer; on leaving, however, what arrived is safe on the disk.

        Raises:
            UploadBusy: somebody else is writing, in this process or another.
            UploadFileMissing: the file is gone.
        """
        path = self.path(upload_id)
        file = await asyncio.to_thread(_open_locked, path)
        appender = Appender(file, path)
        try:
            yield appender
        finally:
            await asyncio.shield(asyncio.to_thread(appender.close))


class Appender:
    """Adds bytes to the end of one upload."""

    def __init__(self, file: FileIO, path: Path) -> None:
        self._file = file
        self._path = path
        self.offset = file.seek(0, os.SEEK_END)
        self._start = self.offset
        self._waiting = bytearray()
        known = _sums.pop(path, None) if self.offset else (0, hashlib.sha256())
        self._sum = known[1] if known is not None and known[0] == self.offset else None

    async def write(self, chunk: bytes) -> None:
        """Add bytes; they are on the disk for certain once the appender is closed.

        Raises:
            DiskFull: no room; earlier bytes are kept.
        """
        self._waiting += chunk
        self.offset += len(chunk)
        if len(self._waiting) >= PIECE_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Hand what waits to the disk."""
        piece, self._waiting = self._waiting, bytearray()
        if piece:
            await asyncio.to_thread(self._write, bytes(piece))

    def _write(self, piece: bytes) -> None:
        running, self._sum = self._sum, None  # Unknown, should the disk take only a part.
        with _room():
            rest = memoryview(piece)
            while rest:
                rest = rest[self._file.write(rest) :]
        if running is not None:
            running.update(piece)
        self._sum = running

    async def take_back(self) -> None:
        """Remove everything this appender wrote: its checksum was wrong."""
        self._waiting.clear()
        self._sum = None
        self.offset = self._start
        await asyncio.to_thread(self._file.truncate, self._start)

    async def digest(self) -> bytes | None:
        """Return the SHA-256 of the whole upload; None: parts of it passed another process."""
        await self.flush()
        return None if self._sum is None else self._sum.digest()

    def close(self) -> None:
        """Write what waits, wait for the disk, and let others in."""
        try:
            self._write(bytes(self._waiting))
            with _room():
                os.fsync(self._file.fileno())
            if self._sum is not None:
                _remember(self._path, self.offset, self._sum)
        finally:
            self._file.close()


def _remember(path: Path, offset: int, running: Any) -> None:
    _sums[path] = (offset, running)
    while len(_sums) > SUMS_MAX:
        _sums.popitem(last=False)


def _open_locked(path: Path) -> FileIO:
    try:
        file = FileIO(path, "r+")
    except FileNotFoundError as error:
        raise UploadFileMissing("no such upload") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise UploadBusy("another request is sending this upload") from error
    return file


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        raise DiskFull("the disk is full; what arrived is kept, go on later") from error
