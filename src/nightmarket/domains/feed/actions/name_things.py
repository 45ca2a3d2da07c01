"""Say what people call the things they like."""

from collections.abc import Iterable

from nightmarket.domains.feed.values.interests import Kind
from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, SoundId


async def name_things(tx: Tx, named: Iterable[tuple[Kind, str]]) -> dict[tuple[Kind, str], str]:
    """Return titles: `#tag`, `@handle`, a sound's own, a language's code; who is gone is absent."""
    things = list(named)
    makers = {AccountId(int(value)) for kind, value in things if kind is Kind.CREATOR}
    heard = [SoundId(int(value)) for kind, value in things if kind is Kind.SOUND]
    people = await identity.accounts(tx, makers) if makers else {}
    sounds = await videos.sounds(tx, heard) if heard else {}
    found: dict[tuple[Kind, str], str] = {}
    for kind, value in things:
        if kind is Kind.HASHTAG:
            found[kind, value] = f"#{value}"
        elif kind is Kind.LANGUAGE:
            found[kind, value] = value
        elif kind is Kind.CREATOR and AccountId(int(value)) in people:
            found[kind, value] = f"@{people[AccountId(int(value))].handle}"
        elif kind is Kind.SOUND and SoundId(int(value)) in sounds:
            found[kind, value] = sounds[SoundId(int(value))].title
    return found
