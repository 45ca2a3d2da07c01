"""Review: something is about to be shown to many more people, and is looked at again."""

from nightmarket.domains.moderation.actions.open_case import open_case
from nightmarket.domains.moderation.actions.submit import judge
from nightmarket.domains.moderation.store import cases, items
from nightmarket.domains.moderation.values import Ref, Signal, Snapshot, Source, Verdict
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services

POLICY = "spam"
"""What support by fresh accounts is suspected of."""


async def review(tx: Tx, services: Services, ref: Ref, *, note: str = "") -> Verdict:
    """Say whether a thing that was handed in may go further.

    The rules read its words once more, since lists and strikes may have changed. ALLOWED: it may.
    QUEUED: somebody should look first, `ContentDecided` tells the outcome. HELD: it is not shown at
    all. What was never handed in may not go further. `note`: why a person should look in any case.
    """
    found = await items.item(tx, ref, is_locked=True)
    if found is None or not found.is_shown:
        return Verdict.HELD
    if note:
        signal = Signal(Verdict.QUEUED, POLICY, note)
        await open_case(tx, services, found, Source.RULE, signal)
        return Verdict.QUEUED
    if await cases.case_about(tx, ref) is not None:
        return Verdict.QUEUED
    snapshot = Snapshot(
        owner_id=found.owner_id,
        market=found.market,
        language=found.language,
        text=found.text,
        asset_keys=found.asset_keys,
    )
    return await judge(tx, services, ref, snapshot)


async def is_waiting(tx: Tx, ref: Ref) -> bool:
    """Whether somebody is still to look at it."""
    return await cases.case_about(tx, ref) is not None
