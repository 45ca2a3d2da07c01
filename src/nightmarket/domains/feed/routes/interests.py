"""HTTP of interests: what the feed believes somebody likes, and what they say about it."""

from datetime import datetime

import msgspec
from litestar import delete, get, put
from litestar.params import FromPath

from nightmarket.domains.feed.actions.list_interests import ShownInterest, list_interests
from nightmarket.domains.feed.actions.turn_interest import delete_interest, turn_interest
from nightmarket.domains.feed.errors import UnknownKind
from nightmarket.domains.feed.routes.pages import READ
from nightmarket.domains.feed.routes.steering import WRITE
from nightmarket.domains.feed.values.interests import Kind
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services


class InterestPayload(msgspec.Struct, frozen=True):
    """One thing somebody is believed to like or not, or turned up or down themselves.

    `level`: -2, as little as can be, to 2, as much as can be; 0: as learned. `weight`: what was
    learned, -1..1, from `watches` lately, `skips` of which spoke against; `last_at` null: from
    none. `value` names it in the address: an id, a hashtag, a language's code. `title`: `#tag`,
    `@handle`, a sound's own; of a language its code.
    """

    kind: Kind
    value: str
    title: str
    level: int
    weight: float
    watches: int
    skips: int
    last_at: str | None


class InterestsPayload(msgspec.Struct, frozen=True):
    """What the next page is made with, strongest first.

    `why_not_personalised`: `switched_off`, or the market's rule that forbids it: nothing is read.
    """

    items: list[InterestPayload]
    is_personalised: bool
    why_not_personalised: str | None


class LevelBody(msgspec.Struct, frozen=True):
    """How far to turn it, -2..2."""

    level: int


class TurnedPayload(msgspec.Struct, frozen=True):
    """One thing as it is set now; setting `level_before` puts it back."""

    kind: Kind
    value: str
    title: str
    level: int
    level_before: int


@get("/api/v1/me/interests", tags=["feed"])
async def read_interests(tx: Tx, subject: Subject, services: Services) -> InterestsPayload:
    """List what the feed believes the caller likes; guests too."""
    subject.viewer(READ)
    found = await list_interests(tx, subject, services)
    return InterestsPayload(
        items=[_payload(one) for one in found.items],
        is_personalised=found.unknown_because is None,
        why_not_personalised=found.unknown_because,
    )


@put("/api/v1/me/interests/{kind:str}/{value:str}", tags=["feed"])
async def put_interest(
    kind: FromPath[str],
    value: FromPath[str],
    tx: Tx,
    subject: Subject,
    now: datetime,
    data: LevelBody,
) -> TurnedPayload:
    """Turn a hashtag, creator, sound or language up or down; holds from the next page on."""
    subject.viewer(WRITE)
    turned = await turn_interest(tx, subject, now, (_kind(kind), value), data.level)
    return TurnedPayload(
        kind=turned.kind,
        value=value,
        title=turned.title,
        level=turned.level,
        level_before=turned.level_before,
    )


@delete("/api/v1/me/interests/{kind:str}/{value:str}", status_code=204, tags=["feed"])
async def forget_interest(
    kind: FromPath[str], value: FromPath[str], tx: Tx, subject: Subject, now: datetime
) -> None:
    """Forget what was learned of one thing so far, and how far it was turned."""
    subject.viewer(WRITE)
    await delete_interest(tx, subject, now, (_kind(kind), value))


def _payload(one: ShownInterest) -> InterestPayload:
    belief = one.belief
    return InterestPayload(
        kind=one.kind,
        value=one.value,
        title=one.title,
        level=one.level,
        weight=round(belief.weight, 4),
        watches=belief.watches,
        skips=belief.skips,
        last_at=moment(belief.last_at_us) if belief.watches else None,
    )


def _kind(text: str) -> Kind:
    if text not in set(Kind):
        raise UnknownKind("an interest is a hashtag, creator, sound or language", kind=text[:20])
    return Kind(text)


ROUTES = (read_interests, put_interest, forget_interest)
