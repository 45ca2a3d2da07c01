"""HTTP of steering: not interested, start over, and the switch."""

from typing import Any

import msgspec
from litestar import Request, delete, get, post, put

from nightmarket.domains.feed.actions.list_hidden import list_hidden
from nightmarket.domains.feed.actions.steer import Wanted, hide, start_over, unhide
from nightmarket.domains.feed.actions.switch import switch_personalisation
from nightmarket.domains.feed.errors import UnknownScope
from nightmarket.domains.feed.routes.pages import READ
from nightmarket.domains.feed.values.steering import Scope
from nightmarket.infra import edge
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import VideoId, from_text

GUEST_COOKIE_TERMS = "Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"
"""As identity writes it."""
WRITE = "profile:write"
"""What a token needs to steer the feed."""


class NotInterestedBody(msgspec.Struct, frozen=True):
    """What to see less of: by an impression or a video, or by a value of the scope itself."""

    scope: str = "video"
    impression_id: str | None = None
    video_id: str | None = None
    value: str | None = None


class HiddenPayload(msgspec.Struct, frozen=True):
    """One hidden thing. `value`: an id, or a hashtag; `title` is what people call it."""

    scope: Scope
    value: str
    title: str
    created_at: str | None


class HiddenListPayload(msgspec.Struct, frozen=True):
    """What a viewer hid, newest first."""

    items: list[HiddenPayload]


class PersonalisationBody(msgspec.Struct, frozen=True):
    """The switch."""

    is_personalised: bool


@post("/api/v1/feed/not-interested", status_code=201, tags=["feed"])
async def hide_thing(
    tx: Tx, subject: Subject, services: Services, data: NotInterestedBody
) -> HiddenPayload:
    """See no more of a video, creator, sound or hashtag; holds from the next page on."""
    subject.viewer(WRITE)
    thing = await hide(tx, subject, services, _wanted(data))
    (shown,) = await list_hidden(tx, [thing], subject)
    return HiddenPayload(Scope(shown.scope), shown.value, shown.title, moment(shown.created_at_us))


@delete("/api/v1/feed/not-interested", status_code=204, tags=["feed"])
async def unhide_thing(
    tx: Tx, subject: Subject, services: Services, data: NotInterestedBody
) -> None:
    """Show it again."""
    subject.viewer(WRITE)
    await unhide(tx, subject, services, _wanted(data))


@get("/api/v1/feed/hidden", tags=["feed"])
async def read_hidden(tx: Tx, subject: Subject) -> HiddenListPayload:
    """List what the caller hid, newest first."""
    subject.viewer(READ)
    found = await list_hidden(tx, None, subject)
    return HiddenListPayload(
        [
            HiddenPayload(Scope(one.scope), one.value, one.title, moment(one.created_at_us))
            for one in found
        ]
    )


@post("/api/v1/feed/start-over", status_code=204, tags=["feed"])
async def start_feed_over(tx: Tx, subject: Subject, services: Services) -> None:
    """Forget what the feed learned; filters and hidden things stay."""
    subject.viewer(WRITE)
    await start_over(tx, subject, services)


@put("/api/v1/feed/personalisation", tags=["feed"])
async def put_personalisation(
    request: Request[Any, Any, Any],
    tx: Tx,
    subject: Subject,
    services: Services,
    data: PersonalisationBody,
) -> PersonalisationBody:
    """Switch personalisation on or off; off: popular and fresh, nothing personal is read."""
    value = await switch_personalisation(
        tx, subject, services, is_personalised=data.is_personalised
    )
    if value is not None:
        secure = "; Secure" if services.settings.public_url.startswith("https://") else ""
        edge.set_cookie(request, f"nm_guest={value}; {GUEST_COOKIE_TERMS}{secure}")
    return data


def _wanted(data: NotInterestedBody) -> Wanted:
    if data.scope not in set(Scope):
        raise UnknownScope("a scope is video, creator, sound or hashtag", scope=data.scope[:20])
    return Wanted(
        Scope(data.scope),
        data.impression_id,
        None if data.video_id is None else VideoId(from_text(data.video_id)),
        data.value,
    )


ROUTES = (
    hide_thing,
    unhide_thing,
    read_hidden,
    start_feed_over,
    put_personalisation,
)
