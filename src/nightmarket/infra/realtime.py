"""News for open pages: one line per topic, delivered to the realtime process at commit."""

import msgspec

from nightmarket.infra import sql
from nightmarket.infra.db import Tx

CHANNEL = "nightmarket_realtime"
PAYLOAD_BYTES_MAX = 7900  # The server's limit for one notification is 8000.
QUERIES = sql.load("nightmarket.infra")


async def tell(tx: Tx, topic: str, kind: str, data: object) -> None:
    """Send `{"topic", "kind", "data"}` to whoever has the topic open, if this transaction commits.

    Topics: `inbox:<account id>`, `video:<video id>`, `comments:<video id>`. Data too large for one
    notification is left out: pages then load it.
    """
    line = msgspec.json.encode({"topic": topic, "kind": kind, "data": data})
    if len(line) > PAYLOAD_BYTES_MAX:
        line = msgspec.json.encode({"topic": topic, "kind": kind, "data": None})
    await tx.run(QUERIES["notify"], channel=CHANNEL, payload=line.decode())
