"""Objects: media bytes by key, on the local disk or in S3-compatible storage."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nightmarket.kernel.errors import NotFound, Unavailable

KEY = re.compile(r"[a-z0-9]{2,40}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}){1,3}")
CHUNK_BYTES = 256 * 1024


class NoSuchObject(NotFound):
    """No bytes under this key."""

    code = "storage.no_such_object"


class StorageUnavailable(Unavailable):
    """The disk or the object store did not take or give the bytes."""

    code = "storage.unavailable"


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object's size and when it was last written, in whole seconds since 1970."""

    size_bytes: int
    modified_s: int


class Storage(Protocol):
    """Keeps bytes under keys like `4f0c…/720.mp4`: the first part is the folder deleted as one."""

    async def put(self, key: str, source: Path, content_type: str) -> None:
        """Take over a local file (it may be moved away)."""
        ...

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        """Write a small object."""
        ...

    async def info(self, key: str) -> ObjectInfo:
        """Return size and age.

        Raises:
            NoSuchObject: nothing there.
        """
        ...

    def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes `start` (inclusive) to `end` (exclusive) in chunks."""
        ...

    async def fetch(self, key: str, target: Path) -> None:
        """Copy an object into a local file."""
        ...

    async def rename_folder(self, old: str, new: str) -> None:
        """Move everything under `old/` to `new/`: addresses known so far stop working."""
        ...

    async def delete(self, key: str) -> None:
        """Delete one object; nothing there is fine."""
        ...

    async def delete_folder(self, folder: str) -> None:
        """Delete everything under `folder/`; nothing there is fine."""
        ...

    def local_path(self, key: str) -> Path | None:
        """Return the object's file when it lies on this machine, else None."""
        ...


class LocalStorage:
    """Objects as files below one directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def local_path(self, key: str) -> Path:
        """Return where the object lies or would lie."""
        assert KEY.fullmatch(key), key
        assert ".." not in key, key
        return self._root / key[:2] / key

    def _folder(self, folder: str) -> Path:
        return self.local_path(f"{folder}/_").parent

    async def put(self, key: str, source: Path, content_type: str) -> None:
        """Move the file into place; readers see all of it or nothing."""
        del content_type
        await asyncio.to_thread(self._place, key, source)

    def _place(self, key: str, source: Path) -> None:
        target = self.local_path(key)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            staged = target.with_name(f".{target.name}.part")
            shutil.move(source, staged)
            staged.replace(target)
        except OSError as error:
            raise StorageUnavailable("the disk did not take the file") from error

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        """Write a small object in one piece."""
        del content_type
        await asyncio.to_thread(self._write, key, content)

    def _write(self, key: str, content: bytes) -> None:
        target = self.local_path(key)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            staged = target.with_name(f".{target.name}.part")
            staged.write_bytes(content)
            staged.replace(target)
        except OSError as error:
            raise StorageUnavailable("the disk did not take the file") from error

    async def info(self, key: str) -> ObjectInfo:
        """Return size and age."""
        if not KEY.fullmatch(key) or ".." in key:
            raise NoSuchObject("no such file")
        try:
            status = await asyncio.to_thread(os.stat, self.local_path(key))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoSuchObject("no such file") from error
        return ObjectInfo(status.st_size, int(status.st_mtime))

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield chunks of at most 256 KiB."""
        with await asyncio.to_thread(self.local_path(key).open, "rb") as file:
            await asyncio.to_thread(file.seek, start)
            left = end - start
            while left > 0:
                chunk = await asyncio.to_thread(file.read, min(CHUNK_BYTES, left))
                if not chunk:
                    return
                left -= len(chunk)
                yield chunk

    async def fetch(self, key: str, target: Path) -> None:
        """Copy the file, as a hard link where the disk allows."""
        await asyncio.to_thread(link_or_copy, self.local_path(key), target)

    async def rename_folder(self, old: str, new: str) -> None:
        """Move the folder."""
        source, target = self._folder(old), self._folder(new)
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(source.replace, target)

    async def delete(self, key: str) -> None:
        """Remove one file."""
        await asyncio.to_thread(self.local_path(key).unlink, missing_ok=True)

    async def delete_folder(self, folder: str) -> None:
        """Remove the folder and its files."""
        await asyncio.to_thread(shutil.rmtree, self._folder(folder), ignore_errors=True)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the disk cannot.

    Raises:
        NoSuchObject: there is no such file.
    """
    try:
        os.link(source, target)
    except FileNotFoundError as error:
        raise NoSuchObject("no such file") from error
    except OSError:
        shutil.copyfile(source, target)
