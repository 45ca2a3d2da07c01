"""The embedded PostgreSQL comes up after every kind of end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest

from nightmarket.entry.checks import database
from nightmarket.infra import postgres
from nightmarket.infra.settings import Settings
from tests.builders.places import quick_folder


@pytest.fixture
def data() -> Iterator[Path]:
    """A data directory with a database in it, ended by the test."""
    with quick_folder() as place:
        yield place


def answers(embedded: postgres.Embedded) -> bool:
    """Whether it does what it is for; the database is stopped afterwards."""
    try:
        with psycopg.connect(embedded.url()) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        embedded.stop()


def crashed(data: Path) -> Path:
    """Make a database whose server was killed; returns the file it left."""
    embedded = postgres.start(data, postgres.TUNING_FOR_TESTS)
    master = psutil.Process(embedded.server.get_pid())
    everyone = [master, *master.children()]
    master.send_signal(signal.SIGKILL)
    psutil.wait_procs(everyone, timeout=10)
    postgres.forget(embedded.server)
    return data / postgres.FOLDER / postgres.PID_FILE


def test_a_number_that_belongs_to_another_program_now_is_not_taken_for_the_server(
    data: Path,
) -> None:
    """After a fall of the machine the numbers begin anew, and somebody else gets this one."""
    left = crashed(data)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        files = [left, *left.parent.glob(".s.PGSQL.*.lock")]
        assert len(files) > 1
        for file in files:
            _, _, rest = file.read_text(encoding="utf-8").partition("\n")
            file.write_text(f"{other.pid}\n{rest}", encoding="utf-8")
        assert answers(postgres.start(data, postgres.TUNING_FOR_TESTS))
        assert other.poll() is None
        other.kill()


def test_a_file_that_was_cut_off_stops_nothing(data: Path) -> None:
    crashed(data).write_text("", encoding="utf-8")
    assert answers(postgres.start(data, postgres.TUNING_FOR_TESTS))


def test_who_comes_in_the_moment_of_the_kill_waits_for_the_dying(data: Path) -> None:
    embedded = postgres.start(data, postgres.TUNING_FOR_TESTS)
    psutil.Process(embedded.server.get_pid()).kill()
    assert answers(postgres.start(data, postgres.TUNING_FOR_TESTS))


def test_who_comes_while_it_stops_waits_and_starts_it_anew(data: Path) -> None:
    embedded = postgres.start(data, postgres.TUNING_FOR_TESTS)
    left = data / postgres.FOLDER / postgres.PID_FILE
    psutil.Process(embedded.server.get_pid()).send_signal(signal.SIGINT)
    with suppress(FileNotFoundError):  # It may have stopped by now.
        while left.read_text(encoding="utf-8").rstrip().endswith("ready"):
            time.sleep(0.001)
    assert answers(postgres.start(data, postgres.TUNING_FOR_TESTS))


def test_who_comes_while_it_runs_joins_it(data: Path) -> None:
    first = postgres.start(data, postgres.TUNING_FOR_TESTS)
    second = postgres.start(data, postgres.TUNING_FOR_TESTS)
    assert first.server.get_pid() == second.server.get_pid()
    assert answers(second)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look as somebody else")
def test_what_keeps_it_from_starting_is_said_and_no_more(
    data: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its own last words, of a log of any length and with anything in it."""
    postgres.start(data, postgres.TUNING_FOR_TESTS).stop()
    folder = data / postgres.FOLDER
    with (folder / postgres.LOG_FILE).open("ab") as log:
        log.write(b"a line of long ago \xff\n" * 5_000)
    with (folder / "postgresql.auto.conf").open("a") as settings:
        settings.write("shared_preload_libraries = 'nothing_of_it'\n")
    with pytest.raises(postgres.DoesNotStart, match=r"FATAL: .*nothing_of_it") as told:
        postgres.start(data, postgres.TUNING_FOR_TESTS)
    assert "\n" not in str(told.value)
    assert capfd.readouterr() == ("", "")
    found = list(database.examine(Settings(data_directory=data), datetime.now(UTC)))
    assert [(one.severity, "nothing_of_it" in one.what) for one in found] == [("wrong", True)]


def test_a_server_of_another_user_is_believed_by_its_number(data: Path) -> None:
    """Where it works cannot be read; its files are not put away for that."""
    embedded = postgres.start(data, postgres.TUNING_FOR_TESTS)
    number = embedded.server.get_pid()
    try:
        assert [seen_by_nobody(embedded.folder, one) for one in (number, os.getpid())] == [1, 0]
    finally:
        embedded.stop()


def seen_by_nobody(folder: Path, named: int) -> int:
    """How many servers of a folder a user without rights finds."""
    look = (
        "import os, pathlib, sys; from nightmarket.infra import postgres; os.setuid(65534);"
        "print(len(postgres._working_in(pathlib.Path(sys.argv[1]), int(sys.argv[2]))))"
    )
    asked = [sys.executable, "-c", look, str(folder), str(named)]
    return int(subprocess.run(asked, check=True, capture_output=True).stdout)
