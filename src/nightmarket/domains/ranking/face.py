"""What others may ask of the ranker."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from prometheus_client import Counter

from nightmarket.domains.ranking import store
from nightmarket.domains.ranking.actions import tell_status
from nightmarket.domains.ranking.actions.read_worths import read_worths
from nightmarket.domains.ranking.learner.id_table import viewer_key
from nightmarket.domains.ranking.rules.worths import Worths
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.asking import Answer, Ask, Near, Nearest
from nightmarket.domains.ranking.values.batches import Big, Float
from nightmarket.infra import local_socket
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

SOCKET = "ranker"
ASKED = Counter(
    "nightmarket_ranker_asked_total",
    "Pages that asked the ranker, by what came of it.",
    ["outcome"],
)
ASKED_NEAREST = Counter(
    "nightmarket_ranker_nearest_total",
    "Pages that asked the ranker for proposals, by what came of it.",
    ["outcome"],
)
STATES = Counter(
    "nightmarket_ranker_states_total",
    "Pages with proposals of the ranker, by whether the same state scored them.",
    ["outcome"],
)
NoAnswer = local_socket.NoAnswer


@dataclass(frozen=True, slots=True)
class Chances:
    """`values` float32[videos, heads], in the order asked; `snapshot` scored all of them."""

    values: Float
    snapshot: str
    learned: int


@dataclass(frozen=True, slots=True)
class Proposals:
    """Ids of videos with scores, best first, by two ways of finding; `snapshot` found both."""

    by_model: Big
    by_model_scores: Float
    co_watched: Big
    co_watched_scores: Float
    snapshot: str


def worths(data_directory: Path) -> Worths:
    """Return what the operator of this market replaced in the table of what heads are worth."""
    return read_worths(data_directory)


def status(data_directory: Path) -> tell_status.Status | None:
    """Return how the ranker stood a second ago, or when it ended; None: it never told."""
    return tell_status.told(data_directory)


def measure(data_directory: Path) -> None:
    """Set this process's gauges to what the ranker told."""
    tell_status.measure(data_directory)


def is_there(data_directory: Path) -> bool:
    """Whether a ranker of this market listens, or did until it fell."""
    return local_socket.address(data_directory, SOCKET).exists()


async def chances(data_directory: Path, ask: Ask, within_s: float) -> Chances:
    """Return what the ranker expects of showing these videos to this viewer.

    Raises:
        NoAnswer: the ranker is away or slow; counted, and the page goes on without it.
    """
    path = local_socket.address(data_directory, SOCKET)
    try:
        answer = msgspec.msgpack.decode(
            await local_socket.ask(path, msgspec.msgpack.encode(ask), within_s), type=Answer
        )
    except NoAnswer:
        ASKED.labels("no_answer").inc()
        raise
    ASKED.labels("answered").inc()
    values = np.frombuffer(answer.chances, dtype="<f4").reshape(-1, heads.COUNT)
    return Chances(values, answer.snapshot, answer.learned)


async def nearest(data_directory: Path, question: Nearest, within_s: float) -> Proposals:
    """Return what the ranker proposes to this viewer.

    Raises:
        NoAnswer: the ranker is away or slow; counted, and the page goes on with other sources.
    """
    path = local_socket.address(data_directory, SOCKET)
    try:
        near = msgspec.msgpack.decode(
            await local_socket.ask(path, msgspec.msgpack.encode(question), within_s), type=Near
        )
    except NoAnswer:
        ASKED_NEAREST.labels("no_answer").inc()
        raise
    ASKED_NEAREST.labels("answered").inc()
    return Proposals(
        np.frombuffer(near.by_model, dtype="<i8"),
        np.frombuffer(near.by_model_scores, dtype="<f4"),
        np.frombuffer(near.co_watched, dtype="<i8"),
        np.frombuffer(near.co_watched_scores, dtype="<f4"),
        near.snapshot,
    )


async def forget_viewer(tx: Tx, viewer_id: int, at_us: int) -> None:
    """Have the ranker forget, within seconds, what it learned of a viewer."""
    await store.forget(tx, viewer_key(viewer_id), at_us)


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return what is kept of a person: their videos as numbers."""
    return {"ranking_video": await store.of_creator(tx, account_id)}


async def erase_person(tx: Tx, account_id: AccountId) -> None:
    """Forget a person's videos; what was learned of the viewer goes when the news arrives."""
    await store.erase(tx, account_id)
