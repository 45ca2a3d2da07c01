"""List what a viewer hid, with the names people know it by."""

from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.domains.feed.store import viewers
from nightmarket.domains.feed.values.steering import HiddenThing, Scope
from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, VideoId, to_text

SHOWN_MAX = 500
TITLE_MAX = 80


@dataclass(frozen=True, slots=True)
class HiddenEntry:
    """One hidden thing as people see it; `title` empty: it is gone."""

    scope: str
    value: str
    title: str
    created_at_us: int


async def list_hidden(
    tx: Tx, things: Sequence[HiddenThing] | None, subject: Subject
) -> list[HiddenEntry]:
    """Return these things, or when None the newest 500 the viewer hid."""
    if things is None:
        things = await viewers.hidden(tx, subject.viewer_id, SHOWN_MAX)
    people = await identity.accounts(
        tx, {AccountId(int(one.value)) for one in things if one.scope == Scope.CREATOR}
    )
    ids = [VideoId(int(one.value)) for one in things if one.scope == Scope.VIDEO]
    cards = await videos.videos(tx, ids, subject) if ids else {}
    found = []
    for one in things:
        if one.scope == Scope.HASHTAG:
            found.append(HiddenEntry(one.scope, one.value, f"#{one.value}", one.created_at_us))
            continue
        number, title = int(one.value), ""
        if one.scope == Scope.CREATOR and AccountId(number) in people:
            title = f"@{people[AccountId(number)].handle}"
        elif one.scope == Scope.VIDEO and VideoId(number) in cards:
            title = cards[VideoId(number)].caption[:TITLE_MAX]
        found.append(HiddenEntry(one.scope, to_text(number), title, one.created_at_us))
    return found
