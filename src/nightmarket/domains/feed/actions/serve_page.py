"""Serve one page of a tab: run its pipeline, make impressions, note what was served and why."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.analytics.values import Impression, Surface
from nightmarket.domains.feed import assembly
from nightmarket.domains.feed.actions.ask_pools import ask_pools
from nightmarket.domains.feed.actions.show_videos import shelf, show_videos
from nightmarket.domains.feed.actions.trace_stages import StageSpans
from nightmarket.domains.feed.filters.visible import Visible
from nightmarket.domains.feed.hydrators.chances import KnowChances
from nightmarket.domains.feed.rules.features import contributions, features
from nightmarket.domains.feed.rules.recording import recorded
from nightmarket.domains.feed.rules.rounds import from_key, to_key, turns
from nightmarket.domains.feed.rules.weights import EXPLORATION_CODE, RANDOM_CODE, VERSION
from nightmarket.domains.feed.store.live import Live, live
from nightmarket.domains.feed.store.pending import pending
from nightmarket.domains.feed.values.candidates import Candidates, Origin
from nightmarket.domains.feed.values.query import FeedQuery, Round, Tab
from nightmarket.domains.feed.values.steering import (
    Served,
    ServedItem,
    ServedReason,
    ServedStage,
)
from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.values import Profile
from nightmarket.domains.ranking import face as ranking
from nightmarket.domains.social.face import VideoPayload
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, RequestId, VideoId
from nightmarket.pipeline.report import StageReport
from nightmarket.pipeline.runner import Outcome, run

REASONS_MAX = 3
_VALUE = itemgetter(1)
SPANS = StageSpans()
_SURFACES = {
    Tab.FOR_YOU: Surface.FOR_YOU,
    Tab.FOLLOWING: Surface.FOLLOWING,
    Tab.FRIENDS: Surface.FRIENDS,
    Tab.EXPLORE: Surface.EXPLORE,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asked for. `after`: the cursor's number, its meaning is the tab's.

    Below zero it is a round of a personal feed (`rules.rounds`).
    """

    tab: Tab
    limit: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class ServedPage:
    """A page: videos in order with their impressions, the cursor's next number, and the record.

    A video None was erased at this very moment. `next_after` None: this was the last page.
    `starts_over`: everything was seen, and from here on it comes again. `unknown_because` None: the
    page is personal. `reposters`: who of those the viewer follows showed each video; None: its
    creator did.
    """

    videos: list[VideoPayload | None]
    impressions: list[str]
    next_after: int | None
    starts_over: bool
    unknown_because: str | None
    record: Served
    reposters: list[Profile | None]


async def serve_page(tx: Tx, subject: Subject, services: Services, asked: Asked) -> ServedPage:
    """Return one page. Reads only; the record is to be kept after the answer is out."""
    now = services.clock()
    memory = live(services.database)
    await memory.fresh(tx, microseconds(now))
    await ask_pools(tx, memory, microseconds(now))
    reason = analytics.unknown_because(subject, now)
    query = _query(memory, replace(subject, is_personalised=reason is None), services, asked)
    last = Visible(tx, subject)
    given = assembly.Given(
        tx,
        memory.shelves,
        pending(services.database),
        last,
        KnowChances(
            services.settings.data_directory,
            ranking.rankers(services.settings, services.secret),
            services.settings.ranker_within_ms / 1000,
        ),
    )
    with telemetry.span("pipeline", tab=asked.tab.value):
        outcome, starts_over = await _run(given, query)
    record = _record(outcome)
    ids = [VideoId(item.video_id) for item in record.items]
    return ServedPage(
        videos=await show_videos(tx, ids, subject, shelf(memory, services), last.neighbours),
        impressions=_impressions(record, subject, services.secret),
        next_after=_next(outcome, len(record.items), starts_over=starts_over),
        starts_over=starts_over,
        unknown_because=reason,
        record=record,
        reposters=await _reposters(tx, outcome.batch, subject),
    )


async def _reposters(tx: Tx, batch: Candidates, subject: Subject) -> list[Profile | None]:
    ids = [AccountId(one) for one in batch.reposters.tolist()]
    if not any(ids):
        return [None] * len(ids)
    people = await identity.profiles(tx, {one for one in ids if one}, subject.account_id)
    return [people.get(one) for one in ids]


async def _run(
    given: assembly.Given, query: FeedQuery
) -> tuple[Outcome[FeedQuery, Candidates], bool]:
    """Run the tab's pipeline, and again with less left out when a personal page stays empty.

    True: everything was seen, the page opens a round.
    """
    pipeline = assembly.pipeline(query.tab, given, is_personal=query.is_personal)
    outcome = await run(pipeline, query, observer=SPANS)
    if query.tab is not Tab.FOR_YOU or not query.is_personal or len(outcome.batch):
        return outcome, False
    again = replace(pipeline, query_hydrators=())
    known = [one for one in outcome.reports if one.component in {"standing", "memory"}]
    for turn in turns(outcome.query):
        wider = replace(outcome.query, seen_rows=turn.left_out)
        second = await run(again, wider, observer=SPANS)
        if len(second.batch):
            return replace(second, reports=(*known, *second.reports)), turn.starts_over
    return outcome, False


