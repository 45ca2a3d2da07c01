"""What every limited process does round its one order: the line up, and errors put in words."""

import errno
import os
import resource
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar

from nightmarket.infra.media import wire
from nightmarket.infra.media.errors import Broken, DiskFull, TooBig, TooCostly
from nightmarket.infra.media.job import Progress
from nightmarket.infra.media.sandbox import die_with_parent, leave_network
from nightmarket.kernel.errors import NightmarketError

OURS = (errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENOENT)


class Line:
    """The way up to the parent. Whatever else prints goes nowhere."""

    def __init__(self) -> None:
        """Keep the real standard output for notes and point the old one at nothing."""
        self._out: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
        self._lock = threading.Lock()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)

    def say(self, note: wire.Note) -> None:
        """Send one note; safe from every thread."""
        with self._lock:
            self._out.write(wire.encode(note))

    def report(self, progress: Progress) -> None:
        """Send progress."""
        self.say(wire.Note(progress=progress))


Work = Callable[[wire.Order, Line, tuple[str, ...]], wire.Note]


Made = TypeVar("Made")
SHORT_OF_MEMORY = 0.9


def serve(work: Work) -> int:
    """Carry out one order from standard input; an empty input ends a child that waits in vain."""
    die_with_parent()
    walls = ("network",) if leave_network() else ()
    line = Line()
    text = sys.stdin.buffer.readline(wire.LINE_BYTES_MAX)
    if not text:
        return 0
    order = wire.decode_order(text)
    try:
        line.say(in_words(lambda: work(order, line, walls)))
    except NightmarketError as error:
        line.say(wire.Note(refused=wire.Said(error.code, error.detail, error.facts)))
    return 0


def in_words(work: Callable[[], Made]) -> Made:
    """Do the work and turn what may go wrong in it into our own errors."""
    with Path("/proc/self/status").open() as memory:  # Opened before the walls are shut.
        try:
            return work()
        except MemoryError as error:
            raise TooCostly("The film needs more memory than one upload may use.") from error
        except (OSError, ValueError, ArithmeticError) as error:  # FFmpeg's are OSErrors too.
            raise _translated(error, is_short=_is_short(memory)) from error
        except Broken as error:
            if _is_short(memory):
                raise TooCostly("The film needs more memory than one upload may use.") from error
            raise


def _is_short(memory: TextIO) -> bool:
    """Tell whether memory ran out: FFmpeg's libraries call that by many names."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    peak_kib = next(int(line.split()[1]) for line in memory if line.startswith("VmPeak"))
    return limit != resource.RLIM_INFINITY and peak_kib * 1024 > limit * SHORT_OF_MEMORY


def _translated(error: Exception, *, is_short: bool) -> Exception:
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull("There is no room left for the renditions.")
    if number == errno.EFBIG:
        return TooBig("A rendition grew larger than allowed.")
    if number == errno.ENOMEM or is_short:
        return TooCostly("The film needs more memory than one upload may use.")
    if number in OURS:
        return error  # Not the film's fault: the walls or the limits are too tight.
    return Broken("The film is damaged.", reason=type(error).__name__)
