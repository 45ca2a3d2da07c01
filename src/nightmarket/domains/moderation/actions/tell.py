"""Tell: the facts moderation publishes, written in the caller's transaction."""

from nightmarket.domains.moderation.values import Item, Ref, Report, Statement
from nightmarket.events.moderation import AppealDecided, ContentDecided, ContentReported
from nightmarket.infra import outbox
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import StatementId


async def tell_reported(
    tx: Tx, services: Services, ref: Ref, report: Report, *, market: str
) -> None:
    """Tell that something was reported."""
    await outbox.publish(
        tx,
        ContentReported(
            event_id=services.ids(),
            occurred_at=services.clock(),
            market=market,
            report_id=report.report_id,
            ref_kind=ref.kind.value,
            ref_id=ref.id,
            policy=report.policy,
        ),
    )


async def tell_decided(
    tx: Tx, services: Services, item: Item, *, statement_id: StatementId | None
) -> None:
    """Tell how a thing stands now."""
    await outbox.publish(
        tx,
        ContentDecided(
            event_id=services.ids(),
            occurred_at=services.clock(),
            market=item.market,
            ref_kind=item.ref_kind.value,
            ref_id=item.ref_id,
            owner_id=item.owner_id,
            decision=item.decision.value,
            policy=item.policy,
            statement_id=statement_id,
            territories=item.territories,
        ),
    )


async def tell_appeal_decided(
    tx: Tx, services: Services, statement: Statement, *, is_upheld: bool
) -> None:
    """Tell how an appeal ended."""
    await outbox.publish(
        tx,
        AppealDecided(
            event_id=services.ids(),
            occurred_at=services.clock(),
            market=statement.market,
            ref_kind=statement.ref_kind.value,
            ref_id=statement.ref_id,
            owner_id=statement.owner_id,
            statement_id=statement.statement_id,
            is_upheld=is_upheld,
        ),
    )
