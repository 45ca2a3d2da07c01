"""A job reads its upload and nothing else, starts nothing and talks to nobody."""

import ctypes
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest

from nightmarket.infra.media.errors import Broken, UnknownType
from nightmarket.infra.media.job import RenderJob
from nightmarket.infra.media.workshop import Workshop
from tests.infra.media.films import EAGER, Film, make

IN_OPEN = 0x20
EVENT = struct.Struct("iIII")

TRY_EVERYTHING = """
import os, socket, subprocess, sys, threading
from nightmarket.infra.media.sandbox import enter, leave_network
mine, other, folder = sys.argv[1:]
walls = (["network"] if leave_network() else []) + list(enter([mine], [folder]))
print("walls", *sorted(walls))
def attempt(name, act):
    try:
        act()
    except OSError as error:
        print(name, "refused")
    else:
        print(name, "done")
attempt("read_own", lambda: open(mine).read())
attempt("write_own", lambda: open(folder + "/new", "w").write("x"))
attempt("read_other", lambda: open(other).read())
attempt("read_passwd", lambda: open("/etc/passwd").read())
attempt("list_root", lambda: os.listdir("/"))
attempt("write_other", lambda: open(other, "a").write("x"))
attempt("socket", lambda: socket.socket())
attempt("fork", lambda: os.fork())
attempt("run", lambda: subprocess.run(["/bin/true"]))
attempt("kill", lambda: os.kill(os.getppid(), 0))
thread = threading.Thread(target=print, args=("thread done",))
thread.start()
thread.join()
"""


def test_the_walls_hold(tmp_path: Path) -> None:
    """Own upload and folder yes; neighbours, passwords, sockets and processes no; threads yes."""
    mine, other, folder = tmp_path / "mine", tmp_path / "other", tmp_path / "folder"
    mine.write_text("mine")
    other.write_text("secret")
    folder.mkdir()
    source = Path(__file__).parents[3] / "src"
    told = subprocess.run(
        [sys.executable, "-c", TRY_EVERYTHING, mine, other, folder],
        env={"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    if told[0] != "walls landlock network seccomp":
        pytest.skip(f"this kernel does not offer every wall: {told[0]}")
    assert told[1:] == [
        "read_own done",
        "write_own done",
        "read_other refused",
        "read_passwd refused",
        "list_root refused",
        "write_other refused",
        "socket refused",
        "fork refused",
        "run refused",
        "kill refused",
        "thread done",
    ]
    assert other.read_text() == "secret"


@pytest.mark.parametrize("name", ["film.mp4", "playlist.mp4", "concat.mp4", "reference.mov"])
async def test_nothing_beside_the_upload_is_opened(
    workshop: Workshop, tmp_path: Path, folder: Path, name: str
) -> None:
    """The kernel tells which files of the upload's folder were opened: one."""
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    private = make(uploads / "private.ts", Film(container="mpegts", seconds=1))
    source = uploads / name
    if name == "film.mp4":
        make(source)
    elif name == "playlist.mp4":
        source.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{private.name}\n")
    elif name == "concat.mp4":
        source.write_text(f"ffconcat version 1.0\nfile {private.name}\n")
    else:
        source.write_bytes(with_reference(make(tmp_path / "x.mov", Film(container="mov")), private))
    with Watch(uploads) as watch:
        try:
            await workshop.render(
                RenderJob(str(source), str(folder), limits=EAGER), lambda _note: None
            )
        except (UnknownType, Broken):
            assert name not in ("film.mp4", "reference.mov")
        else:  # The reference is ignored: the bytes that it hides are the film's own.
            assert name in ("film.mp4", "reference.mov")
        assert watch.opened() == {name}


def with_reference(film: Path, target: Path) -> bytes:
    """Make the film's tracks lie in another file, as QuickTime allows."""
    data = bytearray(film.read_bytes())
    at = data.find(b"dref")
    while at >= 0:
        entry = at + 12  # Version, flags and count; then one `url ` of "this very file".
        assert bytes(data[entry + 4 : entry + 8]) in (b"url ", b"alis")
        data[entry + 8 : entry + 12] = bytes(4)  # No longer "this very file".
        at = data.find(b"dref", at + 4)
    assert target.exists()
    return bytes(data)


class Watch:
    """Tells the names of files that are opened in a folder (inotify)."""

    def __init__(self, folder: Path) -> None:
        self._libc = ctypes.CDLL(None)
        self._file = self._libc.inotify_init1(os.O_NONBLOCK)
        assert self._libc.inotify_add_watch(self._file, bytes(folder), IN_OPEN) >= 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def opened(self) -> set[str]:
        """Names since the start; the folder itself is not counted."""
        names = set()
        data = os.read(self._file, 1 << 16)
        while data:
            _, _, _, length = EVENT.unpack_from(data)
            names.add(data[EVENT.size : EVENT.size + length].rstrip(b"\0").decode())
            data = data[EVENT.size + length :]
        return names - {""}
