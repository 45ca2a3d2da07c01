"""Explain one served item from what was kept of its page."""

from dataclasses import dataclass

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.feed.errors import NoSuchServing
from nightmarket.domains.feed.store import viewers
from nightmarket.domains.feed.store.pending import pending
from nightmarket.domains.feed.values.steering import Served, ServedItem
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services


@dataclass(frozen=True, slots=True)
class Explanation:
    """One item of a page, and the page."""

    item: ServedItem
    page: Served


async def explain(tx: Tx, impression_id: str, subject: Subject, services: Services) -> Explanation:
    """Return why an item was served to this caller.

    Raises:
        UnknownImpression: not made here.
        NoSuchServing: somebody else's, or no longer kept.
    """
    impression = analytics.verify_impression(impression_id, analytics.key_of(services.secret))
    if impression.viewer_id not in {subject.viewer_id, subject.guest_id}:
        raise NoSuchServing("this was not served to you, or is no longer kept")
    waiting = pending(services.database).get(impression.request_id)
    page = waiting or await viewers.served(tx, impression.request_id)
    if page is None or impression.position >= len(page.items):
        raise NoSuchServing("this was not served to you, or is no longer kept")
    return Explanation(page.items[impression.position], page)
