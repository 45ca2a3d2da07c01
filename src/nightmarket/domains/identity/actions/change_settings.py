"""Checks and keeps the settings document."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from nightmarket.domains.identity.errors import SettingsMalformed
from nightmarket.domains.identity.store import people, settings
from nightmarket.domains.markets import face as markets
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

Keyword = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
AiAmount = Literal["as_usual", "less", "none"]
Kind = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,40}$")]


class QuietHours(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """When to keep quiet, in a time zone; `from` may be later than `to`: over midnight."""

    start: ClockTime = msgspec.field(name="from")
    end: ClockTime = msgspec.field(name="to")
    timezone: str


class Channels(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How one kind of news reaches a person."""

    inbox: bool = True
    mail: bool = False


class Document(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Every setting of a person. `ai_amount`: how much of what machines made the feed shows.

    `hide_ai` says the same in two steps: it is true as long as the amount is `none`.
    """

    keyword_filters: Annotated[list[Keyword], msgspec.Meta(max_length=200)] = []
    hide_ai: bool = False
    ai_amount: AiAmount = "as_usual"
    show_mature: bool = False
    data_saver: bool = False
    autoplay_sound: bool = True
    captions: bool = False
    quiet_hours: QuietHours | None = None
    notifications: Annotated[dict[Kind, Channels], msgspec.Meta(max_length=40)] = {}


async def change_settings(
    tx: Tx, now: datetime, account_id: AccountId, given: dict[str, Any]
) -> dict[str, Any]:
    """Change the document; what is left out stays. Returns the whole.

    Raises:
        SettingsMalformed: an unknown key, a wrong kind, an unknown time zone.
        NotAllowedHere: content for adults where the market shows none to this person.
    """
    try:
        before = await settings.of(tx, account_id)
        document = msgspec.convert(before | _in_step(before, given), Document)
    except msgspec.ValidationError as error:
        raise SettingsMalformed(str(error)[:200]) from error
    if document.quiet_hours is not None:
        _require_zone(document.quiet_hours.timezone)
    person = (await people.accounts(tx, [account_id]))[account_id]
    if document.show_mature:
        facts = markets.Facts(
            viewer_market=person.market,
            age_years=max(0, markets.age_years(person.birth_date, now.date())),
            at=now,
        )
        markets.require_allowed("show_mature", facts)
    kept: dict[str, Any] = msgspec.to_builtins(document)
    await settings.put(tx, account_id, kept)
    return kept


def _in_step(before: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return what is given with amount and switch saying the same; a new amount wins."""
    amount, is_hidden = given.get("ai_amount"), given.get("hide_ai")
    if amount is not None and amount != before.get("ai_amount"):
        return given | {"hide_ai": amount == "none"}
    if is_hidden is True:
        return given | {"ai_amount": "none"}
    if is_hidden is False and before.get("ai_amount") == "none":
        return given | {"ai_amount": "as_usual"}
    return given


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsMalformed("there is no such time zone", timezone=name[:60]) from error
