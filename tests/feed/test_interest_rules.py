"""Interests without a database: what forgetting and turning can and cannot do to a score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightmarket.domains.analytics.values import Watched
from nightmarket.domains.feed.rules import interests as rules
from nightmarket.domains.feed.rules import weights
from nightmarket.domains.feed.rules.features import contributions, features
from nightmarket.domains.feed.rules.said import say, vocabulary
from nightmarket.domains.feed.rules.tastes import believe, favourites, learn, teaching
from nightmarket.domains.feed.values.candidates import Origin, propose
from nightmarket.domains.feed.values.catalogue import Catalogue
from nightmarket.domains.feed.values.interests import Interest, Kind, Thing
from nightmarket.domains.feed.values.query import Tastes
from nightmarket.domains.markets import face as markets
from nightmarket.kernel.ids import VideoId
from tests.builders.catalogue import NOW_US, Piece, catalogue, query

MINUTE_US = 60_000_000
TAGS = ("song", "fractal", "night")
PIECES = st.lists(
    st.builds(
        Piece,
        creator=st.integers(1, 3),
        sound=st.integers(0, 2),
        language=st.sampled_from(["en", "de"]),
        tags=st.lists(st.sampled_from(TAGS), unique=True, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=12,
)


def watched(video: int, watch_ms: int, at_us: int, *, is_liked: bool = False) -> Watched:
    """A watch of a ten-second video."""
    return Watched(VideoId(video), watch_ms, 10_000, watch_ms >= 9_500, is_liked, at_us)


WATCHES = st.lists(
    st.builds(
        lambda video, watch_ms, ago, liked: watched(
            video, watch_ms, NOW_US - ago * MINUTE_US, is_liked=liked
        ),
        st.integers(1, 14),
        st.integers(0, 20_000),
        st.integers(0, 3_000),
        st.booleans(),
    ),
    max_size=30,
)


def table(tastes: Tastes) -> dict[Thing, float]:
    """Every taste by its thing."""
    columns = {
        Kind.CREATOR: tastes.creators,
        Kind.HASHTAG: tastes.tags,
        Kind.SOUND: tastes.sounds,
        Kind.LANGUAGE: tastes.languages,
    }
    return {(kind, key): value for kind, column in columns.items() for key, value in column.items()}


@pytest.mark.feature("V12")
@settings(max_examples=80, deadline=None)
@given(PIECES, WATCHES, st.integers(0, 3_000), st.data())
def test_forgetting_one_thing_changes_nothing_about_another(
    pieces: list[Piece], recent: list[Watched], ago: int, data: st.DataObject
) -> None:
    """And leaves of the thing itself only what was watched later."""
    world = catalogue(pieces)
    before = table(learn(recent, world, NOW_US))
    thing = data.draw(st.sampled_from(sorted(before) or [(Kind.CREATOR, 1)]))
    at_us = NOW_US - ago * MINUTE_US

    after = table(learn(recent, world, NOW_US, {thing: at_us}))

    assert {key: one for key, one in before.items() if key != thing} == {
        key: one for key, one in after.items() if key != thing
    }
    if not any(watched.at_us > at_us for watched in recent):
        assert thing not in after


@pytest.mark.feature("V12")
@settings(max_examples=60, deadline=None)
@given(PIECES, WATCHES)
def test_what_is_shown_is_what_is_used(pieces: list[Piece], recent: list[Watched]) -> None:
    """The weights of the page are the scorer's, with honest counts."""
    world = catalogue(pieces)
    used = table(learn(recent, world, NOW_US))
    shown = believe(recent, world, NOW_US, {})

    assert {key: one.weight for key, one in shown.items()} == pytest.approx(
        used | dict.fromkeys(shown.keys() - used.keys(), 0.0)
    )
    assert used.keys() <= shown.keys()
    for belief in shown.values():
        assert 0 <= belief.skips <= belief.watches <= len(recent)
        assert belief.watches > 0
        assert -1 <= belief.weight <= 1
        assert belief.last_at_us <= NOW_US


