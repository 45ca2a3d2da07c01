"""Suggest: what somebody who is typing may mean, and what rises."""

from collections.abc import Iterable

from nightmarket.domains.identity import face as identity
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.search.rules import ranking
from nightmarket.domains.search.store import asks, lookup
from nightmarket.domains.search.store.asks import Asked
from nightmarket.domains.search.values import Suggestion
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.folding import fold
from nightmarket.kernel.ids import AccountId

SHOWN_MAX = 10
PHRASE_LENGTH = range(2, 61)


async def suggest(tx: Tx, subject: Subject, text: str) -> list[Suggestion]:
    """Return at most ten suggestions: own searches first, then what many people look for.

    Nothing typed yet: own last searches and what rises. `#` asks for hashtags, `@` for people.
    """
    folded = fold(text)[:60]
    if not folded:
        own = await _own(tx, subject, "", 5)
        return _listed([*own, *await trending(tx, subject)], subject.market)
    if folded.startswith("#"):
        return _listed(await lookup.suggest_hashtags(tx, folded, SHOWN_MAX), subject.market)
    hidden = await _hidden(tx, subject)
    if folded.startswith("@"):
        return await lookup.suggest_people(tx, folded, hidden, SHOWN_MAX)
    found = [
        *await _own(tx, subject, folded, 3),
        *await asks.popular(tx, subject.market, folded, 5),
        *await lookup.suggest_hashtags(tx, folded, 4),
        *await lookup.suggest_people(tx, folded, hidden, 3),
        *await _finished(tx, folded),
    ]
    return _listed(found, subject.market)


async def _own(tx: Tx, subject: Subject, folded: str, limit: int) -> list[Suggestion]:
    """The caller's own searches; a token sees them only if it may read the profile."""
    if not subject.may("profile:read"):
        return []
    return await asks.lately(tx, subject.viewer_id, folded, limit)


async def _hidden(tx: Tx, subject: Subject) -> set[AccountId]:
    if subject.account_id is None:
        return set()
    return await identity.blocks_of(tx, subject.account_id)


async def _finished(tx: Tx, folded: str) -> list[Suggestion]:
    """Finish the word being typed; the words before it stay."""
    before, _, last = folded.rpartition(" ")
    return [
        Suggestion(f"{before} {word.text}".strip(), word.kind)
        for word in await lookup.suggest_words(tx, last, 4)
        if last and word.text != last
    ]


def _listed(found: Iterable[Suggestion], market: str) -> list[Suggestion]:
    """Each text once, none that the keyword lists would keep back, ten at most."""
    seen: dict[str, Suggestion] = {}
    for one in found:
        if one.text not in seen and not moderation.is_listed(one.text, market):
            seen[one.text] = one
    return list(seen.values())[:SHOWN_MAX]


async def trending(tx: Tx, subject: Subject) -> list[Suggestion]:
    """Return what rises in the viewer's market: phrases and hashtags in turn."""
    phrases = await asks.trending(tx, subject.market, "query", SHOWN_MAX)
    tags = await asks.trending(tx, subject.market, "hashtag", SHOWN_MAX)
    mixed = [one for pair in zip(phrases, tags, strict=False) for one in pair]
    rest = [*phrases[len(tags) :], *tags[len(phrases) :]]
    return _listed([*mixed, *rest], subject.market)


async def remember(tx: Tx, subject: Subject, text: str, now_us: int) -> None:
    """Keep a search for the person's own list, once a phrase.

    Not kept: phrases of one letter or very many, phrases on the keyword lists, and anything of
    people who switched personalisation off, and of tokens that may not change the profile.
    """
    phrase = fold(text)
    if not subject.may("profile:write"):
        return
    if not subject.is_personalised or len(phrase) not in PHRASE_LENGTH:
        return
    if moderation.is_listed(phrase, subject.market):
        return
    await asks.put(tx, Asked(subject.viewer_id, phrase, subject.market, now_us))


async def make_trends(tx: Tx, now_us: int) -> None:
    """Make the trends anew; forget what is older than a month and words nobody uses."""
    assert ranking.RISING_DAYS <= ranking.TREND_DAYS <= ranking.KEPT_DAYS
    await asks.make_trends(tx, now_us)
