"""Hand in: something is about to be shown, and the rules read it first."""

from dataclasses import replace

from nightmarket.domains.moderation.actions.open_case import open_case
from nightmarket.domains.moderation.actions.tell import tell_decided
from nightmarket.domains.moderation.rules import decisions, signals
from nightmarket.domains.moderation.store import items, statements
from nightmarket.domains.moderation.values import (
    Ref,
    RefKind,
    Signal,
    Snapshot,
    Source,
    Verdict,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds


async def submit(tx: Tx, services: Services, ref: Ref, snapshot: Snapshot) -> Verdict:
    """Take in a thing, or its new words, and say whether it may be shown now.

    ALLOWED and QUEUED may be shown; HELD waits for a person, and `ContentDecided` tells the
    outcome. For a video that may be shown, `ContentDecided` with decision "none" is told at once.
    Handing in the same words again changes nothing and answers the same.
    """
    before = await items.item(tx, ref, is_locked=True)
    now_us = microseconds(services.clock())
    await items.put_item(
        tx,
        ref,
        snapshot,
        text_print=signals.print_of(snapshot.text),
        submitted_at_us=now_us,
    )
    if before is not None and not before.is_shown:
        return Verdict.HELD
    if before is not None and before.text == snapshot.text:
        verdict = Verdict.ALLOWED
    else:
        verdict = await judge(tx, services, ref, snapshot)
    if verdict.is_allowed and ref.kind is RefKind.VIDEO:
        current = await items.item(tx, ref)
        assert current is not None, ref
        await tell_decided(tx, services, current, statement_id=None)
    return verdict


async def judge(tx: Tx, services: Services, ref: Ref, snapshot: Snapshot) -> Verdict:
    """Let the rules read a thing's words; one that speaks opens a case, and may hold it back."""
    signal = signals.worst(await _signals(tx, services, ref, snapshot))
    if signal is None:
        return Verdict.ALLOWED
    is_holding = signal.verdict is Verdict.HELD and decisions.can_hold(ref.kind)
    if is_holding:
        await items.hold(tx, ref, is_held=True)
    found = await items.item(tx, ref)
    assert found is not None, ref
    await open_case(
        tx, services, found, Source.RULE, replace(signal, verdict=_verdict(is_holding=is_holding))
    )
    return _verdict(is_holding=is_holding)


def _verdict(*, is_holding: bool) -> Verdict:
    return Verdict.HELD if is_holding else Verdict.QUEUED


async def _signals(tx: Tx, services: Services, ref: Ref, snapshot: Snapshot) -> list[Signal]:
    now_us = microseconds(services.clock())
    same = await items.same_texts(
        tx,
        ref,
        snapshot.owner_id,
        signals.print_of(snapshot.text),
        now_us - decisions.HOUR_US,
    )
    points = await statements.strike_points(tx, [snapshot.owner_id], now_us)
    held = decisions.verdict_of_strikes(points.get(snapshot.owner_id, 0))
    return [
        *signals.keyword_signals(snapshot.text, snapshot.market),
        *signals.spam_signals(
            ref.kind,
            snapshot.text,
            same_by_owner=same.by_owner,
            same_by_anyone=same.by_anyone,
        ),
        *([] if held.is_allowed else [Signal(held, "spam", "the account has too many strikes")]),
    ]
