"""Quiet hours as pure arithmetic: across midnight, across clock changes, for every minute."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.notifications import rules
from nightmarket.domains.notifications.errors import MalformedTime
from nightmarket.domains.notifications.values import DEFAULTS, Kind, Preference, QuietHours

pytestmark = pytest.mark.feature("V92")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kathmandu")
MINUTES = st.integers(0, 1439)
INSTANTS = st.integers(0, 6 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(INSTANTS, MINUTES, MINUTES, st.sampled_from(ZONES))
def test_quiet_ends_at_the_chosen_local_time(
    now: datetime, start: int, end: int, zone: str
) -> None:
    """While it is quiet the end lies within a day (and an hour), at the local time chosen."""
    if start == end:
        return
    until = rules.quiet_until(now, QuietHours(start, end, zone))
    local = now.astimezone(rules.zone(zone))
    minute = local.hour * 60 + local.minute
    is_quiet = start <= minute < end if start < end else not end <= minute < start
    assert (until is not None) == is_quiet
    if until is not None:
        assert now <= until <= now + timedelta(hours=25)


@given(MINUTES)
def test_times_of_day_are_read_as_written(minute: int) -> None:
    """Every minute of the day survives being written and read."""
    assert rules.minute_of(rules.time_of(minute)) == minute


@pytest.mark.parametrize("text", ["", "7:00", "24:00", "12:60", "ab:cd", "12:3４", "-1:00"])
def test_other_texts_are_no_times(text: str) -> None:
    """Anything but HH:MM is refused."""
    with pytest.raises(MalformedTime):
        rules.minute_of(text)


def test_minors_have_their_night() -> None:
    """At ten in the evening a minor's market is quiet until seven, whatever they chose."""
    at = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)  # 22:00 in Berlin
    until = rules.quiet_now(at, None, is_minor=True, timezone="Europe/Berlin")
    assert until == datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
    assert rules.quiet_now(at, None, is_minor=False, timezone="Europe/Berlin") is None


def test_minors_get_no_mail_but_about_decisions() -> None:
    """What is switched on for adults stays off for minors."""
    loud = Preference(has_inbox=True, has_mail=True)
    mailed = [kind for kind in Kind if rules.narrowed(kind, loud, is_minor=True).has_mail]
    assert mailed == [Kind.MODERATION]
    assert set(DEFAULTS) == set(Kind)
