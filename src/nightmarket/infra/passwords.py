"""Argon2id in a small pool of threads: hashing is slow on purpose and must not stall the rest."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from nightmarket.kernel.errors import Unavailable

THREADS = 2
WAITING_MAX = 32
MEMORY_KIB = 19 * 1024
"""19 MiB and two passes: OWASP's password storage recommendation for Argon2id (2024)."""
PASSES = 2

Result = TypeVar("Result")

_hasher = argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
_waiting: set[asyncio.Future[Any]] = set()
_NOBODY = _hasher.hash("nobody has this password")


class HashingBusy(Unavailable):
    """More sign-ins at once than the machine can check."""

    code = "identity.busy"


async def hashed(password: str) -> str:
    """Return the encoded hash of a password.

    Raises:
        HashingBusy: too many wait already.
    """
    return await _in_pool(_hasher.hash, password)


async def verified(encoded: str | None, password: str) -> bool:
    """Whether the password is the hashed one. None takes as long as a wrong password.

    Raises:
        HashingBusy: too many wait already.
    """
    return await _in_pool(_verify, encoded, password)


def is_outdated(encoded: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(encoded)


def _verify(encoded: str | None, password: str) -> bool:
    try:
        _hasher.verify(encoded or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return encoded is not None


async def _in_pool(work: Callable[..., Result], *args: object) -> Result:
    if len(_waiting) >= WAITING_MAX:
        raise HashingBusy("too many people sign in at this moment; try again", retry_after_s=2)
    future = asyncio.get_running_loop().run_in_executor(_pool, work, *args)
    _waiting.add(future)
    try:
        return await future
    finally:
        _waiting.discard(future)
