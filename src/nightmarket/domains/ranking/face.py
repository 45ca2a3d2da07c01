"""What others may ask of the ranker."""

import functools
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from prometheus_client import Counter

from nightmarket.domains.ranking import store
from nightmarket.domains.ranking.actions import ask_rankers, tell_status
from nightmarket.domains.ranking.actions.ask_rankers import (
    SOCKET,
    Rankers,
    Replica,
    local,
    see_all,
)
from nightmarket.domains.ranking.actions.read_worths import read_worths
from nightmarket.domains.ranking.learner.id_table import viewer_key
from nightmarket.domains.ranking.rules.worths import Worths
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.asking import Answer, Ask, Near, Nearest
from nightmarket.domains.ranking.values.batches import Big, Float
from nightmarket.infra import addresses
from nightmarket.infra.addresses import NoAnswer
from nightmarket.infra.db import Tx
from nightmarket.infra.settings import Settings
from nightmarket.kernel.ids import AccountId

__all__ = [
    "SOCKET",
    "NoAnswer",
    "Rankers",
    "Replica",
    "chances",
    "erase_person",
    "export_person",
    "forget_viewer",
    "key_of",
    "local",
    "measure",
    "nearest",
    "rankers",
    "see_all",
    "status",
    "worths",
]
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


ID_BYTES = 8
CHANCE_BYTES = 4


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


@functools.lru_cache(maxsize=8)
def rankers(settings: Settings, secret: bytes) -> Rankers:
    """Return this process's rankers: those the settings name, else those of the data directory.

    Raises:
        MisreadSetting: an address is none, or they are too many.
    """
    named = addresses.read_all(settings.ranker_addresses, "ranker_addresses")
    here = local(settings.data_directory, settings.ranker_processes)
    return Rankers(named or here, key_of(secret))


def key_of(secret: bytes) -> bytes:
    """Return the key by which rankers and who asks them know each other, and nothing else."""
    return hmac.digest(secret, b"nightmarket ranker v1", "sha256")


async def measure(data_directory: Path, rankers: Rankers) -> None:
    """Set this process's gauges to what each ranker says, and to what the local one told."""
    tell_status.measure(data_directory)
    tell_status.measure_replicas([(one.address.text, one.stands) for one in await see_all(rankers)])


async def chances(rankers: Rankers, ask: Ask, within_s: float) -> Chances:
    """Return what a ranker expects of showing these videos to this viewer.

    Raises:
        NoAnswer: all are away or slow; counted, and the page goes on without.
    """
    try:
        answer = await ask_rankers.ask(rankers, ask.viewer_id, ask, Answer, within_s)
        values = _table(answer.chances, len(ask.items) // ID_BYTES)
    except NoAnswer:
        ASKED.labels("no_answer").inc()
        raise
    ASKED.labels("answered").inc()
    return Chances(values, answer.snapshot, answer.learned)


def _table(chances: bytes, count: int) -> Float:
    if len(chances) != count * heads.COUNT * CHANCE_BYTES:
        raise NoAnswer("misread")
    return np.frombuffer(chances, dtype="<f4").reshape(count, heads.COUNT)


async def nearest(rankers: Rankers, question: Nearest, within_s: float) -> Proposals:
    """Return what a ranker proposes to this viewer; the same one that `chances` asks.

    Raises:
        NoAnswer: all are away or slow; counted, and the page goes on with other sources.
    """
    try:
        near = await ask_rankers.ask(rankers, question.viewer_id, question, Near, within_s)
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
