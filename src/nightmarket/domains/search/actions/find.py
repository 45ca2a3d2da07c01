"""Find: understand a query, ask the index, leave out what this viewer may not see."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from nightmarket.domains.identity import face as identity
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind
from nightmarket.domains.search.rules import ranking, typos, words
from nightmarket.domains.search.store import lookup
from nightmarket.domains.search.store.lookup import Ask
from nightmarket.domains.search.values import Found, Kind, Query, Term
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel import pages
from nightmarket.kernel.ids import AccountId, VideoId
from nightmarket.kernel.pages import PageRequest

OF_ALL = {Kind.PEOPLE: 4, Kind.HASHTAGS: 6, Kind.SOUNDS: 4}
"""How many of each the mixed page shows beside videos."""
CREATORS_MAX = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search: words, what kind of thing, which page (the cursor is an offset), and when."""

    text: str
    kind: Kind
    page: PageRequest
    now_us: int


async def find(tx: Tx, subject: Subject, wanted: Wanted) -> Found:
    """Return what was found, best first, and only what the viewer may see.

    Raises:
        QueryTooLong: see `words.understood`.
    """
    query = words.understood(wanted.text)
    offset = wanted.page.after[0] if wanted.page.after else 0
    if not query.terms or not 0 <= offset < ranking.OFFSET_MAX:
        return Found()
    ask = await _ask(tx, subject, query, limit=wanted.page.limit, offset=offset)
    found = await _look(tx, ask, wanted)
    if not offset and _count(found) < ranking.FEW:
        found = await _look_wider(tx, ask, wanted, query, found)
    is_full = max(map(len, (found.videos, found.people, found.hashtags, found.sounds))) >= ask.limit
    after = offset + ask.limit
    is_more = is_full and after < ranking.OFFSET_MAX
    visible = await visible_videos(tx, subject, found.videos)
    return replace(
        found,
        videos=visible,
        next_cursor=pages.cursor((after,)) if is_more else None,
    )


def _count(found: Found) -> int:
    return len(found.videos) + len(found.people) + len(found.hashtags) + len(found.sounds)


async def _ask(tx: Tx, subject: Subject, query: Query, *, limit: int, offset: int) -> Ask:
    hidden: Collection[AccountId] = ()
    follows: Collection[AccountId] = ()
    if subject.account_id is not None:
        hidden = await identity.blocks_of(tx, subject.account_id)
        followed = await identity.follows_of(tx, subject.account_id)
        follows = [*followed, subject.account_id]
    return Ask(
        text=query.text,
        tsquery=words.tsquery(query.terms),
        language=subject.language,
        hidden=hidden,
        follows=follows,
        limit=limit,
        offset=offset,
    )


async def _look(tx: Tx, ask: Ask, wanted: Wanted) -> Found:
    kind, is_all, is_first = wanted.kind, wanted.kind is Kind.ALL, not ask.offset
    found = Found()
    if kind is Kind.PEOPLE or (is_all and is_first):
        found = replace(found, people=tuple(await lookup.find_people(tx, _few(ask, wanted))))
    if kind is Kind.HASHTAGS or (is_all and is_first):
        few = _few(ask, wanted, Kind.HASHTAGS)
        found = replace(found, hashtags=tuple(await lookup.find_hashtags(tx, few)))
    if kind is Kind.SOUNDS or (is_all and is_first):
        few = _few(ask, wanted, Kind.SOUNDS)
        found = replace(found, sounds=tuple(await lookup.find_sounds(tx, few)))
    if kind is Kind.VIDEOS or is_all:
        named = replace(ask, limit=CREATORS_MAX, offset=0)
        creators = await lookup.find_people(tx, named)
        hits = await lookup.find_videos(tx, ask, creators=creators, now_us=wanted.now_us)
        found = replace(found, videos=tuple(hits))
    return found


def _few(ask: Ask, wanted: Wanted, kind: Kind = Kind.PEOPLE) -> Ask:
    return replace(ask, limit=OF_ALL[kind]) if wanted.kind is Kind.ALL else ask


async def _look_wider(tx: Tx, ask: Ask, wanted: Wanted, query: Query, found: Found) -> Found:
    """Correct misspelt words; when that finds nothing more, let any word be enough."""
    corrections = await _corrections(tx, query.terms)
    if corrections:
        meant = words.replaced(query, corrections)
        corrected = replace(ask, text=meant.text, tsquery=words.tsquery(meant.terms))
        better = await _look(tx, corrected, wanted)
        if _count(better) > _count(found):
            return replace(better, corrected=meant.text)
    if len(query.terms) > 1:
        loose = replace(ask, tsquery=words.tsquery(query.terms, is_every=False))
        return await _look(tx, loose, wanted)
    return found


async def _corrections(tx: Tx, terms: tuple[Term, ...]) -> dict[str, str]:
    candidates = [term.text for term in terms if typos.slips_max(term.text)]
    known = await lookup.words_known(tx, candidates)
    corrections = {}
    for word in candidates:
        if word not in known:
            near = typos.nearest(word, await lookup.words_near(tx, typos.cuts(word)))
            if near is not None:
                corrections[word] = near
    return corrections


async def visible_videos(
    tx: Tx, subject: Subject, found: tuple[VideoId, ...]
) -> tuple[VideoId, ...]:
    """Ask last, of videos and of moderation, what this viewer may see; the order stays."""
    open_ids = await videos.visible_ids(tx, found, subject)
    refs = {video_id: Ref(RefKind.VIDEO, video_id) for video_id in found if video_id in open_ids}
    seen = await moderation.visibility(tx, refs.values(), subject.market)
    is_adult = subject.account_id is not None and not subject.is_minor
    return tuple(
        video_id for video_id, ref in refs.items() if seen[ref].is_shown_to(is_adult=is_adult)
    )
