"""The feed's rules, without a database: tastes, shelves, heat, scores and the page they make."""

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightmarket.domains.analytics.values import Watched
from nightmarket.domains.feed.rules import weights
from nightmarket.domains.feed.rules.features import contributions, features
from nightmarket.domains.feed.rules.shelves import Shelves
from nightmarket.domains.feed.rules.tastes import learn, signal
from nightmarket.domains.feed.scorers.starter import Starter
from nightmarket.domains.feed.selectors.diverse import Diverse
from nightmarket.domains.feed.values.candidates import Origin, merge, propose
from nightmarket.domains.feed.values.query import Tastes
from nightmarket.kernel.ids import VideoId
from tests.builders.catalogue import NOW_US, Piece, catalogue, item, query

PIECES = st.builds(
    Piece,
    creator=st.integers(1, 4),
    sound=st.integers(0, 3),
    language=st.sampled_from(["en", "de"]),
    market=st.sampled_from(["us", "de"]),
    age_hours=st.floats(0, 500),
    views=st.integers(0, 10_000),
    finishes=st.integers(0, 10_000),
)


def watched(video_id: int, watch_ms: int, *, is_liked: bool = False, ago_us: int = 0) -> Watched:
    """A watch of a ten-second video."""
    return Watched(
        VideoId(video_id), watch_ms, 10_000, watch_ms >= 9_500, is_liked, NOW_US - ago_us
    )


@pytest.mark.feature("V16")
@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=40), st.integers(0, 2**32))
def test_a_page_never_repeats_creator_or_sound_in_a_row(pieces: list[Piece], seed: int) -> None:
    """Whatever the scores and the chance; no video twice, never more than asked."""
    world = catalogue(pieces)
    half = len(world) // 2
    batch = merge(
        [
            propose(world, np.arange(half), Origin.FRESH),
            propose(world, np.arange(half, len(world)), Origin.EXPLORE, 0.5),
        ]
    )
    scores = np.random.default_rng(seed).random(len(batch)).astype(np.float32)
    asked = query(world, chance=random.Random(seed))

    chosen, index = Diverse(explore_share=0.5).select(asked, batch, scores)

    rows = chosen.rows.tolist()
    assert rows == batch.rows[index].tolist()
    assert len(rows) == len(set(rows)) <= 8
    for first, second in itertools.pairwise(rows):
        assert world.creators[first] != world.creators[second]
        assert world.sounds[first] == 0 or world.sounds[first] != world.sounds[second]
    for place, is_explored in enumerate(chosen.are_explored.tolist()):
        assert not is_explored or chosen.origins[place] == Origin.EXPLORE
        assert is_explored == (chosen.probabilities[place] < 1)


def test_the_best_comes_first_and_ties_keep_their_order() -> None:
    """With nothing to space and no exploration the page is the order of the scores."""
    world = catalogue([Piece(creator=number) for number in range(10)])
    batch = propose(world, np.arange(10), Origin.FRESH)
    scores = np.array([1, 3, 3, 2, 0, 0, 0, 0, 9, 0], dtype=np.float32)

    _, index = Diverse(explore_share=0).select(query(world), batch, scores)

    assert index.tolist() == [8, 1, 2, 3, 0, 4, 5, 6]


def test_exploration_keeps_its_share() -> None:
    """About one slot in ten after the first is drawn by chance, and says with which probability."""
    world = catalogue([Piece(creator=number) for number in range(200)])
    batch = merge(
        [
            propose(world, np.arange(100), Origin.FRESH),
            propose(world, np.arange(100, 200), Origin.EXPLORE, 0.25),
        ]
    )
    scores = np.linspace(1, 0, 200).astype(np.float32)
    chance = random.Random(3)
    explored = [
        float(probability)
        for _ in range(500)
        for chosen in [Diverse().select(query(world, chance=chance), batch, scores)[0]]
        for probability in chosen.probabilities[chosen.are_explored]
    ]

    assert 0.08 < len(explored) / (500 * 7) < 0.12
    assert explored[0] == pytest.approx(0.1 * 0.25 / 100)


def test_signals_are_in_order() -> None:
    """A skip counts against, half watched says nothing, a finish counts, a like most."""
    skip, half = signal(watched(1, 700)), signal(watched(1, 5_000))
    finish, loop = signal(watched(1, 9_800)), signal(watched(1, 20_000))
    liked = signal(watched(1, 9_800, is_liked=True))

    assert skip < half < finish < loop < liked
    assert half == 0
    assert signal(Watched(VideoId(1), 0, 0, is_finish=False, is_liked=False, at_us=0)) < 0


