"""See how far things may be shown: the last question before anything leaves the server."""

from collections.abc import Collection

from nightmarket.domains.moderation.store import items
from nightmarket.domains.moderation.values import Ref, Visibility
from nightmarket.infra.db import Tx

EVERYONE = Visibility()


async def visibility(
    tx: Tx, refs: Collection[Ref], market: str | None = None
) -> dict[Ref, Visibility]:
    """Return every one of `refs` with how far it may be shown; unknown things are simply visible.

    A measure that a law of some territories asks for counts in those markets only; market None:
    the strictest, it counts everywhere. One query a kind.
    """
    limited = await items.standing(tx, refs, market)
    return {ref: limited.get(ref, EVERYONE) for ref in refs}