@pytest.mark.feature("V12")
@settings(max_examples=60, deadline=None)
@given(
    PIECES,
    st.lists(
        st.tuples(st.sampled_from(list(Kind)), st.integers(1, 3), st.integers(-2, 2)), max_size=12
    ),
)
def test_however_much_is_turned_it_is_bounded(
    pieces: list[Piece], turned: list[tuple[Kind, int, int]]
) -> None:
    """Every level together move a score by no more than the one weight of the table."""
    world = catalogue(pieces)
    names = {Kind.HASHTAG: TAGS, Kind.LANGUAGE: ("en", "de", "fr")}
    said = [
        Interest(kind, names[kind][number - 1] if kind in names else str(number), level, 0)
        for kind, number, level in turned
    ]
    asked = rules.asked(world, said)
    batch = propose(world, np.arange(len(world)), Origin.FRESH)

    added = contributions(features(query(world, asked=asked), batch)).get("asked_for", np.zeros(1))

    assert np.all(np.abs(added) <= weights.BY_CODE["asked_for"].value)
    assert all(-1 <= one <= 1 for one in table(asked).values())


def test_a_level_moves_the_score_its_own_way() -> None:
    """Up lifts, down lowers, twice as far twice as much; off means it is not even computed."""
    world = catalogue([Piece(tags=("song",)), Piece(creator=2, tags=("fractal",))])
    batch = propose(world, np.arange(2), Origin.FRESH)

    def column(level: int) -> list[float]:
        asked = rules.asked(world, [Interest("hashtag", "song", level, 0)])
        found: list[float] = features(query(world, asked=asked), batch)["asked_for"].tolist()
        return found

    assert column(2) == [1.0, 0.0]
    assert column(1) == [0.5, 0.0]
    assert column(-2) == [-1.0, 0.0]
    asked = rules.asked(world, [Interest("hashtag", "song", 2, 0)])
    assert "asked_for" not in features(query(world, asked=asked, is_personal=False), batch)
    assert rules.asked(world, [Interest("hashtag", "unheard", 2, 0)]).is_empty


def test_what_is_unknown_is_passed_over() -> None:
    """A forgotten tag of no video, and a moment of zero, forget nothing."""
    world = catalogue([Piece(tags=("song",))])
    said = [
        Interest("hashtag", "unheard", 0, 5),
        Interest("hashtag", "song", 2, 0),
        Interest("language", "en", 0, 7),
    ]

    assert rules.forgotten(world, said) == {(Kind.LANGUAGE, 1): 7}
    assert rules.value_of(world, (Kind.LANGUAGE, 1)) == "en"
    assert rules.value_of(world, (Kind.HASHTAG, 1)) == "song"
    assert rules.value_of(world, (Kind.SOUND, 12)) == "12"


def test_the_asked_for_comes_first_and_the_unwanted_never() -> None:
    """Of what sources draw from: levels before tastes, and nothing that was turned down."""
    assert favourites({1: 0.9, 2: 0.5}, {3: 0.5, 1: -1.0}, 5) == [3, 2]
    assert favourites({1: 0.9, 2: 0.5}, {}, 1) == [1]


def test_only_the_newest_after_starting_over_teach() -> None:
    """Sixty at most."""
    recent = [watched(n, 1, 1_000 - n) for n in range(1, 100)]

    assert len(teaching(recent, 0)) == 60
    assert [one.at_us for one in teaching(recent, 996)] == [999, 998, 997]


@pytest.mark.feature("V135")
def test_every_parameter_is_said_in_every_language() -> None:
    """Words, reason, and what is said when it speaks against an item; no source without words."""
    known = vocabulary()
    columns = (known.parameters, known.against, known.whys, known.parts, known.sources)
    said = [one for column in columns for one in column.values()]
    said += [*known.rules, *known.options]
    for one in said:
        assert set(one.texts) == set(markets.LANGUAGES)
        assert len(set(one.texts.values())) == len(one.texts)
    assert {origin.name.lower() for origin in Origin} <= known.sources.keys()
    may_speak_against = {
        "asked_for",
        "quality",
        *(one for one in known.parameters if "affinity" in one),
    }
    assert may_speak_against <= known.against.keys()
    assert say("asked_for", "de") != say("asked_for", "de", is_against=True)
    assert say("demoted", "en", is_against=True) == say("demoted", "en")
    assert say("unheard_of", "en") == "unheard_of"


def test_a_row_without_words_of_its_own_teaches_nothing_of_them() -> None:
    """No sound and no tag is not a sound or a tag."""
    world: Catalogue = catalogue([Piece(sound=0, tags=())])
    found = believe([watched(1, 9_900, NOW_US)], world, NOW_US, {})

    assert {kind for kind, _ in found} == {Kind.CREATOR, Kind.LANGUAGE}
