"""Ends sessions: at once in this process, within a second in the others; open sockets too."""

from nightmarket.domains.identity.actions.know_caller import forget_caller
from nightmarket.domains.identity.errors import NoSuchSession
from nightmarket.domains.identity.store import logins
from nightmarket.infra import realtime
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, SessionId


async def end_session(tx: Tx, account_id: AccountId, session_id: SessionId) -> None:
    """End one session of an account.

    Raises:
        NoSuchSession: the account has none with this id.
    """
    if not await logins.end_session(tx, account_id, session_id):
        raise NoSuchSession("no such session")
    await realtime.end_sockets(tx, [session_id])
    forget_caller(tx, account_id)


async def end_sessions(tx: Tx, account_id: AccountId, kept: SessionId | None) -> int:
    """End every session of an account but `kept`; returns how many."""
    open_ones = await logins.session_ids(tx, account_id)
    ended = await logins.end_sessions(tx, account_id, kept)
    await realtime.end_sockets(tx, [one for one in open_ones if one != kept])
    forget_caller(tx, account_id)
    return ended
