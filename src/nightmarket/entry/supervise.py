"""Keeps the process tree up: starts it, restarts what falls, stops it in order."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import fasteners

from nightmarket.entry import ports
from nightmarket.entry.logs import LogFolder
from nightmarket.entry.process import READY, SUPERVISED, system_clock
from nightmarket.infra import addresses, migrate, postgres
from nightmarket.infra.settings import BUCKETS, COUNTED_TOGETHER, Settings, for_child, secret_of

READY_S_MAX = 60
ROOM_BYTES_MIN = 1 << 20
STOP_S_MAX = 9
FALLS_MAX = 5
FALLS_WINDOW_S = 60
RESTART_WAIT_S = 0.5
LINE_BYTES_MAX = 1 << 20
PROCESSES = ("web", "realtime", "worker", "media")
"""Nothing works without these: `ready` waits for them, and a tree that cannot keep them ends."""
HELPFUL = ("ranker",)
"""Pages work without these, only not as well: they start when the others are ready."""
CORES_A_WEB_PROCESS = 2
"""Where no setting says how many: the other half is the database's, the films' and the ranker's."""
WEB_PROCESSES_MIN = 2
"""But so many on as few cores: one alone leaves a third of the second core idle."""
METRICS = "metrics"
"""Where several web processes count together, so that whichever is asked tells of all."""
HELPFUL_WAIT_S_MAX = 60.0
HELPFUL_STOP_S_MAX = 4
"""They are not waited for longer: whatever they know stands in the log."""


class CannotStart(Exception):
    """The tree cannot run; the words say why and what to do."""


def web_processes(settings: Settings) -> int:
    """Return how many processes answer HTTP."""
    cores = len(os.sched_getaffinity(0))
    return settings.web_processes or max(
        min(cores, WEB_PROCESSES_MIN), cores // CORES_A_WEB_PROCESS
    )


@dataclass(slots=True)
class _Child:
    """`module` of `nightmarket.entry` is what it runs; `number` counts those of one module."""

    module: str
    slot: int
    number: int
    running: asyncio.subprocess.Process | None = None
    falls: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        """What logs and messages call it: the module, from the second on with its number."""
        return self.module if self.number == 1 else f"{self.module}-{self.number}"


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
        require_rankers(settings)
        running = Tree(settings, say)
        _begin_counting(settings.data_directory)
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


def _begin_counting(directory: Path) -> None:
    """Forget what the processes of an earlier tree counted."""
    shutil.rmtree(directory / METRICS, ignore_errors=True)
    (directory / METRICS).mkdir()
    (directory / BUCKETS).unlink(missing_ok=True)


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


def require_rankers(settings: Settings) -> None:
    """Look at how many rankers run and where they answer, before any does.

    Raises:
        CannotStart: they are too many, or none.
        MisreadSetting: an address is none.
    """
    addresses.read_all(settings.ranker_addresses, "ranker_addresses")
    if settings.ranker_listen:
        addresses.read(settings.ranker_listen, "ranker_listen")
    if not 1 <= settings.ranker_processes <= addresses.ADDRESSES_MAX:
        raise CannotStart(
            f"ranker_processes is {settings.ranker_processes}: it can be 1 to "
            f"{addresses.ADDRESSES_MAX}"
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
    except (OSError, postgres.DoesNotStart) as error:
        log = settings.data_directory / postgres.FOLDER / postgres.LOG_FILE
        raise CannotStart(
            f"the embedded database does not start: {error}; see `nightmarket doctor` and {log}"
        ) from error


class Tree:
    """The supervised processes."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings = settings
        self._say = say
        self._everybody = _children(settings)
        self._children = self._everybody[: len(PROCESSES)]
        self._watchers: list[asyncio.Task[None]] = []
        self._stopping = False
        self._ending = asyncio.Event()
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
        for child in self._everybody[len(PROCESSES) :]:
            self._watchers.append(asyncio.create_task(self._keep(child)))

    def is_stopping(self) -> bool:
        """Whether the end has begun: what falls now is not started again."""
        return self._stopping

    async def stop(self) -> None:
        """Ask every process to end, wait, then make it."""
        self._stopping = True
        self._ending.set()
        for child in self._everybody:
            if child.running is not None and child.running.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.running.terminate()
        _, late = await asyncio.wait(self._watchers, timeout=HELPFUL_STOP_S_MAX)
        if late:
            _kill([child for child in self._everybody if child.module in HELPFUL])
            _, late = await asyncio.wait(late, timeout=STOP_S_MAX - HELPFUL_STOP_S_MAX)
        if late:
            _kill(self._everybody)
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
            is_needed = child.name in PROCESSES
            if is_needed and (child.falls > FALLS_MAX or not child.ready.is_set()):
                self.failed.set()
                return
            asyncio.get_running_loop().call_later(FALLS_WINDOW_S, _forgive, child)
            grows = child.falls if is_needed else 2**child.falls
            await self._rest(min(HELPFUL_WAIT_S_MAX, RESTART_WAIT_S * grows))

    async def _rest(self, seconds: float) -> None:
        """Sleep, but not past the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)

    async def _tell(self, process: asyncio.subprocess.Process) -> None:
        await self._has_database.wait()
        assert process.stdin is not None
        process.stdin.write(f"{self.settings.database_url}\n".encode())

    async def _spawn(self, child: _Child) -> asyncio.subprocess.Process:
        own = replace(self.settings, slot=child.slot)
        if child.module == "ranker" and child.number > 1:
            own = replace(own, ranker_number=child.number, ranker_follows=True, ranker_listen="")
        environment = for_child(own)
        if child.module == "web" and web_processes(self.settings) > 1:
            environment[COUNTED_TOGETHER] = str(self.settings.data_directory.absolute() / METRICS)
        if child.module == "ranker":
            environment = compiler_settings(self.settings.data_directory) | environment
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"nightmarket.entry.{child.module}",
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


def _children(settings: Settings) -> list[_Child]:
    """Return everybody of a tree, those nothing works without first."""
    webs, rankers = web_processes(settings), settings.ranker_processes
    modules = (*PROCESSES, *HELPFUL, *["web"] * (webs - 1), *["ranker"] * (rankers - 1))
    return [
        _Child(module, slot, modules[:slot].count(module)) for slot, module in enumerate(modules, 1)
    ]


def _kill(children: list[_Child]) -> None:
    for child in children:
        if child.running is not None and child.running.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.running.pid, signal.SIGKILL)


def compiler_settings(directory: Path) -> dict[str, str]:
    """Return what the model's compiler is told: one core, no thread in between, keep what it made.

    Its threads share two heaps: one for each would keep what compiling leaves behind. What is set
    outside counts instead: several markets on one machine may share what was compiled.
    """
    return {
        "MALLOC_ARENA_MAX": "2",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
        "JAX_CPU_ENABLE_ASYNC_DISPATCH": "false",
        "JAX_COMPILATION_CACHE_DIR": str(directory.absolute() / "ranker" / "compiled"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.2",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _forgive(child: _Child) -> None:
    child.falls = max(0, child.falls - 1)
