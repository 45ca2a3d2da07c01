"""Where tests put what must be made and thrown away quickly: in memory where the machine has room."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_BYTES_LEAST = 4 << 30
PREFIX = "nightmarket-tests-"


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder other users may enter, gone with the block; on disk where memory is scarce.

    A database there is made in a tenth of the time. What a killed run left is cleared away.
    """
    parent = _memory()
    if parent is not None:
        _clear(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    folder.chmod(0o755)  # As root, the database runs as a user of its own.
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    is_there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    return MEMORY if is_there and shutil.disk_usage(MEMORY).free > ROOM_BYTES_LEAST else None


def _clear(parent: Path) -> None:
    for old in parent.glob(f"{PREFIX}*"):
        owner = old.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(old, ignore_errors=True)
