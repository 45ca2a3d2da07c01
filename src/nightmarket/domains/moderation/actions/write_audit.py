"""Write down what a moderator did, for whoever checks moderators."""

from nightmarket.domains.audit import face as audit
from nightmarket.domains.moderation.values import Item, Statement
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId


async def write_audit(
    tx: Tx,
    services: Services,
    moderator_id: AccountId,
    action: str,
    about: Item | Statement,
    **facts: str | int,
) -> None:
    """Append one line to the audit log, in the transaction of the deed itself; call it last."""
    who = audit.Actor(kind=audit.ActorKind.ACCOUNT, actor_id=moderator_id, market=about.market)
    deed = audit.Deed(
        action=action, object_kind=about.ref_kind.value, object_id=about.ref_id, facts={**facts}
    )
    await audit.record(tx, services.clock(), who, deed)
