"""See how the house is: the machinery, and the people who wait for an answer."""

from dataclasses import dataclass
from datetime import datetime

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Figures
from nightmarket.domains.pools import face as pools
from nightmarket.domains.ranking import face as ranking
from nightmarket.infra.db import Tx
from nightmarket.infra.health import Health, health
from nightmarket.infra.services import Services


@dataclass(frozen=True, slots=True)
class House:
    """Machinery, moderation, and the newest deal of exploration; None: none was made yet.

    `capped`: who sends so much that nothing of it counts. `rankers`: those the settings name.
    """

    health: Health
    figures: Figures
    deal: pools.Deal | None
    capped: list[analytics.CappedViewer]
    rankers: list[ranking.Replica]


async def see_house(tx: Tx, services: Services, now: datetime) -> House:
    """Look at everything an operator is shown first."""
    return House(
        await health(tx, services.settings.data_directory),
        await moderation.figures(tx, now),
        await pools.deal_after(tx, 0),
        await analytics.capped_viewers(tx, now),
        await ranking.see_all(ranking.rankers(services.settings, services.secret)),
    )
