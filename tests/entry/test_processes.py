"""Promises of the process tree, kept by real processes: ready, restarted, stopped, and in words."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.builders.places import quick_folder

ROOT = Path(__file__).parents[2]
START_S_MAX = 60.0
STOP_S_MAX = 10.0
PROCESSES = {"web", "realtime", "worker", "media"}
PASSED_BY = {"ranker", "cli"}
"""The ranker comes after the others and may come and go; a child being born has its parent's name."""


def free_ports() -> int:
    """A port that is free, with the next one."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            with suppress(OSError):
                two.bind(("127.0.0.1", port + 1))
                return port


@dataclass
class Tree:
    """`nightmarket up` as a person starts it; `said` is what the terminal shows."""

    running: subprocess.Popen[str]
    folder: Path
    port: int
    said: list[str]

    def read_until(self, words: str) -> str:
        """Read on until a line has these words."""
        assert self.running.stdout is not None
        for line in self.running.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"ended without {words!r}: {''.join(self.said)}")

    def children(self) -> dict[str, psutil.Process]:
        """The processes nothing works without, by name."""
        found = {}
        for child in psutil.Process(self.running.pid).children():
            with suppress(psutil.NoSuchProcess):
                place = next((one for one in child.cmdline() if one.startswith("nightmarket.")), "")
                found[place.rpartition(".")[2]] = child
        return {name: child for name, child in found.items() if name not in PASSED_BY}

    def webs(self) -> list[psutil.Process]:
        """Everybody who listens on the port."""
        found = psutil.Process(self.running.pid).children()
        return [one for one in found if self.port in [at.laddr.port for at in listened(one)]]

    def everything(self) -> list[psutil.Process]:
        """All processes of this tree, the database's too."""
        whole: list[psutil.Process] = psutil.Process(self.running.pid).children(recursive=True)
        pid_file = self.folder / "postgres" / "postmaster.pid"
        if pid_file.exists():
            pid = abs(int(pid_file.read_text().split()[0]))  # Negative while it is being made.
            with suppress(psutil.NoSuchProcess):
                whole.append(psutil.Process(pid))
        return whole

    def end(self) -> str:
        """Wait for the end; returns the last words."""
        rest, _ = self.running.communicate(timeout=STOP_S_MAX)
        self.said.append(rest)
        return rest


