"""The ranker's proposals in a page: one question for two sources, and a state that is compared."""

import asyncio
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from nightmarket.domains.feed.hydrators.same_state import SameState
from nightmarket.domains.feed.sources.by_model import ByModel
from nightmarket.domains.feed.sources.co_watched import CoWatched
from nightmarket.domains.feed.sources.proposals import Proposals
from nightmarket.domains.feed.values.candidates import Origin, merge, propose
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.domains.ranking import face as ranking
from nightmarket.domains.ranking.values.asking import Near
from nightmarket.infra import local_socket
from nightmarket.pipeline.runner import Pipeline, run
from tests.builders.catalogue import Piece, catalogue, query

WORLD = catalogue([Piece(is_open=number != 3) for number in range(9)])
"""Videos 1..9; the fourth is closed."""


def near(by_model: list[int], co_watched: list[int]) -> bytes:
    def joined(numbers: list[int], kind: str) -> bytes:
        return np.array(numbers, dtype=kind).tobytes()

    return msgspec.msgpack.encode(
        Near(
            snapshot="ranker-7",
            by_model=joined(by_model, "<i8"),
            by_model_scores=joined(by_model, "<f4"),
            co_watched=joined(co_watched, "<i8"),
            co_watched_scores=joined(co_watched, "<f4"),
        )
    )


class First:
    """Takes the first of them."""

    name = "first"

    def select(self, query: FeedQuery, batch: object, scores: object) -> tuple[object, object]:
        return batch, np.arange(len(batch))  # type: ignore[arg-type]


def both(proposals: Proposals, deadline_ms: int = 5_000) -> Pipeline:  # type: ignore[type-arg]
    return Pipeline(
        sources=[
            CoWatched(proposals, deadline_ms),
            ByModel(proposals, deadline_ms),
            Nothing(),
        ],
        merge=merge,
        selector=First(),  # type: ignore[arg-type]
    )


class Nothing:
    """A source that has nothing, at once."""

    name, quota, deadline_ms = "nothing", 1, 5_000

    async def fetch(self, query: FeedQuery) -> object:
        return propose(query.catalogue, np.zeros(0, dtype=np.int64), Origin.FRESH)


async def test_one_question_serves_both_and_only_what_may_be_seen_is_proposed(
    tmp_path: Path,
) -> None:
    path = local_socket.address(tmp_path, ranking.SOCKET)
    here = ranking.Rankers(ranking.local(tmp_path))
    questions: list[bytes] = []

    def answer(question: bytes) -> bytes:
        questions.append(question)
        return near([9, 4, 5, 777, 2], [2, 6])

    asked = query(WORLD, seen_rows=np.array(WORLD.rows([5])))
    async with local_socket.listening(path, answer):
        proposals = Proposals(here, 5.0)
        outcome = await run(both(proposals), asked)
        nobody = await run(both(Proposals(here, 5.0)), replace(asked, is_personal=False))
    assert len(questions) == 1
    assert outcome.batch.ids.tolist() == [2, 6, 9]
    assert outcome.batch.origins.tolist() == [Origin.CO_WATCHED] * 2 + [Origin.BY_MODEL]
    assert proposals.snapshot == "ranker-7"
    assert len(nobody.batch) == 0


async def test_a_ranker_that_is_away_or_slow_is_an_empty_source(tmp_path: Path) -> None:
    here = ranking.Rankers(ranking.local(tmp_path))
    away = await run(both(Proposals(here, 5.0)), query(WORLD))
    assert [one.failure for one in away.reports[:2]] == [None, None], "none is run here"

    path = local_socket.address(tmp_path, ranking.SOCKET)
    path.touch()
    fallen = await run(both(Proposals(here, 5.0)), query(WORLD))
    assert [one.failure for one in fallen.reports[:2]] == ["NoAnswer", "NoAnswer"]
    path.unlink()

    server = await asyncio.start_unix_server(_silent, path)
    slow = await run(both(Proposals(here, 0.5), deadline_ms=20), query(WORLD))
    assert [one.failure for one in slow.reports[:2]] == ["late", "late"]
    await asyncio.sleep(0.6)  # The question ends by itself, and nobody is told off.
    server.close()


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


@pytest.mark.parametrize(("scored", "outcome"), [("ranker-7", "same"), ("ranker-8", "other")])
async def test_two_states_in_one_page_are_counted(scored: str, outcome: str) -> None:
    def counted() -> float:
        found: float = ranking.STATES.labels(outcome)._value.get()
        return found

    before = counted()
    batch = propose(WORLD, np.arange(3), Origin.BY_MODEL)
    await SameState(lambda: "ranker-7").hydrate(query(WORLD), replace(batch, snapshot=scored))
    assert counted() == before + 1
    await SameState(lambda: "").hydrate(query(WORLD), replace(batch, snapshot=scored))
    assert counted() == before + 1
