"""What the last watches and likes say about a viewer's tastes, as of this very moment."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from nightmarket.domains.analytics.values import Watched
from nightmarket.domains.feed.rules.weights import RECENT_HALF_LIFE, SESSION_BOOST, SESSION_US
from nightmarket.domains.feed.values.catalogue import NOTHING, Catalogue
from nightmarket.domains.feed.values.interests import Belief, Forgotten, Kind, Thing
from nightmarket.domains.feed.values.query import Tastes

LIKE = 1.0
FINISH = 0.6
SKIP = -0.6
SKIP_MS_MAX = 3_000
SKIP_SHARE_MAX = 0.3
LEARNED_FROM_MAX = 60
"""Older watches than these have lost nearly all their weight anyway."""
ASKED_FIRST = 3.0
"""A level of one step up (0.5) comes before anything learned (at most 1)."""
_TAG, _CREATOR, _SOUND, _LANGUAGE = Kind.HASHTAG, Kind.CREATOR, Kind.SOUND, Kind.LANGUAGE
NEVER: Forgotten = MappingProxyType({})


def signal(watched: Watched) -> float:
    """Return what one watch says, -0.6..2.2: a skip counts against, a like most.

    A skip is less than three seconds and less than three tenths of the video. Half watched is
    worth nothing either way; a like stands even when the video was left early.
    """
    share = watched.watch_ms / watched.duration_ms if watched.duration_ms > 0 else 0.0
    if watched.is_liked:
        return LIKE + FINISH * min(2.0, share)
    if watched.is_finish:
        return FINISH * min(2.0, max(1.0, share))
    if watched.watch_ms < SKIP_MS_MAX and share < SKIP_SHARE_MAX:
        return SKIP
    return FINISH * max(0.0, share - 0.5)


class Lesson(NamedTuple):
    """What one watch says, and about which things."""

    weight: float
    at_us: int
    things: tuple[Thing, ...]


class _Weighed(NamedTuple):
    """What one watch says, and the row it was of: hashtags first, then nothing; 0: none."""

    weight: float
    at_us: int
    tags: list[int]
    creator: int
    sound: int
    language: int

    def things(self) -> tuple[Thing, ...]:
        """Return what the row is about."""
        found = [(_TAG, tag) for tag in self.tags if tag != NOTHING]
        rest = ((_CREATOR, self.creator), (_SOUND, self.sound), (_LANGUAGE, self.language))
        return (*found, *(thing for thing in rest if thing[1] != NOTHING))


def _weighed(recent: Sequence[Watched], catalogue: Catalogue, now_us: int) -> Iterator[_Weighed]:
    """Yield the watches of known videos, newest first.

    Each later watch takes weight from earlier ones; the last half hour counts double.
    """
    known = [
        (place, watched, row)
        for place, watched in enumerate(recent)
        if (row := catalogue.row_of.get(watched.video_id)) is not None
    ]
    rows = [row for _, _, row in known]
    columns = (catalogue.tags, catalogue.creators, catalogue.sounds, catalogue.languages)
    about = zip(*(column[rows].tolist() for column in columns), strict=True)
    for (place, watched, _), (tags, creator, sound, language) in zip(known, about, strict=True):
        weight = signal(watched) * 0.5 ** (place / RECENT_HALF_LIFE)
        if now_us - watched.at_us <= SESSION_US:
            weight *= SESSION_BOOST
        yield _Weighed(weight, watched.at_us, tags, creator, sound, language)


def lessons(
    recent: Sequence[Watched], catalogue: Catalogue, now_us: int, forgotten: Forgotten
) -> Iterator[Lesson]:
    """Yield what each watch teaches, newest first, without the things whose past is forgotten.

    A forgotten thing's watches take weight from earlier ones all the same, so that forgetting one
    thing changes nothing about another.
    """
    for one in _weighed(recent, catalogue, now_us):
        things = one.things()
        if forgotten:
            things = tuple(thing for thing in things if one.at_us > forgotten.get(thing, -1))
        yield Lesson(one.weight, one.at_us, things)


def learn(
    recent: Sequence[Watched],
    catalogue: Catalogue,
    now_us: int,
    forgotten: Forgotten = NEVER,
) -> Tastes:
    """Return tastes from the newest watches, which come first.

    Three watches of one kind and three skips of another are enough to tell. Sums are squeezed
    into -1..1.
    """
    sums: dict[Kind, defaultdict[int, float]] = {kind: defaultdict(float) for kind in Kind}
    if forgotten:
        for weight, _, things in lessons(recent, catalogue, now_us, forgotten):
            for kind, number in things:
                sums[kind][number] += weight
    else:
        _add_up(_weighed(recent, catalogue, now_us), sums)
    found = {
        kind: {number: _squeeze(total) for number, total in column.items() if total and number}
        for kind, column in sums.items()
    }
    return Tastes(
        creators=found[Kind.CREATOR],
        tags=found[Kind.HASHTAG],
        sounds=found[Kind.SOUND],
        languages=found[Kind.LANGUAGE],
    )


def _add_up(said: Iterator[_Weighed], sums: Mapping[Kind, defaultdict[int, float]]) -> None:
    """Add what nothing of is forgotten: most viewers never forget, and every page adds up.

    Nothing (0) is added up too.
    """
    of_tags, of_creators = sums[_TAG], sums[_CREATOR]
    of_sounds, of_languages = sums[_SOUND], sums[_LANGUAGE]
    for weight, _, tags, creator, sound, language in said:
        for tag in tags:
            if tag == NOTHING:
                break
            of_tags[tag] += weight
        of_creators[creator] += weight
        of_sounds[sound] += weight
        of_languages[language] += weight


def believe(
    recent: Sequence[Watched], catalogue: Catalogue, now_us: int, forgotten: Forgotten
) -> dict[Thing, Belief]:
    """Return the same tastes with what taught them: the weights are those of `learn`."""
    said: defaultdict[Thing, list[Lesson]] = defaultdict(list)
    for lesson in lessons(recent, catalogue, now_us, forgotten):
        for thing in lesson.things:
            if lesson.weight:
                said[thing].append(lesson)
    return {
        thing: Belief(
            weight=_squeeze(sum(one.weight for one in taught)),
            watches=len(taught),
            skips=sum(one.weight < 0 for one in taught),
            last_at_us=max(one.at_us for one in taught),
        )
        for thing, taught in said.items()
    }


def _squeeze(total: float) -> float:
    return math.tanh(total / 2)


def favourites(tastes: Mapping[int, float], asked: Mapping[int, float], count: int) -> list[int]:
    """Return what is liked, most liked first; what was asked for goes before what was learned."""
    total = dict(tastes)
    for key, level in asked.items():
        total[key] = total.get(key, 0.0) + ASKED_FIRST * level
    liked = sorted((-value, key) for key, value in total.items() if value > 0)
    return [key for _, key in liked[:count]]


def teaching(recent: Sequence[Watched], since_us: int) -> list[Watched]:
    """Return the watches that teach: the newest sixty, after the viewer started over."""
    return [one for one in recent[:LEARNED_FROM_MAX] if one.at_us > since_us]
