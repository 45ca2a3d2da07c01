"""Explain one served item from what was kept of its page."""

from dataclasses import dataclass, replace

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.analytics.values import Impression, Surface
from nightmarket.domains.feed.errors import NoSuchServing
from nightmarket.domains.feed.rules.weights import CHOSEN_CODE
from nightmarket.domains.feed.store import records, viewers
from nightmarket.domains.feed.store.pending import pending
from nightmarket.domains.feed.values.steering import Served, ServedItem, ServedReason
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services

RANKED = {Surface.FOR_YOU, Surface.FOLLOWING, Surface.FRIENDS, Surface.EXPLORE}
"""Where the feed's pipelines decide."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One item of a page, and the page. `place`: its row in the page's numbers."""

    item: ServedItem
    page: Served
    place: int = 0


async def explain(tx: Tx, impression_id: str, subject: Subject, services: Services) -> Explanation:
    """Return why an item was served to this caller; outside the feed, that they opened it.

    Raises:
        UnknownImpression: not made here.
        NoSuchServing: somebody else's, or no longer kept.
    """
    impression = analytics.verify_impression(impression_id, analytics.key_of(services.secret))
    if impression.viewer_id not in {subject.viewer_id, subject.guest_id}:
        raise NoSuchServing("this was not served to you, or is no longer kept")
    if impression.surface not in RANKED:
        return _chosen(impression, subject)
    waiting = pending(services.database).get(impression.request_id)
    page = waiting or await viewers.served(tx, impression.request_id)
    if page is None or impression.position >= len(page.items):
        raise NoSuchServing("this was not served to you, or is no longer kept")
    if page.numbers is None:
        record = await records.read(tx, page.request_id)
        page = replace(page, numbers=None if record is None else record.numbers)
    return Explanation(page.items[impression.position], page, impression.position)


def _chosen(impression: Impression, subject: Subject) -> Explanation:
    """Nothing ranked it: the viewer opened a list, or a link."""
    item = ServedItem(
        video_id=impression.video_id,
        source=impression.surface.name.lower(),
        score=0.0,
        is_exploration=False,
        probability=1.0,
        reasons=[ServedReason(CHOSEN_CODE, 0.0)],
    )
    page = Served(
        request_id=impression.request_id,
        viewer_id=0,
        market=subject.market,
        tab="",
        made_at_us=impression.shown_at_ms * 1000,
        items=[item],
        report=[],
        scorer="",
    )
    return Explanation(item, page)
