"""The same recording is told from others by few bits, whatever was done to it on the way."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nightmarket.domains.videos.rules import likeness
from nightmarket.infra.media.fingerprint import SECONDS_MAX, fingerprint
from nightmarket.infra.media.job import RenderJob, SoundChoice, SoundMode
from nightmarket.infra.media.render import render
from nightmarket.infra.media.sound import Cut, decode
from tests.builders.tunes import silence, tune
from tests.infra.media.films import Film, make, tone

SECONDS = 12.0
SMALL: dict[str, Any] = {"width": 64, "height": 64, "seconds": SECONDS}


def print_of(folder: Path, film: Film) -> bytes:
    """Make a film and fingerprint its sound."""
    path = make(folder / f"film.{film.container}", film)
    pcm = decode(str(path), Cut(0.0, film.seconds), folder, bytes_max=1 << 30)
    assert pcm is not None
    return fingerprint(pcm).astype("<u4").tobytes()


CHANGED = {
    "another_codec": Film(
        sound=tune(1), container="webm", codec="libvpx", sound_codec="libopus", **SMALL
    ),
    "an_old_codec": Film(sound=tune(1), container="avi", codec="mpeg4", sound_codec="mp2", **SMALL),
    "quiet": Film(sound=tune(1, volume=0.15), **SMALL),
    "clipped": Film(sound=lambda times: np.clip(tune(1, volume=4)(times), -1, 1), **SMALL),
    "three_seconds_later": Film(sound=tune(1, late_s=3.017), **SMALL),
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The recording that the others are told from, or found by."""
    return print_of(tmp_path_factory.mktemp("original"), Film(sound=tune(1), **SMALL))


@pytest.mark.feature("V19")
@pytest.mark.parametrize("name", CHANGED)
def test_a_recording_is_recognised(tmp_path: Path, original: bytes, name: str) -> None:
    """With bits to spare, and it would be found among candidates."""
    other = print_of(tmp_path, CHANGED[name])
    assert likeness.says_enough(other)
    assert likeness.error_share(original, other) < 0.24
    assert likeness.is_same_recording(original, other)
    assert set(likeness.keys(original)) & set(likeness.keys(other))


@pytest.mark.feature("V19")
def test_different_tunes_are_far_apart(tmp_path: Path) -> None:
    """Six tunes of one band: not one of the fifteen pairs is near the threshold."""
    prints = [print_of(tmp_path, Film(sound=tune(number), **SMALL)) for number in range(6)]
    shares = [likeness.error_share(one, other) for one, other in combinations(prints, 2)]
    assert min(shares) > 0.39
    assert likeness.ERROR_SHARE_MAX == 0.30


@pytest.mark.feature("V19")
def test_silence_and_short_sounds_say_nothing(tmp_path: Path) -> None:
    """Neither does less than five seconds, nor a film whose sound was taken away or replaced."""
    (folder := tmp_path / "out").mkdir()
    assert not likeness.says_enough(print_of(tmp_path, Film(sound=silence, **SMALL)))
    assert not likeness.says_enough(
        print_of(tmp_path, Film(sound=tune(1), width=64, height=64, seconds=4.5))
    )
    assert not likeness.says_enough(b"")
    assert likeness.error_share(b"", b"") == 1.0
    source = str(make(tmp_path / "film.mp4", Film(sound=tune(1), **SMALL)))
    other = str(make(tmp_path / "other.mp4", Film(sound=tune(2), **SMALL)))
    for sound in (SoundChoice(SoundMode.MUTE), SoundChoice(SoundMode.USE, other)):
        assert (
            render(RenderJob(source, str(folder), sound=sound), lambda _: None).sound_print == b""
        )
    kept = render(RenderJob(source, str(folder)), lambda _: None)
    assert likeness.says_enough(kept.sound_print)


@pytest.mark.feature("V19")
def test_steady_tones_are_nobodys_recording(tmp_path: Path) -> None:
    """Two hums of one pitch are not one song."""
    one = print_of(tmp_path, Film(sound=tone(440, 0.2), **SMALL))
    other = print_of(tmp_path, Film(sound=tone(440, 0.1), **SMALL))
    assert not (likeness.says_enough(one) and likeness.is_same_recording(one, other))


@pytest.mark.feature("V19")
def test_long_films_cost_no_more_than_three_minutes() -> None:
    """Twelve kilobytes at most, whatever the length."""
    rows = 48_000 * (SECONDS_MAX + 5)
    noise: NDArray[np.float32] = np.random.default_rng(3).standard_normal((rows, 2), np.float32)
    assert 11_000 < fingerprint(noise).nbytes <= 12_000