def test_three_watches_and_three_skips_tell() -> None:
    """What was watched is liked, what was skipped is not, unknown videos do not matter."""
    world = catalogue(
        [Piece(creator=1 + n % 2, tags=("fractal" if n % 2 else "song",)) for n in range(6)]
    )
    recent = [watched(n + 1, 9_900 if n % 2 else 500) for n in range(6)] + [watched(99, 9_900)]

    tastes = learn(recent, world, NOW_US)

    assert tastes.tags[world.tag_names.find("fractal")] > 0.4
    assert tastes.tags[world.tag_names.find("song")] < -0.4
    assert tastes.creators[2] > 0.4 > -0.4 > tastes.creators[1]


def test_the_last_half_hour_counts_double() -> None:
    """The same watch says more now than yesterday."""
    world = catalogue([Piece(tags=("song",))])
    tag = world.tag_names.find("song")
    now = learn([watched(1, 9_900)], world, NOW_US)
    yesterday = learn([watched(1, 9_900, ago_us=86_400_000_000)], world, NOW_US)

    assert now.tags[tag] > 1.5 * yesterday.tags[tag] > 0


def test_quality_is_against_the_own_market() -> None:
    """The same rates are good where others are worse; few views say little."""
    world = catalogue(
        [
            Piece(market="us", views=1000, finishes=500),
            Piece(market="us", views=1000, finishes=100),
            Piece(market="jp", views=1000, finishes=500),
            Piece(market="jp", views=1000, finishes=900),
            Piece(market="us", views=2, finishes=2, likes=0),
        ]
    )

    good, bad, weak, strong, new = world.quality[:5].tolist()
    assert good > 0 > bad
    assert strong > 0 > weak
    assert abs(new) < good


def test_shelves_put_near_things_first() -> None:
    """Own market and language, three in four; then the language, then everything; closed none."""
    world = catalogue(
        [Piece(age_hours=n) for n in range(6)]
        + [Piece(market="gb", age_hours=0) for _ in range(2)]
        + [Piece(market="de", language="de", age_hours=0) for _ in range(2)]
        + [Piece(is_open=False, age_hours=0)]
    )
    asked = query(world)

    fresh = Shelves(world).fresh(asked.market_number, asked.language_number).tolist()

    assert fresh[:3] == [0, 1, 2]
    assert fresh[4:7] == [3, 4, 5]
    assert sorted(fresh) == list(range(10))


def test_nothing_personal_is_computed_when_off() -> None:
    """The features of an impersonal query are exactly the impersonal parameters."""
    world = catalogue([Piece(tags=("song",)), Piece()])
    batch = propose(world, np.arange(2), Origin.POPULAR)
    liked = Tastes(tags={world.tag_names.find("song"): 1.0})
    off = query(world, is_personal=False, tastes=liked, asked=liked)

    assert set(features(off, batch)) == {
        weight.code for weight in weights.WEIGHTS if not weight.is_personal
    }
    assert set(features(replace(off, is_personal=True), batch)) == set(weights.BY_CODE)


async def test_the_score_is_the_sum_of_its_reasons() -> None:
    """What "why" shows is what the scorer added."""
    world = catalogue([Piece(creator=n, tags=("song",), age_hours=n) for n in range(5)])
    batch = propose(world, np.arange(5), Origin.FRESH)
    asked = query(world, tastes=Tastes(tags={world.tag_names.find("song"): 0.5}))

    scores = await Starter().score(asked, batch)

    total = np.sum(list(contributions(features(asked, batch)).values()), axis=0)
    assert scores == pytest.approx(total, abs=1e-6)
    assert np.all(np.diff(scores) < 0)


def test_a_changed_video_keeps_its_row() -> None:
    """New words and tags replace the old; lists by sound and tag name it once."""
    world = catalogue([Piece(tags=("song",), sound=9), Piece()])
    world.put([item(1, Piece(tags=("song", "night"), sound=9, is_open=False))])

    assert len(world) == 2
    assert not world.are_open[0]
    assert world.by_tag[world.tag_names.find("night")] == [0]
    assert world.by_tag[world.tag_names.find("song")] == [0]
    assert world.by_sound == {9: [0]}


def test_the_catalogue_grows() -> None:
    """Past its first capacity nothing is lost."""
    world = catalogue([Piece(creator=n, views=n) for n in range(3000)])

    assert len(world) == 3000
    assert world.ids[2999] == 3000
    assert world.views[:3000].tolist() == list(range(3000))
    assert world.rows([3000, 5000, 1]) == [2999, 0]
