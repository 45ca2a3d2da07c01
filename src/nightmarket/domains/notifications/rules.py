"""Pure decisions of the inbox: may it be told, is it quiet now, when may a mail go."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from nightmarket.domains.notifications.errors import MalformedTime, UnknownTimezone
from nightmarket.domains.notifications.values import Kind, Preference, QuietHours

MAIL_DELAY = timedelta(minutes=15)
"""What is read in the inbox meanwhile needs no mail."""
MAIL_PAUSE = timedelta(hours=20)
"""At most one mail a day, give or take; moderation does not wait."""
REPEAT_PAUSE = timedelta(hours=24)
"""Who takes a like back and gives it again within this time is not told of twice."""
KEEP = timedelta(days=90)
"""Lines of the inbox are kept this long after their last change."""
MINOR_QUIET_FROM_MINUTE = 21 * 60
MINOR_QUIET_TO_MINUTE = 7 * 60
"""Minors hear nothing at night; what they choose themselves can only add to it."""
STRANGER_KINDS = frozenset({Kind.MENTION, Kind.REPLY, Kind.REPOST})
"""What a minor is told of only when it comes from somebody they follow."""
PUSHED_ONCE = frozenset({Kind.LIKE, Kind.REPOST, Kind.FOLLOW, Kind.FOLLOW_REQUEST})
"""What wakes a browser for the first person of a line only."""
MINUTES_A_DAY = 24 * 60


def may_tell(kind: Kind, *, is_minor: bool, follows_actor: bool) -> bool:
    """Whether this kind may reach this person from this actor."""
    return not (is_minor and kind in STRANGER_KINDS and not follows_actor)


def minute_of(text: str) -> int:
    """Read a time of day `HH:MM` as minutes, 0..1439.

    Raises:
        MalformedTime: anything else.
    """
    hours, _, minutes = text.partition(":")
    if not (len(text) == 5 and (hours + minutes).isascii() and (hours + minutes).isdigit()):  # noqa: PLR2004  # HH:MM
        raise MalformedTime("write the time as HH:MM", text=text[:10])
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute >= MINUTES_A_DAY:  # noqa: PLR2004  # Minutes of an hour.
        raise MalformedTime("there is no such time of day", text=text)
    return minute


def time_of(minute: int) -> str:
    """Write minutes of the day as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def zone(name: str) -> ZoneInfo:
    """Return the time zone of that name.

    Raises:
        UnknownTimezone: none has it.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise UnknownTimezone("there is no such time zone", timezone=name[:60]) from error


def quiet_until(now: datetime, quiet: QuietHours | None) -> datetime | None:
    """Return when the quiet that holds at `now` ends, UTC; None: it is not quiet.

    On the day the clocks change the span keeps its local times.
    """
    if quiet is None:
        return None
    local = now.astimezone(zone(quiet.timezone))
    minute = local.hour * 60 + local.minute
    if quiet.from_minute < quiet.to_minute:
        if not quiet.from_minute <= minute < quiet.to_minute:
            return None
        ends_tomorrow = False
    else:
        if quiet.to_minute <= minute < quiet.from_minute:
            return None
        ends_tomorrow = minute >= quiet.from_minute
    end = local.replace(
        hour=quiet.to_minute // 60, minute=quiet.to_minute % 60, second=0, microsecond=0, fold=1
    )
    if ends_tomorrow:
        end = (end + timedelta(days=1)).replace(fold=1)
    return max(end.astimezone(UTC), now)


def quiet_now(
    now: datetime, chosen: QuietHours | None, *, is_minor: bool, timezone: str
) -> datetime | None:
    """Return when the quiet of this person ends; None: they may be disturbed.

    Args:
        now: the instant asked about.
        chosen: what they set themselves.
        is_minor: adds the night, in their own time zone, else `timezone`.
        timezone: of their market.
    """
    until = quiet_until(now, chosen)
    if not is_minor:
        return until
    night = QuietHours(
        MINOR_QUIET_FROM_MINUTE,
        MINOR_QUIET_TO_MINUTE,
        chosen.timezone if chosen is not None else timezone,
    )
    ends = [end for end in (until, quiet_until(now, night)) if end is not None]
    return max(ends) if ends else None


def mail_at(
    now: datetime, quiet_ends: datetime | None, mailed_at: datetime | None, *, is_urgent: bool
) -> datetime:
    """Return when the mail about something that just happened may go."""
    at = now + MAIL_DELAY
    if quiet_ends is not None:
        at = max(at, quiet_ends)
    if mailed_at is not None and not is_urgent:
        at = max(at, mailed_at + MAIL_PAUSE)
    return at


def narrowed(kind: Kind, wanted: Preference, *, is_minor: bool) -> Preference:
    """Return a preference as it takes effect: minors get no mail but about their own content."""
    has_mail = wanted.has_mail and not (is_minor and kind != Kind.MODERATION)
    return Preference(has_inbox=wanted.has_inbox, has_mail=has_mail)
