"""HTTP of traffic pools: a creator's own video."""

from datetime import datetime

import msgspec
from litestar import get
from litestar.params import FromPath

from nightmarket.domains.pools.actions.show_pool import Pool, show_pool
from nightmarket.domains.pools.rules.levels import LEVELS
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId, from_text


class MeasuredPayload(msgspec.Struct, frozen=True):
    """One signal. Rates are per exposure; nine in ten such rates lie between `low` and `high`."""

    signal: str
    rate: float
    low: float
    high: float
    usual: float


class LevelPayload(msgspec.Struct, frozen=True):
    """One level: exposures in all up to its end, and the gate that leads out of it."""

    name: str
    granted: int
    exposures_min: int
    lift_min: float


class GatePayload(msgspec.Struct, frozen=True):
    """What is missing for the next level; `step` is stay, raise or ask_person."""

    step: str
    lift: float
    lift_low: float
    lift_high: float
    lift_min: float
    lift_missing: float
    exposures_missing: int
    is_last: bool


class ExpectedPayload(msgspec.Struct, frozen=True):
    """The lift a newcomer starts from, and how many exposures that is worth."""

    lift: float
    exposures: float


class PoolPayload(msgspec.Struct, frozen=True):
    """How a video races. `counted`: exposures as they are weighed, fresh accounts' hardly.

    `expected`: null once it left the first level, and where nothing is expected of newcomers.
    """

    level: int
    level_name: str
    state: str
    granted: int
    used: int
    counted: float
    ends_at: str | None
    measured: list[MeasuredPayload]
    gate: GatePayload
    expected: ExpectedPayload | None
    levels: list[LevelPayload]


@get("/api/v1/videos/{video_id:str}/pool", tags=["pools"])
async def read_pool(
    video_id: FromPath[str], tx: Tx, subject: Subject, now: datetime
) -> PoolPayload:
    """Return the traffic pool of the signed-in creator's own video."""
    found = await show_pool(
        tx, VideoId(from_text(video_id)), subject.account("analytics:read"), microseconds(now)
    )
    return _payload(found)


def _payload(found: Pool) -> PoolPayload:
    gate = found.gate
    return PoolPayload(
        level=found.standing.level,
        level_name=found.level_name,
        state=found.standing.state.value,
        granted=found.granted,
        used=found.used,
        counted=round(found.counted, 1),
        ends_at=moment(found.ends_at_us),
        measured=[
            MeasuredPayload(one.signal, one.rate, one.low, one.high, one.usual)
            for one in found.measured
        ],
        gate=GatePayload(
            step=gate.step.value,
            lift=gate.lift,
            lift_low=gate.lift_low,
            lift_high=gate.lift_high,
            lift_min=gate.lift_min,
            lift_missing=gate.lift_missing,
            exposures_missing=gate.exposures_missing,
            is_last=gate.is_last,
        ),
        expected=None if found.expected is None else ExpectedPayload(*found.expected),
        levels=[
            LevelPayload(one.name, one.granted, one.exposures_min, one.lift_min) for one in LEVELS
        ],
    )


ROUTES = (read_pool,)
