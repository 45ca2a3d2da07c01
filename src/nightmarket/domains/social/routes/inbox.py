"""The inbox as it is shown: its lines with people and posters, which live above the inbox."""

import msgspec
from litestar import get
from litestar.params import FromQuery

from nightmarket.domains.identity import face as identity
from nightmarket.domains.notifications import face as notifications
from nightmarket.domains.notifications.values import InboxItem, Kind
from nightmarket.domains.social.actions import read_videos
from nightmarket.domains.social.assembly.payloads import ProfilePayload, profile_payload
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment, text_id
from nightmarket.kernel import pages
from nightmarket.kernel.ids import to_text


class NotificationPayload(msgspec.Struct, kw_only=True):
    """One line; `actors` are the latest three of `actors_count`."""

    notification_id: str
    kind: Kind
    actors: list[ProfilePayload]
    actors_count: int
    video_id: str | None
    poster_url: str | None
    comment_id: str | None
    text_preview: str | None
    created_at: str
    is_read: bool


class InboxPage(msgspec.Struct):
    """Some lines and how to go on."""

    items: list[NotificationPayload]
    next_cursor: str | None


@get("/api/v1/inbox")
async def get_inbox(
    tx: Tx,
    subject: Subject,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> InboxPage:
    """List what happened, the latest first."""
    request = pages.request(cursor, limit, keys=2)
    found = await notifications.inbox(tx, subject.account("inbox:read"), request)
    people = await identity.profiles(
        tx, {actor for one in found.items for actor in one.actors}, subject.account_id
    )
    ids = list({one.video_id for one in found.items if one.video_id is not None})
    posters = await read_videos.covers(tx, subject, ids)
    items = [
        _payload(
            one,
            [profile_payload(people[actor]) for actor in one.actors if actor in people],
            posters.get(one.video_id) if one.video_id is not None else None,
        )
        for one in found.items
    ]
    return InboxPage(items, found.next_cursor)


def _payload(
    one: InboxItem, actors: list[ProfilePayload], poster_url: str | None
) -> NotificationPayload:
    return NotificationPayload(
        notification_id=to_text(one.notification_id),
        kind=Kind(one.kind),
        actors=actors,
        actors_count=one.actors_count,
        video_id=text_id(one.video_id),
        poster_url=poster_url,
        comment_id=text_id(one.comment_id),
        text_preview=one.text_preview or None,
        created_at=moment(one.updated_at_us) or "",
        is_read=one.is_read,
    )


ROUTES = (get_inbox,)
