"""Keeps the process tree up: starts it, restarts what falls, stops it in order."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import fasteners

from nightmarket.entry import ports
from nightmarket.entry.logs import LogFolder
from nightmarket.entry.process import READY, SUPERVISED, system_clock
from nightmarket.infra import migrate, postgres
from nightmarket.infra.settings import Settings, for_child, secret_of

READY_S_MAX = 60
ROOM_BYTES_MIN = 1 << 20
STOP_S_MAX = 9
FALLS_MAX = 5
FALLS_WINDOW_S = 60
RESTART_WAIT_S = 0.5
LINE_BYTES_MAX = 1 << 20
PROCESSES = ("web", "realtime", "worker", "media")


class CannotStart(Exception):
    """The tree cannot run; the words say why and what to do."""


@dataclass(slots=True)
class _Child:
    name: str
    slot: int
    running: asyncio.subprocess.Process | None = None
    falls: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)


def is_running(directory: Path) -> bool:
    """Whether a tree runs on this data directory now."""
    lock = fasteners.InterProcessLock(directory / "up.lock")
    if not directory.exists() or lock.acquire(blocking=False):
        if lock.acquired:
            lock.release()
        return False
    return True


@contextlib.contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold a data directory for as long as the block lasts.

    Raises:
        CannotStart: somebody else does.
    """
    directory.mkdir(parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(directory / "up.lock")
    if not lock.acquire(blocking=False):
        raise CannotStart(f"another Nightmarket is running on {directory}; stop it first")
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def tree(settings: Settings, say: Callable[[str], None]) -> AsyncIterator["Tree"]:
    """Run the whole tree for as long as the block lasts; every process is healthy inside.

    Raises:
        CannotStart: in words a person can act on.
    """
    with only_one(settings.data_directory):
        _require_room(settings.data_directory)
        _require_ports(settings)
        running = Tree(settings, say)
        embedded: postgres.Embedded | None = None
        try:
            running.spawn()
            if not settings.database_url:
                starting = asyncio.ensure_future(asyncio.to_thread(start_database, settings))
                try:
                    embedded = await asyncio.shield(starting)
                except asyncio.CancelledError:
                    embedded = await starting  # It comes up in any case, and is then stopped.
                    raise
                settings = replace(settings, database_url=embedded.url())
            secret_of(settings)
            applied = await asyncio.to_thread(migrate.migrate, settings.database_url)
            if applied.applied:
                say(f"migrated: {len(applied.applied)} steps")
            await running.start(settings)
            yield running
        finally:
            await running.stop()
            if embedded is not None:
                await asyncio.to_thread(embedded.stop)


def _require_room(directory: Path) -> None:
    trial = directory / f"room.{os.getpid()}"
    try:
        trial.write_bytes(bytes(ROOM_BYTES_MIN))
    except OSError as error:
        raise CannotStart(
            f"{directory} cannot be written: {error.strerror}; free some space there, let this "
            "user write it, or name another folder with --data"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            trial.unlink(missing_ok=True)


def _require_ports(settings: Settings) -> None:
    for port, setting in ports.wanted(settings):
        if ports.is_taken(settings.host, port):
            raise CannotStart(
                f"something else listens on {settings.host}:{port}; stop it, or choose another "
                f"port with {'--port' if setting == 'port' else 'the setting `realtime_port`'}"
            )


def start_database(settings: Settings) -> postgres.Embedded:
    """Start the embedded database.

    Raises:
        CannotStart: the data belongs to another major version, or the server does not come up.
    """
    if postgres.needs_upgrade(settings.data_directory):
        version = postgres.version_of(settings.data_directory)
        raise CannotStart(
            f"the data is of PostgreSQL {version}, this Nightmarket brings "
            f"{postgres.TARGET_VERSION}: run `nightmarket doctor --upgrade-database`"
        )
    try:
        return postgres.start(settings.data_directory)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStart(
            f"the embedded database does not start: {error}; see `nightmarket doctor` and "
            f"{settings.data_directory / postgres.FOLDER}/log"
        ) from error


class Tree:
    """The supervised processes."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings = settings
        self._say = say
        self._children = [_Child(name, slot) for slot, name in enumerate(PROCESSES, 1)]
        self._watchers: list[asyncio.Task[None]] = []
        self._stopping = False
        self._has_database = asyncio.Event()
        self.failed = asyncio.Event()

    def spawn(self) -> None:
        """Start every process at once; each loads its code, then waits for the database."""
        for child in self._children:
            self._watchers.append(asyncio.create_task(self._keep(child)))

    async def start(self, settings: Settings) -> None:
        """Tell every process where the database is, and wait until each says it is ready.

        Raises:
            CannotStart: one did not become ready in time; its last words are in the message.
        """
        self.settings = settings
        self._has_database.set()
        failed = asyncio.create_task(self.failed.wait())
        everyone = asyncio.create_task(self._all_ready())
        await asyncio.wait({everyone, failed}, timeout=READY_S_MAX, return_when="FIRST_COMPLETED")
        failed.cancel()
        if not everyone.done():
            everyone.cancel()
            late = ", ".join(one.name for one in self._children if not one.ready.is_set())
            raise CannotStart(f"did not start: {late}; see {self.settings.data_directory}/logs")

    def is_stopping(self) -> bool:
        """Whether the end has begun: what falls now is not started again."""
        return self._stopping

    async def stop(self) -> None:
        """Ask every process to end, wait, then make it."""
        self._stopping = True
        for child in self._children:
            if child.running is not None and child.running.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.running.terminate()
        done, late = await asyncio.wait(self._watchers, timeout=STOP_S_MAX)
        del done
        for child in self._children if late else ():
            if child.running is not None and child.running.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.running.pid, signal.SIGKILL)
        await asyncio.gather(*self._watchers, return_exceptions=True)

    async def _all_ready(self) -> None:
        for child in self._children:
            await child.ready.wait()

    async def _keep(self, child: _Child) -> None:
        while not self.is_stopping():
            child.running = await self._spawn(child)
            if self.is_stopping():  # It was told to stop while this one was being born.
                child.running.terminate()
            said, logged = child.running.stdout, child.running.stderr
            assert said is not None
            assert logged is not None
            pump = asyncio.create_task(self._log(child.name, logged))
            tell = asyncio.create_task(self._tell(child.running))
            async for line in said:
                if line.decode(errors="replace").strip() == READY:
                    child.ready.set()
            status = await child.running.wait()
            await pump
            tell.cancel()
            if self.is_stopping():
                return
            child.falls += 1
            self._say(f"{child.name} ended with {status}; starting it again")
            if child.falls > FALLS_MAX or not child.ready.is_set():
                self.failed.set()
                return
            asyncio.get_running_loop().call_later(FALLS_WINDOW_S, _forgive, child)
            await asyncio.sleep(RESTART_WAIT_S * child.falls)

    async def _tell(self, process: asyncio.subprocess.Process) -> None:
        await self._has_database.wait()
        assert process.stdin is not None
        process.stdin.write(f"{self.settings.database_url}\n".encode())

    async def _spawn(self, child: _Child) -> asyncio.subprocess.Process:
        environment = for_child(replace(self.settings, slot=child.slot))
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"nightmarket.entry.{child.name}",
            SUPERVISED,
            env=environment,
            stdin=asyncio.subprocess.PIPE,  # Closes when we are gone, however that happens.
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_BYTES_MAX,
            start_new_session=True,  # Ctrl-C reaches the supervisor only; it stops them in order.
        )

    async def _log(self, name: str, lines: asyncio.StreamReader) -> None:
        settings = self.settings
        folder = LogFolder(settings.data_directory / "logs", settings.log_days, system_clock)
        while chunk := await lines.read(64 * 1024):
            folder.add(name, chunk)


def _forgive(child: _Child) -> None:
    child.falls = max(0, child.falls - 1)
