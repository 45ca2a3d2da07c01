"""HTTP of the feed: pages, why, steering, and how the recommender works."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath, FromQuery

from nightmarket.domains.feed.actions.after_serving import after_serving
from nightmarket.domains.feed.actions.explain import explain
from nightmarket.domains.feed.actions.list_hidden import list_hidden
from nightmarket.domains.feed.actions.serve_page import Asked, ServedPage, serve_page
from nightmarket.domains.feed.actions.steer import Wanted, hide, start_over, unhide
from nightmarket.domains.feed.actions.switch import switch_personalisation
from nightmarket.domains.feed.errors import UnknownScope, UnknownTab
from nightmarket.domains.feed.rules import weights
from nightmarket.domains.feed.values.query import Tab
from nightmarket.domains.feed.values.steering import Scope, ServedItem
from nightmarket.domains.social import face as social
from nightmarket.infra import edge
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import VideoId, from_text, to_text

LIMIT_DEFAULT = 8
LIMIT_MAX = 30
GUEST_COOKIE_TERMS = "Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"
"""As identity writes it."""
READ, WRITE = "feed:read", "profile:write"
"""What a token needs to see the feed, and to steer it."""
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


class WhyReasonPayload(msgspec.Struct, frozen=True):
    """One reason and what it added to the score."""

    code: str
    words: str
    weight: float


class StagePayload(msgspec.Struct, frozen=True):
    """What one component did to the request. `failure`: why it was gone without."""

    component: str
    count_in: int
    count_out: int
    ms: float
    failure: str | None


class WhyPayload(msgspec.Struct, frozen=True):
    """Why an item was shown. `held_back`: how many candidates each filter left out."""

    reasons: list[WhyReasonPayload]
    source: str
    score: float
    stage_report: list[StagePayload]
    held_back: list[StagePayload]
    is_exploration: bool
    probability: float
    scorer_version: str
    is_personalised: bool
    served_at: str | None


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


class ParameterPayload(msgspec.Struct, frozen=True):
    """One parameter of the recommender."""

    code: str
    weight: float
    is_personal: bool
    words: str
    why: str


class PartPayload(msgspec.Struct, frozen=True):
    """One part of a parameter."""

    code: str
    weight: float
    words: str


class TransparencyPayload(msgspec.Struct, frozen=True):
    """The main parameters of the recommender and how to change them."""

    version: str
    parameters: list[ParameterPayload]
    quality_parts: list[PartPayload]
    rules: list[str]
    options: list[str]


@get("/api/v1/feed", tags=["feed"])
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
        items=_items(page),
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


@get("/api/v1/explore", tags=["feed"])
async def read_explore(
    tx: Tx,
    subject: Subject,
    services: Services,
    limit: FromQuery[int] = 24,
    cursor: FromQuery[str | None] = None,
) -> Response[ExplorePayload]:
    """Return what is trending in the caller's market and language, the same for everybody there."""
    page = await serve_page(tx, subject, services, _asked(Tab.EXPLORE, limit, cursor))
    found = _items(page)
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


@get("/api/v1/feed/why/{impression_id:str}", tags=["feed"])
async def read_why(
    impression_id: FromPath[str], tx: Tx, subject: Subject, services: Services
) -> WhyPayload:
    """Say why an item was shown to the caller, from the report of its own request."""
    subject.viewer(READ)
    found = await explain(tx, impression_id, subject, services)
    item, page = found.item, found.page
    stages = [
        StagePayload(one.component, one.count_in, one.count_out, one.micros / 1000, one.failure)
        for one in page.report
    ]
    return WhyPayload(
        reasons=[WhyReasonPayload(one.code, _words(one.code), one.weight) for one in item.reasons],
        source=item.source,
        score=item.score,
        stage_report=stages,
        held_back=[
            one for one in stages if one.component != "diverse" and one.count_in > one.count_out
        ],
        is_exploration=item.is_exploration,
        probability=item.probability,
        scorer_version=page.scorer,
        is_personalised=page.viewer_id != 0,
        served_at=moment(page.made_at_us),
    )


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


@get("/api/v1/transparency/recommender", tags=["feed"])
async def read_recommender() -> TransparencyPayload:
    """Say what decides the order of the feed: the table the scorer itself reads."""
    return TransparencyPayload(
        version=weights.VERSION,
        parameters=[
            ParameterPayload(one.code, one.value, one.is_personal, one.words, one.why)
            for one in weights.WEIGHTS
        ],
        quality_parts=[PartPayload(*part) for part in _parts()],
        rules=list(weights.SPACING_WORDS),
        options=list(weights.OPTION_WORDS),
    )


def _parts() -> list[tuple[str, float, str]]:
    return [(code, weight, words) for code, weight, words in weights.QUALITY_PARTS]


def _asked(tab: str, limit: int, cursor: str | None) -> Asked:
    if tab not in set(Tab):
        raise UnknownTab("the tabs are for_you, following and friends", tab=tab[:20])
    wanted = pages.request(cursor, limit)
    return Asked(Tab(tab), wanted.limit, wanted.after[0] if wanted.after else 0)


def _cursor(page: ServedPage) -> str | None:
    return None if page.next_after is None else pages.cursor((page.next_after,))


def _items(page: ServedPage) -> list[FeedItemPayload]:
    return [
        FeedItemPayload(
            impression_id,
            position,
            video,
            _reason(item),
            item.is_exploration,
            social.profile_payload(reposter) if reposter else None,
        )
        for position, (item, impression_id, video, reposter) in enumerate(
            zip(page.record.items, page.impressions, page.videos, page.reposters, strict=True)
        )
        if video is not None
    ]


def _reason(item: ServedItem) -> ReasonPayload:
    code = item.reasons[0].code if item.reasons else item.source
    return ReasonPayload(code, _words(code))


def _words(code: str) -> str:
    if code == weights.EXPLORATION_CODE:
        return weights.EXPLORATION_WORDS
    found = weights.BY_CODE.get(code)
    return found.words if found else weights.SOURCE_WORDS.get(code, code)


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
    read_feed,
    read_explore,
    read_why,
    hide_thing,
    unhide_thing,
    read_hidden,
    start_feed_over,
    put_personalisation,
    read_recommender,
)
