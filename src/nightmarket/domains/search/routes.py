"""HTTP of search: results, suggestions, what rises, and forgetting one's own searches."""

import msgspec
from litestar import delete, get
from litestar.params import FromQuery

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.identity import face as identity
from nightmarket.domains.search.actions.find import Wanted, find
from nightmarket.domains.search.actions.forget_searches import forget_searches
from nightmarket.domains.search.actions.see_sounds import SoundHit, sounds
from nightmarket.domains.search.actions.suggest import remember, suggest, trending
from nightmarket.domains.search.rules import words
from nightmarket.domains.search.values import Found, Kind, SuggestionKind
from nightmarket.domains.social import face as social
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId, from_text


class HashtagPayload(msgspec.Struct, frozen=True):
    """A hashtag and how many videos carry it."""

    tag: str
    videos_count: int


class ResultsPayload(msgspec.Struct, frozen=True):
    """What was found, best first; `impressions` go with `videos`.

    `highlights`: video id → where its caption speaks of the query, as [start, end] in characters
    (Unicode code points). `corrected`: what was looked for instead of a misspelt word.
    """

    videos: list[social.VideoPayload]
    impressions: list[str]
    people: list[social.ProfilePayload]
    hashtags: list[HashtagPayload]
    sounds: list[social.SoundPayload]
    highlights: dict[str, list[tuple[int, int]]]
    corrected: str | None
    next_cursor: str | None


class SuggestionPayload(msgspec.Struct, frozen=True):
    """Something to search for; `kind`: query, hashtag, person, word or recent."""

    text: str
    kind: SuggestionKind


class SuggestionsPayload(msgspec.Struct, frozen=True):
    """At most ten suggestions."""

    items: list[SuggestionPayload]


@get("/api/v1/search", tags=["search"])
async def search(  # noqa: PLR0913, PLR0917  # Query parameters are arguments here.
    tx: Tx,
    subject: Subject,
    services: Services,
    q: FromQuery[str],
    kind: FromQuery[Kind] = Kind.ALL,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> ResultsPayload:
    """Search videos, people, hashtags and sounds, in any language."""
    asked = pages.request(cursor, limit)
    now_us = microseconds(services.clock())
    found = await find(tx, subject, Wanted(q, kind, asked, now_us))
    if not asked.after and (found.videos or found.people or found.hashtags):
        await remember(tx, subject, q, now_us)
    return await _results(tx, subject, services, found, found.corrected or q)


async def _results(
    tx: Tx, subject: Subject, services: Services, found: Found, text: str
) -> ResultsPayload:
    videos = await social.video_payloads(tx, found.videos, subject)
    profiles = await identity.profiles(tx, found.people, subject.account_id)
    heard: list[SoundHit] = await sounds(tx, found.sounds, subject)
    query = words.understood(text)
    return ResultsPayload(
        videos=videos,
        impressions=analytics.show_list(
            subject, services, Surface.SEARCH, [VideoId(from_text(one.video_id)) for one in videos]
        ),
        people=[
            social.profile_payload(profiles[account_id])
            for account_id in found.people
            if account_id in profiles
        ],
        hashtags=[HashtagPayload(hit.tag, hit.videos_count) for hit in found.hashtags],
        sounds=[social.sound_payload(hit.sound, hit.by) for hit in heard],
        highlights={
            video.video_id: marks
            for video in videos
            if (marks := words.highlights(video.caption, query))
        },
        corrected=found.corrected,
        next_cursor=found.next_cursor,
    )


@get("/api/v1/search/suggestions", tags=["search"])
async def list_suggestions(tx: Tx, subject: Subject, q: FromQuery[str] = "") -> SuggestionsPayload:
    """Suggest what somebody who typed this may mean; nothing typed: own searches and what rises."""
    found = await suggest(tx, subject, q)
    return SuggestionsPayload(
        [SuggestionPayload(one.text, SuggestionKind(one.kind)) for one in found]
    )


@get("/api/v1/search/trending", tags=["search"])
async def list_trending(tx: Tx, subject: Subject) -> SuggestionsPayload:
    """List what rises in the viewer's market."""
    found = await trending(tx, subject)
    return SuggestionsPayload(
        [SuggestionPayload(one.text, SuggestionKind(one.kind)) for one in found]
    )


@delete("/api/v1/search/recent", tags=["search"])
async def forget_recent(tx: Tx, subject: Subject, q: FromQuery[str | None] = None) -> None:
    """Forget one of my searches, or all of them."""
    await forget_searches(tx, subject.viewer("profile:write"), q)


ROUTES = (search, list_suggestions, list_trending, forget_recent)
