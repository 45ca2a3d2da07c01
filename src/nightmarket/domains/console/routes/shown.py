"""From what an inspection found to what it answers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from nightmarket.domains.console.actions.name_shown import Called
from nightmarket.domains.console.actions.read_shown import Seen
from nightmarket.domains.console.routes.payloads import (
    ConcentrationPayload,
    InspectedFeaturePayload,
    InspectedHeadPayload,
    InspectedItemPayload,
    InspectedPagePayload,
    InspectedVideoPayload,
    InspectionPayload,
    ListedItemPayload,
    ListedPagePayload,
    RivalsPayload,
    ShownDayPayload,
    ShownFiguresPayload,
    ShownPartPayload,
)
from nightmarket.domains.console.rules.rivals import added_up, rivals_told
from nightmarket.domains.console.values import Inspection
from nightmarket.domains.feed.rules.said import vocabulary
from nightmarket.domains.feed.values.candidates import Origin
from nightmarket.domains.feed.values.records import Way
from nightmarket.domains.feed.values.shown import (
    NO_LANGUAGE,
    Concentration,
    Figures,
    Part,
    ShownDay,
    ShownKind,
    ShownPage,
    Stretch,
)
from nightmarket.infra.http import moment
from nightmarket.kernel.clock import instant
from nightmarket.kernel.ids import to_text
from nightmarket.kernel.words import Words

DAY_US = timedelta(days=1) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Saying:
    """In which language things are said, and what videos and creators are called."""

    spoken: str
    called: Called


def inspection_payload(one: Inspection, now_us: int) -> InspectionPayload:
    """Return an inspection as its auditor reads it; never the key."""
    return InspectionPayload(
        inspection_id=to_text(one.inspection_id),
        market=one.market,
        since=moment(one.since_us),
        until=moment(one.until_us),
        reason=one.reason,
        is_open=one.key is not None and one.expires_at_us > now_us,
        opened_at=moment(one.created_at_us),
        closes_at=moment(one.expires_at_us),
    )


def place_of(inspection_id: int, what: str, stretch: Stretch, **more: str) -> str:
    """Return the address of a part of an inspection, for one stretch of it."""
    asked = {"since": moment(stretch.since_us) or "", "until": moment(stretch.until_us) or ""}
    marks = [f"tab:{stretch.tab.value}"] if stretch.tab else []
    if "mark" in more and more["mark"] not in marks:
        marks.append(more["mark"])
    if what == "pages":
        query = [*asked.items(), *(("mark", mark) for mark in marks)]
    else:
        query = [*asked.items(), *([("tab", stretch.tab.value)] if stretch.tab else [])]
    inspection = to_text(inspection_id)
    return f"/api/v1/console/inspections/{inspection}/{what}?{urlencode(query)}"


def figures_payload(
    inspection_id: int, stretch: Stretch, found: Figures, saying: Saying
) -> ShownFiguresPayload:
    """Return figures, each with the address of the pages it counts."""
    return ShownFiguresPayload(
        market=stretch.market,
        since=moment(stretch.since_us),
        until=moment(stretch.until_us),
        tab=stretch.tab.value if stretch.tab else None,
        pages=found.pages,
        items=found.items,
        pages_with_rivals=found.pages_with_rivals,
        videos=found.videos,
        concentration=_concentration(found.concentration),
        days=[_day(inspection_id, stretch, day) for day in found.days],
        parts=[_part(inspection_id, stretch, one, found.items, saying) for one in found.parts],
        pages_url=place_of(inspection_id, "pages", stretch),
        records_url=place_of(inspection_id, "records", stretch),
    )


def _concentration(one: Concentration) -> ConcentrationPayload:
    return ConcentrationPayload(one.creators, one.gini, one.top_1_share, one.top_10_share)


def _day(inspection_id: int, stretch: Stretch, day: ShownDay) -> ShownDayPayload:
    own = Stretch(
        market=stretch.market,
        since_us=max(stretch.since_us, day.day * DAY_US),
        until_us=min(stretch.until_us, (day.day + 1) * DAY_US),
        tab=stretch.tab,
    )
    return ShownDayPayload(
        day=instant(day.day * DAY_US).date().isoformat(),
        pages=day.pages,
        items=day.items,
        pages_with_rivals=day.pages_with_rivals,
        concentration=_concentration(day.concentration),
        figures_url=place_of(inspection_id, "figures", own),
        pages_url=place_of(inspection_id, "pages", own),
    )


def _part(
    inspection_id: int, stretch: Stretch, part: Part, items: int, saying: Saying
) -> ShownPartPayload:
    is_id = part.kind in {ShownKind.VIDEO, ShownKind.CREATOR}
    value = to_text(int(part.value)) if is_id else part.value
    return ShownPartPayload(
        kind=part.kind,
        value=value,
        words=_words(part, saying),
        items=part.items,
        share=part.items / items,
        by_day=list(part.by_day),
        pages_url=place_of(inspection_id, "pages", stretch, mark=f"{part.kind.value}:{value}"),
    )


def _words(part: Part, saying: Saying) -> str:
    if part.kind is ShownKind.SOURCE:
        return _said(vocabulary().sources, part.value, saying.spoken)
    if part.kind is ShownKind.VIDEO:
        return saying.called.titles.get(int(part.value), "")
    if part.kind is ShownKind.CREATOR:
        return saying.called.handles.get(int(part.value), "")
    return ""


def _said(words: Any, code: str, spoken: str) -> str:
    found: Words | None = words.get(code)
    return code if found is None else found.said(spoken)


def listed_payload(inspection_id: int, page: ShownPage, viewer: str | None) -> ListedPagePayload:
    """Return one page of a list."""
    rows = zip(page.video_ids, page.sources, page.ways, strict=True)
    inspection, request = to_text(inspection_id), to_text(page.request_id)
    return ListedPagePayload(
        request_id=request,
        viewer=viewer,
        tab=page.tab,
        made_at=moment(page.made_at_us),
        snapshot=page.snapshot,
        trust=page.trust,
        rivals=page.rivals,
        matches=page.matches,
        items=[
            ListedItemPayload(to_text(video_id), Origin(source).name.lower(), Way(way).name.lower())
            for video_id, source, way in rows
        ],
        page_url=f"/api/v1/console/inspections/{inspection}/pages/{request}",
    )


def page_payload(seen: Seen, spoken: str) -> InspectedPagePayload:
    """Return one page in full."""
    record, rivals = seen.record, rivals_told(seen.record)
    return InspectedPagePayload(
        request_id=to_text(record["request_id"]),
        viewer=seen.viewer,
        market=record["market"],
        tab=record["tab"],
        made_at=moment(record["made_at_us"]),
        version=record["version"],
        snapshot=record["snapshot"],
        trust=record["trust"],
        items=[_item(seen, item, spoken) for item in record["items"]],
        rivals=None
        if rivals is None
        else RivalsPayload(
            rivals.count, rivals.lowest, rivals.median, rivals.highest, rivals.better
        ),
    )


def _item(seen: Seen, item: dict[str, Any], spoken: str) -> InspectedItemPayload:
    record = seen.record
    known, features, heads = vocabulary(), item["features"], item["heads"]
    weights, worths = record["weights"], record["worths"]
    return InspectedItemPayload(
        video=_video(item["video_id"], seen),
        source=item["source"],
        source_words=_said(known.sources, item["source"], spoken),
        way=item["way"],
        score=item["score"],
        added_up=added_up(features, weights) if features else None,
        probability=item["probability"],
        propensity=item["propensity"],
        features=[
            InspectedFeaturePayload(
                code,
                _said(known.parameters, code, spoken),
                value,
                weights[code],
                value * weights[code],
            )
            for code, value in features.items()
        ],
        heads=[
            InspectedHeadPayload(code, _said(known.heads, code, spoken), chance, worths[code])
            for code, chance in heads.items()
        ],
    )


def _video(video_id: int, seen: Seen) -> InspectedVideoPayload:
    told = seen.told.get(video_id)
    return InspectedVideoPayload(
        video_id=to_text(video_id),
        title=seen.called.titles.get(video_id),
        creator_handle=None if told is None else seen.called.handles.get(told.creator_id),
        creator_id=None if told is None else to_text(told.creator_id),
        language=None if told is None else told.language or NO_LANGUAGE,
        is_ai=None if told is None else told.is_ai,
        is_mature=None if told is None else told.is_mature,
        is_public=None if told is None else told.is_public,
        published_at=None if told is None else moment(told.published_at_us),
        hashtags=[] if told is None else told.hashtags,
    )
