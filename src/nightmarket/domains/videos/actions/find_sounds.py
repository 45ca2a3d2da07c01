"""Find sounds: one, many by id, and by words."""

from collections.abc import Sequence

from nightmarket.domains.videos.errors import NoSuchSound
from nightmarket.domains.videos.store import sounds as store
from nightmarket.domains.videos.values import SoundCard
from nightmarket.infra.db import Tx
from nightmarket.kernel import pages
from nightmarket.kernel.ids import SoundId
from nightmarket.kernel.pages import Page, PageRequest

QUERY_LENGTH_MAX = 100


async def sounds(tx: Tx, ids: Sequence[SoundId]) -> dict[SoundId, SoundCard]:
    """Return public sounds by id; others are absent."""
    found = await store.sounds(tx, ids)
    return {number: card for number, card in found.items() if card.is_public}


async def sound(tx: Tx, sound_id: SoundId) -> SoundCard:
    """Return one public sound.

    Raises:
        NoSuchSound: there is none, or its owner keeps it.
    """
    found = (await sounds(tx, [sound_id])).get(sound_id)
    if found is None:
        raise NoSuchSound("no such sound")
    return found


async def search_sounds(tx: Tx, query: str, request: PageRequest) -> Page[SoundCard]:
    """Return public sounds whose title holds the words, most used first; two cursor keys."""
    words = query.strip().lstrip("@")[:QUERY_LENGTH_MAX]
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    ids = await store.search(tx, f"%{escaped}%" if escaped else "", request)
    found = await sounds(tx, ids)
    cards = [found[number] for number in ids if number in found]
    return pages.page(cards, request.limit, lambda card: (card.uses_count, card.sound_id))


async def sounds_after(tx: Tx, after: int, limit: int) -> list[SoundCard]:
    """Return public sounds with larger ids, in order: for indexes that are built anew."""
    ids = await store.after(tx, after, limit)
    found = await sounds(tx, ids)
    return [found[number] for number in ids if number in found]
