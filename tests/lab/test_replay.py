"""The lab's replay: nothing is scored after it was learned from, and the measures are right."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.replay import command, kuairand, measures, report, rivals, table
from lab.replay.log import Log, side_by_side, sittings
from lab.replay.run import SYNCS_US, replay
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.shape import Shape
from tests.builders.ranking import KINDS
from tests.shared_data import need

SMALL = Shape(layers=0, past=16, row=8, experts=2, expert_width=16, dense_rate=1e-2)
FIRST_MS = 1_700_000_000_000
SPAN_MS = 4 * 3_600_000
DAY_US = 86_400_000_000
TURN_MS = 40 * 60_000


def written(folder: Path, rows: int = 2_400, turn_ms: int | None = None) -> Path:
    """A log of four hours around midnight in which viewers watch their own kind.

    `turn_ms`: half of them watch while the other half is away; None: all the time.
    """
    chance = np.random.default_rng(5)
    path = folder / "log.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["viewer", "item", "time_ms", "play_ms", "duration_ms", "tag", "like"])
        for place in range(rows):
            viewer, item = int(chance.integers(1, 25)), int(chance.integers(1, 41))
            if turn_ms is not None:
                viewer += (viewer + place * SPAN_MS // rows // turn_ms) % 2
            is_own = viewer % KINDS == item % KINDS
            play_ms = 12_000 if chance.random() < (0.9 if is_own else 0.1) else 2_000
            like = int(is_own and chance.random() < 0.6)
            time_ms = FIRST_MS + place * SPAN_MS // rows
            out.writerow([viewer, item, time_ms, play_ms, 12_000, 1 + item % KINDS, like])
    return path


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return table.read(written(tmp_path), date(2023, 11, 14))


def test_the_future_never_reaches_a_prediction(tmp_path: Path) -> None:
    """Changing everything after a moment changes no prediction before it."""
    log = table.read(written(tmp_path, turn_ms=TURN_MS), date(2023, 11, 14))
    half = (log.streamed_from + len(log)) // 2
    bound = int(np.searchsorted(log.showings.at_us, log.showings.at_us[half]))
    other = log.labels.values.copy()
    other[bound:] = 1.0 - other[bound:]
    changed = Log(
        name="changed",
        showings=log.showings,
        labels=type(log.labels)(other, log.labels.known),
        items=log.items,
        streamed_from=log.streamed_from,
        taught=0,
    )
    syncs = ["frozen", "1h", "10m"]
    one, two = (replay(each, SMALL, 1, syncs, lambda _: None) for each in (log, changed))
    before = bound - log.streamed_from
    streamed = slice(log.streamed_from, None)
    begun = np.isin(log.showings.sittings[streamed], log.showings.sittings[streamed][:before])
    for name in syncs:
        np.testing.assert_array_equal(one.chances[name][:before], two.chances[name][:before])
        np.testing.assert_array_equal(one.seated[name][begun], two.seated[name][begun])
    later = slice(before + 100, None)
    assert (one.chances["10m"][later] != two.chances["10m"][later]).any()
    assert (one.seated["10m"][~begun] != two.seated["10m"][~begun]).any()


def test_a_sitting_is_ordered_by_the_state_it_began_with(tmp_path: Path) -> None:
    """The first sittings of the stream by what was learned before it, whatever came of them."""
    log = table.read(written(tmp_path, turn_ms=TURN_MS), date(2023, 11, 14))
    found = replay(log, SMALL, 1, ["frozen", "10m"], lambda _: None)
    streamed = slice(log.streamed_from, None)
    windows, sat = log.showings.at_us[streamed] // SYNCS_US["10m"], log.showings.sittings[streamed]
    first = np.isin(sat, sat[windows == windows[0]])
    assert first.sum() > 100
    np.testing.assert_allclose(found.seated["frozen"], found.chances["frozen"], atol=1e-6)
    np.testing.assert_allclose(
        found.seated["10m"][first], found.chances["frozen"][first], atol=1e-6
    )
    assert np.abs(found.chances["10m"][first] - found.chances["frozen"][first]).max() > 1e-3
    assert np.abs(found.seated["10m"][~first] - found.chances["frozen"][~first]).max() > 1e-3


def test_tastes_are_found_and_rivals_that_know_no_viewer_are_beaten(log: Log) -> None:
    found = replay(log, SMALL, 1, ["frozen", "10m"], lambda _: None)
    mine = report.figures(log, heads.LONG_VIEW, found.chances["10m"][:, heads.LONG_VIEW])
    popular = report.figures(log, heads.LONG_VIEW, rivals.popularity(log, heads.LONG_VIEW))
    assert mine["auc"] > 0.8
    assert mine["user_gauc"] > 0.8
    assert mine["auc"] > popular["auc"] + 0.2
    assert 0.8 < mine["predicted_over_observed"] < 1.25
    assert not found.undone


def test_the_plain_rival_scores_every_showing_whatever_the_time_of_what_taught_it(log: Log) -> None:
    """A history without times stands in order of pages, the latest first: its days go backwards."""
    at_us = log.showings.at_us.copy()
    at_us[: log.streamed_from] = at_us[: log.streamed_from][::-1] + 30 * DAY_US
    showings = replace(log.showings, at_us=at_us)
    backwards = replace(log, showings=showings)
    told = rivals.plain_mmoe(log, 1, lambda _: None, is_streaming=True)
    found = rivals.plain_mmoe(backwards, 1, lambda _: None, is_streaming=True)
    np.testing.assert_array_equal(found, told)
    assert (found != 0.0).all()


def test_the_command_writes_the_same_numbers_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, rows=1_600)
    answers = []
    for turn in range(2):
        out = tmp_path / f"{turn}.json"
        command.main(
            [
                str(path),
                "--train-until",
                "2023-11-14",
                "--sync",
                "frozen,10m",
                "--layers",
                "0",
                "--json",
                str(out),
            ]
        )
        answers.append(out.read_text())
    assert answers[0] == answers[1]
    printed = capsys.readouterr().out
    for word in ("factorisation machine", "plain MMoE, frozen", "Against frozen", "## like"):
        assert word in printed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("play_ms", "plays"), "lacks the columns play_ms"),
        (("17", "x7"), "not made of numbers"),
    ],
)
def test_a_log_that_is_none_is_refused_in_words(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    path = written(tmp_path, rows=50)
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(SystemExit, match=words):
        command.main([str(path), "--train-until", "2023-11-14"])
    with pytest.raises(SystemExit, match="there is no"):
        command.main([str(tmp_path / "gone.csv")])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[bool, int]]) -> None:
    happened = np.array([one for one, _ in rows], dtype=np.float64)
    score = np.array([one for _, one in rows], dtype=np.float64)
    pairs = [
        0.5 if up == down else float(up > down)
        for up in score[happened > 0]
        for down in score[happened == 0]
    ]
    found = measures.auc(happened, score)
    assert np.isnan(found) if not pairs else found == pytest.approx(np.mean(pairs))
    group = measures.by_group(
        np.zeros(len(rows), dtype=np.int64), happened, score, np.zeros(len(rows), dtype=np.int64)
    )
    assert np.isnan(group.mean) if not pairs else group.mean == pytest.approx(np.mean(pairs))


def test_sittings_end_after_half_an_hour_and_pages_stand_together(log: Log) -> None:
    minute_us = 60_000_000
    viewers = np.array([1, 2, 1, 1, 2])
    at_us = np.array([0, 0, 29, 60, 31]) * minute_us
    assert sittings(viewers, at_us).tolist() == [1, 3, 1, 2, 4]
    some = log.showings.take(np.arange(200))
    pages = some.pages[side_by_side(some)]
    assert len(np.flatnonzero(np.diff(pages))) + 1 == len(np.unique(pages))


def test_the_bound_is_below_the_difference_and_closes_in_with_people() -> None:
    chance = np.random.default_rng(1)
    owners = np.arange(4_000)
    noise = chance.normal(0, 0.1, 4_000)
    one = measures.Groups(0.6 + noise, np.ones(4_000), owners)
    other = measures.Groups(0.59 + noise, np.ones(4_000), owners)
    assert measures.bound_of_difference(one, other, chance) == pytest.approx(0.01, abs=1e-6)
    apart = measures.Groups(0.59 + chance.normal(0, 0.1, 4_000), np.ones(4_000), owners)
    assert 0.003 < measures.bound_of_difference(one, apart, chance) < 0.01


def test_kuairand_is_read_by_its_own_days() -> None:
    folder = need("kuairand_pure")
    read = kuairand.read(folder, date(2022, 4, 30), has_history=True)
    assert len(read) == 171_671 + 817_187
    assert len(read) - read.streamed_from == 20_790 + 19_554 + 18_943 + 17_600
    logged = slice(read.taught, None)
    assert read.labels.values[logged, heads.LONG_VIEW].mean() == pytest.approx(0.3123, abs=0.002)
