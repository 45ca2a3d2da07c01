"""However a job ends, the caller gets words, nothing is left running, and the next job works."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from nightmarket.infra.media.errors import (
    Broken,
    DiskFull,
    TooBig,
    TooCostly,
    TooLong,
    UnknownType,
    WorkshopUnavailable,
)
from nightmarket.infra.media.job import Limits, Progress, RenderJob, Step
from nightmarket.infra.media.workshop import Workshop
from nightmarket.kernel.errors import Refused, Unavailable
from tests.infra.media.films import EAGER, Film, make

LONG = Film(width=720, height=1280, seconds=8, sound=None, codec="mpeg4")


def nothing(_note: Progress) -> None:
    """Do not listen."""


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film that takes a few seconds to render."""
    return make(tmp_path_factory.mktemp("film") / "long.mp4", LONG)


@pytest.mark.parametrize(
    ("limits", "error", "words"),
    [
        (Limits(cpu_s_max=1), TooCostly, "computing time"),
        (Limits(wall_s_max=1), TooCostly, "longer than 1 seconds"),
        (Limits(memory_bytes_max=400 << 20), TooCostly, "memory"),
        (Limits(output_bytes_max=20_000), TooBig, "larger"),
        (Limits(source_bytes_max=10_000), TooBig, "larger than"),
        (Limits(duration_ms_max=5000), TooLong, "longer than"),
        (Limits(side_px_max=640), TooBig, "640 on a side"),
    ],
    ids=["cpu", "wall", "memory", "output", "source", "duration", "pixels"],
)
async def test_every_limit_ends_in_words(
    workshop: Workshop,
    long_film: Path,
    folder: Path,
    limits: Limits,
    error: type[Refused],
    words: str,
) -> None:
    """And the workshop goes on."""
    with pytest.raises(error, match=words):
        await workshop.render(
            RenderJob(str(long_film), str(folder), limits=replace(limits, nice=0)), nothing
        )

    facts = await workshop.probe(str(long_film), EAGER)
    assert (facts.width, facts.height, facts.duration_ms) == (720, 1280, 8000)


async def test_a_child_that_the_machine_takes_away_may_be_tried_again(
    long_film: Path, folder: Path, workshop: Workshop
) -> None:
    """Killed from outside is nobody's fault: Unavailable, not Refused."""

    def kill(note: Progress) -> None:
        if note.step is Step.FACTS:
            os.kill(children()[-1], signal.SIGKILL)

    with pytest.raises(WorkshopUnavailable) as failure:
        await workshop.render(RenderJob(str(long_film), str(folder), limits=EAGER), kill)
    assert isinstance(failure.value, Unavailable)
    assert failure.value.facts == {"signal": 9}


async def test_a_decoder_that_crashes_is_the_films_fault(
    long_film: Path, folder: Path, workshop: Workshop
) -> None:
    """A retry would crash again."""

    def crash(note: Progress) -> None:
        if note.step is Step.FACTS:
            os.kill(children()[-1], signal.SIGSEGV)

    with pytest.raises(Broken, match="stops the decoder"):
        await workshop.render(RenderJob(str(long_film), str(folder), limits=EAGER), crash)


async def test_a_job_gives_way_to_everything_else(
    long_film: Path, folder: Path, workshop: Workshop
) -> None:
    """Nice in itself, and as a group where the scheduler groups by session."""
    seen: dict[str, str] = {}

    def look(note: Progress) -> None:
        if note.step is Step.FACTS:
            process = Path(f"/proc/{children()[-1]}")
            seen["own"] = (process / "stat").read_text().rpartition(")")[2].split()[16]
            group = process / "autogroup"
            seen["group"] = group.read_text().split()[-1] if group.exists() else "10"

    await workshop.render(RenderJob(str(long_film), str(folder), end_ms=500), look)

    assert seen == {"own": str(min(19, os.nice(0) + 10)), "group": "10"}


async def test_cancelling_stops_the_child(
    long_film: Path, folder: Path, workshop: Workshop
) -> None:
    """A deleted draft does not go on costing anything."""
    started = asyncio.Event()
    task = asyncio.create_task(
        workshop.render(
            RenderJob(str(long_film), str(folder), limits=EAGER), lambda _note: started.set()
        )
    )
    await started.wait()
    assert children()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == []


async def test_the_spare_child_is_used_replaced_and_closed(tmp_path: Path) -> None:
    """One waits, one works, none is left."""
    workshop = Workshop()
    await workshop.warm()
    (waiting,) = children()
    source = make(tmp_path / "film.mp4")
    await workshop.probe(str(source), EAGER)
    (next_one,) = children()
    assert next_one != waiting
    os.kill(next_one, signal.SIGKILL)
    await asyncio.sleep(0.1)
    assert (await workshop.probe(str(source), EAGER)).duration_ms == 2000
    await workshop.close()
    assert children() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder with room for 64 kB."""
    small = tmp_path / "small"
    small.mkdir()
    mount = ["/usr/bin/mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    if not Path(mount[0]).exists() or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("a full disk can only be made where file systems may be mounted")
    yield small
    subprocess.run(["/usr/bin/umount", "--lazy", str(small)], check=True)


async def test_a_full_disk_is_not_the_films_fault(
    tmp_path: Path, small_disk: Path, workshop: Workshop
) -> None:
    """Words for the operator; the upload may be tried again."""
    source = make(tmp_path / "film.mp4", replace(LONG, seconds=2))
    with pytest.raises(DiskFull):
        await workshop.render(RenderJob(str(source), str(small_disk), limits=EAGER), nothing)


async def test_probing_refuses_with_the_same_words(tmp_path: Path, workshop: Workshop) -> None:
    """The reason travels through the process boundary unharmed."""
    path = tmp_path / "film.mp4"
    path.write_bytes(b"#EXTM3U\n#EXTINF:1,\nother.ts\n")
    with pytest.raises(UnknownType) as refusal:
        await workshop.probe(str(path), EAGER)
    assert refusal.value.code == "media.unknown_type"
    assert "only points at films" in refusal.value.detail


def children() -> list[int]:
    """Return the living media processes that this process started."""
    mine = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid() and b"media.child" in (process / "cmdline").read_bytes():
                mine.append(int(process.name))
    return sorted(mine)
