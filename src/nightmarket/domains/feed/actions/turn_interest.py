"""Turn one interest up or down, or have what was learned of it forgotten."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.feed.actions.name_things import name_things
from nightmarket.domains.feed.errors import (
    LevelOutOfRange,
    NoSuchInterest,
    NotPersonal,
    TooManyInterests,
)
from nightmarket.domains.feed.store import interests
from nightmarket.domains.feed.values.interests import LEVEL_MAX, Interest, Kind
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.folding import fold
from nightmarket.kernel.ids import from_text

INTERESTS_MAX = 500
"""Things one viewer may say something about; a request reads all of them."""
HASHTAG_LENGTH_MAX = 100
LEARNED_FROM = timedelta(days=31)
"""Watches older than a month teach nothing, so neither does having forgotten them."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Turned:
    """One interest as it is set now. `level_before` puts it back."""

    kind: Kind
    value: str
    title: str
    level: int
    level_before: int


async def turn_interest(
    tx: Tx, subject: Subject, now: datetime, named: tuple[Kind, str], level: int
) -> Turned:
    """Set the level of one thing, -2..2, from the next page on; 0 leaves it to what is learned.

    Raises:
        NotPersonal: the viewer's feed is the same for everybody.
        LevelOutOfRange: beyond -2..2.
        NoSuchInterest: there is no such thing.
        TooManyInterests: 500 are set already.
    """
    if analytics.unknown_because(subject, now) is not None:
        raise NotPersonal("with personalisation off nothing can be turned up or down")
    if abs(level) > LEVEL_MAX:
        raise LevelOutOfRange("a level is between -2 and 2", level_max=LEVEL_MAX)
    kind, value = named[0], kept_value(*named)
    title = (await name_things(tx, [(kind, value)])).get((kind, value))
    if title is None:
        raise NoSuchInterest("there is no such thing")
    before = await interests.level(tx, subject.viewer_id, kind, value)
    if level != (before or 0):
        if before is None:
            await _leave_room(tx, subject, now)
        interest = Interest(kind, value, level, 0)
        at_us = microseconds(now)
        await interests.turn(tx, subject.viewer_id, subject.market, interest, at_us)
    return Turned(kind, value, title, level, before or 0)


async def delete_interest(tx: Tx, subject: Subject, now: datetime, named: tuple[Kind, str]) -> None:
    """Forget what was learned of one thing so far, and its level; new watches teach it anew.

    Raises:
        NoSuchInterest: what was named can be none.
        TooManyInterests: 500 are set or were deleted within a month.
    """
    kind, value = named[0], kept_value(*named)
    if await interests.level(tx, subject.viewer_id, kind, value) is None:
        await _leave_room(tx, subject, now)
    interest = Interest(kind, value, 0, microseconds(now))
    await interests.delete(tx, subject.viewer_id, subject.market, interest)


def kept_value(kind: Kind, text: str) -> str:
    """Return a value as it is kept: an id as a number, a folded hashtag, a language.

    Raises:
        NoSuchInterest: it can be none.
        MalformedId: an id that cannot be one.
    """
    if kind is Kind.HASHTAG:
        value = fold(text.removeprefix("#"))
        if not 0 < len(value) <= HASHTAG_LENGTH_MAX or " " in value:
            raise NoSuchInterest("this can be no hashtag")
        return value
    if kind is Kind.LANGUAGE:
        value = text.lower()
        if not _LANGUAGE.fullmatch(value):
            raise NoSuchInterest("this can be no language")
        return value
    return str(from_text(text))


async def _leave_room(tx: Tx, subject: Subject, now: datetime) -> None:
    stale_us = microseconds(now - LEARNED_FROM)
    if await interests.count(tx, subject.viewer_id, trim_before_us=stale_us) >= INTERESTS_MAX:
        raise TooManyInterests("the list is full; delete some first", count=INTERESTS_MAX)
