"""Reads and writes what an account wants to hear, where, and when it wants quiet."""

from collections.abc import Mapping
from dataclasses import dataclass

from nightmarket.domains.notifications import rules
from nightmarket.domains.notifications.actions.notify import preference_of
from nightmarket.domains.notifications.errors import MalformedTime
from nightmarket.domains.notifications.store import choices
from nightmarket.domains.notifications.values import Kind, Preference, QuietHours
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything as it takes effect: all kinds, and quiet hours or None."""

    kinds: Mapping[Kind, Preference]
    quiet: QuietHours | None


async def preferences(tx: Tx, account_id: AccountId, *, is_minor: bool) -> Preferences:
    """Return what an account hears, chosen or by default."""
    chosen = await choices.preferences(tx, account_id)
    kinds = {kind: preference_of(kind, chosen, is_minor=is_minor) for kind in Kind}
    return Preferences(kinds, (await choices.rhythm(tx, account_id)).quiet)


async def set_kinds(
    tx: Tx, account_id: AccountId, chosen: dict[Kind, Preference], market: str
) -> None:
    """Write choices; kinds that are not named keep theirs."""
    await choices.set_preferences(tx, account_id, chosen, market)


async def set_quiet(tx: Tx, account_id: AccountId, quiet: QuietHours | None, market: str) -> None:
    """Write quiet hours, or none.

    Raises:
        MalformedTime: the span is empty.
        UnknownTimezone: the time zone.
    """
    if quiet is not None:
        if quiet.from_minute == quiet.to_minute:
            raise MalformedTime("quiet hours need a beginning and an end")
        rules.zone(quiet.timezone)
    await choices.set_quiet(tx, account_id, quiet, market)
