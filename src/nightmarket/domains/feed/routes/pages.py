"""HTTP of the pages: For You, Following, Friends, and the trending grid."""

import msgspec
from litestar import Response, get
from litestar.background_tasks import BackgroundTask
from litestar.params import FromQuery

from nightmarket.domains.feed.actions.after_serving import after_serving
from nightmarket.domains.feed.actions.serve_page import Asked, ServedPage, serve_page
from nightmarket.domains.feed.errors import UnknownTab
from nightmarket.domains.feed.rules.said import say
from nightmarket.domains.feed.values.query import Tab
from nightmarket.domains.feed.values.steering import ServedItem
from nightmarket.domains.social import face as social
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import to_text

LIMIT_DEFAULT = 8
LIMIT_MAX = 30
READ = "feed:read"
"""What a token needs to see the feed."""
NO_STORE = {"Cache-Control": "no-store"}


class ReasonPayload(msgspec.Struct, frozen=True):
    """The strongest reason for showing an item."""

    code: str
    words: str


class FeedItemPayload(msgspec.Struct, frozen=True):
    """One item of a page. Events about it name its impression.

    `reposted_by`: whom the viewer follows and who showed it to them; null: its creator did.
    """

    impression_id: str
    position: int
    video: social.VideoPayload
    reason: ReasonPayload
    is_exploration: bool
    reposted_by: social.ProfilePayload | None


class FeedPayload(msgspec.Struct, frozen=True):
    """A page. `why_not_personalised`: `switched_off`, or the market's rule that forbids it.

    `starts_over`: the caller has seen everything; from this page on it comes again, each once.
    """

    items: list[FeedItemPayload]
    next_cursor: str | None
    starts_over: bool
    is_personalised: bool
    why_not_personalised: str | None
    request_id: str


class ExplorePayload(msgspec.Struct, frozen=True):
    """A page of the trending grid; `impressions` go with `items`."""

    items: list[social.VideoPayload]
    impressions: list[str]
    next_cursor: str | None


@get("/api/v1/feed", tags=["feed"], is_reading=True)
async def read_feed(
    tx: Tx,
    subject: Subject,
    services: Services,
    tab: FromQuery[str] = "for_you",
    limit: FromQuery[int] = LIMIT_DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Response[FeedPayload]:
    """Return the next items of a tab: For You, Following or Friends."""
    asked = _asked(tab, min(limit, LIMIT_MAX), cursor)
    subject.viewer(READ)
    if asked.tab is not Tab.FOR_YOU:
        subject.account(READ)
    page = await serve_page(tx, subject, services, asked)
    payload = FeedPayload(
        items=_items(page, subject.language),
        next_cursor=_cursor(page),
        starts_over=page.starts_over,
        is_personalised=page.unknown_because is None,
        why_not_personalised=page.unknown_because,
        request_id=to_text(page.record.request_id),
    )
    return Response(
        payload,
        headers=NO_STORE,
        background=BackgroundTask(after_serving, services, page.record),
    )


@get("/api/v1/explore", tags=["feed"], is_reading=True)
async def read_explore(
    tx: Tx,
    subject: Subject,
    services: Services,
    limit: FromQuery[int] = 24,
    cursor: FromQuery[str | None] = None,
) -> Response[ExplorePayload]:
    """Return what is trending in the caller's market and language, the same for everybody there."""
    page = await serve_page(tx, subject, services, _asked(Tab.EXPLORE, limit, cursor))
    found = _items(page, subject.language)
    payload = ExplorePayload(
        items=[item.video for item in found],
        impressions=[item.impression_id for item in found],
        next_cursor=_cursor(page),
    )
    return Response(
        payload,
        headers=NO_STORE,
        background=BackgroundTask(after_serving, services, page.record),
    )


def _asked(tab: str, limit: int, cursor: str | None) -> Asked:
    if tab not in set(Tab):
        raise UnknownTab("the tabs are for_you, following and friends", tab=tab[:20])
    wanted = pages.request(cursor, limit)
    return Asked(Tab(tab), wanted.limit, wanted.after[0] if wanted.after else 0)


def _cursor(page: ServedPage) -> str | None:
    return None if page.next_after is None else pages.cursor((page.next_after,))


def _items(page: ServedPage, language: str) -> list[FeedItemPayload]:
    return [
        FeedItemPayload(
            impression_id,
            position,
            video,
            _reason(item, language),
            item.is_exploration,
            social.profile_payload(reposter) if reposter else None,
        )
        for position, (item, impression_id, video, reposter) in enumerate(
            zip(page.record.items, page.impressions, page.videos, page.reposters, strict=True)
        )
        if video is not None
    ]


def _reason(item: ServedItem, language: str) -> ReasonPayload:
    code = item.reasons[0].code if item.reasons else item.source
    return ReasonPayload(code, say(code, language))


ROUTES = (read_feed, read_explore)
