"""Counts attempts at what must not be tried often, in the database: a restart forgets none."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightmarket.domains.identity.errors import TooManyAttempts
from nightmarket.domains.identity.store import attempts
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts a window allows."""

    what: str
    attempts_max: int
    window: timedelta


SIGN_IN_PER_LOGIN = Limit("sign_in_login", 10, timedelta(minutes=15))
SIGN_IN_PER_NETWORK = Limit("sign_in_network", 100, timedelta(minutes=15))
CODE_PER_ACCOUNT = Limit("code", 10, timedelta(minutes=15))
SIGN_UP_PER_NETWORK = Limit("sign_up_network", 20, timedelta(hours=1))
MAIL_PER_ADDRESS = Limit("mail_address", 3, timedelta(hours=1))
MAIL_PER_NETWORK = Limit("mail_network", 30, timedelta(hours=1))


def key_of(secret: bytes, limit: Limit, who: str) -> bytes:
    """Return the digest attempts are counted by: nobody can read addresses out of the table."""
    return hmac.new(secret, f"{limit.what}\n{who}".encode(), hashlib.sha256).digest()


async def limit_attempts(
    tx: Tx, secret: bytes, now: datetime, wanted: list[tuple[Limit, str]], *, weight: int = 1
) -> None:
    """Count an attempt of everybody in `wanted` or refuse it.

    Rows are locked in the order of their keys until the transaction ends, so two attempts at one
    login never run side by side. The count survives a refusal only where the route asked the
    edge to keep what it wrote. `weight` counts a suspicious attempt as several.

    Raises:
        TooManyAttempts: `retry_after_s` says when the window ends.
    """
    now_us = microseconds(now)
    for key, limit in sorted(
        ((key_of(secret, limit, who), limit) for limit, who in wanted), key=lambda one: one[0]
    ):
        window_us = limit.window // timedelta(microseconds=1)
        counted = await attempts.count(tx, key, weight, now_us=now_us, window_us=window_us)
        if counted.attempts > limit.attempts_max:
            wait_s = max(1, (counted.window_ends_at_us - now_us) // SECOND_US)
            raise TooManyAttempts("tried too often; wait a while", retry_after_s=wait_s)


async def forgive(tx: Tx, secret: bytes, limit: Limit, who: str) -> None:
    """Forget attempts after a success."""
    await attempts.forget(tx, key_of(secret, limit, who))
