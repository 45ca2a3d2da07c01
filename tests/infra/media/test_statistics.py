"""The numbers for the ranker tell films apart, and copies of one film do not look different."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nightmarket.infra.media.colour import sdr_from_hdr
from nightmarket.infra.media.figures import NAMES
from nightmarket.infra.media.loudness import measure
from nightmarket.infra.media.statistics import frame_hash, statistics

SIZE = (160, 90)


def texture(seed: int) -> NDArray[np.uint8]:
    """A smooth random picture."""
    coarse = np.random.default_rng(seed).integers(0, 255, (9, 6, 3))
    return np.kron(coarse, np.ones((18, 15, 1)))[: SIZE[0], : SIZE[1]].astype(np.uint8)


def still(colour: tuple[int, int, int], seconds: int = 4) -> list[NDArray[np.uint8]]:
    """Samples of a film in which nothing happens."""
    return [np.full((*SIZE, 3), colour, np.uint8)] * (seconds * 4)


def named(
    samples: list[NDArray[np.uint8]], pcm: NDArray[np.float32] | None = None
) -> dict[str, float]:
    """Statistics by name."""
    loudness = None if pcm is None else measure(pcm)
    told = statistics(samples, pcm, loudness, len(samples) * 250)
    assert len(told.frame_hashes) == -(-len(samples) // 4)
    return dict(zip(NAMES, told.vector, strict=True))


def stereo(mono: NDArray[np.float64]) -> NDArray[np.float32]:
    """The same on both sides."""
    return np.stack([mono, mono], axis=1).astype(np.float32)


def test_names_are_unique_and_as_many_as_numbers() -> None:
    """The ranker may look a number up by its name."""
    assert len(set(NAMES)) == len(NAMES) == 61


def test_pictures_move_the_visual_numbers() -> None:
    """Colour, movement and cuts each show where they should."""
    red, grey = named(still((220, 30, 30))), named(still((128, 128, 128)))
    assert red["hue_0"] == 1.0
    assert grey["grey_share"] == 1.0
    assert red["motion_mean"] == red["cuts_a_second"] == 0.0
    assert red["is_portrait"] == 1.0
    flashing = [still((0, 0, 0))[0], still((255, 255, 255))[0]] * 8
    assert named(flashing)["cuts_a_second"] > 3
    assert named(flashing)["motion_mean"] > 1


def test_sounds_move_the_sound_numbers() -> None:
    """A tone, a beat, noise and silence are told apart."""
    times = np.arange(48_000 * 6) / 48_000
    tone = named(still((0, 0, 0)), stereo(0.3 * np.sin(2 * np.pi * 440 * times)))
    noise = named(still((0, 0, 0)), stereo(np.random.default_rng(1).normal(0, 0.1, len(times))))
    beat = np.exp(-((times % 0.5) * 30)) * np.sin(2 * np.pi * 200 * times)
    pulse = named(still((0, 0, 0)), stereo(0.5 * beat))
    nothing = named(still((0, 0, 0)))
    assert tone["flatness"] < 0.01
    assert noise["flatness"] > 0.3
    assert noise["brightness"] > tone["brightness"]
    assert abs(pulse["tempo"] * 240 - 120) < 6
    assert pulse["pulse"] > noise["pulse"]
    assert nothing["has_sound"] == nothing["loudness"] == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_a_copy_keeps_its_hash_and_another_picture_has_its_own(seed: int) -> None:
    """Brightness and noise change few bits; another picture changes about half."""
    picture = texture(seed)
    noise = np.random.default_rng(9).integers(-6, 6, picture.shape)
    copy = np.clip(picture * 0.9 + 12 + noise, 0, 255).astype(np.uint8)
    assert distance(frame_hash(picture), frame_hash(copy)) <= 6
    assert distance(frame_hash(picture), frame_hash(texture(seed + 50))) >= 16


def distance(one: str, other: str) -> int:
    """Bits that differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("transfer", ["hlg", "pq"])
@given(level=st.floats(0, 0.99))
def test_hdr_stays_in_order_and_in_range(transfer: str, level: float) -> None:
    """Brighter stays brighter, grey stays grey, black is black."""
    darker, brighter = sdr_from_hdr(np.array([[level] * 3, [level + 0.01] * 3]), transfer)
    assert 0 <= darker[1] <= brighter[1] + 1e-9 <= 1 + 1e-8
    assert np.allclose(darker, darker[0], atol=2e-3)
    assert float(sdr_from_hdr(np.zeros(3), transfer).max()) < 1e-3
