"""Every face that keeps something about people, in the order in which a person is erased."""

from collections.abc import Awaitable, Callable
from typing import Any

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.assets import face as assets
from nightmarket.domains.audit import face as audit
from nightmarket.domains.feed import face as feed
from nightmarket.domains.identity import face as identity
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.notifications import face as notifications
from nightmarket.domains.pools import face as pools
from nightmarket.domains.ranking import face as ranking
from nightmarket.domains.search import face as search
from nightmarket.domains.social import face as social
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId

Tables = dict[str, list[dict[str, Any]]]
Export = Callable[[Tx, Services, AccountId], Awaitable[Tables]]
Erase = Callable[[Tx, Services, AccountId], Awaitable[object]]


def _plain(export: Callable[[Tx, AccountId], Awaitable[Any]]) -> Export:
    """Fit a verb that needs nothing of the outside."""

    async def call(tx: Tx, services: Services, account_id: AccountId) -> Any:
        del services
        return await export(tx, account_id)

    return call


async def _erase_videos(tx: Tx, services: Services, account_id: AccountId) -> int:
    return await videos.erase_person(tx, services, account_id, services.clock())


async def _erase_social(tx: Tx, services: Services, account_id: AccountId) -> None:
    await social.erase_person(tx, account_id, services)


async def _erase_identity(tx: Tx, services: Services, account_id: AccountId) -> None:
    await identity.erase_person(tx, account_id, services)


EXPORTS: dict[str, Export] = {
    "identity": _plain(identity.export_person),
    "videos": _plain(videos.export_person),
    "social": _plain(social.export_person),
    "feed": _plain(feed.export_person),
    "search": _plain(search.export_person),
    "ranking": _plain(ranking.export_person),
    "pools": _plain(pools.export_person),
    "analytics": _plain(analytics.export_person),
    "notifications": _plain(notifications.export_person),
    "moderation": _plain(moderation.export_person),
    "assets": assets.export_person,
    "audit": _plain(audit.export_person),
}
ERASURES: dict[str, Erase] = {
    "feed": _plain(feed.erase_person),
    "search": _plain(search.erase_person),
    "ranking": _plain(ranking.erase_person),
    "pools": _plain(pools.erase_person),
    "social": _erase_social,
    "videos": _erase_videos,
    "moderation": _plain(moderation.erase_person),
    "analytics": _plain(analytics.erase_person),
    "notifications": _plain(notifications.erase_person),
    "assets": assets.erase_person,
    "audit": _plain(audit.erase_person),
    "identity": _erase_identity,
}
"""Highest first, so that nothing is left that points at what is gone; identity last."""


async def export_tables(tx: Tx, services: Services, account_id: AccountId) -> Tables:
    """Return table → rows of everything the house keeps about one person."""
    tables: Tables = {}
    for name, export in EXPORTS.items():
        found = await export(tx, services, account_id)
        assert not tables.keys() & found.keys(), name
        tables.update(found)
    return tables


async def erase_everywhere(tx: Tx, services: Services, account_id: AccountId) -> None:
    """Ask every face to erase one person; twice is once."""
    for erase in ERASURES.values():
        await erase(tx, services, account_id)
