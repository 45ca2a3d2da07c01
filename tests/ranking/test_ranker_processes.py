"""Two ranker processes serve one market: equal states, and pages go on when one is killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.ranking import face
from nightmarket.domains.ranking.actions import ask_rankers
from nightmarket.domains.ranking.actions.ask_rankers import decoded, encoded
from nightmarket.domains.ranking.values.asking import Answer, Near, Nearest, Question, Stands
from nightmarket.infra.addresses import Address, NoAnswer
from nightmarket.infra.services import Services
from tests.builders.app import visit
from tests.builders.feed import Viewer
from tests.entry.test_processes import free_ports
from tests.fakes.clock import HandClock
from tests.ranking.test_apprentice import LONG_MS, an_evening, asked, scorers, viewer_id_of
from tests.ranking.test_following import rows

ROOT = Path(__file__).parents[2]
WAIT_S = 120.0


@dataclass
class House:
    """A market's rankers: one beside the web process, one as if on another machine."""

    services: Services
    addresses: tuple[Address, ...]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, place: int, **more: str) -> subprocess.Popen[bytes]:
        """Start one as an operator does: by its settings."""
        settings = self.services.settings
        folder = settings.data_directory / ("data", "far")[place]
        folder.mkdir(exist_ok=True)
        told = {
            "data_directory": str(folder),
            "secret": settings.secret,
            "ranker_layers": "0",
            "ranker_past": "16",
            "ranker_addresses": ",".join(one.text for one in self.addresses),
        } | more
        environment = {f"NIGHTMARKET_{name.upper()}": value for name, value in told.items()}
        environment |= {"DATABASE_URL": settings.database_url, "PYTHONPATH": str(ROOT / "src")}
        options = ["--follow", "--listen", self.addresses[1].text] if place else []
        with (folder / "log").open("ab") as log:
            begun = subprocess.Popen(
                [sys.executable, "-m", "nightmarket.entry.cli", "ranker", *options],
                env={**os.environ, **environment},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self.running.append(begun)
        return begun

    async def stands(self, place: int) -> Stands | None:
        """How one stands; None: it does not answer."""
        return (await face.see_all(self.rankers()))[place].stands

    def rankers(self) -> face.Rankers:
        return face.Rankers(self.addresses, face.key_of(self.services.secret))

    async def until(self, is_so: Callable[[Stands | None, Stands | None], bool]) -> None:
        """Wait until both stand so."""
        until = time.monotonic() + WAIT_S
        while not is_so(await self.stands(0), await self.stands(1)):
            assert time.monotonic() < until, [await self.stands(0), await self.stands(1)]
            await asyncio.sleep(0.1)

    async def said(self, place: int, question: Question, kind: type[Any]) -> Any:
        """What one answers to a question."""
        key = face.key_of(self.services.secret)
        return decoded(await self.addresses[place].ask(encoded(question), key, 60.0), kind)


@pytest.fixture
def house(services: Services) -> Iterator[House]:
    """No ranker yet; those that are started end with the test."""
    here = ask_rankers.local(services.settings.data_directory / "data")
    port = free_ports()
    far = Address(f"127.0.0.1:{port}", host="127.0.0.1", port=port)
    made = House(services, (*here, far))
    yield made
    for one in made.running:
        with suppress(ProcessLookupError):
            one.kill()
        one.wait()


@pytest.fixture
async def client(house: House) -> AsyncIterator[AsyncTestClient[Any]]:
    """A browser of a market that asks these rankers."""
    named = ",".join(one.text for one in house.addresses)
    settings = replace(house.services.settings, ranker_addresses=named)
    async with visit(replace(house.services, settings=settings)) as one:
        one.headers["accept-language"] = "en-US"
        yield one


@pytest.fixture
def viewer(client: AsyncTestClient[Any], services: Services, clock: HandClock) -> Viewer:
    """A guest of market us who speaks English."""
    return Viewer(client, services, clock)


def are_level(one: Stands | None, other: Stands | None) -> bool:
    """Both learned something, and the same steps."""
    return (
        one is not None
        and other is not None
        and one.batch_id == other.batch_id > 0
        and one.lag_steps == other.lag_steps == 0
    )


async def one_more(viewer: Viewer) -> None:
    for item in await viewer.page():
        await viewer.watch(item, LONG_MS)
    await viewer.settle()


async def last_step(services: Services) -> int:
    async with services.database.transaction() as tx:
        ((found,),) = await rows(tx, "SELECT coalesce(max(batch_id), 0) FROM ranking_batch")
    return int(str(found))


async def same_answers(house: House, viewer_id: int, ids: list[Any]) -> Answer:
    """Both answer the same to the same questions, to the last bit and the name of the state."""
    scores = asked(house.services, viewer_id, ids)
    near = Nearest(viewer_id=viewer_id, market="us", surface=Surface.FOR_YOU, limit=20)
    answers = [await house.said(place, scores, Answer) for place in (0, 1)]
    found = [await house.said(place, near, Near) for place in (0, 1)]
    answer = answers[0]
    assert isinstance(answer, Answer)
    assert answer == answers[1]
    assert answer.snapshot == f"ranker-{await last_step(house.services)}"
    assert found[0].snapshot == found[1].snapshot
    return answer


async def answered(house: House, count: int) -> list[str]:
    """Ask for so many viewers, half of them of each ranker, a few at once; by which states."""
    rankers, said = house.rankers(), list[str]()
    for start in range(0, count, 4):
        wanted = [
            Nearest(viewer_id=viewer_id, market="us", surface=Surface.FOR_YOU, limit=5)
            for viewer_id in range(start, start + 4)
        ]
        found = await asyncio.gather(*(face.nearest(rankers, one, 20.0) for one in wanted))
        said += [one.snapshot for one in found]
        await asyncio.sleep(0.01)
    return said


@pytest.mark.feature("V1")
async def test_a_follower_answers_as_the_leader_does_and_takes_over_when_it_is_killed(
    house: House, viewer: Viewer, services: Services
) -> None:
    """Every page between is answered by the one that is left; who comes back follows."""
    ids = await an_evening(services, viewer)
    viewer_id = await viewer_id_of(services)
    first = house.start(0)
    await house.until(lambda one, _: one is not None and one.learned > 0 and one.leads)
    house.start(1)  # Late: all of that is in the log, and it catches up.
    await house.until(are_level)
    before = await same_answers(house, viewer_id, ids)
    await one_more(viewer)
    step = int(before.snapshot.removeprefix("ranker-"))
    await house.until(
        lambda one, two: are_level(one, two) and two is not None and two.batch_id > step
    )
    after = await same_answers(house, viewer_id, ids)
    assert after.chances != before.chances
    assert after.snapshot != before.snapshot
    with pytest.raises(NoAnswer):
        await house.addresses[1].ask(b"?", face.key_of(b"another"), 10.0)

    asking = asyncio.create_task(answered(house, 200))
    for turn in range(6):
        if turn == 2:
            first.send_signal(signal.SIGKILL)
        assert "+ranker-" in (await scorers(services, viewer))[-1]
    assert set(await asking) == {after.snapshot}
    assert first.wait() == -signal.SIGKILL
    killed_at = await last_step(services)
    await one_more(viewer)
    await house.until(lambda _, two: two is not None and two.leads and two.batch_id > killed_at)

    house.start(0)
    await house.until(are_level)
    await one_more(viewer)
    await house.until(
        lambda one, two: are_level(one, two) and one is not None and one.batch_id > killed_at + 1
    )
    await same_answers(house, viewer_id, ids)
    both = [await house.stands(place) for place in (0, 1)]
    assert sum(one is not None and one.leads for one in both) == 1
    assert not any(one is not None and one.differs for one in both)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"DATABASE_URL": ""}, "a ranker by itself wants `DATABASE_URL`"),
        ({"NIGHTMARKET_RANKER_LISTEN": "8002"}, "ranker_listen cannot be '8002'"),
        ({"NIGHTMARKET_RANKER_PROCESSES": "17"}, "ranker_processes is 17: it can be 1 to 16"),
    ],
)
def test_a_ranker_that_cannot_run_says_why(
    tmp_path: Path, told: dict[str, str], words: str
) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "nightmarket.entry.cli", "ranker", "--data", str(tmp_path)],
        env={"DATABASE_URL": "postgresql://nowhere/", "COLUMNS": "300", **os.environ, **told}
        | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert words in said.stderr


async def test_who_has_nothing_to_go_on_from_refuses_with_a_sentence(
    house: House, viewer: Viewer, services: Services
) -> None:
    """Its steps are gone from the log, and nobody it can ask has a version."""
    await an_evening(services, viewer, pages=1)
    async with services.database.transaction() as tx:
        await tx.connection.execute(
            "INSERT INTO ranking_batch (lines, to_xid, to_seq, day_floor, made_at_us, after_id) "
            "VALUES (5, '0', 0, 0, 0, 7)"
        )
    assert house.start(1).wait(WAIT_S) == 1
    log = (services.settings.data_directory / "far" / "log").read_text()
    assert "name a running ranker in the setting `ranker_addresses`" in log
    assert str(Path("far") / "ranker") in log