def listened(process: psutil.Process) -> list[Any]:
    """Where a process waits for callers."""
    with suppress(psutil.NoSuchProcess):
        return [one for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
    return []


def up(folder: Path, port: int, *wrapped: str, webs: int = 1) -> Tree:
    """Start it."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}", "COLUMNS": "300"}
    environment.pop("DATABASE_URL", None)
    environment["NIGHTMARKET_WEB_PROCESSES"] = str(webs)
    command = [sys.executable, "-m", "nightmarket.entry.cli", "up"]
    running = subprocess.Popen(
        [*wrapped, *command, "--data", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    )
    return Tree(running, folder, port, [])


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data directory that the tests of this file use one after the other."""
    with quick_folder() as place:
        made = place / "tree"
        made.mkdir(mode=0o755)
        yield made


@pytest.fixture
def tree(folder: Path) -> Iterator[Tree]:
    """A tree that is ready."""
    yield from ready(folder)


@pytest.fixture
def wide_tree(folder: Path) -> Iterator[Tree]:
    """One that answers by two processes."""
    yield from ready(folder, webs=2)


def ready(folder: Path, webs: int = 1) -> Iterator[Tree]:
    """Start one, and leave nothing of it."""
    started = up(folder, free_ports(), webs=webs)
    try:
        started.read_until("ready http")
        yield started
    finally:
        left = started.everything() if started.running.poll() is None else []
        with suppress(ProcessLookupError):
            started.running.kill()
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        started.running.communicate()


def gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run after ten seconds."""
    _, alive = psutil.wait_procs(processes, timeout=STOP_S_MAX)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_what_falls_is_started_again_and_the_end_is_calm(tree: Tree) -> None:
    """Ready means that it answers; a killed process comes back; asked twice, all ends once."""
    before = tree.children()
    everything = tree.everything()
    with urllib.request.urlopen(f"http://127.0.0.1:{tree.port}/readyz", timeout=5) as answer:
        assert answer.status == 200
    with socket.create_connection(("127.0.0.1", tree.port + 1), timeout=5):
        pass
    assert set(before) == PROCESSES
    before["web"].kill()
    assert "starting it again" in tree.read_until("web ended")
    deadline = time.monotonic() + START_S_MAX
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{tree.port}/healthz"):
            break
        time.sleep(0.1)
    after = tree.children()
    assert set(after) == PROCESSES
    assert [name for name in PROCESSES if after[name].pid != before[name].pid] == ["web"]
    everything += tree.everything()

    began = time.monotonic()
    tree.running.send_signal(signal.SIGINT)
    time.sleep(0.2)
    tree.running.send_signal(signal.SIGINT)
    for child in after.values():
        with suppress(psutil.NoSuchProcess):
            child.send_signal(signal.SIGTERM)
    said = tree.end()

    assert time.monotonic() - began < STOP_S_MAX
    assert tree.running.returncode == 0
    assert "stopped" in said
    assert "Traceback" not in "".join(tree.said)
    assert gone(everything) == []


def test_several_web_processes_are_one_service(wide_tree: Tree) -> None:
    """They count together, and while one that fell is started again, the other one answers."""

    def ask(path: str) -> str:
        address = f"http://127.0.0.1:{wide_tree.port}{path}"
        with urllib.request.urlopen(address, timeout=5) as answer:
            return str(answer.read().decode())

    deadline = time.monotonic() + START_S_MAX
    while len(wide_tree.webs()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    first, second = wide_tree.webs()
    for _ in range(30):  # Connections are dealt by chance: nearly surely both get some.
        ask("/healthz")
    count = 'nightmarket_http_request_seconds_count{method="GET",route="/healthz",status="2xx"} '
    told = {
        float(line.removeprefix(count))
        for _ in range(10)
        for line in ask("/metrics").splitlines()
        if line.startswith(count)
    }
    assert len(told) == 1
    assert min(told) >= 30

    second.kill()
    assert "starting it again" in wide_tree.read_until("ended")
    assert [one.pid for one in wide_tree.webs()] == [first.pid]
    for _ in range(10):
        ask("/readyz")
    while len(wide_tree.webs()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(wide_tree.webs()) == 2


def test_nothing_outlives_a_killed_supervisor(tree: Tree) -> None:
    """Not the processes, and not the database that came with them; a second one never starts.

    Until then the doctor finds the market by itself, though it has a port of its own.
    """
    status, said = call("doctor", f"--data={tree.folder}")
    assert (status, "the web process is ready" in said) == (0, True), said
    second = up(tree.folder, free_ports())
    assert "another Nightmarket is running on" in second.end()
    assert second.running.returncode == 1
    assert tree.running.poll() is None
    everything = tree.everything()
    assert len(everything) >= len(PROCESSES) + 1

    tree.running.kill()

    assert gone(everything) == []


def test_stopped_while_it_starts_leaves_nothing(folder: Path) -> None:
    """The database that was on its way is stopped too."""
    started = up(folder, free_ports())
    time.sleep(1.0)
    everything = started.everything()
    started.running.terminate()
    started.end()

    assert "Traceback" not in "".join(started.said)
    assert gone(everything) == []
    # Whoever was killed in this folder before may have left the file; nobody runs by it.
    pid_file = folder / "postgres" / "postmaster.pid"
    assert not pid_file.exists() or not psutil.pid_exists(abs(int(pid_file.read_text().split()[0])))


@pytest.mark.parametrize(("offset", "advice"), [(0, "--port"), (1, "realtime_port")])
def test_a_taken_port_is_said_before_anything_starts(
    tmp_path: Path, offset: int, advice: str
) -> None:
    """In words, at once, with what to do."""
    port = free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + offset))
        other.listen()
        started = up(tmp_path, port)
        said = started.end()

    assert started.running.returncode == 1
    assert f"something else listens on 127.0.0.1:{port + offset}" in said
    assert advice in said
    assert not (tmp_path / "postgres").exists()


def test_a_process_told_to_end_again_and_again_ends_once(database_url: str, tmp_path: Path) -> None:
    """However late the second signal comes, it does not kill what is ending well."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}", "DATABASE_URL": database_url}
    environment |= {"NIGHTMARKET_DATA_DIRECTORY": str(tmp_path)}
    command = [sys.executable, "-m", "nightmarket.entry.worker"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == "ready\n"
        deadline = time.monotonic() + STOP_S_MAX
        while running.poll() is None and time.monotonic() < deadline:
            running.send_signal(signal.SIGTERM)
            time.sleep(0.002)
        running.kill()
        logged = running.stderr.read()

    assert running.returncode == 0, logged
    assert "Traceback" not in logged


def call(*words: str) -> tuple[int, str]:
    """Run a command to its end; returns its exit status and what it says on one line."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}", "COLUMNS": "300"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "nightmarket.entry.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_a_backup_is_restored_and_the_doctor_finds_the_copy_sound(folder: Path) -> None:
    """The whole way from the terminal, with the database that comes along."""
    data, copy = f"--data={folder}", f"--data={folder.parent / 'copy'}"
    target = str(folder.parent / "backup")

    for command in (("migrate", data), ("backup", target, data)):
        status, said = call(*command)
        assert status == 0, said
    status, said = call("restore", target, copy)
    assert (status, "equal the backup's" in said) == (0, True), said
    status, said = call("restore", target, copy)
    assert (status, "is there already" in said or "is not empty" in said) == (1, True), said
    status, said = call("doctor", copy, f"--port={free_ports()}")
    assert (status, "the database is up to date" in said) == (0, True), said


def test_a_settings_file_nobody_can_read_is_said_in_words(tmp_path: Path) -> None:
    """By every command, also by the one that is asked what is wrong."""
    (tmp_path / "settings.toml").write_text("port = ")

    status, said = call("doctor", f"--data={tmp_path}")

    assert (status, "Traceback" in said) == (1, False)
    assert "settings.toml cannot be read" in said


def mounted(kind: str, place: Path) -> tuple[str, ...]:
    """A shell that runs a command where `place` is such a disk; skips where none can be made."""
    wrapped = ("unshare", "-m", "sh", "-c", f'mount -t tmpfs -o {kind} none {place} && exec "$@"')
    probe = subprocess.run([*wrapped, "sh", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    return (*wrapped, "sh")


@pytest.mark.parametrize(
    ("kind", "words"), [("size=64k", "No space left"), ("ro", "Read-only file system")]
)
def test_a_disk_that_takes_nothing_is_said_in_words(tmp_path: Path, kind: str, words: str) -> None:
    """Not with a traceback."""
    started = up(tmp_path, free_ports(), *mounted(kind, tmp_path))
    said = started.end()

    assert started.running.returncode == 1
    assert words in said
    assert "Cannot go on" in said
    assert "Traceback" not in said
    assert started.running.poll() == 1


def test_a_folder_that_cannot_be_made_is_said_in_words() -> None:
    """A data directory below a file."""
    started = up(Path("/dev/null/market"), free_ports())

    assert "Cannot go on: Not a directory: /dev/null/market" in " ".join(started.end().split())
    assert started.running.returncode == 1
