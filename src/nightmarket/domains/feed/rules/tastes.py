"""What the last watches and likes say about a viewer's tastes, as of this very moment."""

import math
from collections import defaultdict
from collections.abc import Sequence

from nightmarket.domains.analytics.values import Watched
from nightmarket.domains.feed.rules.weights import RECENT_HALF_LIFE, SESSION_BOOST, SESSION_US
from nightmarket.domains.feed.values.catalogue import NOTHING, Catalogue
from nightmarket.domains.feed.values.query import Tastes

LIKE = 1.0
FINISH = 0.6
SKIP = -0.6
SKIP_MS_MAX = 3_000
SKIP_SHARE_MAX = 0.3


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


def learn(recent: Sequence[Watched], catalogue: Catalogue, now_us: int) -> Tastes:
    """Return tastes from the newest watches, which come first.

    Each later watch takes weight from earlier ones, and the last half hour counts double, so
    three watches of one kind and three skips of another are enough to tell. Sums are squeezed
    into -1..1.
    """
    creators: defaultdict[int, float] = defaultdict(float)
    tags: defaultdict[int, float] = defaultdict(float)
    sounds: defaultdict[int, float] = defaultdict(float)
    languages: defaultdict[int, float] = defaultdict(float)
    for place, watched in enumerate(recent):
        row = catalogue.row_of.get(watched.video_id)
        if row is None:
            continue
        weight = signal(watched) * 0.5 ** (place / RECENT_HALF_LIFE)
        if now_us - watched.at_us <= SESSION_US:
            weight *= SESSION_BOOST
        creators[int(catalogue.creators[row])] += weight
        for tag in catalogue.tag_numbers(row):
            tags[tag] += weight
        sounds[int(catalogue.sounds[row])] += weight
        languages[int(catalogue.languages[row])] += weight
    sounds.pop(NOTHING, None)
    return Tastes(_squeeze(creators), _squeeze(tags), _squeeze(sounds), _squeeze(languages))


def _squeeze(sums: dict[int, float]) -> dict[int, float]:
    return {key: math.tanh(value / 2) for key, value in sums.items() if value}


def favourites(tastes: dict[int, float], count: int) -> list[int]:
    """Return what is liked, most liked first."""
    liked = [key for key, value in tastes.items() if value > 0]
    return sorted(liked, key=lambda key: -tastes[key])[:count]
