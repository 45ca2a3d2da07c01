"""News for open pages: one line per topic, delivered to the realtime process at commit."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import msgspec

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import SessionId, to_text

CHANNEL = "nightmarket_realtime"
ENDED = "ended"
PAYLOAD_BYTES_MAX = 7900  # The server's limit for one notification is 8000.
QUERIES = sql.load("nightmarket.infra")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a page may subscribe to: `kind` alone, or `kind:ID`.

    `open(tx, subject, number)` answers the id whose news the caller hears, or raises the refusal
    that a read of the same thing would raise. `number` is None when the page named no id.
    """

    kind: str
    open: Callable[[Tx, Subject, int | None], Awaitable[int]]


class News(msgspec.Struct, frozen=True):
    """One line on the channel; `data` stays undecoded on its way through."""

    topic: str
    kind: str
    data: msgspec.Raw


def topic(kind: str, number: int) -> str:
    """Return the name of a topic, e.g. `topic("comments", video_id)`."""
    return f"{kind}:{to_text(number)}"


def socket_topic(session_id: SessionId) -> str:
    """Return the topic by which a session's sockets are ended; no page can subscribe to it."""
    return topic("session", session_id)


async def end_sockets(tx: Tx, session_ids: Iterable[SessionId]) -> None:
    """End every socket that was opened in these sessions, if this transaction commits."""
    for session_id in session_ids:
        await tell(tx, socket_topic(session_id), ENDED, None)


async def tell(tx: Tx, topic: str, kind: str, data: object) -> None:
    """Send `{"topic", "kind", "data"}` to whoever has the topic open, if this transaction commits.

    Topics, made by `topic()`: `inbox:<account id>`, `video:<video id>`, `comments:<video id>`.
    Data too large for one notification is left out: pages then load it.
    """
    line = msgspec.json.encode({"topic": topic, "kind": kind, "data": data})
    if len(line) > PAYLOAD_BYTES_MAX:
        line = msgspec.json.encode({"topic": topic, "kind": kind, "data": None})
    await tx.run(QUERIES["notify"], channel=CHANNEL, payload=line.decode())
