"""Pure decisions of the console: how long copies are kept, how fresh a proof must be."""

from datetime import datetime, timedelta

from nightmarket.domains.console.errors import ExportsTooMany, ProveYourself
from nightmarket.kernel.ids import SessionId, made_at

KEPT = timedelta(days=7)
MAKING_MAX = timedelta(hours=6)
"""A copy that is not ready by then never will be; another may be asked for."""
EXPORTS_DAY_MAX = 3
FRESH = timedelta(minutes=10)


def check_rate(*, pending: int, last_day: int) -> None:
    """Refuse one copy too many.

    Raises:
        ExportsTooMany: one is being made, or three were asked for in a day.
    """
    if pending:
        raise ExportsTooMany("a copy is being made already", retry_after_s=60)
    if last_day >= EXPORTS_DAY_MAX:
        raise ExportsTooMany("you asked for three copies today", retry_after_s=86400)


def check_fresh(session_id: SessionId | None, now: datetime) -> None:
    """Refuse who signed in longer ago than ten minutes, or by an API token.

    This is how an account without a password proves itself: a session's id tells when it began.

    Raises:
        ProveYourself: not fresh.
    """
    if session_id is None or now - made_at(session_id) > FRESH:
        raise ProveYourself("enter your password, or sign in again first")
