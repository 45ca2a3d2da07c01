"""Gives media work to limited child processes and turns every way they can end into words.

One process a job. A spare one waits with everything imported, so that a job starts at once.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nightmarket
from nightmarket.infra import telemetry
from nightmarket.infra.media import wire
from nightmarket.infra.media.errors import BY_CODE, Broken, TooCostly, WorkshopUnavailable
from nightmarket.infra.media.job import (
    Cover,
    CoverJob,
    Credentials,
    Limits,
    Progress,
    RenderJob,
    RenderResult,
    SourceFacts,
    Step,
)

CHILD = "nightmarket.infra.media.child"
CREDENTIALS_CHILD = "nightmarket.infra.media.credentials_child"
STDERR_KEPT_BYTES = 2000
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}
PROBE_WALL_S = 20

OnProgress = Callable[[Progress], None]


class Workshop:
    """Runs media jobs. One instance a process; how many jobs run at once is the caller's choice."""

    def __init__(self, *, keeps_spare: bool = True) -> None:
        """Start nothing yet; `warm` starts the spare child (about 60 MB)."""
        self._keeps_spare = keeps_spare
        self._spare: Process | None = None
        self.walls: tuple[str, ...] | None = None  # Of the last child: None before the first.

    async def warm(self) -> None:
        """Start the spare child, if it is wanted and not there."""
        if self._keeps_spare and (self._spare is None or self._spare.returncode is not None):
            self._spare = await _start(CHILD)

    async def close(self) -> None:
        """Stop the spare child."""
        spare, self._spare = self._spare, None
        if spare is not None and spare.returncode is None:
            _kill(spare)
            await spare.wait()

    async def render(self, job: RenderJob, on_progress: OnProgress) -> RenderResult:
        """Publish one upload; `on_progress` is called on the event loop, in order.

        Cancelling kills the child. Files of a failed job are the caller's to delete.

        Raises:
            Refused: the upload is at fault, with words for its owner.
            Unavailable: the machine is at fault; worth another try.
        """
        note = await self._run(wire.Render(job), job.limits, on_progress)
        assert note.rendered is not None
        return note.rendered

    async def probe(self, source: str, limits: Limits | None = None) -> SourceFacts:
        """Find out what an upload is; raises like `render`."""
        limits = replace(limits or Limits(), wall_s_max=PROBE_WALL_S)
        note = await self._run(wire.Probe(source, limits), limits, _ignore)
        assert note.facts is not None
        return note.facts

    async def cover(self, job: CoverJob) -> Cover:
        """Take one frame of a rendition; raises like `render`."""
        note = await self._run(wire.TakeCover(job), job.limits, _ignore)
        assert note.cover is not None
        return note.cover

    async def credentials(
        self,
        source: str,
        *,
        anchors_pem: str,
        media_type: str | None = None,
        limits: Limits | None = None,
    ) -> Credentials:
        """Read Content Credentials, before anything strips them.

        Args:
            source: the upload as it came.
            anchors_pem: certificates of the trust list; empty: every signer is untrusted.
            media_type: None for films, which are sniffed; else e.g. "image/jpeg".
            limits: None for the defaults.
        """
        limits = limits or Limits()
        order = wire.ReadCredentials(source, media_type, anchors_pem, limits)
        note = await self._run(order, limits, _ignore)
        assert note.credentials is not None
        return note.credentials

    async def _run(self, order: wire.Order, limits: Limits, on_progress: OnProgress) -> wire.Note:
        with telemetry.span(f"media {type(order).__name__}"):
            lap = telemetry.laps()

            def reached(progress: Progress) -> None:
                if progress.step is not Step.FRACTION:
                    lap(f"media until {progress.step}")
                on_progress(progress)

            note = await self._in_child(order, limits, reached)
            lap("media until end")
            return note

    async def _in_child(
        self, order: wire.Order, limits: Limits, on_progress: OnProgress
    ) -> wire.Note:
        is_credentials = isinstance(order, wire.ReadCredentials)
        child = await (_start(CREDENTIALS_CHILD) if is_credentials else self._take())
        tail = asyncio.ensure_future(_tail(child))
        try:
            async with asyncio.timeout(limits.wall_s_max):
                last = await self._talk(child, order, limits.stall_s_max, on_progress)
                await child.wait()
        except TimeoutError as error:
            wall_s = limits.wall_s_max
            raise TooCostly(
                f"The film took longer than {wall_s} seconds to prepare.", wall_s_max=wall_s
            ) from error
        finally:
            _kill(child)
            await child.wait()
            stderr = await tail
            await self._refill(is_credentials=is_credentials)
        if last is None:
            raise _ended(child.returncode, stderr)
        if last.refused is not None:
            said = last.refused
            raise BY_CODE.get(said.code, Broken)(said.detail, **said.facts)
        return last

    async def _take(self) -> Process:
        spare, self._spare = self._spare, None
        if spare is not None and spare.returncode is None:
            return spare
        return await _start(CHILD)

    async def _refill(self, *, is_credentials: bool) -> None:
        if not is_credentials:
            await self.warm()

    async def _talk(
        self, child: Process, order: wire.Order, stall_s: int, on_progress: OnProgress
    ) -> wire.Note | None:
        assert child.stdin is not None
        assert child.stdout is not None
        last = None
        try:
            child.stdin.write(wire.encode(order))
            await child.stdin.drain()
            child.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            return None  # How it ended says the rest.
        while (note := await _heard(child.stdout, stall_s)) is not None:
            if note.progress is not None:
                on_progress(note.progress)
            elif note.walls is not None:
                self.walls = note.walls
            else:
                last = note
        return last


async def _heard(lines: asyncio.StreamReader, stall_s: int) -> wire.Note | None:
    """Read the next note; None at the end, or when the child talks nonsense."""
    try:
        text = await asyncio.wait_for(lines.readline(), stall_s)
        return wire.decode_note(text) if text else None
    except (ValueError, ConnectionResetError):  # msgspec's errors are ValueErrors.
        return None


async def _start(module: str) -> Process:
    source_folder = Path(nightmarket.__file__).parent.parent
    environment = {
        "PYTHONPATH": str(source_folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",  # One thread while the walls are shut.
        "MALLOC_ARENA_MAX": "2",  # Each arena would reserve 64 MB of the address space.
    }
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-s",
            "-m",
            module,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            cwd="/",
            limit=wire.LINE_BYTES_MAX,
            start_new_session=True,
        )
    except OSError as error:
        raise WorkshopUnavailable(f"No process for media could be started: {error}") from error


def _kill(child: Process) -> None:
    """End the child and whatever it may have started, at once."""
    if child.returncode is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


async def _tail(child: Process) -> str:
    """Drain the child's error output, so that it never blocks, and keep its end."""
    assert child.stderr is not None
    kept = b""
    while block := await child.stderr.read(4096):
        kept = (kept + block)[-STDERR_KEPT_BYTES:]
    return kept.decode("utf-8", "replace")


def _ended(status: int | None, stderr: str) -> Exception:
    """Say what a child that gave no answer died of."""
    number = -status if status is not None and status < 0 else 0
    if number == signal.SIGXCPU:
        return TooCostly("The film takes more computing time than one upload may use.")
    if number in CRASHES:
        return Broken("The film is damaged in a way that stops the decoder.", signal=number)
    if number:
        return WorkshopUnavailable("The machine stopped the work on the film.", signal=number)
    return WorkshopUnavailable("The work on the film ended early.", reason=stderr[-500:])


def _ignore(_progress: Progress) -> None:
    """Nobody listens."""