def _query(memory: Live, subject: Subject, services: Services, asked: Asked) -> FeedQuery:
    return FeedQuery(
        request_id=RequestId(services.ids()),
        viewer_id=subject.viewer_id,
        account_id=subject.account_id,
        tab=asked.tab,
        limit=asked.limit,
        market=subject.market,
        language=subject.language,
        is_personal=subject.is_personalised and asked.tab is not Tab.EXPLORE,
        is_adult=subject.account_id is not None and not subject.is_minor,
        now_us=microseconds(services.clock()),
        catalogue=memory.catalogue,
        chance=random.Random(services.chance.getrandbits(64)),  # noqa: S311  # Exploration, no secret.
        skip=max(0, asked.after) if asked.tab in {Tab.FOR_YOU, Tab.EXPLORE} else 0,
        before_us=max(0, asked.after) if asked.tab in {Tab.FOLLOWING, Tab.FRIENDS} else 0,
        round=from_key(asked.after, microseconds(services.clock())),
    )


def _next(outcome: Outcome[FeedQuery, Candidates], count: int, *, starts_over: bool) -> int | None:
    """Return where the next page goes on, in the tab's own way."""
    query, batch = outcome.query, outcome.batch
    if query.tab in {Tab.FOLLOWING, Tab.FRIENDS}:
        chosen = _report(outcome.reports, "chronological")
        if chosen is None or chosen.count_out < query.limit or not count:
            return None
        return int(batch.moments_us.min())
    if query.tab is Tab.FOR_YOU and query.is_personal:
        now = Round(query.now_us, is_again=True) if starts_over else query.round
        return to_key(now) if count else None
    chosen = _report(outcome.reports, "in_order")
    if chosen is None or chosen.count_out < query.limit:
        return None
    return query.skip + query.limit


def _report(reports: Sequence[StageReport], component: str) -> StageReport | None:
    return next((one for one in reports if one.component == component), None)


def _impressions(record: Served, subject: Subject, secret: bytes) -> list[str]:
    key = analytics.key_of(secret)
    return [
        analytics.mint_impression(
            Impression(
                viewer_id=subject.viewer_id,
                video_id=VideoId(item.video_id),
                request_id=record.request_id,
                position=position,
                surface=_SURFACES[Tab(record.tab)],
                shown_at_ms=record.made_at_us // 1000,
            ),
            key,
        )
        for position, item in enumerate(record.items)
    ]


def _record(outcome: Outcome[FeedQuery, Candidates]) -> Served:
    query, batch = outcome.query, outcome.batch
    found = features(query, batch)
    columns = [(code, column.tolist()) for code, column in contributions(found).items()]
    items = []
    for place, video_id in enumerate(batch.ids.tolist()):
        chance = _chance(batch, place)
        added = sorted(
            [(code, column[place]) for code, column in columns], key=_VALUE, reverse=True
        )
        reasons, against = _strongest(added), _strongest(reversed(added), sign=-1)
        if chance is not None:
            reasons.insert(0, ServedReason(chance, 0.0))
        if batch.reposters[place]:
            reasons.insert(0, ServedReason(Origin.REPOSTED.name.lower(), 0.0))
        items.append(
            ServedItem(
                video_id=video_id,
                source=Origin(int(batch.origins[place])).name.lower(),
                score=round(float(outcome.scores[place]), 4),
                is_exploration=chance is not None,
                probability=float(batch.probabilities[place]),
                reasons=reasons,
                against=against,
            )
        )
    return Served(
        request_id=query.request_id,
        viewer_id=query.viewer_id if query.is_personal else 0,
        market=query.market,
        tab=query.tab.value,
        made_at_us=query.now_us,
        items=items,
        report=[
            ServedStage(one.component, one.count_in, one.count_out, one.micros, one.failure)
            for one in outcome.reports
        ],
        scorer="".join(
            (
                VERSION,
                batch.snapshot and f"+{batch.snapshot}",
                batch.worth.experiment and f"~{batch.worth.experiment}",
            )
        ),
        numbers=recorded(query, batch, outcome.scores, found) if items else None,
    )


def _chance(batch: Candidates, place: int) -> str | None:
    """Return the code of the lottery that drew an item, None: it was chosen."""
    if batch.are_random[place]:
        return RANDOM_CODE
    return EXPLORATION_CODE if batch.are_explored[place] else None


def _strongest(ranked: Iterable[tuple[str, float]], sign: int = 1) -> list[ServedReason]:
    """Return the parameters that added most to a score, or with -1 those that took most away.

    `ranked`: what each added, such as those first.
    """
    return [
        ServedReason(code, rounded)
        for code, value in islice(ranked, REASONS_MAX)
        if (rounded := round(value, 4)) * sign > 0
    ]
