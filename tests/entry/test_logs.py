"""Log files are kept as long as the setting says, and nothing else is ever touched."""

from pathlib import Path

from nightmarket.entry.logs import LogFolder
from tests.fakes.clock import HandClock


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_files_are_kept_for_the_days_that_are_set(tmp_path: Path) -> None:
    """Today's and those of three days before; the fourth goes with the first word of a day."""
    clock = HandClock()
    logs = LogFolder(tmp_path / "logs", 3, clock)
    days = []
    for _ in range(6):
        days.append(clock().date().isoformat())
        logs.add("web", b"one\n")
        logs.add("worker", b"two\n")
        clock.move(days=1)

    kept = {f"{name}-{day}.log" for name in ("web", "worker") for day in days[-4:]}
    assert names(tmp_path / "logs") == kept
    clock.move(days=30)
    assert names(tmp_path / "logs") == kept
    logs.add("media", b"three\n")
    assert names(tmp_path / "logs") == {f"media-{clock().date().isoformat()}.log"}


def test_a_day_is_one_file_that_grows(tmp_path: Path) -> None:
    """Words follow each other, whatever was there before a start; only midnight parts them."""
    clock = HandClock()
    first = clock().date().isoformat()
    (tmp_path / f"web-{first}.log").write_bytes(b"before\n")
    logs = LogFolder(tmp_path, 14, clock)
    logs.add("web", b"a\n")
    logs.add("web", b"b\n")
    clock.move(days=1)
    logs.add("web", b"c\n")

    assert (tmp_path / f"web-{first}.log").read_bytes() == b"before\na\nb\n"
    assert (tmp_path / f"web-{clock().date().isoformat()}.log").read_bytes() == b"c\n"


def test_nothing_else_is_deleted(tmp_path: Path) -> None:
    """Neither what an operator put there nor what only looks like a log."""
    strangers = {"notes.txt", "web.log", "web-2001-01-01.log.gz", "old-2001-1-1.log"}
    for name in strangers | {"web-2001-01-01.log"}:
        (tmp_path / name).write_text("x")
    clock = HandClock()

    LogFolder(tmp_path, 14, clock).add("web", b"a\n")

    assert names(tmp_path) == strangers | {f"web-{clock().date().isoformat()}.log"}


def test_a_folder_that_takes_nothing_stops_nobody(tmp_path: Path) -> None:
    """The words are lost; the market is not."""
    (tmp_path / "logs").write_text("a file where the folder should be")

    LogFolder(tmp_path / "logs", 14, HandClock()).add("web", b"a\n")

    assert (tmp_path / "logs").read_text() == "a file where the folder should be"
