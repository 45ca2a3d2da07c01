"""The topic `inbox`: an account's own news."""

from nightmarket.domains.notifications.actions.notify import TOPIC
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.realtime import Topic


async def _own(tx: Tx, subject: Subject, number: int | None) -> int:
    del tx, number  # Whatever id was named: everybody hears their own inbox only.
    return subject.account("inbox:read")


TOPICS = (Topic(TOPIC, _own),)
