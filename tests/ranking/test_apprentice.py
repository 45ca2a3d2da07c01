"""The apprentice over a real log: it learns what people report, answers pages, and survives falls."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.feed.rules.weights import VERSION
from nightmarket.domains.ranking import face
from nightmarket.domains.ranking.actions.keep_learning import Apprentice
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.asking import Answer, Ask, Nearest
from nightmarket.infra import local_socket
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId
from tests.builders.feed import Film, Viewer, makers, show
from tests.builders.ranking import SMALL
from tests.ranking.test_closing import Line, lines
from tests.ranking.test_student import bits_of

LONG_MS, SHORT_MS = 10_000, 700


async def an_evening(services: Services, viewer: Viewer, pages: int = 3) -> list[VideoId]:
    """One viewer watches fractals to the end and skips songs, over HTTP."""
    creators = await makers(services, 5)
    films = [Film(maker=n % 5, tags=("fractal" if n % 2 else "song",)) for n in range(40)]
    ids = await show(services, creators, films)
    for _ in range(pages):
        for item in await viewer.page():
            is_fractal = item["video"]["hashtags"][0] == "fractal"
            await viewer.watch(item, LONG_MS if is_fractal else SHORT_MS)
    await viewer.settle()
    return ids


def asked(services: Services, viewer_id: int, ids: list[VideoId]) -> Ask:
    return Ask(
        viewer_id=viewer_id,
        market="us",
        surface=Surface.FOR_YOU,
        at_us=microseconds(services.clock()),
        items=np.array(ids, dtype="<i8").tobytes(),
    )


def long_views(answer: Answer) -> np.ndarray:
    return np.frombuffer(answer.chances, dtype="<f4").reshape(-1, heads.COUNT)[:, heads.LONG_VIEW]


async def viewer_id_of(services: Services) -> int:
    async with services.database.transaction() as tx:
        cursor = await tx.connection.execute(
            "SELECT viewer_id FROM infra_event WHERE viewer_id <> 0 LIMIT 1"
        )
        row = await cursor.fetchone()
    assert row is not None
    return int(row["viewer_id"] if isinstance(row, dict) else row[0])


async def learned_all(apprentice: Apprentice, services: Services) -> None:
    await apprentice.look_at_videos(microseconds(services.clock()))
    while await apprentice.step(microseconds(services.clock())):
        pass


@pytest.mark.feature("V1")
async def test_what_was_reported_changes_what_is_expected(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    ids = await an_evening(services, viewer)
    apprentice = Apprentice(services.database, tmp_path, SMALL)
    await apprentice.resume(microseconds(services.clock()))
    ask = asked(services, await viewer_id_of(services), ids)
    before = long_views(apprentice.answer(ask))
    await learned_all(apprentice, services)
    answer = apprentice.answer(ask)
    after = long_views(answer)
    assert answer.learned > 20
    assert answer.snapshot != "ranker-0"
    gained = after - before
    assert gained[1::2].mean() > gained[0::2].mean() + 0.05
    nobody = long_views(apprentice.answer(asked(services, 123456789, ids)))
    assert after[1::2].mean() - after[0::2].mean() > nobody[1::2].mean() - nobody[0::2].mean()


async def test_a_fall_between_steps_repeats_them_to_the_same_bits(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    await an_evening(services, viewer, pages=2)
    now_us = microseconds(services.clock())
    whole = Apprentice(services.database, tmp_path, SMALL)
    await whole.resume(now_us)
    await learned_all(whole, services)
    whole.keep()
    for item in await viewer.page():
        await viewer.watch(item, LONG_MS)
    await viewer.settle()
    await learned_all(whole, services)  # What a kill -9 would now lose in memory.
    again = Apprentice(services.database, tmp_path, SMALL)
    assert await again.resume(now_us) == 1
    assert bits_of(again.student) == bits_of(whole.student)
    assert again.place == whole.place
    assert await again.step(now_us) == 0


async def test_pages_are_answered_while_a_step_is_learned(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    """By one state, which says that the next is on its way: what came of the step is in none."""
    ids = await an_evening(services, viewer)
    shape = replace(SMALL, expert_width=24)  # Nobody else's: its step is compiled here.
    apprentice = Apprentice(services.database, tmp_path, shape)
    now_us = microseconds(services.clock())
    await apprentice.resume(now_us)
    ask = asked(services, await viewer_id_of(services), ids)
    before = apprentice.reply(ask)
    assert isinstance(before, Answer)
    step, meanwhile = asyncio.ensure_future(apprentice.step(now_us)), list[Answer]()
    while not step.done():
        answer = apprentice.reply(ask)
        assert isinstance(answer, Answer)
        meanwhile.append(answer)
        await asyncio.sleep(0.001)

    under_way = [one for one in meanwhile if one.snapshot == f"{before.snapshot}+1"]
    assert under_way
    assert {one.snapshot for one in meanwhile} <= {
        before.snapshot,
        f"{before.snapshot}+1",
        f"ranker-{apprentice.place.batch_id}",
    }
    after = apprentice.answer(ask)
    assert {one.chances for one in under_way} == {under_way[0].chances} != {after.chances}
    assert after.snapshot == f"ranker-{apprentice.place.batch_id}" != before.snapshot


async def test_who_starts_over_is_forgotten_once_and_learned_anew(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    """What came before is gone at the next step, what comes after stays, and a fall repeats both."""
    ids = await an_evening(services, viewer, pages=2)
    now_us = microseconds(services.clock())
    apprentice = Apprentice(services.database, tmp_path, SMALL)
    await apprentice.resume(now_us)
    apprentice.keep()
    await learned_all(apprentice, services)
    viewer_id = await viewer_id_of(services)
    memory = apprentice.student.learner.memory
    assert memory.viewers["past_count"].sum() > 0
    async with services.database.transaction() as tx:
        await face.forget_viewer(tx, viewer_id, now_us)
    await learned_all(apprentice, services)
    assert memory.viewers["past_count"].sum() == 0
    assert not memory.viewers["past_items"].any()
    assert viewer_id not in apprentice.student.closing.viewers()
    assert not apprentice.student.figures
    assert len(long_views(apprentice.answer(asked(services, viewer_id, ids)))) == len(ids)

    for item in await viewer.page():
        await viewer.watch(item, LONG_MS)
    await viewer.settle()
    await learned_all(apprentice, services)
    anew = memory.viewers["past_count"].sum()
    assert anew > 0
    await learned_all(apprentice, services)
    assert memory.viewers["past_count"].sum() == anew
    again = Apprentice(services.database, tmp_path, SMALL)  # From before anything was learned.
    assert await again.resume(now_us) == apprentice.place.batch_id
    assert bits_of(again.student) == bits_of(apprentice.student)


async def test_a_page_carries_the_state_that_scored_it_and_goes_on_without(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    ids = await an_evening(services, viewer)
    apprentice = Apprentice(services.database, tmp_path, SMALL)
    await apprentice.resume(microseconds(services.clock()))
    await learned_all(apprentice, services)
    path = local_socket.address(services.settings.data_directory, face.SOCKET)

    def answer(question: bytes) -> bytes:
        ask = msgspec.msgpack.decode(question, type=Ask)
        return msgspec.msgpack.encode(apprentice.answer(ask))

    apprentice.answer(asked(services, await viewer_id_of(services), ids))  # Compiled by now.
    path.parent.mkdir(parents=True, exist_ok=True)
    by_ranker = f"{VERSION}+ranker-{apprentice.place.batch_id}"
    with beside(path, answer):
        assert (await scorers(services, viewer))[-1] == by_ranker
    assert (await scorers(services, viewer))[-1] == VERSION


@contextmanager
def beside(path: Path, answer: Callable[[bytes], bytes]) -> Iterator[None]:
    """Listen in a loop of its own: the client's application keeps this one waiting."""
    loop = asyncio.new_event_loop()
    stop, is_open = asyncio.Event(), threading.Event()

    async def listen() -> None:
        async with local_socket.listening(path, answer):
            is_open.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),))
    thread.start()
    assert is_open.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


