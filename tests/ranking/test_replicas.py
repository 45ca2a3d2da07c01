"""Which ranker answers for a viewer, and that another one does when it is away."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from prometheus_client import REGISTRY

from nightmarket.domains.ranking import face
from nightmarket.domains.ranking.actions import ask_rankers
from nightmarket.domains.ranking.rules.leading import (
    COMPARES_S,
    COMPARES_S_MAX,
    TAKES_OVER_S,
    Comparing,
    Leading,
)
from nightmarket.domains.ranking.rules.replicas import (
    ASKED_MAX,
    AWAY_S,
    Absences,
    patience_s,
    preferred,
)
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.asking import Answer, Ask, Near, Nearest, Stands
from nightmarket.entry.checks.rankers import LAG_STEPS_CAREFUL, examine
from nightmarket.infra import addresses, local_socket, sealed_socket
from nightmarket.infra.addresses import Address, NoAnswer
from nightmarket.infra.settings import Settings

NAMES = ["/run/ranker.sock", "/run/ranker-2.sock", "10.0.0.2:8002", "10.0.0.3:8002"]
names = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=16, unique=True)


@given(viewer_id=st.integers(0, 2**63 - 1), said=names, gone=st.integers(0, 15))
def test_only_the_viewers_of_one_that_went_are_asked_of_elsewhere(
    viewer_id: int, said: list[str], gone: int
) -> None:
    order = [said[place] for place in preferred(viewer_id, said)]
    assert sorted(order) == sorted(said)
    lost = said[gone % len(said)]
    left = [name for name in reversed(said) if name != lost]
    assert [left[place] for place in preferred(viewer_id, left)] == [
        name for name in order if name != lost
    ]


def test_viewers_are_shared_out_evenly_also_those_of_one_that_went() -> None:
    orders = [preferred(viewer_id, NAMES) for viewer_id in range(4_000)]
    first = [sum(order[0] == place for order in orders) for place in range(4)]
    second = [sum(order[:2] == [0, place] for order in orders) for place in range(1, 4)]
    assert all(900 < count < 1_100 for count in first), first
    assert all(270 < count < 400 for count in second), second


def test_who_fell_silent_comes_last_for_a_moment_and_then_one_tries_again() -> None:
    absences, places = Absences(), [2, 0, 1]
    assert absences.order(places, 10.0) == [2, 0, 1]
    absences.fell_silent(2, 10.0)
    assert absences.order(places, 10.0 + AWAY_S / 2) == [0, 1, 2]
    later = 10.1 + AWAY_S
    assert absences.order(places, later) == [2, 0, 1], "one tries it again"
    assert absences.order(places, later) == [0, 1, 2], "and nobody else meanwhile"
    absences.answered(2)
    assert absences.order(places, later) == [2, 0, 1]
    assert len(absences.order(range(16), later)) == ASKED_MAX
    for place in places:
        absences.fell_silent(place, later)
    assert absences.order(places, later) == [2, 0, 1], "whoever is all there is, is asked"


def test_the_last_may_take_all_the_time_that_is_left() -> None:
    assert patience_s(0.04, 0) == 0.04
    assert patience_s(0.04, 2) == 0.02


def test_who_follows_leads_when_something_waited_for_long_and_yields_to_others() -> None:
    role = Leading(leads=False)
    assert not role.wait(100.0, is_waited_for=True)
    assert not role.wait(99.9 + TAKES_OVER_S, is_waited_for=True)
    role.follow()
    assert not role.wait(101.0 + TAKES_OVER_S, is_waited_for=True)
    assert not role.wait(105.0 + TAKES_OVER_S, is_waited_for=False)
    assert not role.wait(106.0 + TAKES_OVER_S, is_waited_for=True)
    assert role == Leading(leads=False, _waiting_since_s=106.0 + TAKES_OVER_S)
    assert role.wait(106.0 + 2 * TAKES_OVER_S, is_waited_for=True)
    assert role == Leading(leads=True)
    role.follow()
    assert role == Leading(leads=False)


def test_a_state_that_always_differs_is_fetched_less_and_less_often() -> None:
    comparing, seconds = Comparing(), range(4 * int(COMPARES_S_MAX))
    fetched = [one for one in seconds if comparing.is_due(float(one), differs=True)]
    waits = [later - sooner for sooner, later in pairwise(fetched)]
    assert fetched[0] == 0
    assert waits[:3] == [COMPARES_S, 2 * COMPARES_S, 4 * COMPARES_S]
    assert waits[-1] == COMPARES_S_MAX
    after = fetched[-1] + 2 * COMPARES_S_MAX
    assert not comparing.is_due(after, differs=False)
    assert comparing.is_due(after + 1, differs=True)
    assert comparing.is_due(after + 1 + COMPARES_S, differs=True)


KEY = b"k" * 32


def counted(address: Address, outcome: str) -> float:
    labels = {"replica": address.text, "outcome": outcome}
    return REGISTRY.get_sample_value("nightmarket_ranker_replica_asked_total", labels) or 0.0


def proposing(name: str) -> Callable[[bytes], bytes]:
    said = Near(
        snapshot=name, by_model=b"", by_model_scores=b"", co_watched=b"", co_watched_scores=b""
    )
    return lambda _: msgspec.msgpack.encode(said)


def wants(viewer_id: int) -> Nearest:
    return Nearest(viewer_id=viewer_id, market="us", surface=0, limit=5)


async def test_a_viewers_questions_go_to_one_ranker_and_to_another_when_it_is_away(
    tmp_path: Path,
) -> None:
    """Over the network as by a local socket; a page never waits for longer than it was told."""
    here = ask_rankers.local(tmp_path)[0]
    assert here.path is not None
    async with AsyncExitStack() as open_now, AsyncExitStack() as far:
        await open_now.enter_async_context(local_socket.listening(here.path, proposing("here")))
        port = await far.enter_async_context(
            sealed_socket.listening("127.0.0.1", 0, KEY, proposing("far"), Counter())
        )
        there = addresses.read(f"127.0.0.1:{port}", "there")
        rankers = face.Rankers((here, there), KEY)
        said = {one: (await face.nearest(rankers, wants(one), 5.0)).snapshot for one in range(40)}
        again = {one: (await face.nearest(rankers, wants(one), 5.0)).snapshot for one in range(40)}
        assert said == again
        assert set(said.values()) == {"here", "far"}
        answered, silent = counted(here, "answered"), counted(there, "no_answer")
        await far.aclose()
        for viewer_id in said:
            found = await face.nearest(rankers, wants(viewer_id), 5.0)
            assert found.snapshot == "here"
        assert counted(here, "answered") == answered + 40
        assert counted(there, "no_answer") == silent + 1, "left out after the first"
    with pytest.raises(NoAnswer):
        await face.nearest(rankers, wants(1), 5.0)


async def test_one_that_hangs_costs_half_the_time_and_the_other_answers(tmp_path: Path) -> None:
    here, hung = ask_rankers.local(tmp_path, 2)
    assert here.path is not None
    assert hung.path is not None
    waiting: list[asyncio.StreamWriter] = []
    server = await asyncio.start_unix_server(lambda _, writer: waiting.append(writer), hung.path)
    viewer_id = next(one for one in range(99) if preferred(one, [here.text, hung.text])[0] == 1)
    loop = asyncio.get_running_loop()
    async with local_socket.listening(here.path, proposing("here")):
        rankers, begun = face.Rankers((here, hung)), loop.time()
        found = await face.nearest(rankers, wants(viewer_id), 1.0)
        assert found.snapshot == "here"
        assert 0.4 < loop.time() - begun < 0.9
        begun = loop.time()
        assert (await face.nearest(rankers, wants(viewer_id), 1.0)).snapshot == "here"
        assert loop.time() - begun < 0.4, "it is left out for a moment"
    for writer in waiting:
        writer.close()
    server.close()


async def test_an_answer_that_is_none_is_as_good_as_silence(tmp_path: Path) -> None:
    here, odd = ask_rankers.local(tmp_path, 2)
    assert here.path is not None
    assert odd.path is not None
    rankers = face.Rankers((here, odd))
    async with (
        local_socket.listening(here.path, proposing("here")),
        local_socket.listening(odd.path, lambda _: b"\xc1garbage"),
    ):
        for viewer_id in range(10):
            assert (await face.nearest(rankers, wants(viewer_id), 5.0)).snapshot == "here"
    ask = Ask(viewer_id=1, market="us", surface=0, at_us=0, items=bytes(16))
    few = Answer(snapshot="ranker-1", learned=1, chances=bytes(4 * heads.COUNT))
    for said in (proposing("here"), lambda _: msgspec.msgpack.encode(few)):
        async with local_socket.listening(here.path, said):
            with pytest.raises(NoAnswer):
                await face.chances(face.Rankers((here,)), ask, 5.0)


async def test_every_ranker_is_asked_how_it_stands_and_metrics_tell(tmp_path: Path) -> None:
    here, gone = ask_rankers.local(tmp_path, 2)
    assert here.path is not None
    stands = Stands(batch_id=7, lag_steps=3, leads=True, differs=False, learned=9, refused=2)
    rankers = face.Rankers((here, gone))
    async with local_socket.listening(here.path, lambda _: msgspec.msgpack.encode(stands)):
        assert [one.stands for one in await face.see_all(rankers)] == [stands, None]
        await face.measure(tmp_path, rankers)

    def gauge(name: str, address: Address) -> float | None:
        labels = {"replica": address.text}
        return REGISTRY.get_sample_value(f"nightmarket_ranker_replica_{name}", labels)

    assert [gauge("answers", one) for one in (here, gone)] == [1.0, 0.0]
    assert [gauge("leads", one) for one in (here, gone)] == [1.0, 0.0]
    assert gauge("lag_steps", here) == 3.0
    assert gauge("refused", here) == 2.0


async def test_the_doctor_says_of_each_ranker_how_it_stands(tmp_path: Path) -> None:
    first, second, gone = ask_rankers.local(tmp_path, 3)
    named = ",".join(one.text for one in (first, second, gone))
    settings = Settings(data_directory=tmp_path, secret="tests", ranker_addresses=named)
    level = Stands(batch_id=7, lag_steps=0, leads=True, differs=False, learned=9, refused=0)
    late = replace(level, leads=False, lag_steps=LAG_STEPS_CAREFUL + 1)

    async def said(one: Stands, other: Stands) -> list[tuple[str, str]]:
        assert first.path is not None
        assert second.path is not None
        async with (
            local_socket.listening(first.path, lambda _: msgspec.msgpack.encode(one)),
            local_socket.listening(second.path, lambda _: msgspec.msgpack.encode(other)),
        ):
            found = await asyncio.to_thread(lambda: list(examine(settings)))
            return [(finding.severity, finding.what) for finding in found]

    assert await said(level, late) == [
        ("fine", f"the ranker at {first.text} leads, at step 7"),
        ("careful", f"the ranker at {second.text} is 201 steps behind"),
        ("careful", f"the ranker at {gone.text} does not answer"),
    ]
    apart = replace(level, leads=False, differs=True)
    found = await said(apart, apart)
    assert "differs from the leader's" in found[0][1]
    assert found[-1] == ("careful", "no ranker leads: nothing new is learned")
    assert list(examine(Settings(data_directory=tmp_path, secret="tests"))) == []
