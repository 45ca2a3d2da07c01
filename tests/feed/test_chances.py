"""What the ranker expects becomes a score by what its heads are worth in the viewer's market."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from nightmarket.domains.feed.hydrators.chances import KnowChances
from nightmarket.domains.feed.rules.recording import layout
from nightmarket.domains.feed.rules.weights import VERSION
from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.ranking import face as ranking
from nightmarket.domains.ranking.rules.worths import TABLE
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.asking import Answer
from nightmarket.infra import local_socket
from tests.builders.catalogue import Piece, catalogue, query

SHARED, LIKED, UNWANTED = 0, 1, 2


def answering(learned: int = 10**6) -> Callable[[bytes], bytes]:
    """A ranker that is sure: the first is sent on, the second liked, the third not wanted."""
    chances = np.zeros((3, heads.COUNT), dtype="<f4")
    for place, code in enumerate(("share", "like", "not_interested")):
        chances[place, heads.index(code)] = 0.2
    answer = Answer(snapshot="ranker-7", learned=learned, chances=chances.tobytes())
    return lambda _: msgspec.msgpack.encode(answer)


async def known(directory: Path, worths: str = "", learned: int = 10**6) -> Candidates:
    """Three candidates as a page of market us knows them."""
    world = catalogue([Piece(creator=number) for number in range(3)])
    (directory / "worths.toml").write_text(worths, encoding="utf-8")
    path = local_socket.address(directory, ranking.SOCKET)
    here = ranking.Rankers(ranking.local(directory))
    path.parent.mkdir(parents=True, exist_ok=True)
    batch = propose(world, np.arange(3), Origin.FRESH)
    async with local_socket.listening(path, answering(learned)):
        return await KnowChances(directory, here, 5.0).hydrate(query(world), batch)


async def test_the_table_orders_and_a_no_comes_last(tmp_path: Path) -> None:
    found = await known(tmp_path)
    assert np.argsort(-found.expected).tolist() == [SHARED, LIKED, UNWANTED]
    assert found.expected[UNWANTED] < 0
    assert (found.worth, found.snapshot) == (TABLE, "ranker-7")
    little = await known(tmp_path, learned=200)
    assert little.expected == pytest.approx(found.expected / 10, abs=1e-6)


async def test_a_market_and_an_experiment_change_the_order_and_are_recorded(tmp_path: Path) -> None:
    """What each head was worth goes into the record of the page, with the experiment's name."""
    told = await known(tmp_path, "[markets.us]\nlike = 9.0\n[markets.de]\nshare = 99.0\n")
    assert np.argsort(-told.expected).tolist() == [LIKED, SHARED, UNWANTED]
    assert told.worth.values[heads.LIKE] == 9.0
    tried = await known(
        tmp_path, "[experiments.kind]\nshare = 1.0\nworths = { not_interested = -2.0 }\n"
    )
    assert tried.worth.experiment == "kind"
    assert tried.expected[UNWANTED] > told.expected[UNWANTED]
    kept = {layout(one.worth).layout_id: layout(one.worth) for one in (told, tried)}
    assert [one.version for one in kept.values()] == [VERSION, f"{VERSION}~kind"]
    assert [one.worths[heads.LIKE] for one in kept.values()] == [9.0, 3.0]
