"""Several rankers over one log: one leads, the others repeat its steps to the same bits."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from nightmarket.domains.ranking import face, store
from nightmarket.domains.ranking.actions import share_version
from nightmarket.domains.ranking.actions.answer_questions import Desk
from nightmarket.domains.ranking.actions.ask_rankers import Rankers
from nightmarket.domains.ranking.actions.keep_learning import Apprentice, StepsMissing
from nightmarket.domains.ranking.actions.watch_learning import UNDONE_MAX, Watch
from nightmarket.domains.ranking.learner.id_table import viewer_key
from nightmarket.domains.ranking.values.asking import Ask, Fetch, Nearest
from nightmarket.infra import local_socket
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from tests.builders.feed import Film, Viewer, makers, show
from tests.builders.ranking import SMALL
from tests.ranking.test_apprentice import (
    LONG_MS,
    an_evening,
    asked,
    learned_all,
    viewer_id_of,
)
from tests.ranking.test_student import bits_of
from tests.ranking.test_watch import one_page


async def begun(services: Services, folder: Path, *, is_alone: bool = False) -> Apprentice:
    """A ranker that went on from whatever there is."""
    made = Apprentice(services.database, folder, SMALL)
    await made.resume(microseconds(services.clock()), is_alone=is_alone)
    return made


async def caught_up(follower: Apprentice, services: Services) -> None:
    while await follower.follow(microseconds(services.clock())):
        pass


def has_parted(follower: Apprentice) -> bool:
    """Whether it knows that its state is another than that of whoever logs the steps."""
    return follower.differs


async def rows(tx: Tx, sql: str) -> list[tuple[object, ...]]:
    cursor = await tx.connection.execute(sql.encode())
    found = await cursor.fetchall()
    return [tuple(row.values()) if isinstance(row, dict) else tuple(row) for row in found]


async def chain(services: Services) -> list[tuple[object, ...]]:
    """Every logged step: its number, whom it follows, how many lines it has."""
    async with services.database.transaction() as tx:
        return await rows(
            tx, "SELECT batch_id, after_id, lines FROM ranking_batch ORDER BY batch_id"
        )


async def test_a_follower_has_the_leaders_state_after_each_step(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    """The same bits, names and answers; it logs nothing and takes nobody off the list to forget."""
    ids = await an_evening(services, viewer)
    now_us, viewer_id = microseconds(services.clock()), await viewer_id_of(services)
    leader = await begun(services, tmp_path / "one", is_alone=True)
    follower = await begun(services, tmp_path / "two")
    scores = asked(services, viewer_id, ids)
    near = Nearest(viewer_id=viewer_id, market="us", surface=0, limit=10)
    for turn in range(3):
        await one_page(viewer)
        if turn == 2:
            async with services.database.transaction() as tx:
                await face.forget_viewer(tx, viewer_id, now_us)
        before = await chain(services)
        assert await follower.follow(now_us) == 0
        assert await follower.is_waited_for()
        assert await leader.step(now_us)
        logged = await chain(services)
        assert len(logged) == len(before) + 1
        assert await follower.steps_behind() == 1
        assert await follower.follow(now_us) == 1
        assert await follower.steps_behind() == 0
        assert not await follower.is_waited_for()
        assert not has_parted(follower)
        assert bits_of(follower.student) == bits_of(leader.student)
        assert follower.place == leader.place
        assert follower.reply(scores) == leader.reply(scores)
        assert await chain(services) == logged
        for one in (leader, follower):
            await one.look_at_videos(now_us)
        assert follower.reply(near) == leader.reply(near)
    assert leader.settled > 20
    past = leader.student.learner.memory.viewers["past_count"]
    assert past.sum() == 8, "what came in the step that forgot, and nothing before"


async def test_a_follower_looks_at_new_videos_before_the_steps_about_them(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    await an_evening(services, viewer, pages=1)
    now_us = microseconds(services.clock())
    leader = await begun(services, tmp_path / "one", is_alone=True)
    follower = await begun(services, tmp_path / "two")
    await show(services, await makers(services, 1), [Film(maker=0, tags=("fractal",))] * 20)
    await leader.look_at_videos(now_us)
    await one_page(viewer)
    await leader.step(now_us)
    await follower.follow(now_us)
    assert len(leader.student.learner.memory.videos) > 60
    assert bits_of(follower.student) == bits_of(leader.student)


async def test_a_follower_leaves_whom_to_forget_to_the_leader(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    await an_evening(services, viewer, pages=1)
    viewer_id = await viewer_id_of(services)
    follower = await begun(services, tmp_path / "two")
    async with services.database.transaction() as tx:
        await face.forget_viewer(tx, viewer_id, 1)
    await caught_up(follower, services)
    async with services.database.transaction() as tx:
        waiting = await rows(tx, "SELECT viewer_key FROM ranking_forgotten")
    assert waiting == [(viewer_key(viewer_id),)]
    assert await chain(services) == []


async def test_two_that_both_lead_make_one_chain_and_lose_nothing(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    """Whoever logs second is told, has changed nothing, and follows."""
    await an_evening(services, viewer, pages=1)
    now_us = microseconds(services.clock())
    pair = [await begun(services, tmp_path / name, is_alone=True) for name in ("one", "two")]
    won = [0, 0]
    for turn in range(4):
        await one_page(viewer)
        async with services.database.transaction() as tx:
            await face.forget_viewer(tx, 1_000 + turn, now_us)
        said = await asyncio.gather(*(one.step(now_us) for one in pair), return_exceptions=True)
        overtaken = [place for place, one in enumerate(said) if isinstance(one, store.Overtaken)]
        assert len(overtaken) == 1, said
        won[1 - overtaken[0]] += 1
        await caught_up(pair[overtaken[0]], services)
        assert bits_of(pair[0].student) == bits_of(pair[1].student)
    logged = await chain(services)
    assert len(logged) == 4
    assert [after for _, after, _ in logged] == [0, *(number for number, _, _ in logged[:-1])]
    async with services.database.transaction() as tx:
        (count,) = await rows(tx, "SELECT count(*) FROM infra_event WHERE is_counted")
        (forgotten,) = await rows(tx, "SELECT sum(cardinality(forgotten)) FROM ranking_batch")
        assert not await store.is_forgetting(tx)
    assert sum(int(str(lines)) for _, _, lines in logged) == count[0]
    assert forgotten == (4,)


async def test_one_that_is_far_behind_cannot_log_a_step(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    """Also when the step it would follow was trimmed: the newest stays, and is newer."""
    await an_evening(services, viewer, pages=1)
    now_us = microseconds(services.clock())
    late = await begun(services, tmp_path / "late", is_alone=True)
    leader = await begun(services, tmp_path / "one", is_alone=True)
    for _ in range(3):
        await one_page(viewer)
        assert await leader.step(now_us)
    await one_page(viewer)
    async with services.database.transaction() as tx:
        await store.trim(tx, now_us + 1)
    logged = await chain(services)
    assert [number for number, _, _ in logged] == [leader.place.batch_id]
    with pytest.raises(store.Overtaken):
        await late.step(now_us)
    assert await chain(services) == logged
    assert await leader.step(now_us)


def listening(leader: Apprentice, folder: Path) -> Desk:
    class Leads:
        leads, lag_steps = True, 0

    return Desk(leader, Leads(), folder)


async def test_who_starts_late_takes_up_a_version_of_another_and_refuses_without(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    """Steps that every version has behind it are dropped: nobody can begin before them."""
    await an_evening(services, viewer, pages=2)
    leader = await begun(services, tmp_path / "one", is_alone=True)
    await learned_all(leader, services)
    leader.keep()
    await one_page(viewer)
    await learned_all(leader, services)
    async with services.database.transaction() as tx:
        await store.trim(tx, microseconds(services.clock()) + 1)
    for _ in range(2):
        await one_page(viewer)
        await learned_all(leader, services)
    folder = tmp_path / "two"
    with pytest.raises(StepsMissing):
        await begun(services, folder)

    desk = listening(leader, tmp_path / "one")
    there = face.local(tmp_path)[0]
    rankers = Rankers((*face.local(tmp_path / "nobody"), there))
    assert there.path is not None
    assert not await share_version.fetch(rankers, folder)
    async with local_socket.listening(there.path, desk.answer):
        newest = share_version.newest_of(tmp_path / "one")
        assert not await share_version.fetch(rankers, folder, behind=newest)
        assert await share_version.fetch(rankers, folder, behind=newest - 1)
        assert share_version.newest_of(folder) == newest
    follower = await begun(services, folder)
    assert follower.passed_over == 0
    assert bits_of(follower.student) == bits_of(leader.student)
    assert follower.place == leader.place


async def test_another_state_is_noticed_named_and_replaced_by_the_leaders(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    await an_evening(services, viewer, pages=2)
    now_us = microseconds(services.clock())
    leader = await begun(services, tmp_path / "one", is_alone=True)
    follower = await begun(services, tmp_path / "two")
    await learned_all(leader, services)
    await caught_up(follower, services)
    learner = follower.student.learner
    learner.weights = np.nextafter(np.asarray(learner.weights), np.float32(1))
    await one_page(viewer)
    await leader.step(now_us)
    await follower.follow(now_us)
    assert has_parted(follower)
    question = Ask(viewer_id=1, market="us", surface=0, at_us=now_us, items=b"")
    name = leader.answer(question).snapshot
    assert follower.answer(question).snapshot.startswith(f"{name}.")

    leader.keep()
    await one_page(viewer)
    await leader.step(now_us)
    there = face.local(tmp_path)[0]
    assert there.path is not None
    desk = listening(leader, tmp_path / "one")
    async with local_socket.listening(there.path, desk.answer):
        assert await share_version.fetch(Rankers((there,)), tmp_path / "two", of_leader=True)
    assert await follower.resume(now_us) == 1
    assert not has_parted(follower)
    assert follower.answer(question) == leader.answer(question)
    assert bits_of(follower.student) == bits_of(leader.student)


def test_a_version_is_given_by_its_name_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "secret.key").write_bytes(b"secret")
    (tmp_path / "one" / "000000000001.ranker").write_bytes(b"no head\n")
    for name in ("", "../secret.key", str(tmp_path / "secret.key"), "*", "000000000001.ranker"):
        found = share_version.give(tmp_path / "one", Fetch(name=name, offset=-7))
        assert found == share_version.NOTHING


async def test_a_watched_follower_leaves_going_back_to_the_leader(
    services: Services, viewer: Viewer, tmp_path: Path
) -> None:
    """Three steps that are not finite: the leader goes back, the follower sees it and can tell."""
    await an_evening(services, viewer, pages=1)
    now_us = microseconds(services.clock())
    leader = await begun(services, tmp_path / "one", is_alone=True)
    await learned_all(leader, services)
    leader.keep()
    follower = await begun(services, tmp_path / "two")
    watches = Watch(leader), Watch(follower)
    for one in (leader, follower):
        weights = np.asarray(one.student.learner.weights)
        one.student.learner.weights = np.full_like(weights, np.nan)
    for _ in range(UNDONE_MAX):
        for item in await viewer.page():
            await viewer.watch(item, LONG_MS)
        await viewer.settle()
        await leader.step(now_us)
        await follower.follow(now_us)
        await watches[1].look(now_us, may_go_back=False)
        await watches[0].look(now_us)
    assert [one.went_back for one in watches] == [1, 0]
    assert [one.undone for one in watches] == [UNDONE_MAX, UNDONE_MAX]
    assert not has_parted(follower)
    await one_page(viewer)
    await leader.step(now_us)
    await watches[0].look(now_us)
    await follower.follow(now_us)
    assert has_parted(follower)
    assert not watches[1].is_well
