"""Forgetting words in what the machinery keeps for a while: published facts and kept answers."""

from collections.abc import Sequence

from nightmarket.infra import sql
from nightmarket.infra.db import Tx

QUERIES = sql.load("nightmarket.infra")


async def is_heard(tx: Tx, texts: Sequence[str]) -> bool:
    """Whether every listener has passed every fact that holds one of `texts`."""
    waiting = await tx.value(int, QUERIES["facts_unheard"], texts=_bytes(texts))
    return not waiting


async def forget(tx: Tx, texts: Sequence[str]) -> None:
    """Delete facts, buried facts and kept answers that hold one of `texts`, whoever else they name.

    Only after `is_heard`: a fact deleted before would never be heard. Reads the whole outbox, which
    holds a week.
    """
    for query in ("facts_forget", "buried_forget", "answers_forget"):
        await tx.run(QUERIES[query], texts=_bytes(texts))


def _bytes(texts: Sequence[str]) -> list[bytes]:
    return [text.encode() for text in texts]