async def scorers(services: Services, viewer: Viewer) -> list[str]:
    """Who scored the pages so far, the last one last."""
    assert await viewer.page()
    await viewer.settle()
    async with services.database.transaction() as tx:
        cursor = await tx.connection.execute("SELECT scorer FROM feed_request ORDER BY request_id")
        rows = await cursor.fetchall()
    return [row["scorer"] if isinstance(row, dict) else row[0] for row in rows]


async def test_nobody_listening_is_said_at_once_and_too_long_a_question_ends_the_talk(
    tmp_path: Path,
) -> None:
    path = local_socket.address(tmp_path, "nobody")
    with pytest.raises(local_socket.NoAnswer):
        await local_socket.ask(path, b"?", 1.0)
    deep = tmp_path / ("deep" * 40)
    short = local_socket.address(deep, "ranker")
    assert len(str(short)) < 108
    async with local_socket.listening(short, lambda question: question[::-1]):
        assert await local_socket.ask(short, b"abc", 1.0) == b"cba"
        with pytest.raises(local_socket.NoAnswer):
            await local_socket.ask(short, bytes(local_socket.MESSAGE_BYTES_MAX + 1), 1.0)
        assert await local_socket.ask(short, b"still", 1.0) == b"llits"


async def test_an_answer_that_fails_ends_its_talk_at_once_and_no_other(tmp_path: Path) -> None:
    path = local_socket.address(tmp_path, "moody")
    failed: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: failed.append(said))

    def answer(question: bytes) -> bytes:
        if question == b"bad":
            raise KeyError(question)
        return question

    async with local_socket.listening(path, answer):
        with pytest.raises(local_socket.NoAnswer, match="IncompleteReadError"):
            await local_socket.ask(path, b"bad", 5.0)
        assert await local_socket.ask(path, b"good", 5.0) == b"good"
    assert failed


