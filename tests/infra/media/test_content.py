"""What a cold start is told of a film tells films apart, and copies of one film hardly."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.values.batches import CONTENT
from nightmarket.infra.media.content import FIGURES, RENEWED, content
from nightmarket.infra.media.figures import LAYOUT_NAMES, NAMES
from nightmarket.infra.media.job import RenderJob, Statistics
from nightmarket.infra.media.render import render
from nightmarket.infra.media.statistics import statistics
from tests.infra.media.films import EAGER, Film, corners, make

FAR, NEAR = 2.5, 0.6
"""Euclidean distances; the largest there can be is near 10."""


def club(time_s: float, width: int, height: int) -> NDArray[np.uint8]:
    """Dark, violet, flashing twice a second, with bars of light like writing."""
    picture = np.zeros((height, width, 3), np.uint8)
    if int(time_s * 4) % 2:
        picture[:] = (200, 60, 250)
        picture[:, :: width // 24] = 255
    return picture


def beat(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """A loud drum twice a second."""
    return 0.9 * np.exp(-((times % 0.5) * 20)) * np.sin(2 * np.pi * 80 * times)


def nothing(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Silence in a track of its own."""
    return np.zeros_like(times)


def black(_time_s: float, width: int, height: int) -> NDArray[np.uint8]:
    """Nothing to be seen."""
    return np.zeros((height, width, 3), np.uint8)


def framed(time_s: float, width: int, height: int) -> NDArray[np.uint8]:
    """A picture with black above and below it."""
    picture = corners(time_s, width, height)
    picture[: height // 4] = picture[-height // 4 :] = 0
    return picture


def taken(folder: Path, name: str, film: Film) -> Statistics:
    """Publish the film as the workshop's child does; returns what was taken of it."""
    made = folder / name
    made.mkdir()
    source = make(folder / f"{name}.{film.container}", film)
    job = RenderJob(str(source), str(made), rungs=(360,), limits=EAGER)
    return render(job, lambda _note: None).statistics


def told(folder: Path, name: str, film: Film) -> dict[str, float]:
    """Return the figures by name, each checked."""
    figures = content(taken(folder, name, film).vector)
    assert len(figures) == len(FIGURES) == CONTENT
    assert all(math.isfinite(value) and -1 <= value <= 1 for value in figures)
    return dict(zip((one.name for one in FIGURES), figures, strict=True))


def distance(one: dict[str, float], other: dict[str, float]) -> float:
    """How far apart."""
    return math.dist(one.values(), other.values())


def test_other_films_are_far_and_copies_are_near(tmp_path: Path) -> None:
    """Another size, codec and container change little; another film changes much."""
    market = told(tmp_path, "market", Film())
    copy = Film(width=270, height=480, codec="libvpx", container="webm", sound_codec="libopus")
    again = told(tmp_path, "again", copy)
    night = told(tmp_path, "night", Film(paint=club, sound=beat))
    assert distance(market, again) < NEAR
    assert distance(market, night) > FAR
    assert distance(again, night) > FAR
    assert night["light"] < market["light"]
    assert night["cuts"] == 1.0
    assert night["bass"] > market["bass"]


def test_black_silence_and_a_single_frame_have_figures(tmp_path: Path) -> None:
    """Nothing to see or hear is known to be that; what is not known is 0."""
    dark = told(tmp_path, "dark", Film(paint=black, sound=nothing, seconds=1.0))
    mute = told(tmp_path, "mute", Film(sound=None, seconds=1.0))
    still = told(tmp_path, "still", Film(sound=None, times=[0.0], rate=Fraction(25)))
    sounds = [one.name for one in FIGURES if one.is_sound]
    assert dark["light"] < -0.9
    assert dark["bars"] < 0, "a film that is black has no picture to be framed"
    assert mute["sound"] == still["sound"] == -1.0
    for figures in (dark, mute, still):
        assert [figures[name] for name in sounds] == [0.0] * len(sounds)
    assert still["motion"] < 0


def test_bars_and_writing_are_seen(tmp_path: Path) -> None:
    """Black bars and hard strokes move their own figures."""
    bare = told(tmp_path, "bare", Film(sound=None, seconds=1.0))
    boxed = told(tmp_path, "boxed", Film(sound=None, seconds=1.0, paint=framed))
    written = [np.zeros((90, 160, 3), np.uint8)] * 4
    for picture in written[:1]:
        picture[20:60, 10:150:4] = 255
    numbers = dict(zip(NAMES, statistics(written, None, None, 1000).vector, strict=True))
    assert boxed["bars"] > 0.9
    assert bare["bars"] < 0
    assert numbers["text_share"] > 0.3


def test_older_statistics_leave_the_newer_figures_unknown(tmp_path: Path) -> None:
    """Numbers of version 1 were the first of today's; nothing at all stays nothing."""
    whole = taken(tmp_path, "film", Film(seconds=1.0)).vector
    older = content(whole[: -len(LAYOUT_NAMES)])
    assert content(()) == ()
    for figure, value, then in zip(FIGURES, content(whole), older, strict=True):
        is_later = set(figure.parts) & {*LAYOUT_NAMES, *RENEWED}
        assert then == (0.0 if is_later else value), figure.name
