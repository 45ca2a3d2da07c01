"""Measure: take over what showings led to, and let through the gates who passes them."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind, Verdict
from nightmarket.domains.pools import store
from nightmarket.domains.pools.rules.fields import FIELD_US, Fields
from nightmarket.domains.pools.rules.levels import Step, gate, next_levels
from nightmarket.domains.pools.values.items import ItemKind, ItemRef, State
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.infra.telemetry import happened
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId

SUSPECT = "most of its support comes from accounts younger than a day"


async def measure_videos(tx: Tx, services: Services, video_ids: Sequence[VideoId]) -> None:
    """Take over the figures of these videos and raise those that pass their gate, by one level.

    Asks moderation again before each raise; who needs a person's look waits for the decision.
    """
    width = len(store.FIGURES)
    figures: dict[int, list[int]] = defaultdict(lambda: [0] * (2 * width))
    for one in await analytics.outcomes(tx, video_ids):
        start = width if one.is_fresh else 0
        figures[one.video_id][start : start + width] = [
            getattr(one, name) for name in store.FIGURES
        ]
    if not figures:
        return
    ids = sorted(figures)
    await store.measure(
        tx, ItemKind.VIDEO, ids, np.array([figures[one] for one in ids], dtype=np.float64)
    )
    racing = await store.racing(tx, ItemKind.VIDEO, ids)
    if not len(racing):
        return
    fields = await fields_of(tx, microseconds(services.clock()))
    raised = next_levels(
        racing.levels,
        racing.grown,
        racing.fresh,
        fields.levels_of(racing.markets, racing.levels),
    )
    for video_id in racing.ids[raised > racing.levels].tolist():
        await _pass_gate(tx, services, ItemRef(ItemKind.VIDEO, video_id), fields)


async def fields_of(tx: Tx, now_us: int, kind: ItemKind = ItemKind.VIDEO) -> Fields:
    """Return what is usual on every level of every market now."""
    return Fields(await store.sums(tx, kind, now_us - FIELD_US))


async def _pass_gate(tx: Tx, services: Services, ref: ItemRef, fields: Fields) -> None:
    known = await store.standing(tx, ref)
    if known is None or known.state is not State.RACING:
        return
    step = gate(known.level, known.grown, known.fresh, fields.level(known.market, known.level)).step
    if step is Step.STAY:
        return
    note = SUSPECT if step is Step.ASK_PERSON else ""
    verdict = await moderation.review(tx, services, Ref(RefKind.VIDEO, ref.id), note=note)
    now_us = microseconds(services.clock())
    if verdict is Verdict.ALLOWED:
        if await store.move(tx, known, State.RACING, known.level + 1, now_us):
            happened("pool_raised", video_id=ref.id, level=known.level + 1)
    elif await store.move(tx, known, State.REVIEW, known.level, now_us):
        happened("pool_reviewed", video_id=ref.id, level=known.level)
