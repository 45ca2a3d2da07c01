"""The ranker process: learns the interaction log as it grows, and scores pages by a socket."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import fasteners
import msgspec
import psycopg

from nightmarket.domains.ranking import face
from nightmarket.domains.ranking.actions import tell_status
from nightmarket.domains.ranking.actions.keep_learning import Apprentice
from nightmarket.domains.ranking.actions.watch_learning import Watch, warm
from nightmarket.domains.ranking.values.asking import Question
from nightmarket.domains.ranking.values.shape import Shape
from nightmarket.entry import process, wiring
from nightmarket.infra import heap, local_socket, telemetry
from nightmarket.infra.db import DatabaseUnavailable
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.clock import microseconds

PAUSE_S = 0.25
VIDEOS_EVERY_S = 1.0
KEEP_EVERY_S = 60.0
RECONNECT_S = 1.0
END_S_MAX = 3.0
NICE = 5
SWITCH_S = 0.001
"""How long a step's own code may keep the interpreter while a page waits for its scores."""
QUESTION: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)


class AnotherRanker(Exception):
    """A ranker of this data directory runs already."""


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
    async with wiring.running(settings) as services, _only_one(settings.data_directory):
        shape = Shape(layers=settings.ranker_layers, past=settings.ranker_past)
        apprentice = Apprentice(services.database, settings.data_directory / "ranker", shape)
        before = tell_status.told(settings.data_directory)
        warm(shape, before, is_scoring=True)
        repeated = await apprentice.resume(microseconds(services.clock()))
        telemetry.log("ranker_resumed", repeated=repeated, settled=apprentice.settled)

        def answer(question: bytes) -> bytes:
            return msgspec.msgpack.encode(apprentice.reply(QUESTION.decode(question)))

        path = local_socket.address(settings.data_directory, face.SOCKET)
        async with local_socket.listening(path, answer):
            process.ready()
            await asyncio.to_thread(warm, shape, before, is_scoring=False)
            await _learn(apprentice, services, stop)


@asynccontextmanager
async def _only_one(data_directory: Path) -> AsyncIterator[None]:
    """Hold the data directory's learning: two rankers would cut the log twice.

    Raises:
        AnotherRanker: one runs already; who started this one tries again.
    """
    folder = data_directory / "ranker"
    folder.mkdir(parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(folder / "lock")
    if not lock.acquire(blocking=False):
        raise AnotherRanker(str(folder))
    try:
        yield
    finally:
        lock.release()


async def _learn(apprentice: Apprentice, services: Services, stop: asyncio.Event) -> None:
    """Step while there is something new; look at videos and keep versions in between."""
    loop, watch = asyncio.get_running_loop(), Watch(apprentice)
    looked_s = kept_s = loop.time()
    kept_at, lines = apprentice.place.batch_id, 0
    while not stop.is_set():
        try:
            now_us = microseconds(services.clock())
            if loop.time() - looked_s > VIDEOS_EVERY_S:
                await apprentice.look_at_videos(now_us)
                heap.give_back()  # A large step leaves a hundred megabytes behind.
                tell_status.tell(services.settings.data_directory, watch.status(now_us, lines))
                looked_s = loop.time()
            lines = await apprentice.step(now_us)
            await watch.look(now_us)
        except (DatabaseUnavailable, psycopg.OperationalError) as error:
            telemetry.log("ranker_database_lost", error=repr(error))
            lines = 0
            await _pause(stop, RECONNECT_S)
        is_new = apprentice.place.batch_id != kept_at and watch.is_well
        if loop.time() - kept_s > KEEP_EVERY_S and is_new:
            await asyncio.to_thread(apprentice.keep)  # Pages are answered meanwhile.
            kept_s, kept_at = loop.time(), apprentice.place.batch_id
        await _pause(stop, 0.0 if lines else PAUSE_S)
    if watch.is_well:
        apprentice.keep()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    if not seconds:
        await asyncio.sleep(0)
        return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


if __name__ == "__main__":
    process.run("ranker", serve)