async def stages_of(
    viewer: Viewer, page: list[dict[str, Any]]
) -> dict[str, tuple[int, str | None]]:
    """How many candidates each component of a page let out, and what failed."""
    await viewer.settle()
    answer = await viewer.client.get(f"/api/v1/feed/why/{page[0]['impression_id']}")
    why = answer.json()
    assert why["source_words"] != why["source"]
    return {one["component"]: (one["count_out"], one["failure"]) for one in why["stage_report"]}


@pytest.mark.feature("V1")
async def test_a_page_has_what_the_ranker_proposes_and_goes_on_without(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    """Both ways of finding come by one question; a ranker that fell is two empty sources."""
    ids = await an_evening(services, viewer)
    apprentice = Apprentice(services.database, tmp_path, SMALL)
    await apprentice.resume(microseconds(services.clock()))
    await learned_all(apprentice, services)
    viewer_id = await viewer_id_of(services)
    teach_crowd(apprentice, ids)
    await apprentice.look_at_videos(microseconds(services.clock()))
    path = local_socket.address(services.settings.data_directory, face.SOCKET)
    questions: list[object] = []

    def answer(question: bytes) -> bytes:
        asked_for = msgspec.msgpack.decode(question, type=Ask | Nearest)
        questions.append(type(asked_for))
        return msgspec.msgpack.encode(apprentice.reply(asked_for))

    apprentice.answer(asked(services, viewer_id, ids))  # Compiled by now.
    path.parent.mkdir(parents=True, exist_ok=True)
    with beside(path, answer):
        here = face.Rankers(face.local(services.settings.data_directory))
        question = Nearest(viewer_id=viewer_id, market="us", surface=Surface.FOR_YOU, limit=5)
        near = await face.nearest(here, question, 20.0)
        page = await viewer.page()
    assert near.snapshot == f"ranker-{apprentice.place.batch_id}"
    assert len(near.by_model) == 5
    assert np.isin(near.by_model, ids[1::2]).sum() >= 4, "fractals were watched, songs skipped"
    assert len(near.co_watched)
    assert questions == [Nearest, Nearest, Ask]
    found = await stages_of(viewer, page)
    assert found["by_model"][0] > 0
    assert found["co_watched"][0] > 0

    path.touch()
    found = await stages_of(viewer, await viewer.page())
    assert found["by_model"] == (0, "NoAnswer")
    assert found["co_watched"] == (0, "NoAnswer")
    path.unlink()


def teach_crowd(apprentice: Apprentice, ids: list[VideoId]) -> None:
    """Sixteen others spend an evening: half watch fractals long, half songs, and skip the rest."""
    student, said = apprentice.student, []
    for page in range(3):
        for viewer in range(16):
            for position, place in enumerate(range(page * 12, page * 12 + 12)):
                said.append(
                    Line(
                        at_s=1_000 * page + 20 * position,
                        viewer=10**15 + viewer,
                        item=int(ids[place]),
                        request=1 + 100 * page + viewer,
                        position=position,
                        watch_s=10 if place % 2 == viewer % 2 else 1,
                        shown_s=1_000 * page,
                        length_s=10,
                    )
                )
    said.sort(key=lambda line: line.at_s)
    for start in range(0, len(said), 96):
        student.take(lines(said[start : start + 96]))
