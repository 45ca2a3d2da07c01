"""Promises of the process tree, kept by real processes: ready, restarted, stopped, and in words."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.builders.places import quick_folder

ROOT = Path(__file__).parents[2]
START_S_MAX = 60.0
STOP_S_MAX = 10.0
PROCESSES = {"web", "realtime", "worker", "media"}
SECOND_WEB = "web-2"
WEB_SLOT = "1"
ASKED = 'nightmarket_http_request_seconds_count{method="GET",route="/healthz",status="2xx"} '
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
                name = place.rpartition(".")[2]
                is_first = name != "web" or child.environ()["NIGHTMARKET_SLOT"] == WEB_SLOT
                found[name if is_first else SECOND_WEB] = child
        return {name: child for name, child in found.items() if name not in PASSED_BY}

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


def up(folder: Path, port: int, *wrapped: str, webs: int = 1, rankers: int = 1) -> Tree:
    """Start it."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}", "COLUMNS": "300"}
    environment.pop("DATABASE_URL", None)
    environment["NIGHTMARKET_WEB_PROCESSES"] = str(webs)
    environment["NIGHTMARKET_RANKER_PROCESSES"] = str(rankers)
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


@pytest.fixture
def ranked_tree(folder: Path) -> Iterator[Tree]:
    """One with two rankers."""
    yield from ready(folder, rankers=2)


def ready(folder: Path, webs: int = 1, rankers: int = 1) -> Iterator[Tree]:
    """Start one, and leave nothing of it."""
    started = up(folder, free_ports(), webs=webs, rankers=rankers)
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


def ask(tree: Tree, path: str) -> list[str]:
    """What somebody who opens a connection is told, in lines."""
    with urllib.request.urlopen(f"http://127.0.0.1:{tree.port}{path}", timeout=5) as answer:
        return str(answer.read().decode()).splitlines()


def signs_in_left(tree: Tree, tries: int) -> int:
    """Try to sign in with nonsense so many times, and return how many more are allowed."""
    address = f"http://127.0.0.1:{tree.port}/api/v1/session"
    left = 0
    for _ in range(tries):
        asked = urllib.request.Request(
            address, b"{}", {"Authorization": "Bearer nobody", "Content-Type": "application/json"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=5)  # noqa: S310
        with refused.value as answer:
            left = int(answer.headers["ratelimit-remaining"])
    return left


def whole(tree: Tree, everybody: set[str]) -> dict[str, psutil.Process]:
    """The processes of a tree, once all are there and the web processes listen."""
    deadline = time.monotonic() + START_S_MAX
    while time.monotonic() < deadline:
        found = tree.children()
        webs = [one for name, one in found.items() if name in {"web", SECOND_WEB}]
        if set(found) == everybody and all(map(listens, webs)):
            return found
        time.sleep(0.05)
    raise AssertionError(f"not whole: {tree.children()}")


def listens(process: psutil.Process) -> bool:
    """Whether a process waits for callers."""
    with suppress(psutil.NoSuchProcess):
        return any(one.status == psutil.CONN_LISTEN for one in process.net_connections("tcp"))
    return False


def gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run after ten seconds."""
    _, alive = psutil.wait_procs(processes, timeout=STOP_S_MAX)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_two_rankers_run_side_by_side_and_one_leads(ranked_tree: Tree) -> None:
    """Each has its folder and its socket, and metrics tell of both."""
    deadline = time.monotonic() + START_S_MAX
    sockets = [str(ranked_tree.folder / name) for name in ("ranker.sock", "ranker-2.sock")]

    def told(what: str) -> list[str]:
        wanted = [f'nightmarket_ranker_replica_{what}{{replica="{one}"}} ' for one in sockets]
        lines = ask(ranked_tree, "/metrics")
        return [line[len(start) :] for start in wanted for line in lines if line.startswith(start)]

    while told("answers") != ["1.0", "1.0"]:
        assert time.monotonic() < deadline, told("answers")
        time.sleep(0.2)
    assert told("leads") == ["1.0", "0.0"]
    assert told("lag_steps") == ["0.0", "0.0"]


def test_what_falls_is_started_again_and_the_end_is_calm(wide_tree: Tree) -> None:
    """Ready means that it answers; a killed process comes back; asked twice, all ends once.

    Of two web processes one answers while the other is started again, and they count together:
    what was asked, and how often each caller may still ask.
    """
    tree, everybody = wide_tree, PROCESSES | {SECOND_WEB}
    assert ask(tree, "/readyz")
    with socket.create_connection(("127.0.0.1", tree.port + 1), timeout=5):
        pass
    before = whole(tree, everybody)
    everything = tree.everything()
    for _ in range(30):  # Connections are dealt by chance: nearly surely both get some.
        ask(tree, "/healthz")
    counted = {said for _ in range(10) for said in ask(tree, "/metrics") if said.startswith(ASKED)}
    assert len(counted) == 1
    assert float(counted.pop().removeprefix(ASKED)) >= 30
    assert signs_in_left(tree, 12) <= 20 - 12 + 1  # A token comes back every two seconds.

    before["web"].kill()
    assert "starting it again" in tree.read_until("web ended")
    for _ in range(10):
        ask(tree, "/readyz")
    after = whole(tree, everybody)
    assert [name for name in everybody if after[name].pid != before[name].pid] == ["web"]
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
