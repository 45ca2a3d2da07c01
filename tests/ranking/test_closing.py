"""Joining events to impressions: what is certain when, whatever the batches."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.analytics.values import Kind
from nightmarket.domains.ranking.rules.closing import (
    ACT_HEADS,
    QUANTILE,
    WATCH_HEADS,
    Closing,
    State,
)
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.joined import Opened, Settled
from nightmarket.infra.eventlog import Lines

SECOND_US = 1_000_000
START_US = 1_700_000_000 * SECOND_US
COMMENT = heads.index("comment")


@dataclass(frozen=True)
class Line:
    """One event; times in seconds since the test began."""

    at_s: int
    viewer: int = 1
    item: int = 7
    request: int = 1
    position: int = 0
    kind: int = Kind.WATCH
    watch_s: int = 0
    shown_s: int = 0
    length_s: int = 30


def lines(said: Sequence[Line]) -> Lines:
    def column(values: list[int]) -> np.ndarray:
        return np.array(values, dtype=np.int64)

    zeros = column([0] * len(said))
    given = {
        "kinds": column([one.kind for one in said]),
        "positions": column([one.position for one in said]),
        "viewer_ids": column([one.viewer for one in said]),
        "item_ids": column([one.item for one in said]),
        "request_ids": column([one.request for one in said]),
        "shown_at_us": column([START_US + one.shown_s * SECOND_US for one in said]),
        "occurred_at_us": column([START_US + one.at_s * SECOND_US for one in said]),
        "watch_ms": column([one.watch_s * 1000 for one in said]),
        "position_ms": column([one.watch_s * 1000 for one in said]),
        "duration_ms": column([one.length_s * 1000 for one in said]),
    }
    names = [one.name for one in fields(Lines) if one.name != "markets"]
    return Lines(**{name: given.get(name, zeros) for name in names}, markets=("us",) * len(said))


def taken(*said: Line) -> list[Opened | Settled]:
    return list(Closing().take(lines(said)))


def labels(news: list[Opened | Settled]) -> list[dict[int, float]]:
    return [one.labels for one in news if isinstance(one, Settled)]


def test_a_long_view_is_certain_at_once_and_a_short_one_when_the_viewer_goes_on() -> None:
    first = Line(at_s=20, watch_s=20)
    assert labels(taken(first)) == [{heads.LONG_VIEW: 1.0}]
    short, then = Line(at_s=2, watch_s=2), Line(at_s=5, watch_s=3, item=8, position=1)
    assert labels(taken(short)) == []
    found = labels(taken(short, then))
    assert set(found[0]) == set(WATCH_HEADS)
    assert found[0][heads.LONG_VIEW] == 0.0
    assert 0 < found[0][heads.index("watch_quantile")] < 1


def test_negatives_are_certain_when_their_window_closes() -> None:
    watched = Line(at_s=3, watch_s=3)
    later = Line(at_s=130, viewer=2, item=9, request=2, shown_s=128, watch_s=1)
    assert set(labels(taken(watched, later))[0]) == set(WATCH_HEADS)
    last = Line(at_s=700, viewer=2, item=9, request=3, shown_s=698, watch_s=1)
    found = taken(watched, last)
    settled = [one for one in found if isinstance(one, Settled)]
    assert [one.is_over for one in settled] == [False, True]
    assert settled[1].labels == dict.fromkeys(ACT_HEADS, 0.0)


def test_a_like_joins_the_latest_impression_of_the_video_and_can_be_taken_back() -> None:
    found = taken(
        Line(at_s=3, watch_s=3),
        Line(at_s=4, kind=Kind.LIKE, request=0),
        Line(at_s=5, kind=Kind.LIKE, request=0),
        Line(at_s=6, kind=Kind.UNLIKE, request=0),
        Line(at_s=7, kind=Kind.LIKE, request=0, item=99),
        Line(at_s=8, kind=Kind.COMMENT, request=0),
    )
    assert labels(found) == [{heads.LIKE: 1.0}, {heads.LIKE: 0.0}, {COMMENT: 1.0}]
    assert isinstance(found[-1], Settled)
    assert found[-1].acts == frozenset({COMMENT})


FOLLOW, UNWANTED, VISIT = (heads.index(c) for c in ("follow", "not_interested", "profile_visit"))


def test_a_like_that_comes_before_its_showing_is_told_of_waits_for_it() -> None:
    """As it nearly always does: watching is reported when the film is left."""
    like, save = Line(at_s=4, kind=Kind.LIKE, request=0), Line(at_s=5, kind=Kind.SAVE, request=0)
    unsave = Line(at_s=6, kind=Kind.UNSAVE, request=0)
    found = taken(like, save, unsave, Line(at_s=8, watch_s=8))
    assert isinstance(found[0], Opened)
    assert labels(found) == [{heads.LIKE: 1.0}]


def test_a_like_from_before_the_showing_is_not_about_it_and_none_waits_for_ever() -> None:
    like = Line(at_s=4, kind=Kind.LIKE, request=0)
    assert labels(taken(like, Line(at_s=9, shown_s=5, watch_s=4))) == []
    fold, now_s = Closing(), 10_000
    for item in range(100, 110):
        list(fold.take(lines([replace(like, item=item)])))
    list(fold.take(lines([replace(like, at_s=now_s)])))
    assert len(fold.state().early) == 1
    assert fold.viewers() == [1]
    fold.forget({1})
    assert fold.state().early == []


def test_deeds_at_an_impression_are_certain_at_once_and_can_be_taken_back() -> None:
    """A follow, a visit and a no: each at the very showing it names, not at the latest."""
    found = taken(
        Line(at_s=3, watch_s=3),
        Line(at_s=20, shown_s=18, request=2, watch_s=1),
        Line(at_s=22, kind=Kind.FOLLOW, request=1),
        Line(at_s=23, kind=Kind.PROFILE_VISIT, request=1),
        Line(at_s=24, kind=Kind.NOT_INTERESTED, request=2, shown_s=18),
        Line(at_s=25, kind=Kind.UNFOLLOW, request=1),
        Line(at_s=26, kind=Kind.INTERESTED_AGAIN, request=0),
        Line(at_s=27, kind=Kind.INTERESTED_AGAIN, request=2, shown_s=18),
    )
    said = [one for one in found if isinstance(one, Settled) and QUANTILE not in one.labels]
    assert [(one.impression.key[0], one.labels) for one in said] == [
        (1, {FOLLOW: 1.0}),
        (1, {VISIT: 1.0}),
        (2, {UNWANTED: 1.0}),
        (1, {FOLLOW: 0.0}),
        (2, {UNWANTED: 0.0}),
    ]
    assert said[3].acts == frozenset({VISIT})


def test_a_deed_may_be_the_first_news_of_its_impression_while_its_window_is_open() -> None:
    """The page says no before the player reports its watching; much later it says nothing."""
    no = Line(at_s=2, kind=Kind.NOT_INTERESTED)
    found = taken(no, Line(at_s=5, watch_s=5))
    assert isinstance(found[0], Opened)
    assert labels(found)[0] == {UNWANTED: 1.0}
    assert sum(isinstance(one, Opened) for one in found) == 1
    window_s = heads.HEADS[UNWANTED].window_ms // 1000
    assert taken(Line(at_s=window_s, kind=Kind.NOT_INTERESTED)) != []
    assert taken(Line(at_s=window_s + 1, kind=Kind.NOT_INTERESTED)) == []
    assert taken(Line(at_s=2, kind=Kind.INTERESTED_AGAIN)) == []


def test_nobody_labels_the_impression_of_another() -> None:
    """Were such a line ever in the log, it would teach nothing."""
    found = taken(Line(at_s=3, watch_s=3), Line(at_s=4, viewer=2, kind=Kind.FOLLOW))
    assert labels(found) == []


def test_what_was_never_watched_says_nothing_of_how_long_such_videos_are_watched() -> None:
    fold = Closing()
    before = fold.quantiles.counts.copy()
    end = Line(at_s=10**4, viewer=2, item=9, request=9, shown_s=10**4, watch_s=0)
    list(fold.take(lines([Line(at_s=2, kind=Kind.FOLLOW, length_s=0), end])))
    assert (fold.quantiles.counts == before).all()


def test_a_closing_goes_on_where_its_state_was_taken() -> None:
    """With deeds waiting: what comes after a fall is what would have come without it."""
    first = [
        Line(at_s=3, watch_s=3),
        Line(at_s=4, kind=Kind.FOLLOW),
        Line(at_s=4, kind=Kind.LIKE, request=0, item=8),
    ]
    then = [
        Line(at_s=5, kind=Kind.UNFOLLOW),
        Line(at_s=6, kind=Kind.NOT_INTERESTED),
        Line(at_s=7, watch_s=3, item=8, position=1),
    ]
    whole = Closing()
    list(whole.take(lines(first)))
    kept = msgspec.msgpack.encode(whole.state())
    other = Closing.of(msgspec.msgpack.decode(kept, type=State))
    news = list(whole.take(lines(then)))
    assert list(other.take(lines(then))) == news
    assert {heads.LIKE: 1.0} in labels(news)
    assert msgspec.msgpack.encode(other.state()) == msgspec.msgpack.encode(whole.state())


def test_who_comes_back_and_watches_on_corrects_the_label() -> None:
    found = labels(
        taken(
            Line(at_s=2, watch_s=2),
            Line(at_s=4, watch_s=2, item=8, position=1),
            Line(at_s=40, watch_s=25),
        )
    )
    assert found[0][heads.LONG_VIEW] == 0.0
    assert found[-1] == {heads.LONG_VIEW: 1.0}


def test_watching_longer_than_time_passed_counts_no_more_than_time() -> None:
    assert labels(taken(Line(at_s=5, watch_s=600))) == []


def test_nobody_is_learned_from_without_a_name() -> None:
    assert taken(Line(at_s=20, watch_s=20, viewer=0)) == []


def test_a_sitting_ends_after_half_an_hour() -> None:
    found = [
        one.sitting
        for one in taken(
            Line(at_s=2, watch_s=2),
            Line(at_s=1_000, shown_s=995, request=2, watch_s=2),
            Line(at_s=9_000, shown_s=8_999, request=3, watch_s=1),
        )
        if isinstance(one, Opened)
    ]
    assert found[0] == found[1]
    assert found[2] == START_US + 8_999 * SECOND_US


LINE = st.builds(
    Line,
    at_s=st.integers(0, 2_000),
    viewer=st.integers(0, 3),
    item=st.integers(1, 4),
    request=st.integers(0, 5),
    position=st.integers(0, 2),
    kind=st.sampled_from(
        [
            *[Kind.WATCH] * 4,
            *(Kind.LIKE, Kind.UNLIKE, Kind.COMMENT, Kind.PAUSE, Kind.FOLLOW, Kind.UNFOLLOW),
            *(Kind.NOT_INTERESTED, Kind.INTERESTED_AGAIN, Kind.PROFILE_VISIT),
        ]
    ),
    watch_s=st.integers(0, 60),
)


@given(said=st.lists(LINE, max_size=40), cut=st.integers(0, 40))
def test_batches_change_nothing_and_everything_ends_once(said: list[Line], cut: int) -> None:
    said = sorted(said, key=lambda one: one.at_s)
    end = Line(at_s=10**6, viewer=9, item=9, request=99, shown_s=10**6, watch_s=0)
    whole, parts = Closing(), Closing()
    at_once = list(whole.take(lines([*said, end])))
    assert at_once == [
        *parts.take(lines(said[:cut])),
        *parts.take(lines(said[cut:])),
        *parts.take(lines([end])),
    ]
    assert len(whole) == 1
    over = [one.impression.key for one in at_once if isinstance(one, Settled) and one.is_over]
    opened = [one.key for one in at_once if isinstance(one, Opened) if one.viewer_id != 9]
    assert sorted(over) == sorted(opened)
    for key in opened:
        certain = set[int]()
        for one in at_once:
            if isinstance(one, Settled) and one.impression.key == key:
                certain |= set(one.labels)
        assert certain == {*WATCH_HEADS, *ACT_HEADS}
