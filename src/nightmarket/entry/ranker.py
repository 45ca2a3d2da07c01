"""A ranker process: learns the interaction log as it grows, and scores pages by a socket.

Several may run: one leads and cuts the log into steps, the others repeat them as they appear.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import fasteners

from nightmarket.domains.ranking import face
from nightmarket.domains.ranking.actions import ask_rankers, share_version, tell_status
from nightmarket.domains.ranking.actions.answer_questions import Desk
from nightmarket.domains.ranking.actions.keep_learning import Apprentice, StepsMissing
from nightmarket.domains.ranking.actions.watch_learning import warm
from nightmarket.domains.ranking.values.shape import Shape
from nightmarket.entry import process, wiring
from nightmarket.entry.learning import Learning
from nightmarket.infra import addresses, local_socket, sealed_socket, telemetry
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.clock import microseconds

END_S_MAX = 3.0
NICE = 5
SWITCH_S = 0.001
"""How long a step's own code may keep the interpreter while a page waits for its scores."""
FETCHED_BEHIND = 1_000
"""With so many steps to repeat, another ranker's version is the shorter way."""


class AnotherRanker(Exception):
    """A ranker of this data directory and number runs already."""


class CannotFollow(Exception):
    """There is nothing this ranker could go on from; the words say what to do."""


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Learn and answer until `stop` is set; a version is kept at the end.

    What has not ended a little later, because the database is gone, is given up.
    """
    sys.setswitchinterval(SWITCH_S)
    os.nice(NICE)  # Pages, and the transcode somebody waits for, come first.
    work = asyncio.ensure_future(_work(settings, stop))
    told = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait({work}, timeout=END_S_MAX)
    told.cancel()
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work


async def _work(settings: Settings, stop: asyncio.Event) -> None:
    name = ask_rankers.socket_of(settings.ranker_number)
    folder = settings.data_directory / name
    async with wiring.running(settings) as services, _only_one(folder):
        shape = Shape(layers=settings.ranker_layers, past=settings.ranker_past)
        apprentice = Apprentice(services.database, folder, shape)
        before = tell_status.told(settings.data_directory, name)
        warm(shape, before, is_scoring=True)
        rankers = face.rankers(settings, services.secret)
        await _resume(apprentice, services, folder, rankers)
        learning = Learning(apprentice, services, rankers, folder)
        async with _listening(settings, services.secret, Desk(apprentice, learning, folder)):
            process.ready()
            await asyncio.to_thread(warm, shape, before, is_scoring=False)
            await learning.go_on(stop)


async def _resume(
    apprentice: Apprentice, services: Services, folder: Path, rankers: face.Rankers
) -> None:
    """Go on from the newest version: another ranker's, when that is far ahead of the own one.

    Raises:
        CannotFollow: this one follows, and nobody has what it could go on from.
    """
    follows = services.settings.ranker_follows
    now_us = microseconds(services.clock())
    own = share_version.newest_of(folder)
    await share_version.fetch(rankers, folder, behind=own + FETCHED_BEHIND if own else 0)
    try:
        repeated = await apprentice.resume(now_us, is_alone=not follows)
    except StepsMissing as error:
        raise CannotFollow(
            f"the log begins behind step {error}, which this ranker would have to go on from; "
            f"name a running ranker in the setting `ranker_addresses`, or copy the newest file of "
            f"its folder into {folder}"
        ) from error
    telemetry.log("ranker_resumed", repeated=repeated, settled=apprentice.settled)


@asynccontextmanager
async def _listening(settings: Settings, secret: bytes, desk: Desk) -> AsyncIterator[None]:
    """Answer by the local socket, and to other machines where a setting says so."""
    path = ask_rankers.local(settings.data_directory, settings.ranker_number)[-1].path
    assert path is not None
    async with AsyncExitStack() as open_now:
        await open_now.enter_async_context(local_socket.listening(path, desk.answer))
        if settings.ranker_listen:
            at = addresses.read(settings.ranker_listen, "ranker_listen")
            key = face.key_of(secret)
            far = sealed_socket.listening(at.host, at.port, key, desk.answer, desk.refused)
            await open_now.enter_async_context(far)
        yield


@asynccontextmanager
async def _only_one(folder: Path) -> AsyncIterator[None]:
    """Hold a ranker's folder: its versions are one life's.

    Raises:
        AnotherRanker: one runs already; who started this one tries again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(folder / "lock")
    if not lock.acquire(blocking=False):
        raise AnotherRanker(str(folder))
    try:
        yield
    finally:
        lock.release()


if __name__ == "__main__":
    process.run("ranker", serve)
