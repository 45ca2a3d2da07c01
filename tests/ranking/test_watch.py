"""The watch: a state that learns no more is given up for a kept one, and everybody can see it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from nightmarket.domains.ranking.actions import tell_status
from nightmarket.domains.ranking.actions.keep_learning import Apprentice
from nightmarket.domains.ranking.actions.watch_learning import UNDONE_MAX, Watch
from nightmarket.domains.ranking.learner import checkpoint
from nightmarket.entry.checks import machine
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from tests.builders.feed import Viewer
from tests.builders.ranking import SMALL
from tests.ranking.test_apprentice import LONG_MS, an_evening


async def test_steps_undone_in_a_row_go_back_to_the_kept_version(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    await an_evening(services, viewer, pages=2)
    now_us = microseconds(services.clock())
    apprentice = Apprentice(services.database, tmp_path, SMALL)
    await apprentice.resume(now_us)
    watch = Watch(apprentice)
    while await apprentice.step(now_us):
        await watch.look(now_us)
    good = np.asarray(apprentice.student.learner.weights).copy()
    apprentice.keep()
    learner = apprentice.student.learner
    learner.weights = np.full_like(good, np.nan)
    for number in range(1, UNDONE_MAX + 1):
        assert watch.is_well is (number == 1)
        await one_page(viewer)
        assert await apprentice.step(now_us)
        await watch.look(now_us)
        assert watch.undone == number
    assert watch.went_back == 1
    np.testing.assert_array_equal(np.asarray(apprentice.student.learner.weights), good)
    versions = len(list(tmp_path.glob(f"*{checkpoint.ENDING}")))
    place = apprentice.place.batch_id

    await one_page(viewer)
    assert await apprentice.step(now_us)
    await watch.look(now_us)
    assert watch.is_well
    assert np.isfinite(np.asarray(apprentice.student.learner.weights)).all()
    assert len(list(tmp_path.glob(f"*{checkpoint.ENDING}"))) == versions + 1
    again = Apprentice(services.database, tmp_path, SMALL)
    assert await again.resume(now_us) == 0
    assert again.place.batch_id == place + 1


async def one_page(viewer: Viewer) -> None:
    for item in await viewer.page():
        await viewer.watch(item, LONG_MS)
    await viewer.settle()


@pytest.fixture
def gauges() -> Iterator[None]:
    yield
    for gauge in tell_status.GAUGES.values():
        gauge.set(0)


STATUS = tell_status.Status(
    at_us=1,
    settled=7,
    undone=0,
    went_back=0,
    passed_over=0,
    behind_s=2.5,
    resident_bytes=300 << 20,
    programs=4,
)


@pytest.mark.usefixtures("gauges")
async def test_what_the_ranker_told_stands_in_metrics_and_in_the_doctor(
    services: Services, viewer: Viewer
) -> None:
    settings, now = services.settings, services.clock()
    assert not list(machine.ranker(settings, now))
    tell_status.tell(settings.data_directory, STATUS)
    text = (await viewer.client.get("/metrics")).text
    assert "nightmarket_ranker_settled 7.0" in text
    assert "nightmarket_ranker_resident_bytes 3.14572" in text
    said = [one.severity for one in machine.ranker(settings, now)]
    assert said == ["fine"]
    tell_status.tell(settings.data_directory, replace(STATUS, undone=3, went_back=1, passed_over=2))
    worst = next(iter(machine.ranker(settings, now)))
    assert worst.severity == "careful"
    assert "undid 3 steps, went back 1 times and passed 2 versions over" in worst.what
    assert "nightmarket_ranker_undone 3.0" in (await viewer.client.get("/metrics")).text


def test_what_cannot_be_read_is_no_status(tmp_path: Path) -> None:
    assert tell_status.told(tmp_path) is None
    tell_status.tell(tmp_path, STATUS)
    assert tell_status.told(tmp_path) == STATUS
    (tmp_path / tell_status.NAME / tell_status.FILE).write_bytes(b"{")
    assert tell_status.told(tmp_path) is None
